"""What a solved ticket is worth: link an article, change it, write a new one, or nothing."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from articles import sentences
from articles.markdown import HEADINGS, escape, fenced, heading
from articles.ports import Draft, SectionName, SentenceScorer, Statement, StatementKind
from articles.support import supports
from kb.redaction.redact import PLACEHOLDER

SAME_SOLUTION = 0.6
"""The share of a draft's steps that an article must hold to be the same solution."""
PART_OF_SOLUTION = 0.25
"""The share from which an article on the same issue is missing steps, rather than another one."""
FEWEST_COPIED = 12
"""Words that a ticket must have in common with an article, sentence by sentence, to have them from
there: "Restart the computer." is said everywhere."""
RELATED = 0.4
LIKELY = 0.7
"""How near the search must put an article for its issue to be the same; see Candidate.near."""


class Verdict(StrEnum):
    """What to do with a solved ticket."""

    LINK = "link"
    CHANGE = "change"
    NEW = "new"
    NOTHING = "nothing"


class Reason(StrEnum):
    """Why."""

    TOO_THIN = "too_thin"
    LINKED_ALREADY = "linked_already"
    ALL_SAID = "all_said"
    SAYS_MORE = "says_more"
    STEPS_MISSING = "steps_missing"
    COPIED = "copied"
    OTHER_SOLUTION = "other_solution"
    NO_ARTICLE = "no_article"


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article that the search proposes."""

    article_id: int
    number: str
    title: str
    markdown: str
    language: str
    near: float
    """In [0, 1]: how near the search puts its issue; a low figure need not mean another one."""


@dataclass(frozen=True, slots=True)
class Addition:
    """What the ticket says and the article does not."""

    section: SectionName
    statement: Statement


@dataclass(frozen=True, slots=True)
class Considered:
    """A candidate, and the shares of the draft's issue and steps that it holds."""

    candidate: Candidate
    same_issue: float
    """What it holds of the issue, or how near the search puts it, whichever is more."""
    same_steps: float
    copied: bool = False
    """Whether it holds the solution word for word: the ticket is no further evidence for it."""


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do, why, with which article; and all candidates, the best first."""

    verdict: Verdict
    reason: Reason
    candidate: Candidate | None = None
    additions: tuple[Addition, ...] = ()
    considered: tuple[Considered, ...] = ()


def decide(
    draft: Draft | None,
    candidates: Iterable[Candidate],
    *,
    linked: bool = False,
    scorer: SentenceScorer | None = None,
) -> Advice:
    """Advise on a solved ticket; a person may always do otherwise.

    Args:
        draft: what a writer made of it; None where the ticket was too thin.
        candidates: what the search proposes, in any order; only articles that everybody who will
            see the advice may read.
        linked: the ticket was solved with an article that it is linked to already.
        scorer: compares meanings, so that an article in another language counts.
    """
    if linked:
        return Advice(Verdict.NOTHING, Reason.LINKED_ALREADY)
    if draft is None:
        return Advice(Verdict.NOTHING, Reason.TOO_THIN)
    considered = sorted(
        (_considered(draft, each, scorer) for each in candidates),
        key=lambda each: (-each.same_steps * each.same_issue, -each.same_issue),
    )
    for each in considered:
        advice = _advice(draft, each, tuple(considered), scorer)
        if advice is not None:
            return advice
    near = any(each.same_issue >= LIKELY for each in considered)
    reason = Reason.OTHER_SOLUTION if near else Reason.NO_ARTICLE
    return Advice(Verdict.NEW, reason, considered=tuple(considered))


def _advice(
    draft: Draft,
    each: Considered,
    considered: tuple[Considered, ...],
    scorer: SentenceScorer | None,
) -> Advice | None:
    """The advice to use this candidate, or None where it is about something else."""
    same = each.same_steps >= SAME_SOLUTION and each.same_issue >= RELATED
    part = each.same_steps >= PART_OF_SOLUTION and each.same_issue >= LIKELY
    if not (same or part or each.copied):
        return None
    additions = lacking(draft, each.candidate, scorer)
    if not additions:
        return Advice(Verdict.LINK, Reason.ALL_SAID, each.candidate, considered=considered)
    steps = any(addition.section is SectionName.RESOLUTION for addition in additions)
    if each.copied and not same:
        reason = Reason.COPIED
    else:
        reason = Reason.STEPS_MISSING if steps else Reason.SAYS_MORE
    return Advice(Verdict.CHANGE, reason, each.candidate, additions, considered)


def _considered(draft: Draft, candidate: Candidate, scorer: SentenceScorer | None) -> Considered:
    windows = _windows(candidate)
    issue = _share(windows, draft.section(SectionName.ISSUE), scorer)
    steps = _share(windows, draft.section(SectionName.RESOLUTION), scorer)
    copied = _copied(candidate, draft.section(SectionName.RESOLUTION))
    return Considered(candidate, max(candidate.near, issue), steps, copied)


def _copied(candidate: Candidate, statements: Sequence[Statement]) -> bool:
    """Whether most of the statements, by their words, stand in the article word for word."""
    article = _in_a_row(candidate.markdown)
    lengths = [
        (len(words.split()), words in article)
        for statement in statements
        if (words := _in_a_row(statement.text)).strip()
    ]
    copied = sum(length for length, there in lengths if there)
    return copied >= max(FEWEST_COPIED, SAME_SOLUTION * sum(length for length, _ in lengths))


def _in_a_row(text: str) -> str:
    """The words of a text, each between single spaces; placeholders are numbered anew each time."""
    words = re.findall(r"\w+", PLACEHOLDER.sub("", text).casefold())
    return f" {' '.join(words)} "


def _share(
    windows: Sequence[str], statements: Sequence[Statement], scorer: SentenceScorer | None
) -> float:
    held = sum(_holds(windows, statement, scorer) for statement in statements)
    return held / len(statements) if statements else 0.0


def lacking(
    draft: Draft, candidate: Candidate, scorer: SentenceScorer | None = None
) -> tuple[Addition, ...]:
    """What the draft says and the article does not, as it would be added."""
    return tuple(_additions(draft, candidate, scorer))


def _additions(
    draft: Draft, candidate: Candidate, scorer: SentenceScorer | None
) -> Iterator[Addition]:
    """Missing steps, cause and versions; and the symptom where all its words are new."""
    windows = _windows(candidate)
    for name in (SectionName.ENVIRONMENT, SectionName.CAUSE, SectionName.RESOLUTION):
        for statement in draft.section(name):
            worth = name is not SectionName.RESOLUTION or statement.kind is not _REMARK
            if worth and not _holds(windows, statement, scorer):
                yield Addition(name, statement)
    issue = draft.section(SectionName.ISSUE)
    if issue and not any(_holds(windows, statement, scorer) for statement in issue):
        yield Addition(SectionName.ISSUE, issue[0])


_REMARK = StatementKind.SENTENCE


def _windows(candidate: Candidate) -> list[str]:
    """Each sentence of the article together with the next one."""
    text = f"{candidate.title}.\n\n{candidate.markdown}"
    plain = re.sub(r"\\(?=[^\w\s])|^#{1,6} |`{3,}\w*", "", text, flags=re.MULTILINE)
    pieces = [piece.text for piece in sentences.split(plain, candidate.language)]
    return [" ".join(pieces[at : at + 2]) for at in range(len(pieces))]


def _holds(windows: Sequence[str], statement: Statement, scorer: SentenceScorer | None) -> bool:
    """Whether the article says it; placeholders are numbered anew in each draft."""
    text = PLACEHOLDER.sub("", statement.text)
    return any(supports([window], text, scorer) for window in windows)


@dataclass(frozen=True, slots=True)
class _Heading:
    line: int
    level: int
    name: SectionName | None


def changed(candidate: Candidate, additions: Iterable[Addition]) -> str:
    """The article's Markdown with the additions at the ends of their sections.

    A section is known by its heading in German, Dutch or English; one that is not there is added
    at the end.  Every line that was there stays.
    """
    markdown = candidate.markdown.rstrip("\n")
    for addition in additions:
        lines = markdown.split("\n")
        at = _end_of(lines, addition.section)
        if at is None:
            title = heading(addition.section, candidate.language)
            markdown = f"{markdown}\n\n## {title}\n\n{_block(addition, [])}"
            continue
        body, rest = lines[:at], lines[at:]
        while body and not body[-1].strip():
            body.pop()
        gap = "" if addition.section is SectionName.ENVIRONMENT and body[-1][:1] in "-*" else "\n"
        tail = "\n\n" + "\n".join(rest) if rest else ""
        markdown = "\n".join(body) + f"\n{gap}{_block(addition, body)}{tail}"
    return markdown + "\n"


def _block(addition: Addition, before: Sequence[str]) -> str:
    text = addition.statement.text
    if addition.statement.kind is StatementKind.CODE:
        return fenced(text)
    if addition.section is SectionName.ENVIRONMENT:
        return f"- {escape(text)}"
    if addition.section is SectionName.RESOLUTION:
        return f"{_next_number(before)}. {escape(text)}"
    return escape(text)


def _next_number(before: Sequence[str]) -> int:
    """One more than the last number of the section that ends with `before`."""
    for line in reversed(before):
        if line.startswith("#"):
            break
        if match := re.match(r"(\d{1,3})[.)]\s", line):
            return int(match[1]) + 1
    return 1


def _end_of(lines: Sequence[str], name: SectionName) -> int | None:
    """The line behind a section: the next heading that is not below it, or the end."""
    headings = list(_headings(lines))
    for at, found in enumerate(headings):
        if found.name is name:
            later = [each for each in headings[at + 1 :] if each.level <= found.level]
            return later[0].line if later else len(lines)
    return None


def _headings(lines: Sequence[str]) -> Iterator[_Heading]:
    names = {text.lower(): name for known in HEADINGS.values() for name, text in known.items()}
    fence = ""
    for number, line in enumerate(lines):
        mark = re.match(r"\s*(`{3,}|~{3,})", line)
        if mark:
            fence = "" if fence and mark[1].startswith(fence) else fence or mark[1]
        elif not fence and (match := re.match(r"(#{1,6})\s+(.*?)\s*#*$", line)):
            yield _Heading(number, len(match[1]), names.get(match[2].lower()))
