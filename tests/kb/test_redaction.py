"""Private data goes, in three languages; commands, paths and error codes stay."""
# ruff: noqa: E501 - a row of a table is easier to check in one line

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.redaction import Kind, Known, Placeholders, redact

INSIDE = Known(external=False)
OUTSIDE = Known(external=True)


def kinds(text: str, known: Known = OUTSIDE) -> dict[str, Kind]:
    return {text[each.start : each.end]: each.kind for each in redact(text, known).replaced}


class TestFound:
    @pytest.mark.parametrize(
        ("text", "private", "kind"),
        [
            ("Write to jane.doe@example.org please", "jane.doe@example.org", Kind.EMAIL),
            ("Schreib an jan (at) beispiel (punkt) de", "jan (at) beispiel (punkt) de", Kind.EMAIL),
            ("Call +44 20 7946 0958 today", "+44 20 7946 0958", Kind.PHONE),
            ("Tel.: 030/1234567", "030/1234567", Kind.PHONE),
            ("Bel 06-12345678 even", "06-12345678", Kind.PHONE),
            ("IBAN DE89 3704 0044 0532 0130 00", "DE89 3704 0044 0532 0130 00", Kind.IBAN),
            ("Rekening NL91ABNA0417164300.", "NL91ABNA0417164300", Kind.IBAN),
            ("Ich wohne Lindenallee 12a, 12345 Berlin", "Lindenallee 12a, 12345 Berlin", Kind.ADDRESS),
            ("Kerkstraat 12, 1234 AB Amsterdam", "Kerkstraat 12, 1234 AB Amsterdam", Kind.ADDRESS),
            ("at 12 High Street, London SW1A 1AA", "12 High Street, London SW1A 1AA", Kind.ADDRESS),
            ("Benutzer: mmueller hat das", "mmueller", Kind.USER),
            ("gebruikersnaam jdevries2", "jdevries2", Kind.USER),
            ("C:\\Users\\mmueller\\AppData", "mmueller", Kind.USER),
            ("login as CORP\\tbarker failed", "CORP\\tbarker", Kind.USER),
            ("Das Passwort lautet Sommer2024!", "Sommer2024!", Kind.PASSWORD),
            ("Passwort: sommer", "sommer", Kind.PASSWORD),
            ("wachtwoord is Welkom01!", "Welkom01!", Kind.PASSWORD),
            ("I reset the password to Winter#99.", "Winter#99", Kind.PASSWORD),
            ("net user tom Geheim12 /add", "Geheim12", Kind.PASSWORD),
            ("https://bob:s3cret@host.example/x", "s3cret", Kind.PASSWORD),
            ("token ghp_abcdefghijklmnopqrstuvwxyz0123456789", "ghp_abcdefghijklmnopqrstuvwxyz0123456789", Kind.TOKEN),
            ("Authorization: Bearer abcDEF123456ghiJKL789", "abcDEF123456ghiJKL789", Kind.TOKEN),
            ("key: ABCDE-12345-FGHIJ-67890-KLMNO", "ABCDE-12345-FGHIJ-67890-KLMNO", Kind.LICENCE),
            ("Frau Dr. Hölzl rief an", "Hölzl", Kind.PERSON),
            ("Dhr. van den Berg belde", "van den Berg", Kind.PERSON),
            ("Regards, Brian", "Brian", Kind.PERSON),
        ],
    )  # fmt: skip
    def test_is_replaced(self, text: str, private: str, kind: Kind) -> None:
        assert kinds(text, INSIDE).get(private) is kind

    def test_a_private_key_goes_whole(self) -> None:
        key = "-----BEGIN RSA PRIVATE KEY-----\nMIIabc\n-----END RSA PRIVATE KEY-----"  # gitleaks:allow

        assert redact(f"see\n{key}\nend", INSIDE).text == "see\n[KEY-1]\nend"

    @pytest.mark.parametrize(
        "text",
        [
            "Error 0x80070005 after KB5034441, ORA-12541 and HTTP 404.",
            "gpupdate /force; sfc /scannow; netsh winsock reset",
            "C:\\Windows\\System32\\drivers\\etc\\hosts",
            "Version 10.0.22631.4890 of 2026-01-05 10:00:01",
            "Das Passwort ist abgelaufen. Wachtwoord is verlopen. The password is wrong.",
            "Authentication: normal password on port 993, SSL/TLS",
            "Settings > General > Config Editor: mail.tabs.drawInTitlebar = true",
            "The user reports that the account is locked.",
            "Der Benutzer hat 10000 Dateien und 50000 Euro im Jahr 2024.",
            "1024 MB, 2048 KB, 4096 GB",
            "/var/log/syslog and /etc/hosts and /usr/bin/python3",
            "Kran-Terminal Tor 9: Verbindung weg; Drucker Rampe Tor 4, Halle Ring 2.",
            "GUID 8d1fb38a-1de4-4177-a864-e594e8d1fb38",
            "Im Schulungsraum 3 geht nichts; am Kopierer 2. OG auch, Im Kopierer 2 steckt Papier.",
            "Als Benutzer `dsregcmd /refreshprt` ausführen.",
            "Offset below 50 ms. Similar to the clock of the host.",
        ],
    )
    def test_what_is_needed_to_repeat_it_stays(self, text: str) -> None:
        assert redact(text, OUTSIDE).text == text


