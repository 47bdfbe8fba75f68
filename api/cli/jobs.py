"""Promised work: what waits, and what failed."""

from datetime import UTC, datetime

import click

from api.cli import opened
from kb import jobs
from kb.models import Job


@click.group("jobs")
def group() -> None:
    """Work that was promised and is not done yet."""


@group.command("list")
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True)
def list_jobs(limit: int) -> None:
    """List jobs: those that failed for good first, then by when they are due."""
    with opened.database() as database, database.read() as session:
        counts = jobs.counts(session)
        for job in jobs.listed(session, limit=limit):
            click.echo(_line(job))
    click.echo(f"{counts[False]} waiting, {counts[True]} failed")


@group.command("retry")
@click.argument("job_id", type=int, required=False)
@click.option("--failed", is_flag=True, help="All jobs that failed for good.")
def retry_jobs(job_id: int | None, failed: bool) -> None:
    """Make the job with the number JOB_ID due again, or all that failed."""
    if (job_id is None) is not failed:
        raise click.UsageError("give either a JOB_ID or --failed")
    now, number = datetime.now(UTC), 1
    with opened.database() as database, database.write() as session:
        if job_id is None:
            number = jobs.retry_failed(session, at=now)
        else:
            jobs.retry(session, job_id, at=now)
    click.echo(f"{number} due again")


def _line(job: Job) -> str:
    state = "failed" if job.failed else f"due {job.due_at:%Y-%m-%d %H:%M:%S} UTC"
    why = f": {job.failure}" if job.failure else ""
    return f"{job.id}  {job.kind} {job.subject_id}, {state}, {job.attempts} attempts{why}"
