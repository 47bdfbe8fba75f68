"""Killed while publishing: an article is published, findable and told of, or nothing of it."""

import time
from dataclasses import replace

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import select

from articles import drafting, receivers, review, store
from articles.models import Article, ArticleState, Delivery, Happening
from articles.receivers import Wanted
from articles.writers import ExtractiveWriter
from kb import people, tickets
from kb.db import Database
from kb.models import Document, DocumentKind, Job, TicketState
from kb.sources.vault import Vault
from kb.visibility import OPERATOR, reader_of
from tests.factories import MONDAY, make_person, ticket_record
from tests.flows.test_killed import start, url_of

DRAFTS = 150
EMAIL = "publisher@own.example"

RESOLUTION = """\
Cause: the MTU of the tunnel was too large after the firmware update 7.2.1.
Set the MTU to 1350 with `netsh interface ipv4 set subinterface "VPN" mtu=1350`.
Restart the VPN service.
Checked with ping -f -l 1322: no fragmentation, the tunnel stays up for a day.
"""


@pytest.fixture
def drafts(database: Database) -> Database:
    with database.write() as session:
        make_person(session, EMAIL)
        wanted = Wanted(
            name="chat",
            url="https://chat.own.example",
            email=EMAIL,
            happenings=[Happening.PUBLISHED],
        )
        vault = Vault(Fernet.generate_key())
        receivers.add(session, OPERATOR, wanted, vault=vault, at=MONDAY)
        base = ticket_record(
            session,
            level=2,
            state=TicketState.CLOSED,
            closed_at=MONDAY,
            language="en",
            resolution=RESOLUTION,
        )
        records = [replace(base, external_id=f"T-{number}") for number in range(DRAFTS)]
        made, _ = tickets.record_all(session, records)
        for ticket in made:
            case = drafting.prepare(session, ticket.id)
            assert case is not None
            drafting.keep(session, case, ExtractiveWriter().write(case), at=MONDAY)
    return database


@pytest.mark.parametrize("moment", [0.0, 0.05, 0.15])
def test_published_means_findable_and_told(drafts: Database, moment: float) -> None:
    database = drafts
    command = ["-m", "tests.flows.publishing_process", url_of(database), EMAIL]
    with start(*command) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(moment)
        process.kill()

    published, findable, promised = all_three(database)
    assert published == findable == promised
    publish_the_rest(database)
    published, findable, promised = all_three(database)
    assert len(published) == DRAFTS
    assert published == findable == promised


def all_three(database: Database) -> tuple[list[int], list[int], list[int]]:
    """Ids of articles: published, that search may find, and whose webhook has its job."""
    with database.read() as session:
        published = select(Article.id).where(Article.state == ArticleState.PUBLISHED)
        found = select(Document.origin_id).where(
            Document.kind == DocumentKind.ARTICLE, ~Document.withdrawn
        )
        promised = select(Delivery.article_id).join(
            Job, (Job.subject_id == Delivery.id) & (Job.kind == receivers.JOB)
        )
        return (
            sorted(session.scalars(published)),
            sorted(session.scalars(found)),
            sorted(session.scalars(promised)),
        )


def publish_the_rest(database: Database) -> None:
    with database.write() as session:
        reader = reader_of(session, people.person(session, EMAIL), at=MONDAY)
        for draft in store.waiting(session, reader, limit=DRAFTS):
            review.publish(session, reader, draft.id, at=MONDAY)
