"""The extractive writer: chooses and orders what was said, and adds nothing."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from articles import discourse, thinness, titles
from articles.environment import Mention, mentions
from articles.passages import Said, Scribe, said, scribe
from articles.ports import (
    Case,
    Draft,
    Part,
    Section,
    SectionName,
    SentenceScorer,
    Statement,
    StatementKind,
    TooThin,
    Turn,
)
from articles.sentences import PieceKind
from articles.similarity import SharedWords
from kb.models import AuthorRole

ISSUE_LENGTH = 4
"""Sentences; what a reader takes in before looking for the resolution."""
ISSUE_READ = 30
"""Sentences of the description that are looked at; the symptom does not come later."""
ENOUGH_SYMPTOM = 1.5
"""The score a sentence needs to tell the issue; see _symptom_score."""
RESOLUTION_LENGTH = 20
"""Statements; a longer answer loses its remarks first, never its steps' order."""
CAUSE_LENGTH = 2
VERIFICATION_LENGTH = 2
ENVIRONMENT_LENGTH = 6
SAME = 0.9
"""Shared-words similarity from which two statements say the same."""


class ExtractiveWriter:
    """Needs no service and invents nothing; the default.

    Args:
        scorer: ranks the sentences of the issue by meaning; shared words where there is none.
    """

    def __init__(self, scorer: SentenceScorer | None = None) -> None:
        self._scorer: SentenceScorer = scorer or SharedWords()

    def write(self, case: Case) -> Draft:
        """See Writer."""
        assessment = thinness.assess(case)
        if assessment.refusal is not None:
            raise TooThin(assessment.refusal, assessment.missing)
        pen = scribe(case)
        solving = thinness.solving_turns(case)
        chosen = _solution(case, solving)
        issue = _issue(case, solving, self._scorer)
        found = mentions(case)[:ENVIRONMENT_LENGTH]
        verification = _verification(case, solving, used=[*chosen.cause, *chosen.resolution])
        sections = (
            _section(pen, SectionName.ISSUE, issue),
            Section(SectionName.ENVIRONMENT, tuple(pen.mention(each) for each in found)),
            _section(pen, SectionName.CAUSE, chosen.cause),
            _section(pen, SectionName.RESOLUTION, chosen.resolution, steps=True),
            _section(pen, SectionName.VERIFICATION, verification),
        )
        title = titles.title(case, issue, found)
        if not sections[0].statements:
            stated = Statement(pen.text(title.symptom), title.symptom)
            sections = (Section(SectionName.ISSUE, (stated,)), *sections[1:])
        return Draft(
            title=title.rendered(pen),
            language=case.language,
            sections=tuple(section for section in sections if section.statements),
            title_evidence=title.evidence,
            replaced=pen.replaced(),
            missing=assessment.missing,
        )


def _section(
    pen: Scribe, name: SectionName, chosen: Iterable[Said], *, steps: bool = False
) -> Section:
    statements = tuple(pen.statement(each, _kind(each, steps=steps)) for each in chosen)
    return Section(name, tuple(each for each in statements if _says_something(each)))


def _says_something(each: Statement) -> bool:
    """Whether it is more than marks and the number of a list."""
    sayings = r"\w" if each.kind is StatementKind.CODE else r"[^\W\d_]"
    return bool(re.search(sayings, each.text))


def _kind(each: Said, *, steps: bool) -> StatementKind:
    if each.piece.kind is PieceKind.CODE:
        return StatementKind.CODE
    step = _directs(each) and not each.act.link
    return StatementKind.STEP if steps and step else StatementKind.SENTENCE


@dataclass(frozen=True, slots=True)
class _Solution:
    cause: list[Said]
    resolution: list[Said]


def _solution(case: Case, solving: Sequence[Turn]) -> _Solution:
    earlier = _earlier_words(case)
    told = [
        each for turn in solving for each in said(case, turn) if not _repeats(each, earlier, turn)
    ]
    useful = _distinct([each for each in told if _useful(each)])
    for fits in (_is_no_advice, _belongs_to_the_solution):
        kept = [each for each in useful if fits(each)]
        if _holds_a_step(kept, case.language):
            useful = kept
    cause = [each for each in useful if _is_cause(each)][:CAUSE_LENGTH]
    resolution = [each for each in useful if each not in cause]
    if not _holds_a_step(resolution, case.language):
        told_why = [each for each in cause if each.label is discourse.Label.CAUSE]
        cause = told_why if resolution else []
        resolution = [each for each in useful if each not in cause]
    return _Solution(cause, _shortened(resolution))


