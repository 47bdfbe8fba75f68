"""The language of a text is told from few words, also between product names."""

import pytest

from indexer import language


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("Der Drucker druckt nicht mehr", "de"),
        ("De printer drukt niet meer af", "nl"),
        ("The printer does not print any more", "en"),
        ("Outlook fragt ständig nach dem Kennwort", "de"),
        ("Outlook vraagt steeds om het wachtwoord", "nl"),
        ("Outlook keeps asking for the password", "en"),
        ("VPN-Verbindung bricht ab", "de"),
        ("VPN-verbinding wordt verbroken", "nl"),
        ("VPN connection drops", "en"),
        ("Zugriff verweigert 0x80070005", "de"),
        ("Toegang geweigerd 0x80070005", "nl"),
        ("Access denied 0x80070005 after upgrade with error", "en"),
        ("SAP: Buchung hängt, Fehlermeldung M7021", "de"),
        ("Kan geen bestanden openen op SRV-FS01", "nl"),
        ("0x80070005", "und"),
        ("SRV-DC01 10.0.0.1", "und"),
        ("", "und"),
        ("打印机坏了", "und"),
    ],
)
def test_is_told_or_left_open(text: str, spoken: str) -> None:
    assert language.detect(text) == spoken


def test_only_the_beginning_is_read() -> None:
    text = "Der Drucker ist kaputt. " + "the printer is broken " * 10_000

    assert language.detect("x" * language.READ + text) == "und"


def test_common_words_say_nothing_about_the_subject() -> None:
    assert language.is_common("nicht")
    assert not language.is_common("drucker")
