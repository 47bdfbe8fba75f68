"""Whether a closing says enough for an article, and what the closing form should ask for."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from articles import discourse, sentences
from articles.ports import Case, Missing, Part, Refusal, Turn
from articles.sentences import Piece, PieceKind
from kb.models import AuthorRole

ENOUGH_WORDS = 3
"""Words beside "it is solved" that a step has, unless it names something exactly."""
FOREIGN_WORDS = 8
"""In a language without cues of ours, a sentence with so many words is taken for a step."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """What a closing holds, and what it lacks."""

    missing: tuple[Missing, ...]
    refusal: Refusal | None = None
    """Why there is no basis; None where there is one."""

    @property
    def basis(self) -> bool:
        """Whether an article can be written from it."""
        return self.refusal is None


def assess(case: Case) -> Assessment:
    """What the ticket already says, so that the form asks only for the rest."""
    solving = [piece for turn in solving_turns(case) for piece in own_words(turn.text, case)]
    basis = any(is_step(piece, case.language) for piece in solving) and not _healed(solving)
    acts = [discourse.read(piece.text) for piece in solving]
    missing = {
        Missing.STEP: not basis,
        Missing.CAUSE: not any(act.explains for act in acts),
        Missing.EXACT: not any(
            act.exact or piece.kind is PieceKind.CODE
            for act, piece in zip(acts, solving, strict=True)
        ),
        Missing.VERSION: not _names_version(case),
        Missing.VERIFICATION: not is_verified(case),
    }
    lacking = tuple(each for each, lacks in missing.items() if lacks)
    return Assessment(lacking, None if basis else _refusal(case))


def _healed(solving: Iterable[Piece]) -> bool:
    """Whether it went away by itself, and no command, path or setting is told besides."""
    pieces = list(solving)
    exact = any(
        piece.kind is PieceKind.CODE or discourse.read(piece.text).exact for piece in pieces
    )
    return not exact and any(discourse.BY_ITSELF.search(piece.text) for piece in pieces)


def _refusal(case: Case) -> Refusal:
    """The nearest reason why nothing that was said is a step."""
    texts = [turn.text for turn in solving_turns(case) if turn.text.strip()]
    if not texts:
        return Refusal.NO_ANSWER
    pieces = [piece for text in texts for piece in sentences.split(text, case.language)]
    acts = [discourse.read(piece.text) for piece in pieces]
    if any(POINTER.search(text) for text in texts):
        return Refusal.POINTS_ELSEWHERE
    if any(act.question for act in acts):
        return Refusal.ONLY_A_QUESTION
    healed = any(discourse.BY_ITSELF.search(piece.text) for piece in pieces)
    if healed or any(act.confirms or act.content < ENOUGH_WORDS for act in acts):
        return Refusal.ONLY_THE_OUTCOME
    return Refusal.NO_STEP


POINTER = re.compile(
    r"https?://|<question-link>|\b(?:see|siehe|zie)\s(?:here|hier|KB|ticket)\b", re.I
)


def assess_note(note: str, *, language: str = "en", environment: str = "") -> Assessment:
    """Judge a closing note alone, e.g. while it is being typed."""
    turn = Turn(Part.RESOLUTION, note, role=AuthorRole.AGENT)
    return assess(Case(0, "", (turn,), language=language, environment=environment))


def solving_turns(case: Case) -> tuple[Turn, ...]:
    """The texts that may say what solved it: the resolution, the accepted answer, the answers."""
    stated = [turn for turn in case.turns if turn.part is Part.RESOLUTION or turn.accepted]
    told = [turn for turn in case.turns if turn.part is Part.MESSAGE and _tells(turn, case)]
    if any(_has_step(turn, case) for turn in stated):
        if all(_refers(turn) for turn in stated):
            return _in_order(case, [*stated, *_confirmed_answer(case)])
        return _in_order(case, stated)
    if told:
        return _in_order(case, [*stated, *told])
    return _in_order(case, [*stated, *_confirmed_answer(case)])


def _refers(turn: Turn) -> bool:
    """Whether the requester speaks of somebody's answer, which then holds what solved it."""
    asked = turn.part is Part.MESSAGE and turn.role is AuthorRole.REQUESTER
    return asked and bool(discourse.REFERS_TO_ANSWER.search(turn.text))


def _in_order(case: Case, turns: Collection[Turn]) -> tuple[Turn, ...]:
    return tuple(turn for turn in case.turns if turn in turns)


def _confirmed_answer(case: Case) -> list[Turn]:
    """The last answer with a step before somebody said that it works; else the very last."""
    helpers = (AuthorRole.AGENT, AuthorRole.CONTRACTOR)
    answers: list[Turn] = []
    for turn in case.turns:
        if turn.part is Part.MESSAGE and turn.role in helpers and _has_step(turn, case):
            answers.append(turn)
        elif answers and turn.role is AuthorRole.REQUESTER and _confirming(turn.text, case):
            return answers[-1:]
    return answers[-1:]


def _tells(turn: Turn, case: Case) -> bool:
    """Whether the requester says in the same message what they did and that it works."""
    if turn.role is not AuthorRole.REQUESTER:
        return False
    pieces = own_words(turn.text, case)
    works = any(discourse.read(piece.text).confirms for piece in pieces)
    return works and any(is_step(piece, case.language) for piece in pieces)


def _has_step(turn: Turn, case: Case) -> bool:
    return any(is_step(piece, case.language) for piece in own_words(turn.text, case))


def own_words(text: str, case: Case) -> tuple[Piece, ...]:
    """What the author says themselves, without quotes, signatures and small talk."""
    pieces = sentences.split(text, case.language)
    said = (PieceKind.SENTENCE, PieceKind.ITEM, PieceKind.CODE)
    return tuple(
        piece
        for piece in pieces
        if piece.kind in said
        and (piece.kind is PieceKind.CODE or not discourse.read(piece.text).small_talk)
    )


def is_step(piece: Piece, language: str = "en") -> bool:
    """Whether somebody else could do it: more than that it works again."""
    if piece.kind is PieceKind.CODE:
        return True
    act = discourse.read(piece.text)
    if act.question or act.dead_end or act.link:
        return False
    words = act.content
    if act.instructs:
        return words > 0 and (act.exact or words >= ENOUGH_WORDS or not _only_outcome(piece.text))
    if act.exact:
        return words >= ENOUGH_WORDS
    if language not in sentences.LANGUAGES:
        return words >= FOREIGN_WORDS
    return act.explains and words >= 2 * ENOUGH_WORDS


def _only_outcome(text: str) -> bool:
    """Whether nothing but the result is told: the action words stand for being done."""
    left = [word for word in discourse.content_words(text) if not discourse.VAGUE.match(word)]
    return not left


def _names_version(case: Case) -> bool:
    texts = [case.environment, case.item, case.title, *(turn.text for turn in case.turns)]
    return any(discourse.VERSION.search(text) for text in texts)


def is_verified(case: Case) -> bool:
    """Whether anybody says that it works now, or how that was checked."""
    return any(_confirming(turn.text, case) for turn in case.turns[1:] or case.turns)


def _confirming(text: str, case: Case) -> Iterable[Piece]:
    pieces = own_words(text, case)
    return [piece for piece in pieces if discourse.read(piece.text).confirms]
