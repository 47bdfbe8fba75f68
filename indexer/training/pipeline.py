"""The stages of the recipe; each leaves its output in a folder and is skipped when it is there."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from indexer.embedders_onnx import OnnxEmbedder
from indexer.training import (
    alignment,
    corpus,
    export,
    helpdesk,
    measure,
    student,
    teacher,
    vocabulary,
)
from indexer.training.adaptation import Headings
from indexer.training.corpus import Pair
from indexer.training.distillation import Course, Lesson, Plan
from indexer.training.run_log import RunLog

SEED = 7

PER_TEMPLATE = 60
"""Things that each help-desk template is filled with."""

PASSAGES = 16
"""One in so many joined passages is learned: they cost the teacher and the student the most.
"""

BLEND = 0.55
"""How far the layers go from the teacher's to the student's; measured in the model card."""

SHORT = 150
"""Characters of the texts that the first phase learns: most words for the least arithmetic."""

LONG_SOURCES = 30_000
"""Distinct English texts taken from a source: enough of each, and the teacher has to read them."""

ALIGNED_PIECES = 40
"""Longer texts tell little about which word belongs to which."""


@dataclass(frozen=True)
class Workplace:
    """Where the training text is and where the outputs go."""

    data: Path
    out: Path

    @property
    def log(self) -> RunLog:
        """The run log of this output folder."""
        return RunLog(self.out / "run-log.jsonl")

    def tokenizer(self) -> Tokenizer:
        """The tokenizer that the stage of the same name made."""
        return Tokenizer.from_file(str(self.out / "tokenizer.json"))


def collect(place: Workplace) -> None:
    """Read, filter and join the training text: `pairs.jsonl`."""
    pairs = list(_limited(corpus.distinct(corpus.read(place.data))))
    passages = list(corpus.joined(pairs, every=7))[::PASSAGES]
    everyday = list(helpdesk.pairs(seed=SEED, per_template=PER_TEMPLATE))
    count = corpus.store([*pairs, *passages, *everyday], place.out / "pairs.jsonl")
    place.log.record("collect", pairs=count, passages=len(passages))


def _limited(pairs: Iterable[Pair]) -> Iterator[Pair]:
    taken: dict[str, set[str]] = {}
    for pair in pairs:
        known = taken.setdefault(pair.source, set())
        if pair.english in known or len(known) < LONG_SOURCES:
            known.add(pair.english)
            yield pair


def tokenizer(place: Workplace) -> None:
    """Add German and Dutch word pieces to the teacher's: `tokenizer.json`."""
    pairs = corpus.load(place.out / "pairs.jsonl")
    single = [pair for pair in pairs if pair.kind != "passage"]
    foreign = [pair.text for pair in single if pair.language != "en"]
    foreign += [section.text for section in corpus.sections(place.data) if section.language != "en"]
    english = [pair.english for pair in single]
    made = vocabulary.build(foreign, english, added=28_000)
    made.save(str(place.out / "tokenizer.json"))
    place.log.record("tokenizer", pieces=made.get_vocab_size())


def vectors(place: Workplace) -> None:
    """Ask the teacher for the vector of each English text: `teacher/`."""
    pairs = corpus.load(place.out / "pairs.jsonl")
    for long in (False, True):
        texts = {pair.english for pair in pairs if (pair.kind == "passage") is long}
        for done in teacher.extend(place.out / "teacher", texts):
            place.log.record("teacher", texts=done, long=long)
    (place.out / "teacher" / "complete").touch()


def start(place: Workplace) -> None:
    """Give new word pieces their starting points: `start.pt`."""
    made = place.tokenizer()
    model, known = student.like_teacher(made)
    pairs = [p for p in corpus.load(place.out / "pairs.jsonl") if p.kind != "passage"]
    foreign, english = _short(made, [p.text for p in pairs], [p.english for p in pairs])
    found = alignment.translations(foreign, english, pieces=made.get_vocab_size())
    table, settled = alignment.starting_points(model.words.weight.detach().numpy(), known, *found)
    with torch.no_grad():
        model.words.weight.copy_(torch.from_numpy(table))
    torch.save({"student": model.state_dict(), "known": known}, place.out / "start.pt")
    place.log.record("start", known=int(known.sum()), settled=int(settled.sum()))


