"""Escalating a ticket: what is missing for it, what was found before, and sending it."""

import dataclasses
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from api import handover, wording
from api.catalogues import catalogue
from api.handover import Found, Handover, Tried
from api.wiring import Services
from articles import audiences, handing_over
from articles.drafting import language_of, read_outside
from indexer import identifiers, language
from indexer.confidence import Band
from indexer.search import Hit, similar
from kb import documents, escalation_rules, escalations, faces, feedback, people, sharing
from kb.errors import Conflict, InvalidInput
from kb.escalation_rules import Fact, Question, Rule, Step, Texts, Version
from kb.escalations import Destination, Packet
from kb.feedback import Subject
from kb.models import DocumentKind, Escalation, Impact, Message, Ticket, Verdict
from kb.visibility import Reader

SUGGESTED = 50
"""Hits that are kept with an escalation: what could have been found at that time."""

NAMED = 10
"""Hits that the handover names at most."""

ERRORS = frozenset(
    {
        identifiers.Kind.HEX_CODE,
        identifiers.Kind.ERROR_CODE,
        identifiers.Kind.ERROR_NUMBER,
        identifiers.Kind.HTTP_STATUS,
        identifiers.Kind.MAIL_STATUS,
        identifiers.Kind.EVENT,
    }
)
"""Identifiers that answer which error it is."""


class Outcome(StrEnum):
    """What came of a step that had to be tried."""

    NO_HELP = "no_help"
    IMPOSSIBLE = "impossible"


class PacketIncomplete(InvalidInput):
    """The packet lacks something that the rule asks for."""


class SolvedBefore(Conflict):
    """A solved case is likely to help; look at it, then send again and name it as considered."""


@dataclass(frozen=True, slots=True)
class StepDone:
    """What came of a step; one that could not be done needs a note why."""

    outcome: Outcome
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What an agent says to hand a ticket over."""

    impact: Impact
    category: str | None = None
    """Left out: that of the ticket."""
    answers: Mapping[str, str] = dataclasses.field(default_factory=dict)
    tried: Mapping[str, StepDone] = dataclasses.field(default_factory=dict)
    considered: Collection[Subject] = ()
    """The likely solutions that the agent has looked at."""
    share: bool = False
    """Whether the company that it goes to may read the ticket from now on."""
    after: int | None = None
    """Id of the last escalation that the agent knows of; None: it does not matter."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What the rule for a ticket asks for, and what is known already."""

    version: Version
    rule: Rule
    impact: Impact
    category: str | None
    to: Destination
    language: str
    readable: bool
    """Whether the receiver may read the ticket as things are."""
    known: dict[str, str]
    """Answers that the ticket gives itself, by question."""
    hits: tuple[Hit, ...]
    said: dict[Subject, Verdict]
    """What was said of documents with the ticket in hand."""

    @property
    def missing(self) -> list[Question]:
        """What the packet must hold and the ticket does not say."""
        return [question for question in self.rule.packet if question.id not in self.known]

    @property
    def likely(self) -> list[Hit]:
        """Solved cases and articles that are likely to help, and that nobody has ruled out."""
        ruled_out = {Verdict.NOT_THIS}
        return [
            hit
            for hit in self.hits
            if hit.confidence.band is Band.LIKELY
            and (hit.solved or hit.kind is DocumentKind.ARTICLE)
            and self.said.get(subject_of(hit)) not in ruled_out
        ]


def subject_of(hit: Hit) -> Subject:
    """The ticket or article that a hit is of; internal messages belong to their ticket."""
    is_article = hit.kind is DocumentKind.ARTICLE
    return (DocumentKind.ARTICLE if is_article else DocumentKind.TICKET, hit.origin_id)


