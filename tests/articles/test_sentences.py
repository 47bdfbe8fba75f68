"""Cutting messages: every piece is a verbatim span, and of the right kind."""
# ruff: noqa: E501 - a row of a table is easier to check in one line

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.sentences import Piece, PieceKind, is_code, split

CODE, ITEM, QUOTE = PieceKind.CODE, PieceKind.ITEM, PieceKind.QUOTE
SENTENCE, SIGNATURE = PieceKind.SENTENCE, PieceKind.SIGNATURE


def kinds(pieces: tuple[Piece, ...]) -> list[tuple[PieceKind, str]]:
    return [(piece.kind, piece.text) for piece in pieces]


class TestSplit:
    @given(st.text(alphabet=st.sampled_from("ab Z.!?\n\t>-`1)ä:/\\#\r\u2028"), max_size=200))
    def test_pieces_are_ordered_verbatim_spans(self, text: str) -> None:
        last = 0
        for piece in split(text, "de"):
            assert text[piece.start : piece.end] == piece.text == piece.text.strip()
            assert last <= piece.start < piece.end
            last = piece.end

    @pytest.mark.parametrize(
        ("language", "text", "expected"),
        [
            ("de", "Bitte z. B. Outlook öffnen. Dann neu starten.", 2),
            ("de", "Das ist kaputt. Am 1. Januar ging es noch. Nr. 5 auch.", 3),
            ("nl", "Zie o.a. de handleiding. Dhr. Jansen belde.", 2),
            ("en", "Use e.g. version 115.6.0. Then open C:\\Temp\\a.b now. Done.", 3),
            ("en", "It did not work for me. Then I called.", 2),
            ("en", "The folder is C:\\Packages\\Mail.ABC_1\\Local and it is full.", 1),
        ],
    )
    def test_ends_sentences_where_people_do(self, language: str, text: str, expected: int) -> None:
        assert len(split(text, language)) == expected

    def test_a_list_in_one_line_is_a_list(self) -> None:
        pieces = split("Do this: 1. Open the menu 2. Click Tools 3. Restart")

        assert [piece.text for piece in pieces] == [
            "Do this:",
            "Open the menu",
            "Click Tools",
            "Restart",
        ]

    def test_a_row_of_dashes_is_a_list(self) -> None:
        pieces = split("- close the program - copy the folder - start it again")

        assert [piece.text for piece in pieces] == [
            "close the program",
            "copy the folder",
            "start it again",
        ]

    def test_hard_wrapped_lines_are_one_sentence(self) -> None:
        text = (
            "The printer in the second floor does not print anything since the\n"
            "last update of the print server, and the queue shows a strange\n"
            "message about drivers. Please have a look."
        )

        assert len(split(text)) == 2

    def test_lines_without_stops_are_separate(self) -> None:
        pieces = split("Outlook öffnen\nDatei wählen\nKonto entfernen", "de")

        assert len(pieces) == 3

    @pytest.mark.parametrize(
        "closing",
        [
            "Mit freundlichen Grüßen\nAnna Müller\nIT-Service",
            "Viele Grüße\nAnna",
            "Met vriendelijke groet,\n\nPieter",
            "Groetjes, Sanne",
            "Best regards,\nTom\nSenior Engineer",
            "-- \nTom Barker\nExample Ltd",
            "Sent from my phone",
        ],
    )
    def test_the_signature_is_one(self, closing: str) -> None:
        pieces = split(f"It prints again.\n{closing}")

        assert pieces[0].kind is SENTENCE
        assert {piece.kind for piece in pieces[1:]} == {SIGNATURE}

    @pytest.mark.parametrize(
        "mail",
        [
            "> It does not print.\n> At all.",
            "-----Original Message-----\nFrom: Tom <tom@example.org>\nSubject: x\n\nOld words.",
            "Von: Anna Müller <anna@example.org>\nGesendet: Montag\nBetreff: x\n\nAlte Worte.",
            "Van: Piet <piet@example.org>\nVerzonden: maandag\nOnderwerp: x\n\nOude woorden.",
        ],
    )
    def test_old_mail_is_quoted(self, mail: str) -> None:
        pieces = split(f"Restart it.\n\n{mail}")

        assert pieces[0].kind is SENTENCE
        assert {piece.kind for piece in pieces[1:]} == {QUOTE}

    def test_who_wrote_it_belongs_to_the_quotation(self) -> None:
        pieces = split("Works.\n\nAm 05.01.2026 schrieb Jens Krüger:\n> Bitte neu starten.", "de")

        assert [piece.kind for piece in pieces] == [SENTENCE, QUOTE]

    def test_fenced_and_logged_lines_are_code(self) -> None:
        text = "Run:\n```\nnet stop spooler\nnet start spooler\n```\nThe log said\n2026-01-05 10:00:01 ERROR spooler failed"

        assert kinds(split(text)) == [
            (SENTENCE, "Run:"),
            (CODE, "net stop spooler\nnet start spooler"),
            (SENTENCE, "The log said"),
            (CODE, "2026-01-05 10:00:01 ERROR spooler failed"),
        ]

    def test_bullets_are_not_part_of_the_item(self) -> None:
        assert kinds(split("1. Open it\n2) Close it\n- Done")) == [
            (ITEM, "Open it"),
            (ITEM, "Close it"),
            (ITEM, "Done"),
        ]


