"""Search while somebody types: by words alone, the last one unfinished."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from indexer.finder import Finder
from indexer.models import PassageRow
from kb.models import Document, DocumentKind
from kb.visibility import Reader, shown_documents

LONGEST = 200
"""Characters of a text being typed that are looked at, the last ones; more is pasted."""

SHARES = 4
"""Passages looked at for each suggestion: several may be of one case."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A ticket or article whose words match so far."""

    kind: DocumentKind
    origin_id: int
    number: str
    title: str
    solved: bool


def suggestions(
    session: Session, finder: Finder, reader: Reader, typed: str, *, limit: int = 8
) -> list[Suggestion]:
    """The tickets and articles that share the words of `typed`, best first.

    Nothing is embedded: an answer takes milliseconds, and a whole search may follow it.

    Args:
        session: where titles come from, and visibility is asked again.
        finder: the index of this process.
        reader: who types.
        typed: what stands there; its last word may be the beginning of one.
        limit: how many at most.
    """
    finder.keep_up()
    typed = typed.lstrip()[-LONGEST:]
    if not typed.strip() or not reader.audience_ids:
        return []
    found = finder.lexical.matching(
        typed, audiences=reader.audience_ids, limit=SHARES * limit, prefix_last=True
    )
    rows = _documents(session, reader, [one.passage_id for one in found])
    chosen: dict[tuple[bool, int], Suggestion] = {}
    for one in found:
        if (row := rows.get(one.passage_id)) is not None:
            # A ticket as it is and cleaned are two documents, but one case to the reader.
            case = (row.kind is DocumentKind.ARTICLE, row.origin_id)
            chosen.setdefault(
                case, Suggestion(row.kind, row.origin_id, row.number, row.title, row.solved)
            )
    return list(chosen.values())[:limit]


def _documents(
    session: Session, reader: Reader, passage_ids: Sequence[int]
) -> dict[int, Row[int, DocumentKind, int, str, str, bool]]:
    # Ask for visibility again: the index may lag behind the documents, the answer may not.
    rows = session.execute(
        select(
            PassageRow.id,
            Document.kind,
            Document.origin_id,
            Document.number,
            Document.title,
            Document.solved,
        )
        .join(Document, Document.id == PassageRow.document_id)
        .where(PassageRow.id.in_(passage_ids), ~PassageRow.removed, shown_documents(reader))
    )
    return {row.id: row for row in rows}
