"""The worker: does what was promised, and keeps the index up with the database."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import structlog
from sqlalchemy.orm import Session

from api import advising, delivering, digests, handing_on_there, source_notes, uploaded
from api.wiring import Services
from articles import deciding, drafting, proposing, receivers
from articles.decision import Advice, Reason, Verdict
from articles.models import Decision
from articles.ports import Case, Draft, TooThin
from articles.proposing import Proposal
from indexer import language, sync
from kb import audit, cleaning, events, idempotency, jobs, previews, tickets
from kb import digests as kb_digests
from kb.errors import KbError, Unavailable
from kb.jobs import Claim, ClaimLost
from kb.sources import handing_on, noting, uploads

log = structlog.get_logger()

POLL = 0.5
"""Seconds between two looks for work: a change shall be found within two seconds."""

PAUSE = 5.0
"""Seconds of rest after work has failed as a whole, say because the database is gone."""

SNAPSHOT = 600.0
"""Seconds between two snapshots of a growing index; starting without one costs a rebuild."""

FORGETTING = 3600.0
"""Seconds between two rounds of forgetting."""

CLEANED = 20
"""Tickets cleaned in one transaction: a lock of well under a second."""

Outcome = Callable[[Session], None]
"""Writes what a job has made, in the transaction that removes the job."""


class UnknownJob(Unavailable):
    """No handler for a job: it was promised by a newer release."""


def draft(services: Services, ticket_id: int, at: datetime) -> Outcome:
    """Decide what a closed ticket is worth, and write that; or note what the ticket lacks."""
    with services.database.read() as session:
        case = drafting.prepare(session, ticket_id, detect=language.detect)
        choice = deciding.choice(session, ticket_id)
        solved_by = deciding.solved_by(session, ticket_id)
    if case is None:
        return _nothing
    if solved_by is not None and choice is None:
        advice = Advice(Verdict.NOTHING, Reason.LINKED_ALREADY)
        return partial(
            _note, case=case, decision=Decision.LINKED, advice=advice, article_id=solved_by, at=at
        )
    try:
        written = services.writer.write(case)
    except TooThin as error:
        return partial(_refuse, ticket_id=ticket_id, error=error, at=at)
    with services.database.read() as session:
        advice = advising.advise(session, services.finder, case, written, choice)
        proposal = advising.proposal(session, services.writer, case, written, advice)
    if advice.verdict is Verdict.NEW:
        return partial(_keep, case=case, written=written, advice=advice, at=at)
    if proposal is None:
        return partial(_note, case=case, decision=Decision.LINK, advice=advice, at=at)
    return partial(_propose, proposal=proposal, advice=advice, at=at)


def told(services: Services, ticket_id: int, at: datetime) -> Outcome:
    """Write a draft; the source of the ticket is told of it, where it is to be told."""
    write = draft(services, ticket_id, at)

    def written(session: Session) -> None:
        write(session)
        noting.promise_telling(session, ticket_id, at=at)

    return written


def suggest(services: Services, ticket_id: int, _at: datetime) -> Outcome:
    """Note similar cases on a new ticket in its own system."""
    source_notes.suggest(services, ticket_id)
    return _nothing


def tell(services: Services, ticket_id: int, _at: datetime) -> Outcome:
    """Note on a closed ticket in its own system what became of it."""
    source_notes.tell(services, ticket_id)
    return _nothing


def hand_on(services: Services, handed_on_id: int, at: datetime) -> Outcome:
    """Open the case in the system that a ticket was handed on to."""
    return handing_on_there.open_case(services, handed_on_id, at)


def answer(services: Services, handed_on_id: int, _at: datetime) -> Outcome:
    """Note the answer from there on the ticket in its own system."""
    handing_on_there.tell(services, handed_on_id)
    return _nothing


HANDLERS: dict[str, Callable[[Services, int, datetime], Outcome]] = {
    "draft": told,
    noting.SUGGEST: suggest,
    noting.TELL: tell,
    handing_on.HAND_ON: hand_on,
    handing_on.ANSWER: answer,
    kb_digests.JOB: digests.send,
    receivers.JOB: delivering.deliver,
    uploads.JOB: uploaded.run,
}
"""For each kind of job, what does it.