class TestDates:
    @pytest.mark.parametrize("language", ["de", "en", "nl"])
    @pytest.mark.parametrize("date", ["9.11.", "09.11."])
    def test_a_sentence_does_not_end_behind_a_day(self, language: str, date: str) -> None:
        sentence = f"Der Server wurde am {date} neu aufgesetzt."

        assert kinds(split(f"{sentence} Danach lief er.", language)) == [
            (SENTENCE, sentence),
            (SENTENCE, "Danach lief er."),
        ]

    def test_it_may_end_there(self) -> None:
        text = "So geht es seit dem 9.11. Davor lief alles."

        assert [piece.text for piece in split(text, "de")] == [
            "So geht es seit dem 9.11.",
            "Davor lief alles.",
        ]


class TestQuotedMessages:
    @pytest.mark.parametrize(
        ("language", "message"),
        [
            ("de", 'Meldung: "Der Drucker antwortet nicht. Fehler beim Vorgang: 0x0000011b".'),
            ("de", "Meldung: „Der Drucker antwortet nicht. Bitte wenden Sie sich an die IT.“"),
            ("nl", 'Er staat "De printer antwoordt niet. Neem contact op. Fout 0x0000011b".'),
            ("en", "It says “The server is not responding. Error 809”."),
        ],
    )
    def test_stay_whole(self, language: str, message: str) -> None:
        text = f"{message} Gestern ging es noch."

        assert [piece.text for piece in split(text, language)] == [
            message,
            "Gestern ging es noch.",
        ]

    @pytest.mark.parametrize(
        "text",
        [
            'Ein 24" Monitor fehlt. Der andere mit 27" geht.',
            'Er sagt "ja. Dann legt er auf. Mehr weiß ich nicht.',
            'Es steht "aus. \n\nSpäter stand da "an".',
        ],
    )
    def test_what_is_no_quotation_holds_nothing_together(self, text: str) -> None:
        assert len(split(text, "de")) >= 2

    def test_a_floor_is_no_end(self) -> None:
        text = "Kopierer im 5. OG: Scannen bricht ab. Es sind 5. Das reicht."

        assert [piece.text for piece in split(text, "de")] == [
            "Kopierer im 5. OG: Scannen bricht ab.",
            "Es sind 5.",
            "Das reicht.",
        ]


class TestIsCode:
    @pytest.mark.parametrize(
        "line",
        [
            "gpupdate /force",
            "sudo systemctl restart cups",
            "PS C:\\> Get-Printer",
            "Get-ADUser -Identity x",
            "$ lpstat -p",
            "reg add HKCU\\Software\\X /v Y",
            "18:50:06,997 Uncaught NS_ERROR_FAILURE",
        ],
    )
    def test_commands_and_logs_are(self, line: str) -> None:
        assert is_code(line)

    @pytest.mark.parametrize(
        "line",
        [
            "Start the service again.",
            "Set the port to 587",
            "service is not available",
            "echo is heard in the call",
            "Ping me when it works",
        ],
    )
    def test_prose_is_not(self, line: str) -> None:
        assert not is_code(line)