def prepare(
    session: Session,
    services: Services,
    reader: Reader,
    ticket: Ticket,
    *,
    impact: Impact,
    category: str | None = None,
) -> Prepared:
    """What the escalation of `ticket` needs.

    Raises:
        RoleMissing, OwnPeopleOnly: `reader` may not escalate.
        TeamNotFound, OrganisationNotFound: the rule names a receiver who is gone.
    """
    escalations.must_escalate(reader)
    version = escalation_rules.current(session)
    category = category or ticket.category
    rule = version.rules.of(category, impact)
    to = escalations.destination(session, ticket, rule.to)
    found = similar(session, services.finder, reader, ticket, limit=SUGGESTED, collapse=True)
    return Prepared(
        version=version,
        rule=rule,
        impact=impact,
        category=category,
        to=to,
        language=rule.language or language_of(ticket, language.detect),
        readable=escalations.readable(session, ticket, to),
        known=_known(session, reader, ticket, rule),
        hits=found.hits,
        said=feedback.of_ticket(session, reader, ticket.id),
    )


def send(
    session: Session,
    services: Services,
    reader: Reader,
    ticket_id: int,
    request: Request,
    *,
    at: datetime,
) -> Escalation:
    """Hand the ticket over: keep its packet, move it to its receiver, write the handover.

    Raises:
        RoleMissing, OwnPeopleOnly: `reader` may not escalate.
        TicketNotFound: it is absent or invisible.
        TicketIsSolved, EscalatedMeanwhile: its state does not allow it.
        PacketIncomplete: something is missing; names each field.
        SolvedBefore: a likely solution was not considered.
        NothingToShare, NotShareable: the ticket cannot be shared so.
    """
    ticket = escalations.open_for(session, reader, ticket_id, after=request.after)
    ready = prepare(
        session, services, reader, ticket, impact=request.impact, category=request.category
    )
    _check(ready, request)
    shared_from = (
        escalations.share(session, reader, ticket, ready.to, at=at) if request.share else None
    )
    packet = _packet(session, services, reader, ticket, ready, request, at=at)
    return escalations.record(
        session, reader, ticket, ready.to, packet, shared_from=shared_from, at=at
    )


def asked(question: Question, code: str, _: wording.Translate = wording.same) -> str:
    """The question in the language `code`, whose translations `_` gives."""
    if question.ask is None:
        return wording.fact(Fact(question.id), _)
    return spoken(question.ask, code)


def spoken(texts: Texts, code: str) -> str:
    """The text in this language, else in English, else in any."""
    said = {str(name): text for name, text in texts.items()}
    return said.get(code) or said.get("en") or next(iter(said.values()))


def _known(session: Session, reader: Reader, ticket: Ticket, rule: Rule) -> dict[str, str]:
    """What the ticket says itself, and what was answered when it was escalated before."""
    face = faces.of(reader, ticket)
    text = f"{face.title}\n{face.description}"
    errors = [text[one.start : one.end] for one in identifiers.find(text) if one.kind in ERRORS]
    told = {
        Fact.DEVICE.value: face.item or "",
        Fact.ENVIRONMENT.value: face.environment,
        Fact.ERROR.value: ", ".join(dict.fromkeys(errors)),
    }
    for before in escalations.of_ticket(session, reader, ticket.id):
        told |= before.row.answers
    return {one.id: told[one.id] for one in rule.packet if told.get(one.id, "").strip()}


def _check(ready: Prepared, request: Request) -> None:
    places = [*_lacking(ready, request), *_unknown(ready, request)]
    if places:
        lacking = ", ".join(at.rpartition("/")[2] for at, _ in places)
        raise PacketIncomplete(f"the packet is not complete: {lacking}", places)
    new = [hit for hit in ready.likely if subject_of(hit) not in request.considered]
    if new:
        names = ", ".join(hit.number for hit in new)
        raise SolvedBefore(f"likely to help: {names}; look there, then name them as considered")


def _lacking(ready: Prepared, request: Request) -> Iterator[tuple[str, str]]:
    for question in ready.missing:
        if not request.answers.get(question.id, "").strip():
            yield f"answers/{question.id}", f"{asked(question, 'en')} It needs an answer"
    for step in ready.rule.tried:
        done = request.tried.get(step.id)
        if done is None:
            yield f"tried/{step.id}", f"{spoken(step.say, 'en')}: say what came of it"
        elif done.outcome is Outcome.IMPOSSIBLE and not done.note.strip():
            yield f"tried/{step.id}/note", f"{spoken(step.say, 'en')}: say why it was impossible"


