"""The whole recipe on a handful of rows: each stage takes up what the one before left."""

import gzip
import json
from pathlib import Path

import numpy as np
import pytest
import torch

from indexer.embedders_onnx import OnnxEmbedder
from indexer.training import helpdesk, pipeline
from indexer.training.distillation import Plan
from indexer.training.pipeline import Workplace

FEW = Plan(steps=3, warm_up=1, tokens=256)


def write(path: Path, rows: list[dict[str, str]]) -> None:
    with gzip.open(path, "wt", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps(row) + "\n")


def row(english: str, text: str, kind: str) -> dict[str, str]:
    return {"en": english, "text": text, "source": "own", "licence": "own", "kind": kind}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Workplace:
    data, out = tmp_path_factory.mktemp("data"), tmp_path_factory.mktemp("out")
    torch.set_num_threads(1)
    pairs = list(helpdesk.pairs(seed=2, per_template=1))
    for language in ("de", "nl"):
        rows = [row(p.english, p.text, "sentence") for p in pairs if p.language == language]
        write(data / f"en-{language}.jsonl.gz", rows[:40])
        write(
            data / f"sections-{language}.jsonl.gz",
            [row(r["en"], r["text"], "section") for r in rows[:12]],
        )
    made = Workplace(data, out)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pipeline, "PER_TEMPLATE", 1)
        pipeline.collect(made)
    pipeline.tokenizer(made)
    pipeline.vectors(made)
    pipeline.start(made)
    return made


@pytest.mark.timeout(900)  # loads the teacher several times
def test_from_rows_to_files_that_serve(place: Workplace) -> None:
    pipeline.distil(place, FEW)
    pipeline.adapt(place, FEW)
    pipeline.write(place)

    german, english = OnnxEmbedder(place.out / "model").embed_documents(
        ["Der Drucker funktioniert nicht", "The printer does not work"]
    )

    assert float(german @ english) > 0.3
    lines = (place.out / "run-log.jsonl").read_text(encoding="utf-8").splitlines()
    events = [json.loads(line)["event"] for line in lines]
    assert events[:2] == ["collect", "tokenizer"]
    assert events[-1] == "export"


@pytest.mark.timeout(900)  # loads the teacher several times
def test_blended_layers_lie_between_the_teacher_s_and_the_student_s(place: Workplace) -> None:
    state = torch.load(place.out / "start.pt", weights_only=False)
    moved = {name: value + 1.0 for name, value in state["student"].items()}
    torch.save({"student": moved}, place.out / "moved.pt")

    own, _ = pipeline.blended(place, "moved.pt", share=0.25)

    old, _ = pipeline.load(place, "start.pt")
    for new, before in zip(own.core.parameters(), old.core.parameters(), strict=True):
        np.testing.assert_allclose(new.detach(), before.detach() + 0.25, atol=1e-5)
    np.testing.assert_allclose(
        own.words.weight.detach(), old.words.weight.detach() + 1.0, atol=1e-5
    )