class TestKnown:
    KNOWN = Known(
        people=("Anna Müller", "Pieter de Vries", "Mark Long"),
        organisations=("Muster Werke GmbH",),
        hosts=("zeus",),
    )

    @pytest.mark.parametrize(
        "form",
        ["Anna Müller", "anna müller", "Mueller", "Müllers", "Müller, Anna", "A. Müller", "ANNA"],
    )
    def test_people_go_in_any_form(self, form: str) -> None:
        assert redact(f"Das war {form} gestern", self.KNOWN).text == "Das war [PERSON-1] gestern"

    def test_user_ids_made_from_names_go(self) -> None:
        assert kinds("amueller meldet sich an", self.KNOWN) == {"amueller": Kind.USER}

    def test_names_that_are_words_stay_words(self) -> None:
        text = "Mark the box and wait as long as it takes."

        assert redact(text, self.KNOWN).text == text

    def test_organisations_go_without_their_legal_form_too(self) -> None:
        assert kinds("bei Muster Werke im Haus", self.KNOWN) == {"Muster Werke": Kind.ORGANISATION}

    def test_hosts_stay_inside_and_go_outside(self) -> None:
        text = "ping zeus and SRV-DC02 at 10.1.2.3, share \\\\fs01\\data, mail.corp.local"
        inside = Known(hosts=("zeus",), external=False)

        assert redact(text, inside).text == text
        assert redact(text, self.KNOWN).text == (
            "ping [HOST-1] and [HOST-2] at [IP-1], share \\\\[HOST-3]\\data, [HOST-4]"
        )


class TestRedacted:
    TEXT = "Anna Müller (anna@example.org) rief Anna Müller an"

    def test_the_same_thing_gets_the_same_placeholder(self) -> None:
        redacted = redact(self.TEXT, Known(people=("Anna Müller",)))

        assert redacted.text == "[PERSON-1] ([EMAIL-1]) rief [PERSON-1] an"

    def test_several_texts_share_their_numbers(self) -> None:
        placeholders, known = Placeholders(), Known(people=("Anna Müller", "Jens Krüger"))

        assert redact("Jens Krüger", known, placeholders).text == "[PERSON-1]"
        assert redact("Anna Müller, Jens Krüger", known, placeholders).text == (
            "[PERSON-2], [PERSON-1]"
        )

    def test_a_reviewer_can_undo_one(self) -> None:
        redacted = redact(self.TEXT, Known(people=("Anna Müller",)))

        undone = redacted.undo(self.TEXT, {"[EMAIL-1]"})

        assert undone.text == "[PERSON-1] (anna@example.org) rief [PERSON-1] an"

    def test_spans_lead_back_to_the_original(self) -> None:
        redacted = redact(self.TEXT, Known(people=("Anna Müller",)))
        start = redacted.text.index("[EMAIL-1]")

        begin, end = redacted.original_span(start, start + len("[EMAIL-1]) rief"))

        assert self.TEXT[begin:end] == "anna@example.org) rief"

    @given(
        st.text(alphabet=st.sampled_from("Anna Müler@.org1203-:/\\\n[]pPasword=IBAN"), max_size=80)
    )
    def test_every_placeholder_stands_for_its_span(self, text: str) -> None:
        redacted = redact(text, Known(people=("Anna Müller",)))

        restored = redacted.text
        for each in reversed(redacted.replaced):
            stop = each.at + len(each.placeholder)
            assert restored[each.at : stop] == each.placeholder
            restored = restored[: each.at] + text[each.start : each.end] + restored[stop:]
        assert restored == text

    def test_redacting_again_changes_nothing(self) -> None:
        once = redact(self.TEXT + " Passwort: Sommer2024!", Known(people=("Anna Müller",))).text

        assert redact(once, Known(people=("Anna Müller",))).text == once