def _holds_a_step(statements: Iterable[Said], language: str) -> bool:
    return any(thinness.is_step(each.piece, language) for each in statements)


def _is_no_advice(each: Said) -> bool:
    """Whether it is not a question that advises: "have you tried …?"."""
    return not each.act.suggests


def _belongs_to_the_solution(each: Said) -> bool:
    return not (_checks(each) or _lists_versions(each))


def _checks(each: Said) -> bool:
    """Whether its author says that it shows that it works."""
    return each.label is discourse.Label.CHECK


def _lists_versions(each: Said) -> bool:
    """Whether its author says that it tells what it was done with: that is the environment."""
    return each.label is discourse.Label.VERSION and not each.act.instructs


def _useful(each: Said) -> bool:
    act = each.act
    if each.piece.kind is PieceKind.CODE or act.link:
        return True
    if act.small_talk or act.question or _names_a_version(each):
        return False
    enough = act.content >= thinness.ENOUGH_WORDS
    if each.label is discourse.Label.CAUSE and enough:
        return True  # "the server did not have it" is no attempt that failed
    if act.dead_end:
        return False
    solves = each.label is discourse.Label.SOLUTION and enough and not act.confirms
    return solves or _tells(each)


def _tells(each: Said) -> bool:
    """Whether it says what to do, or why, rather than that it works or does not."""
    act = each.act
    step = act.instructs or act.exact or act.suggests or each.piece.kind is PieceKind.ITEM
    if act.confirms and not (step or act.explains):
        return False
    return step or act.explains or (act.content >= thinness.ENOUGH_WORDS and not act.complains)


def _names_a_version(each: Said) -> bool:
    """Whether it only says with what it was seen: that is the environment."""
    rest, versions = discourse.VERSION.subn("", each.piece.text)
    product = len(discourse.content_words(rest)) <= 1
    return bool(versions) and product and not each.act.instructs


STRONG_CAUSE = re.compile(
    r"^(?:\W|so |this (?:is|was) an? (?:\w+ )?|it |es |the |die |der |das |de |het |root "
    r"|eigentliche |vermutlich |probably )*"
    r"(?:cause|reason|culprit|problem|issue|fault|ursache|grund|auslöser|fehler|oorzaak|reden|probleem|fout"
    r"|lag|liegt|stellte sich|turned out|turns out|bleek|lag aan|ligt aan|kwam|komt)\b",
    re.IGNORECASE,
)


def _is_cause(each: Said) -> bool:
    """Whether the sentence says why, rather than what to do about it."""
    act, text = each.act, each.piece.text
    if each.piece.kind is not PieceKind.SENTENCE:
        return False
    if discourse.LEADS_TO_ERROR.search(text) or discourse.LACKED.search(text):
        return each.label in (None, discourse.Label.CAUSE)
    explains = act.explains or each.label is discourse.Label.CAUSE
    return explains and (not act.instructs or bool(STRONG_CAUSE.match(text)))


def _shortened(statements: list[Said]) -> list[Said]:
    """At most RESOLUTION_LENGTH: remarks go before steps, late ones before early ones."""
    surplus = len(statements) - RESOLUTION_LENGTH
    if surplus <= 0:
        return statements
    remarks = [each for each in statements if not _directs(each)]
    dropped = remarks[::-1][:surplus]
    kept = [each for each in statements if each not in dropped]
    return kept[:RESOLUTION_LENGTH]


def _directs(each: Said) -> bool:
    return each.act.instructs or each.act.exact or each.piece.kind is not PieceKind.SENTENCE


def _earlier_words(case: Case) -> dict[str, Turn]:
    """Each sentence by its letters and digits, and the turn that said it first."""
    first: dict[str, Turn] = {}
    for turn in case.turns:
        for each in said(case, turn):
            first.setdefault(_letters(each.piece.text), turn)
    return first


