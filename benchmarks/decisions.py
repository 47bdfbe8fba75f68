"""How often the decision before drafting is right, on solved threads whose answer is made.

    python -m benchmarks.decisions THREADS.jsonl [--limit 400] [--set SAME_SOLUTION 0.5]

Each thread becomes an article by the product's own writer.  Then three tickets are decided on: the
same thread, each sentence without every sixth of its words (link); that, with a step of another
thread at its end (change); and the thread where its article is not there, only the others (new).
Candidates are the thread's own article and the nearest others, by the cosine similarity of titles
and issues: the search of the product scores a little differently.  Threads on even places are for
choosing thresholds, those on odd ones for reporting.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray

from api import wiring
from articles import decision, evaluation
from articles.decision import Candidate, Verdict, decide
from articles.markdown import to_markdown
from articles.ports import Draft, Section, SectionName, Statement, StatementKind, TooThin
from kb.settings import Settings

CANDIDATES = 5
LEFT_OUT = 6
"""Every so manieth word of a sentence is left out, as if somebody else had told it."""

THRESHOLDS = ("SAME_SOLUTION", "PART_OF_SOLUTION", "RELATED", "LIKELY")

EXPECTED = (Verdict.LINK, Verdict.CHANGE, Verdict.NEW)


@dataclass(frozen=True, slots=True)
class _Told:
    """A ticket, the verdict that is right for it, and the articles that are there."""

    draft: Draft
    expected: Verdict
    candidates: list[Candidate]


@click.command()
@click.argument("threads", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--limit", default=400, help="Threads that have a draft, from the first.")
@click.option("--set", "changed", type=(str, float), multiple=True, help="Another threshold.")
def main(threads: Path, limit: int, changed: tuple[tuple[str, float], ...]) -> None:
    """Print precision and recall of each verdict for both halves of THREADS."""
    for name, value in changed:
        if name not in THRESHOLDS:
            raise click.BadParameter(f"{name} is none of {', '.join(THRESHOLDS)}")
        setattr(decision, name, value)
    drafts = _drafts(threads, limit)
    embedder = wiring.open_embedder(Settings())
    vectors = embedder.embed_documents([_said(each) for each in drafts])
    retold = embedder.embed_documents([_said(_each(each, _retold)) for each in drafts])
    similar = retold @ vectors.T
    for name, places in (
        ("choosing", range(0, len(drafts), 2)),
        ("reporting", range(1, len(drafts), 2)),
    ):
        counted = Counter(
            (told.expected, decide(told.draft, told.candidates).verdict)
            for place in places
            for told in _tickets(drafts, similar, place)
        )
        click.echo(f"{name}: {len(places)} threads")
        for verdict in EXPECTED:
            right = counted[verdict, verdict]
            given = sum(n for (_, said), n in counted.items() if said is verdict)
            due = sum(n for (expected, _), n in counted.items() if expected is verdict)
            click.echo(
                f"  {verdict.value:6} precision {right / max(given, 1):.3f}"
                f" recall {right / max(due, 1):.3f} ("
                + ", ".join(f"{said.value} {counted[verdict, said]}" for said in EXPECTED)
                + ")"
            )


def _drafts(threads: Path, limit: int) -> list[Draft]:
    write = wiring.offline_writer().write
    found = list[Draft]()
    with threads.open(encoding="utf-8") as lines:
        for case in evaluation.threads(lines):
            try:
                found.append(write(case))
            except TooThin:
                continue
            if len(found) == limit:
                break
    return found


def _tickets(drafts: Sequence[Draft], similar: NDArray[np.float32], place: int) -> Iterator[_Told]:
    draft = drafts[place]
    near = [int(other) for other in np.argsort(-similar[place]) if other != place][:CANDIDATES]
    others = [_article(drafts, other, float(similar[place, other])) for other in near]
    retold = _each(draft, _retold)
    with_own = [_article(drafts, place, float(similar[place, place])), *others[:-1]]
    yield _Told(retold, Verdict.LINK, with_own)
    yield _Told(_with_step(retold, drafts[place - len(drafts) // 2]), Verdict.CHANGE, with_own)
    yield _Told(draft, Verdict.NEW, others)


def _article(drafts: Sequence[Draft], place: int, near: float) -> Candidate:
    draft = drafts[place]
    return Candidate(
        article_id=place + 1,
        number=f"KB-{place + 1}",
        title=draft.title,
        markdown=to_markdown(draft),
        language=draft.language,
        near=min(max(near, 0.0), 1.0),
    )


def _said(draft: Draft) -> str:
    issue = (each.text for each in draft.section(SectionName.ISSUE))
    return "\n".join((draft.title, *issue))


def _each(draft: Draft, change: Callable[[Statement], Statement]) -> Draft:
    sections = tuple(
        Section(section.name, tuple(change(each) for each in section.statements))
        for section in draft.sections
    )
    return replace(draft, sections=sections)


def _retold(statement: Statement) -> Statement:
    if statement.kind is StatementKind.CODE:
        return statement
    words = statement.text.split()
    kept = [word for at, word in enumerate(words, start=1) if at % LEFT_OUT]
    return replace(statement, text=" ".join(kept))


def _with_step(draft: Draft, other: Draft) -> Draft:
    step = other.section(SectionName.RESOLUTION)[0]
    as_step = replace(step, kind=StatementKind.STEP)
    return replace(
        draft,
        sections=tuple(
            Section(each.name, (*each.statements, as_step))
            if each.name is SectionName.RESOLUTION
            else each
            for each in draft.sections
        ),
    )


if __name__ == "__main__":
    main()
