"""The daily mail: what became of the tickets that somebody escalated."""

import smtplib
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime
from functools import partial
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from api import unsubscribing
from api.catalogues import catalogue
from api.wiring import Services
from articles import returns
from articles.returns import Returned
from kb import digests, people
from kb.errors import Unavailable
from kb.models import Person
from kb.settings import Settings
from kb.visibility import reader_of

LISTED = 30
"""Tickets that a mail names at most."""

TIMEOUT = 30.0
"""Seconds until the mail server must have answered."""

LINES = policy.default.clone(max_line_length=998)
"""With the longest lines that mail allows: a long address would be encoded to fit into 78."""


class MailRefused(Unavailable):
    """The mail server did not take a mail; it is sent again later."""


def promise_all(services: Services, *, at: datetime) -> None:
    """Promise the mails of this day, if a mail server is configured."""
    settings = services.settings
    if settings.smtp_host is None:
        return
    with services.database.write() as session:
        zone = ZoneInfo(settings.time_zone)
        digests.promise_all(session, zone=zone, hour=settings.digest_hour, at=at)


def send(services: Services, person_id: int, at: datetime) -> Callable[[Session], None]:
    """Send a person the mail of this day, unless they had it, want none or nothing is new.

    A worker that is killed between sending and keeping that sends it again, under the same
    Message-ID: mail programs show it once.

    Raises:
        MailRefused: the mail server does not answer, or does not want it.
    """
    settings = services.settings
    day = at.astimezone(ZoneInfo(settings.time_zone)).date()
    with services.database.read() as session:
        if settings.smtp_host is None or digests.had(session, person_id, day):
            return _nothing
        person = people.by_id(session, person_id)
        if not person.digest:
            return _nothing
        found = returns.inbox(session, reader_of(session, person, at=at), limit=LISTED)
    new = [one for one in found if one.unread]
    if new:
        _deliver(settings, _mail(settings, person, new, day=day, at=at))
    return partial(digests.note, person_id=person_id, day=day)


def _nothing(_session: Session) -> None:
    """There is nothing to keep."""


def _mail(
    settings: Settings, person: Person, new: Sequence[Returned], *, day: date, at: datetime
) -> EmailMessage:
    texts = catalogue(person.language)
    mail = EmailMessage(policy=LINES)
    mail["From"], mail["To"] = settings.smtp_from, person.email
    mail["Subject"] = texts.ngettext(
        "%(num)s escalated ticket is solved", "%(num)s escalated tickets are solved", len(new)
    ) % {"num": len(new)}
    mail["Date"] = format_datetime(at)
    host = urlsplit(settings.address).hostname or "localhost"
    mail["Message-ID"] = f"<digest.{day.isoformat()}.{person.id}@{host}>"
    mail["Auto-Submitted"] = "auto-generated"
    stop = unsubscribing.address(settings, person.id)
    mail["List-Unsubscribe"] = f"<{stop}>"
    if stop.startswith("https:"):  # RFC 8058 allows one click there alone
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content("\n".join(_lines(settings, new, stop, texts.gettext)))
    return mail


def _lines(
    settings: Settings, new: Sequence[Returned], stop: str, _: Callable[[str], str]
) -> Iterator[str]:
    yield _("What became of what you escalated")
    for one in new:
        yield ""
        yield f"{one.ticket.external_id} {' '.join(one.ticket.title.split())}"
        yield f"{settings.address}/tickets/{one.ticket.id}"
        yield from (f"- {it.number} {' '.join(it.title.split())}" for it in one.solutions)
    yield ""
    yield f"{_('Inbox')}: {settings.address}/inbox"
    yield f"{_('Stop the daily mail')}: {stop}"


def _deliver(settings: Settings, mail: EmailMessage) -> None:
    try:
        with _connected(settings) as server:
            server.send_message(mail)
    except (OSError, smtplib.SMTPException) as error:
        raise MailRefused(f"the mail server refused: {type(error).__name__}") from error


@contextmanager
def _connected(settings: Settings) -> Iterator[smtplib.SMTP]:
    host, port = settings.smtp_host or "", settings.smtp_port
    context = ssl.create_default_context()
    if settings.smtp_tls == "tls":
        opened: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=TIMEOUT, context=context)
    else:
        opened = smtplib.SMTP(host, port, timeout=TIMEOUT)
    with opened as server:
        if settings.smtp_tls == "starttls":
            server.starttls(context=context)
        if settings.smtp_user and settings.smtp_password:
            server.login(settings.smtp_user, settings.smtp_password.get_secret_value())
        yield server