def _repeats(each: Said, earlier: dict[str, Turn], turn: Turn) -> bool:
    """Whether somebody else had said it before: then it is a quotation without its marks."""
    first = earlier.get(_letters(each.piece.text), turn)
    return first is not turn and first.role is not turn.role


def _letters(text: str) -> str:
    return re.sub(r"\W+", "", text).lower()


def _distinct(statements: Sequence[Said]) -> list[Said]:
    """Without what an earlier statement says already in nearly the same words.

    A list may repeat a step: it is done twice.
    """
    words, kept = SharedWords(), list[Said]()
    for each in statements:
        item = each.piece.kind is PieceKind.ITEM
        others = [other.piece.text for other in kept if not (item and other.turn is each.turn)]
        near = words.similarity(others, each.piece.text)
        if not near or max(near) < SAME:
            kept.append(each)
    return kept


def _issue(case: Case, solving: Collection[Turn], scorer: SentenceScorer) -> list[Said]:
    """The sentences of the requester that tell the symptom best, in their order."""
    turns = [turn for turn in case.turns if _asks(turn) and turn not in solving][:1]
    pieces = [each for turn in turns for each in said(case, turn)]
    prose = [
        each
        for each in pieces
        if each.piece.kind is not PieceKind.CODE and not (each.act.small_talk or each.act.link)
    ]
    prose = prose[:ISSUE_READ]
    near = _beside_their_mean(scorer.similarity([each.piece.text for each in prose], case.title))
    scored = [
        (_symptom_score(each, first=index == 0, near=score), index)
        for index, (each, score) in enumerate(zip(prose, near, strict=True))
    ]
    best = sorted(scored, reverse=True)[:ISSUE_LENGTH]
    chosen = [prose[index] for score, index in best if score >= ENOUGH_SYMPTOM]
    logs = [each for each in pieces if each.piece.kind is PieceKind.CODE][:1]
    return sorted(_distinct(chosen + logs), key=lambda each: each.piece.start)


def _beside_their_mean(scores: Sequence[float]) -> list[float]:
    """How much nearer each is than the others: scorers differ in what they call near."""
    mean = sum(scores) / len(scores) if scores else 0.0
    return [score - mean for score in scores]


def _asks(turn: Turn) -> bool:
    return turn.part is Part.DESCRIPTION or (
        turn.part is Part.MESSAGE and turn.role is AuthorRole.REQUESTER
    )


def _symptom_score(each: Said, *, first: bool, near: float) -> float:
    act, text = each.act, each.piece.text
    score = 3.0 * near + 2.0 * act.complains + 1.0 * act.exact + 1.0 * first
    score += 2.0 * bool(discourse.RECENT_CHANGE.search(text)) + 0.5 * act.question
    return score - 2.0 * (act.dead_end or act.tried) - 3.0 * (act.content < thinness.ENOUGH_WORDS)


CHECKED = re.compile(
    r"\b(?:verified|confirmed|tested|bestätigt|geprüft|getestet|verifiziert|bevestigd|gecontroleerd|getest)\b",
    re.IGNORECASE,
)


def _speaks_for_it(each: Said) -> bool:
    return each.turn.role is AuthorRole.REQUESTER or bool(CHECKED.search(each.piece.text))


def _verification(case: Case, solving: Sequence[Turn], *, used: Collection[Said]) -> list[Said]:
    """What says that it works, in the solution or after it; the last words count most."""
    first = case.turns.index(solving[0]) if solving else 0
    spans = {(each.turn.part, each.turn.message, each.piece.start) for each in used}
    confirming = [
        each
        for turn in case.turns[first:]
        for each in said(case, turn)
        if each.piece.kind is not PieceKind.CODE
        and (
            (turn in solving and _checks(each))
            or (each.act.confirms and (turn in solving or _speaks_for_it(each)))
        )
        and not each.act.question
        and (turn.part, turn.message, each.piece.start) not in spans
    ]
    return _distinct(confirming)[:VERIFICATION_LENGTH]


def environment_of(case: Case) -> tuple[Mention, ...]:
    """The products and versions that the ticket names."""
    return tuple(mentions(case)[:ENVIRONMENT_LENGTH])
