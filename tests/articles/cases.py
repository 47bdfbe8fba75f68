"""Solved tickets for tests, written for them, one per language."""

from datetime import UTC, datetime, timedelta

from articles.ports import Case, Part, Turn
from kb.models import AuthorRole

MONDAY = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


def turn(
    text: str,
    *,
    part: Part = Part.MESSAGE,
    message: int | None = None,
    role: AuthorRole = AuthorRole.AGENT,
    accepted: bool = False,
    minute: int = 0,
) -> Turn:
    return Turn(part, text, message, role, MONDAY + timedelta(minutes=minute), accepted=accepted)


def described(text: str) -> Turn:
    return turn(text, part=Part.DESCRIPTION, role=AuthorRole.REQUESTER)


def asked(text: str, message: int, *, accepted: bool = False) -> Turn:
    return turn(text, message=message, role=AuthorRole.REQUESTER, accepted=accepted, minute=message)


def answered(text: str, message: int, *, accepted: bool = False) -> Turn:
    return turn(text, message=message, accepted=accepted, minute=message)


def resolved(text: str) -> Turn:
    return turn(text, part=Part.RESOLUTION, minute=500)


def solved(*turns: Turn, title: str = "Printer prints nothing", language: str = "en") -> Case:
    return Case(7, title, turns, language=language)


ENGLISH = Case(
    ticket_id=1,
    title="RE: VPN disconnects every few minutes",
    language="en",
    people=("Laura Fields", "Tom Barker"),
    turns=(
        described(
            "Hello team,\n"
            "since the update to NetGate Client 5.2.1 my VPN connection drops every few minutes. "
            'The client shows "Error 809: tunnel timed out". '
            "I tried another cable, but that did not help.\n"
            "Can somebody please help me?\n"
            "Kind regards\nLaura Fields\nphone 020 7946 0958"
        ),
        answered("Hi Laura, we are looking into it. Thank you for your patience.", 11),
        answered(
            "Hi Laura,\n"
            "The cause was the old wireless driver, which the update does not support.\n"
            "1. Open Device Manager > Network adapters.\n"
            "2. Remove the old driver.\n"
            "3. Run this as administrator:\n"
            "```\npnputil /add-driver C:\\Drivers\\wlan.inf /install\n```\n"
            "4. Restart the laptop.\n"
            "Let me know how it goes.\n"
            "Best regards,\nTom Barker",
            12,
            accepted=True,
        ),
        asked(
            "Thanks Tom, the connection has been stable for two hours and everything works now.\n\n"
            "On 5 January Tom Barker wrote:\n> Open Device Manager > Network adapters.",
            13,
        ),
    ),
)

GERMAN = Case(
    ticket_id=2,
    title="Outlook startet nicht mehr",
    language="de",
    environment="Windows 11 23H2; Outlook 2021",
    people=("Anna Müller", "Jens Krüger"),
    hosts=("NB-0815",),
    turns=(
        described(
            "Guten Tag zusammen,\n"
            "seit dem Update von gestern startet Outlook nicht mehr. "
            "Es erscheint die Meldung „Das Profil kann nicht geladen werden“. "
            "Einen Neustart habe ich probiert, leider ohne Erfolg.\n"
            "Können Sie mir bitte helfen? Mein Rechner ist NB-0815, Benutzer: amueller.\n"
            "Mit freundlichen Grüßen\nAnna Müller\nTel. 030 1234567"
        ),
        answered("Sehr geehrte Frau Müller, Ihre Anfrage ist eingegangen.", 21),
        resolved(
            "Ursache war ein beschädigtes Profil nach dem Update.\n"
            "Systemsteuerung > Mail > Profile anzeigen geöffnet, das alte Profil entfernt "
            "und ein neues angelegt.\n"
            "Danach mit Frau Müller getestet: Outlook startet wieder."
        ),
    ),
)

DUTCH = Case(
    ticket_id=3,
    title="Scannen naar e-mail lukt niet",
    language="nl",
    people=("Pieter de Vries", "Sanne Bakker"),
    turns=(
        described(
            "Goedemorgen,\n"
            "sinds de verhuizing werkt scannen naar e-mail niet meer. "
            'Op het scherm van de printer staat "Verbinding met server mislukt (SMTP 535)".\n'
            "Alvast bedankt!\nMet vriendelijke groet,\nPieter de Vries"
        ),
        answered(
            "Beste Pieter,\n"
            "De oorzaak is dat het wachtwoord van het scanaccount verlopen was.\n"
            "Ga in het menu van de printer naar Netwerk > SMTP > Verificatie. "
            "Vul daar het nieuwe wachtwoord in en kies poort 587 met STARTTLS. "
            "Start de printer daarna opnieuw op.\n"
            "Groet,\nSanne",
            31,
            accepted=True,
        ),
        asked("Bedankt Sanne, het scannen werkt weer.", 32),
    ),
)

ALL = (ENGLISH, GERMAN, DUTCH)
