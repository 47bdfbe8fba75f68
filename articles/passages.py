"""The pieces a case is made of, and how they become statements without private data."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from articles import discourse, sentences
from articles.environment import Mention
from articles.ports import Case, Evidence, Part, Replacement, Statement, StatementKind, Turn
from articles.sentences import Piece, PieceKind
from kb import redaction
from kb.redaction import Known, Placeholders, Private
from kb.redaction.redact import apply

SPOKEN = frozenset({PieceKind.SENTENCE, PieceKind.ITEM, PieceKind.CODE})


@dataclass(frozen=True, slots=True)
class Said:
    """A piece of a turn, in its author's own words, and what it does."""

    turn: Turn
    piece: Piece
    act: discourse.Act
    label: discourse.Label | None = None
    """What stands before it, or before an earlier sentence of its line: "Cause: …"."""


def said(case: Case, turn: Turn) -> tuple[Said, ...]:
    """What the author of `turn` says, without quotes and signatures."""
    spoken = [each for each in _split(turn.text, case.language) if each.kind in SPOKEN]
    found: list[Said] = []
    for each in spoken:
        act = discourse.read(each.text)
        label = discourse.label(each.text) or _label_before(found, each, act)
        found.append(Said(turn, each, act, label))
    return tuple(found)


def _label_before(found: Sequence[Said], each: Piece, act: discourse.Act) -> discourse.Label | None:
    """The label of the line that goes on: of a cause until something is done about it."""
    if not found or "\n" in found[-1].turn.text[found[-1].piece.end : each.start]:
        return None
    label = found[-1].label
    if label is discourse.Label.CAUSE:
        return None if act.instructs or act.confirms else label
    return label if label is discourse.Label.SOLUTION else None


@lru_cache(maxsize=512)
def _split(text: str, language: str) -> tuple[Piece, ...]:
    return sentences.split(text, language)


class Scribe:
    """Writes pieces of one case down: private things as placeholders, with their evidence."""

    def __init__(self, case: Case, known: Known) -> None:
        self._case = case
        self._known = known
        self._placeholders = Placeholders()
        self._private: dict[tuple[Part, int | None], tuple[Private, ...]] = {}
        self._replaced: dict[tuple[str, Evidence], Replacement] = {}

    def statement(self, each: Said, kind: StatementKind) -> Statement:
        """The statement that `each` makes, without the greeting or yes before it."""
        start, end = each.piece.start, each.piece.end
        if kind is not StatementKind.CODE:
            start += discourse.opening(each.piece.text)
        evidence = Evidence(self._case.ticket_id, each.turn.part, start, end, each.turn.message)
        text = self.text((evidence,), lines=kind is StatementKind.CODE)
        return Statement(text, (evidence,), kind)

    def mention(self, each: Mention) -> Statement:
        """A line of the environment."""
        return Statement(self.text((each.evidence,)), (each.evidence,))

    def text(self, evidence: Iterable[Evidence], *, lines: bool = False) -> str:
        """What the spans say, joined; white space as it is only where `lines` matter."""
        texts = [self._redacted(each) for each in evidence]
        if lines:
            return "\n".join(texts)
        return " ".join(" ".join(text.split()) for text in texts)

    def replaced(self) -> tuple[Replacement, ...]:
        """Every placeholder written so far, once per place it stands for."""
        return tuple(self._replaced.values())

    def _redacted(self, evidence: Evidence) -> str:
        source = self._case.text(evidence.part, evidence.message) or ""
        inside = [
            Private(each.kind, max(each.start, evidence.start), min(each.end, evidence.end))
            for each in self._spans(evidence.part, evidence.message, source)
            if each.start < evidence.end and evidence.start < each.end
        ]
        shifted = [
            Private(each.kind, each.start - evidence.start, each.end - evidence.start)
            for each in inside
        ]
        redacted = apply(source[evidence.start : evidence.end], shifted, self._placeholders)
        for each in redacted.replaced:
            span = Evidence(
                evidence.ticket_id,
                evidence.part,
                each.start + evidence.start,
                each.end + evidence.start,
                evidence.message,
            )
            replacement = Replacement(each.placeholder, each.kind, span)
            self._replaced[each.placeholder, span] = replacement
        return redacted.text

    def _spans(self, part: Part, message: int | None, source: str) -> tuple[Private, ...]:
        """Found in the whole text: a signature or a label may stand outside of the piece."""
        key = (part, message)
        if key not in self._private:
            self._private[key] = redaction.find(source, self._known)
        return self._private[key]


def scribe(case: Case) -> Scribe:
    """A scribe who knows the people, organisations and hosts of `case`."""
    return Scribe(case, known(case))


def known(case: Case) -> Known:
    """What is private in `case` before its texts are read: people, organisations and hosts."""
    texts = "\n".join(turn.text for turn in case.turns)
    told = (*redaction.names_in_addresses(texts), *redaction.names_said(texts))
    return Known(
        people=(*case.people, *told),
        organisations=case.organisations,
        hosts=case.hosts,
        external=case.external,
        language=case.language,
    )