A handler does the slow part first, in transactions that only read, and returns how to write what
it made: nobody waits for it.  It may be asked twice for the same.
"""


def work_once(services: Services, *, at: datetime) -> bool:
    """Do one job, clean, cut one batch of documents and embed one batch of passages.

    Each of the four is tried, also if the one before has failed; then the first failure is
    raised.

    Returns:
        Whether there was anything to do.
    """
    failures: list[Exception] = []
    done = [
        _attempt(stage, failures)
        for stage in (
            lambda: do_job(services, at=at),
            lambda: clean_again(services),
            lambda: sync.cut_promised(services.database) > 0,
            lambda: _embed(services),
        )
    ]
    if any(done):
        services.finder.keep_up()
    if failures:
        raise failures[0]
    return any(done)


def clean_again(services: Services) -> bool:
    """Clean some tickets by the rules, and for the readers, of today; False if there are none."""
    with services.database.read() as session:
        if not cleaning.behind(session, limit=1):
            return False
    with services.database.write() as session:
        return tickets.clean_again(session, limit=CLEANED) > 0


def do_job(services: Services, *, at: datetime) -> bool:
    """Do the oldest due job; False if there is none.

    A job that fails leaves nothing behind but the reason, and is tried again later.
    """
    with services.database.read() as session:
        if not jobs.due(session, at=at):
            return False
    with services.database.write() as session:
        claim = jobs.claim(session, at=at)
    if claim is None:
        return False
    began = time.perf_counter()
    try:
        _do(services, claim, at)
    except ClaimLost:
        log.warning("job taken over", job=claim.kind, subject=claim.subject_id)
    except jobs.TryLater as error:
        log.warning("job put off", job=claim.kind, subject=claim.subject_id)
        with services.database.write() as session:
            jobs.put_off(session, claim, _said(error), until=error.until, at=at)
    except Exception as error:
        log.exception("job failed", job=claim.kind, subject=claim.subject_id)
        with services.database.write() as session:
            jobs.fail(session, claim, _said(error), at=at)
    else:
        ms = round((time.perf_counter() - began) * 1000)
        log.info("job done", job=claim.kind, subject=claim.subject_id, ms=ms)
    return True


def work_all(services: Services, *, at: datetime | None = None) -> None:
    """Work until nothing is due any more."""
    while work_once(services, at=at or datetime.now(UTC)):
        pass


def forget(services: Services, *, at: datetime) -> None:
    """Delete what is kept for a time alone: idempotency keys, previews, files, old events."""
    with services.database.write() as session:
        idempotency.forget(session, at=at)
        previews.end_overdue(session, at=at)
        uploads.forget(session, at=at)
    days = services.settings.retention_events
    if days is None:
        return
    with services.database.write() as session:
        gone = audit.prune(session, before=at - timedelta(days=days))
        if gone:
            events.record(
                session,
                "audit.prune",
                person_id=None,
                subject="event",
                subject_id=None,
                at=at,
                detail=f"events={gone} days={days}",
            )


class Worker:
    """A thread that works until it is stopped; what fails never stops it."""

    def __init__(self, services: Services) -> None:
        """Prepare the thread."""
        self._services = services
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self.run, name="kb-worker", daemon=True)
        self._saved = self._forgot = time.monotonic()
        self._unsaved = False

    def start(self) -> None:
        """Begin to work in the background."""
        self._thread.start()

    def stop(self, *, seconds: float = 30) -> None:
        """Finish the work in hand, save the index, and end; safe to call twice."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(seconds)

    def ask_to_stop(self) -> None:
        """Let `run` return after the work in hand; for signal handlers."""
        self._stopping.set()

    def run(self) -> None:
        """Work until asked to stop, in the calling thread."""
        while not self._stopping.is_set():
            self._stopping.wait(self._step())
        if self._unsaved:
            self._services.finder.save()

    def _step(self) -> float:
        """Work once; how many seconds to rest then."""
        try:
            worked = work_once(self._services, at=datetime.now(UTC))
            self._unsaved = self._unsaved or worked
            self._keep_house()
        except Exception:
            log.exception("work failed")
            return PAUSE
        return 0.0 if worked else POLL

    def _keep_house(self) -> None:
        now = time.monotonic()
        if self._unsaved and now - self._saved > SNAPSHOT:
            self._services.finder.save()
            self._saved, self._unsaved = now, False
        if now - self._forgot > FORGETTING:
            at = datetime.now(UTC)
            forget(self._services, at=at)
            digests.promise_all(self._services, at=at)
            self._forgot = now


def _embed(services: Services) -> bool:
    batch = services.settings.embedding_batch
    if sync.embed_missing(services.database, services.finder.embedder, limit=batch):
        return True
    services.finder.use_configured_model()
    return False


def _attempt(stage: Callable[[], bool], failures: list[Exception]) -> bool:
    try:
        return stage()
    except Exception as error:
        log.exception("stage failed")
        failures.append(error)
        return False


def _do(services: Services, claim: Claim, at: datetime) -> None:
    handler = HANDLERS.get(claim.kind)
    if handler is None:
        raise UnknownJob(f"no handler for {claim.kind!r} jobs")
    write = handler(services, claim.subject_id, at)
    with services.database.write() as session:
        write(session)
        jobs.done(session, claim, at=at)


def _nothing(_session: Session) -> None:
    """There was nothing to write."""


def _keep(session: Session, *, case: Case, written: Draft, advice: Advice, at: datetime) -> None:
    drafting.keep(
        session,
        case,
        written,
        reason=deciding.REASONS[advice.reason],
        candidates=deciding.compared(advice),
        at=at,
    )


def _note(
    session: Session,
    *,
    case: Case,
    decision: Decision,
    advice: Advice,
    article_id: int | None = None,
    at: datetime,
) -> None:
    deciding.note(session, case.ticket_id, decision, advice, article_id=article_id, at=at)


def _propose(session: Session, *, proposal: Proposal, advice: Advice, at: datetime) -> None:
    """Write the change, or leave it to a person where another change to the article waits."""
    ticket_id, article_id = proposal.case.ticket_id, proposal.candidate.article_id
    if deciding.proposed(session, ticket_id, article_id):
        return
    if proposing.busy(session, article_id):
        deciding.note(session, ticket_id, Decision.CHANGE, advice, at=at)
        return
    proposing.propose(session, proposal, at=at)
    deciding.note(session, ticket_id, Decision.PROPOSED, advice, at=at)


def _refuse(session: Session, *, ticket_id: int, error: TooThin, at: datetime) -> None:
    drafting.refuse(session, ticket_id, error, at=at)


def _said(error: Exception) -> str:
    """What may be kept of an error: only our own messages never quote a ticket."""
    if isinstance(error, KbError):
        return f"{type(error).__name__}: {error}"
    return type(error).__name__
