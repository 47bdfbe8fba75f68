"""The worker lets old events go, if the settings say so."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from api.wiring import Services
from api.worker import forget
from kb import audit, events
from kb.models import Event
from kb.settings import Settings
from tests.factories import MONDAY


@pytest.mark.parametrize(
    ("days", "left"), [(None, ["old.one", "new.one"]), (30, ["new.one", "audit.prune"])]
)
def test_events_are_kept_as_long_as_the_settings_say(
    services: Services, days: int | None, left: list[str]
) -> None:
    settings = Settings(data_dir=services.settings.data_dir, retention_events=days)
    for verb, age in (("old.one", 40), ("new.one", 1)):
        at = MONDAY - timedelta(days=age)
        with services.database.write() as session:
            events.record(session, verb, person_id=None, subject="x", subject_id=None, at=at)

    forget(replace(services, settings=settings), at=MONDAY)

    with services.database.read() as session:
        audit.verify(session)
        assert session.scalars(select(Event.verb).order_by(Event.position)).all() == left