def _short(
    made: Tokenizer, texts: list[str], english: list[str]
) -> tuple[list[NDArray[np.int32]], list[NDArray[np.int32]]]:
    left, right = student.cut(made, texts), student.cut(made, english)
    both = [
        (np.array(a[1:-1], np.int32), np.array(b[1:-1], np.int32))
        for a, b in zip(left, right, strict=True)
        if 2 < len(a) <= ALIGNED_PIECES and 2 < len(b) <= ALIGNED_PIECES  # noqa: PLR2004  # marks
    ]
    return [a for a, _ in both], [b for _, b in both]


def distil(place: Workplace, plan: Plan) -> None:
    """Teach the student sentences: `distilled.pt`."""
    pairs = corpus.load(place.out / "pairs.jsonl")
    known_vectors = teacher.load(place.out / "teacher")
    short = [p for p in pairs if p.kind != "passage" and len(p.text) <= SHORT]
    lessons = lessons_of(short, known_vectors, english_share=10)
    model, known = load(place, "start.pt")
    course = Course(model, place.tokenizer(), known, plan)
    place.log.record("distil begins", lessons=len(lessons), minutes=plan.minutes)
    course.learn(
        lessons, known_vectors.vectors, checkpoint=place.out / "distilled.pt", log=place.log
    )
    (place.out / "distilled.pt.done").touch()


def adapt(place: Workplace, plan: Plan) -> None:
    """Teach it long texts, everyday wording and the task: `adapted.pt`."""
    known_vectors = teacher.load(place.out / "teacher")
    pairs = corpus.load(place.out / "pairs.jsonl")
    long = [pair for pair in pairs if pair.kind in {"passage", "helpdesk"}]
    lessons = lessons_of([*pairs, *long, *long], known_vectors, english_share=4)
    lessons += lessons_of(long, known_vectors, english_share=1)
    sections = list(corpus.sections(place.data))
    model, known = blended(place, "distilled.pt")
    course = Course(model, place.tokenizer(), known, plan)
    place.log.record("adaptation begins", lessons=len(lessons), sections=len(sections))
    course.learn(
        lessons,
        known_vectors.vectors,
        checkpoint=place.out / "adapted.pt",
        log=place.log,
        besides=Headings(sections, seed=SEED),
    )
    (place.out / "adapted.pt.done").touch()


def write(place: Workplace, *, adapted: bool = True) -> None:
    """Write the shipped files: `model/`; of the blended student where it is not adapted."""
    folder = place.out / "model"
    folder.mkdir(exist_ok=True)
    model, _ = load(place, "adapted.pt") if adapted else blended(place, "distilled.pt")
    export.write_onnx(model.words.weight, model.core, folder / "model.onnx")
    place.tokenizer().save(str(folder / "tokenizer.json"), pretty=False)
    export.write_facts(folder, longest=student.LONGEST, dimension=student.DIMENSION)
    place.log.record("export", bytes=(folder / "model.onnx").stat().st_size)


def evaluate(place: Workplace, folders: Path) -> None:
    """Measure the shipped files on BEIR folders: `evaluation.json`."""
    readings = [
        reading
        for folder in sorted(folders.iterdir())
        for reading in measure.measure(OnnxEmbedder(place.out / "model"), folder)
    ]
    rows = [asdict(reading) for reading in readings]
    (place.out / "evaluation.json").write_text(json.dumps(rows, indent=1), encoding="utf-8")


def lessons_of(
    pairs: Sequence[Pair], known: teacher.TeacherVectors, *, english_share: int
) -> list[Lesson]:
    """Lessons for all `pairs` with a vector, and for each n-th English text itself."""
    foreign = [Lesson(p.text, known.row[p.english]) for p in pairs if p.english in known.row]
    english = sorted({p.english for p in pairs if p.english in known.row})[::english_share]
    return foreign + [Lesson(text, known.row[text]) for text in english]


def blended(
    place: Workplace, name: str, *, share: float = BLEND
) -> tuple[student.Student, NDArray[np.bool_]]:
    """The student of a stage with its layers `share` of the way from the teacher's to its own.

    Distillation on short texts moves English long texts away from the teacher; half-way weights
    bring them back and hardly touch the other languages.
    """
    model, known = load(place, name)
    origin, _ = load(place, "start.pt")
    with torch.no_grad():
        for own, old in zip(model.core.parameters(), origin.core.parameters(), strict=True):
            own.lerp_(old, 1 - share)
    return model, known


def load(place: Workplace, name: str) -> tuple[student.Student, NDArray[np.bool_]]:
    """The student as a stage left it, and which word pieces the teacher knew."""
    first = torch.load(place.out / "start.pt", weights_only=False)
    state = first if name == "start.pt" else torch.load(place.out / name)
    model = student.empty(len(first["known"]))
    model.load_state_dict(state["student"])
    return model, first["known"]
