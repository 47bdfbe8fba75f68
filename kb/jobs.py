"""The outbox: work promised in one transaction, done in another."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ScalarSelect, delete, func, select, update
from sqlalchemy.orm import Session

from kb import events
from kb.db import added
from kb.errors import Conflict, NotFound, Unavailable
from kb.models import Job

LEASE = timedelta(minutes=10)
"""How long a claimed job is left to its worker; a killed worker's job is taken up after that."""

MOST_ATTEMPTS = 5
"""A job that failed so often waits for a person."""

FIRST_RETRY = timedelta(seconds=10)
"""Wait after the first failure; doubled after each further one."""


class JobNotFound(NotFound):
    """No such job."""


class ClaimLost(Conflict):
    """The work took longer than the lease, and another worker has taken or finished it."""


class TryLater(Unavailable):
    """The work cannot be done now, and whoever tried knows when it is worth another attempt.

    `until` is that time; None: no more by itself, it waits for a person.
    """

    def __init__(self, message: str, *, until: datetime | None) -> None:
        super().__init__(message)
        self.until = until


@dataclass(frozen=True, slots=True)
class Claim:
    """A job taken by a worker.

    `promises` tells whether it was promised again meanwhile, `attempt` whether it is still ours.
    """

    job_id: int
    kind: str
    subject_id: int
    promises: int
    attempt: int


def promise(session: Session, kind: str, subject_id: int, *, at: datetime) -> None:
    """Add a job; it exists if and only if the caller's transaction commits.

    Promising what is already promised makes it due again; work under way then runs once more.
    """
    chosen = select(Job).where(Job.kind == kind, Job.subject_id == subject_id).with_for_update()
    job = session.scalar(chosen)
    if job is None:
        first = Job(kind=kind, subject_id=subject_id, due_at=at, promises=1, attempts=0)
        if added(session, first):
            return
        job = session.scalars(chosen).one()
    job.promises += 1
    job.attempts, job.failed, job.failure, job.due_at = 0, False, None, min(job.due_at, at)


def due(session: Session, *, at: datetime) -> bool:
    """Whether there is a job to claim; asking does not wait for those who write."""
    return session.scalar(select(Job.id).where(Job.due_at <= at, ~Job.failed).limit(1)) is not None


def claim(session: Session, *, at: datetime) -> Claim | None:
    """Take the oldest due job and keep others from it for `LEASE`; commit before working on it."""
    job = session.scalar(
        select(Job)
        .where(Job.due_at <= at, ~Job.failed)
        .order_by(Job.due_at, Job.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if job is None:
        return None
    job.due_at = at + LEASE
    job.attempts += 1
    return Claim(job.id, job.kind, job.subject_id, job.promises, job.attempts)


def done(session: Session, claim: Claim, *, at: datetime) -> None:
    """Remove the job in the transaction that holds its outcome, or make it due if re-promised.

    Raises:
        ClaimLost: roll the outcome back; somebody else has it in hand.
    """
    job = session.get(Job, claim.job_id, with_for_update=True)
    if job is None or _taken_over(job, claim):
        raise ClaimLost(f"{claim.kind} job {claim.job_id} is no longer ours")
    if job.promises == claim.promises:
        session.delete(job)
    else:
        job.due_at, job.attempts = at, 0


def fail(session: Session, claim: Claim, reason: str, *, at: datetime) -> None:
    """Note why the job failed and try later; after `MOST_ATTEMPTS` it waits for a person.

    A job that was promised again meanwhile, or that another worker has, is left as it is.
    """
    job = session.get(Job, claim.job_id, with_for_update=True)
    if job is None or job.promises != claim.promises or _taken_over(job, claim):
        return
    job.failure = reason
    job.failed = job.attempts >= MOST_ATTEMPTS
    job.due_at = at + FIRST_RETRY * 2 ** (job.attempts - 1)


def put_off(
    session: Session, claim: Claim, reason: str, *, until: datetime | None, at: datetime
) -> None:
    """Note why the job was not done and try again at `until`; None: it waits for a person.

    A job that was promised again meanwhile, or that another worker has, is left as it is.
    """
    job = session.get(Job, claim.job_id, with_for_update=True)
    if job is None or job.promises != claim.promises or _taken_over(job, claim):
        return
    job.failure, job.failed, job.due_at = reason, until is None, until or at


def put_off_all(
    session: Session, kind: str, subject_ids: ScalarSelect[int], *, until: datetime
) -> None:
    """Let all jobs of a kind about these subjects wait until then, unless they wait longer."""
    session.execute(
        update(Job)
        .where(Job.kind == kind, Job.subject_id.in_(subject_ids), Job.due_at < until, ~Job.failed)
        .values(due_at=until)
    )


def _taken_over(job: Job, claim: Claim) -> bool:
    # Promising again sets the attempts back: only within one promise they tell who is newer.
    return job.promises == claim.promises and job.attempts != claim.attempt


def retry(session: Session, job_id: int, *, by: int | None = None, at: datetime) -> None:
    """Make a failed job due again, and record who wanted it.

    Raises:
        JobNotFound: there is none with this id.
    """
    job = session.get(Job, job_id)
    if job is None:
        raise JobNotFound(f"no job {job_id}")
    job.failed, job.attempts, job.due_at = False, 0, at
    events.record(
        session,
        "job.retry",
        person_id=by,
        subject="job",
        subject_id=job_id,
        at=at,
        detail=f"kind={job.kind} subject={job.subject_id}",
    )


def retry_failed(session: Session, *, by: int | None = None, at: datetime) -> int:
    """Make all jobs that failed for good due again; tells how many."""
    failed = list(session.scalars(select(Job.id).where(Job.failed)))
    for job_id in failed:
        retry(session, job_id, by=by, at=at)
    return len(failed)


def listed(session: Session, *, limit: int) -> list[Job]:
    """At most `limit` jobs: those that failed for good first, then by when they are due."""
    return list(session.scalars(select(Job).order_by(~Job.failed, Job.due_at, Job.id).limit(limit)))


def drop(session: Session, kind: str, subject_id: int) -> None:
    """Forget a promise whose reason is gone."""
    session.execute(delete(Job).where(Job.kind == kind, Job.subject_id == subject_id))


def counts(session: Session) -> dict[bool, int]:
    """How many jobs wait (False) and how many failed for good (True)."""
    rows = session.execute(select(Job.failed, func.count()).group_by(Job.failed))
    return {False: 0, True: 0} | {bool(failed): count for failed, count in rows}