def _unknown(ready: Prepared, request: Request) -> Iterator[tuple[str, str]]:
    questions = {question.id for question in ready.rule.packet}
    steps = {step.id for step in ready.rule.tried}
    for name in sorted(set(request.answers) - questions):
        yield f"answers/{name}", f"the rule {ready.rule.name!r} does not ask for this"
    for name in sorted(set(request.tried) - steps):
        yield f"tried/{name}", f"the rule {ready.rule.name!r} has no such step"


def _packet(
    session: Session,
    services: Services,
    reader: Reader,
    ticket: Ticket,
    ready: Prepared,
    request: Request,
    *,
    at: datetime,
) -> Packet:
    answers = {**ready.known, **{name: text for name, text in request.answers.items() if text}}
    outside = ready.to.external or read_outside(session, ticket.audience_id)
    clean = _cleaner(ticket, [*answers.values(), *_notes(request)]) if outside else _as_it_is
    answers = {name: clean(text.strip()) for name, text in answers.items()}
    _ = catalogue(ready.language).gettext
    text = handover.markdown(
        Handover(
            number=ticket.external_id,
            title=clean(ticket.title),
            link=f"{services.settings.address}/tickets/{ticket.id}",
            to=_receiver(ready.to, _),
            sender=people.asking(session, reader)[1].name,
            category=ready.category or "",
            impact=ready.impact,
            problem=clean(ticket.description),
            facts=[(asked(one, ready.language, _), answers[one.id]) for one in ready.rule.packet],
            tried=[_tried(step, request, ready.language, clean) for step in ready.rule.tried],
            found=list(_named(session, ticket, ready)),
            messages=[
                (wording.author(message.role, _), clean(message.text))
                for message in _open_messages(ticket)[-handover.MESSAGES :]
            ],
            at=at,
        ),
        _,
    )
    return Packet(
        rules_number=ready.version.number,
        rule=ready.rule.name,
        impact=ready.impact,
        category=ready.category,
        language=ready.language,
        answers=answers,
        tried=[
            {"id": name, "outcome": done.outcome.value, "note": clean(done.note.strip())}
            for name, done in request.tried.items()
        ],
        suggested=[(hit.kind, hit.origin_id, hit.confidence.band.value) for hit in ready.hits],
        text=text,
    )


def _as_it_is(text: str) -> str:
    return text


def _cleaner(ticket: Ticket, said: Sequence[str]) -> Callable[[str], str]:
    messages = _open_messages(ticket)
    return handing_over.redactor(ticket, messages, said, detect=language.detect)


def _notes(request: Request) -> list[str]:
    return [done.note for done in request.tried.values()]


def _open_messages(ticket: Ticket) -> list[Message]:
    return [message for message in ticket.messages if not message.internal]


def _tried(step: Step, request: Request, code: str, clean: Callable[[str], str]) -> Tried:
    done = request.tried[step.id]
    return Tried(spoken(step.say, code), done.outcome.value, clean(done.note.strip()))


def _receiver(to: Destination, _: wording.Translate) -> str:
    if to.team is not None and to.organisation is not None:
        return f"{to.team.name} ({to.organisation.name})"
    return to.name or _("level {number}").format(number=to.level)


def _named(session: Session, ticket: Ticket, ready: Prepared) -> Iterator[Found]:
    """What was found and everybody who reads the handover may see, judged ones first."""
    wider = audiences.covering(session, ticket.audience_id)
    of = documents.audiences(session, [hit.document_id for hit in ready.hits])

    def is_open(hit: Hit) -> bool:
        audience, to = of[hit.document_id], ready.to
        outside = to.organisation if to.external else None
        received = outside is None or sharing.reads(session, audience, outside, to.team)
        return audience in wider and received

    told = [hit for hit in ready.hits if is_open(hit)]
    told.sort(key=lambda hit: subject_of(hit) not in ready.said)
    for hit in told[:NAMED]:
        yield Found(hit.number, hit.title, ready.said.get(subject_of(hit)))
