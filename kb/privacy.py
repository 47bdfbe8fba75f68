"""One person's data: found in every text of every table, exported, and blotted out.

Events name people by id alone, so that they and their chain stay as they are: without the name
and the address, the id is a pseudonym.
"""

import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, Column, Enum, String, Table, delete, or_, select, update
from sqlalchemy.orm import Session

from kb import events
from kb.db import Base
from kb.errors import InvalidInput
from kb.models import Document, Event, Person

BLOT = "█"
"""Stands for one character: as many of them keep the places that evidence points to."""

SHORTEST = 3
"""Characters of a text that is looked for; shorter ones stand in every other word."""

OF_THE_PERSON = (
    "passwords",
    "sign_ins",
    "previews",
    "tokens",
    "identities",
    "idempotency_keys",
    "person_roles",
    "licences",
    "memberships",
    "grants",
    "digests",
    "uploads",
    "readings",
    "library_visits",
    "unanswered",
)
"""Tables whose rows of a person are deleted with them."""

APART = frozenset({"people", "events", "passages"})
"""Tables in which nothing is blotted: one row, the chain, and what is cut from documents."""


class TooShort(InvalidInput):
    """A text of so few letters would blot out half of everything."""


class SeveralPeople(InvalidInput):
    """More than one person has this name; their address tells them apart."""


@dataclass(frozen=True)
class Sought:
    """Who is looked for: the person, if they have an account, and what names them."""

    person_id: int | None
    terms: tuple[str, ...]

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Matches each of the terms as whole words, in any case and with any spaces."""
        ways = (r"\s+".join(map(re.escape, term.split())) for term in self.terms)
        return re.compile(rf"(?<!\w)(?:{'|'.join(ways)})(?!\w)", re.IGNORECASE)

    def blotted(self, text: str) -> str:
        """The text without them, as long as before."""
        return self.pattern.sub(lambda match: BLOT * len(match[0]), text)


@dataclass(frozen=True, slots=True)
class Place:
    """A text that names them."""

    table: str
    column: str
    row: dict[str, Any]
    """The primary key."""
    text: str


def sought(session: Session, who: str, *, also: Collection[str] = ()) -> Sought:
    """The person with this address or name, and every way in which they are to be found.

    Raises:
        TooShort: a text has fewer than three characters.
        SeveralPeople: the name is that of several.
    """
    who = who.strip()
    found = session.scalars(
        select(Person).where(or_(Person.email == who.lower(), Person.name == who))
    ).all()
    if len(found) > 1:
        raise SeveralPeople(f"{len(found)} people are called {who!r}; give the address")
    own = [text for person in found for text in (person.email, person.name)]
    terms = tuple(dict.fromkeys(term.strip() for term in (who, *own, *also)))
    if short := [term for term in terms if len(term) < SHORTEST]:
        raise TooShort(f"{short[0]!r} has fewer than {SHORTEST} characters")
    return Sought(found[0].id if found else None, terms)


def places(session: Session, whom: Sought) -> Iterator[Place]:
    """Every text in the database that names them, table by table."""
    for table in Base.metadata.sorted_tables:
        texts = _texts(table)
        keys = list(table.primary_key)
        if not texts:
            continue
        rows = session.execute(
            select(*keys, *texts).order_by(*keys), execution_options={"yield_per": 1_000}
        )
        for row in rows.mappings():
            for column in texts:
                text = _as_text(row[column])
                if whom.pattern.search(text):
                    key = {one.name: row[one] for one in keys}
                    yield Place(table.name, column.name, key, text)


def export(session: Session, whom: Sought, *, at: datetime) -> Iterator[str]:
    """What is known of them, as JSON Lines: texts that name them, and what they did."""
    events.record(
        session,
        "privacy.export",
        person_id=None,
        subject="person",
        subject_id=whom.person_id,
        at=at,
    )
    for place in list(places(session, whom)):
        fields = {"table": place.table, "column": place.column, "text": place.text}
        yield json.dumps({**fields, "row": place.row}, ensure_ascii=False, default=str)
    done = select(Event).where(Event.person_id == whom.person_id, Event.person_id.is_not(None))
    for event in session.scalars(done.order_by(Event.id)):
        fields = {"at": event.at.isoformat(), "verb": event.verb, "subject": event.subject_kind}
        yield json.dumps({"table": "events", **fields, "subject_id": event.subject_id})


def erase(session: Session, whom: Sought, *, at: datetime) -> int:
    """Blot them out of every text, and leave of their account an id without a name.

    Documents that named them are promised to the index anew.  Doing it again changes nothing.

    Returns:
        In how many texts they were named.
    """
    found = [place for place in places(session, whom) if place.table not in APART]
    for place in found:
        _blot(session, whom, place)
    if whom.person_id is not None:
        _forget_account(session, whom.person_id)
    events.record(
        session,
        "privacy.erase",
        person_id=None,
        subject="person",
        subject_id=whom.person_id,
        at=at,
        detail=f"texts={len(found)}",
    )
    return len(found)


def named_in_files(folder: Path, whom: Sought) -> list[Path]:
    """The files below `folder` that hold one of their names or addresses, as UTF-8."""
    ways = {way.encode() for term in whom.terms for way in (term, term.lower(), term.upper())}
    pattern = re.compile(b"|".join(map(re.escape, sorted(ways))), re.IGNORECASE)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return [path for path in files if pattern.search(path.read_bytes())]


def _texts(table: Table) -> list[Column[Any]]:
    return [
        column
        for column in table.columns
        if isinstance(column.type, String | JSON) and not isinstance(column.type, Enum)
    ]


def _as_text(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _blot(session: Session, whom: Sought, place: Place) -> None:
    table = Base.metadata.tables[place.table]
    column = table.c[place.column]
    text = whom.blotted(place.text)
    values = {place.column: json.loads(text) if isinstance(column.type, JSON) else text}
    this = [table.c[name] == value for name, value in place.row.items()]
    session.execute(update(table).where(*this).values(values))
    if place.table == Document.__tablename__:
        session.execute(update(table).where(*this).values(revision=table.c.revision + 1))


def _forget_account(session: Session, person_id: int) -> None:
    for name in OF_THE_PERSON:
        table = Base.metadata.tables[name]
        session.execute(delete(table).where(table.c.person_id == person_id))
    gone = {"email": f"erased-{person_id}@erased.invalid", "name": f"erased {person_id}"}
    session.execute(update(Person).where(Person.id == person_id).values(**gone, active=False))
