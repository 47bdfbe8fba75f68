"""A closing form asks for what the ticket does not say, and its answers make an article."""

import pytest
from sqlalchemy.orm import Session

from articles import closing, drafting, thinness
from articles.ports import Missing, SectionName
from articles.writers import ExtractiveWriter
from tests.factories import make_reader, make_ticket, message

ANSWERS = {
    "en": {
        Missing.STEP: "Installed the new firmware on the gateway and restarted the service.",
        Missing.CAUSE: "A rekey fault of the old firmware.",
        Missing.EXACT: "systemctl restart strongswan",
        Missing.VERSION: "NetGate 7.2.1",
        Missing.VERIFICATION: "the tunnel held for a day",
    },
    "de": {
        Missing.STEP: "Neue Firmware auf dem Gateway installiert und den Dienst neu gestartet.",
        Missing.CAUSE: "Ein Fehler der alten Firmware.",
        Missing.EXACT: "systemctl restart strongswan",
        Missing.VERSION: "NetGate 7.2.1",
        Missing.VERIFICATION: "der Tunnel hielt einen Tag",
    },
    "nl": {
        Missing.STEP: "Nieuwe firmware op de gateway geïnstalleerd en de dienst herstart.",
        Missing.CAUSE: "Een fout in de oude firmware.",
        Missing.EXACT: "systemctl restart strongswan",
        Missing.VERSION: "NetGate 7.2.1",
        Missing.VERIFICATION: "de tunnel bleef een dag staan",
    },
}


def english(_text: str) -> str:
    return "en"


@pytest.mark.parametrize("language", ["en", "de", "nl"])
def test_with_all_answers_nothing_is_missing(session: Session, language: str) -> None:
    ticket = make_ticket(session, title="Tunnel", description="?", language=language)
    reader = make_reader(session)
    thin = closing.lacking(reader, ticket, "Fixed.", detect=english)
    assert not thin.basis
    assert set(thin.missing) == set(Missing)

    text = closing.note("Fixed.", ANSWERS[language], ticket, detect=english)

    full = closing.lacking(reader, ticket, text, detect=english)
    assert (full.basis, full.missing) == (True, ())
    case = drafting.case_of(ticket, [], text, detect=english)
    draft = ExtractiveWriter().write(case)
    (cause,) = draft.section(SectionName.CAUSE)
    assert cause.text == ANSWERS[language][Missing.CAUSE]
    steps = " ".join(each.text for each in draft.section(SectionName.RESOLUTION))
    assert "`systemctl restart strongswan`" in steps
    (checked,) = draft.section(SectionName.VERIFICATION)
    assert checked.text == ANSWERS[language][Missing.VERIFICATION]


def test_what_the_thread_says_is_not_asked_for(session: Session) -> None:
    said = "Because the profile was damaged, I ran `repair.exe /all` on client 5.1.2."
    ticket = make_ticket(session, language="en", messages=(message(said),))

    missing = closing.lacking(make_reader(session), ticket, detect=english).missing

    assert missing == (Missing.VERIFICATION,)


def test_what_the_reader_may_not_read_counts_as_not_said(session: Session) -> None:
    """Otherwise the form would tell a contractor what the internal notes hold."""
    said = "Because the profile was damaged, I ran `repair.exe /all` on client 5.1.2."
    hidden = message(said, internal=True)
    ticket = make_ticket(session, audience="shared", language="en", messages=(hidden,))
    inside = make_reader(session, "shared", "internal", email="inside@own.example")
    outside = make_reader(session, "shared", email="outside@own.example")

    assert closing.lacking(inside, ticket, detect=english).basis
    assert set(closing.lacking(outside, ticket, detect=english).missing) == set(Missing)


def test_a_resolution_alone_stays_as_it_is(session: Session) -> None:
    ticket = make_ticket(session, language="de")

    assert closing.note(" Neu gestartet. ", {}, ticket, detect=english) == "Neu gestartet."


def test_the_labels_cover_all_languages_of_drafts() -> None:
    for labels in closing.LABELS.values():
        assert set(labels) == set(Missing) - {Missing.STEP}
    assert thinness.assess_note("Fixed.").missing
