"""What a closing lacks, in three languages."""
# ruff: noqa: E501 - a row of a table is easier to check in one line

import pytest

from articles.ports import Case, Missing, Part
from articles.thinness import assess, assess_note
from tests.articles.cases import ALL, answered, asked, described, resolved, solved, turn

THIN = [
    ("en", "Fixed."),
    ("en", "user's VPN works again"),
    ("en", "User's VPN was fixed"),
    ("en", "Printer is working now"),
    ("en", "Settings adjusted."),
    ("en", "Remote session, solved."),
    ("en", "Issue resolved after discussing with colleague"),
    ("en", "Done, user happy, thanks"),
    ("de", "Geht wieder"),
    ("de", "Problem telefonisch gelöst."),
    ("de", "VPN des Benutzers läuft wieder."),
    ("de", "Drucker druckt wieder"),
    ("de", "Erledigt, danke!"),
    ("de", "Einstellungen angepasst"),
    ("nl", "Werkt weer"),
    ("nl", "VPN van gebruiker hersteld."),
    ("nl", "Opgelost via TeamViewer."),
    ("nl", "Probleem telefonisch verholpen."),
    ("nl", "Instellingen aangepast."),
]
ENOUGH = [
    ("en", "Restarting fixed this"),
    ("en", "Cleared the print queue and restarted the spooler service."),
    ("en", "Settings > Mail > General: unticked the box."),
    ("en", "```\nnetsh winsock reset\n```"),
    ("de", "Druckerwarteschlange neu gestartet."),
    ("de", "Zertifikat war abgelaufen, mit certutil erneuert."),
    ("de", "Im Menü Extras > Optionen den Haken bei Offline entfernt."),
    ("nl", "Spooler opnieuw gestart"),
    ("nl", "Nieuw certificaat aangevraagd via certlm.msc."),
    ("nl", "Vinkje bij Offline uitgezet onder Extra > Opties."),
]


class TestAssessNote:
    @pytest.mark.parametrize(("language", "note"), THIN)
    def test_that_it_works_is_no_basis(self, language: str, note: str) -> None:
        assessment = assess_note(note, language=language)

        assert not assessment.basis
        assert Missing.STEP in assessment.missing

    @pytest.mark.parametrize(("language", "note"), ENOUGH)
    def test_what_was_done_is_one(self, language: str, note: str) -> None:
        assert assess_note(note, language=language).basis

    @pytest.mark.parametrize(
        ("language", "note"),
        [
            ("en", "The cause was an expired certificate. Ran certutil -renew on Windows 11, tested with Outlook."),
            ("de", "Ursache war ein abgelaufenes Zertifikat. Mit certutil -renew unter Windows 11 erneuert und getestet."),
            ("nl", "Oorzaak: verlopen certificaat. Met certutil -renew op Windows 11 vernieuwd en getest."),
        ],
    )  # fmt: skip
    def test_a_full_note_lacks_nothing(self, language: str, note: str) -> None:
        assert assess_note(note, language=language).missing == ()

    def test_asks_only_for_what_is_missing(self) -> None:
        missing = assess_note("Restarted the spooler.", environment="Windows 11").missing

        assert missing == (Missing.CAUSE, Missing.EXACT, Missing.VERIFICATION)


class TestAssess:
    @pytest.mark.parametrize("case", ALL, ids=lambda case: case.language)
    def test_the_whole_conversation_counts(self, case: Case) -> None:
        assessment = assess(case)

        assert assessment.basis
        assert Missing.CAUSE not in assessment.missing
        assert Missing.VERIFICATION not in assessment.missing

    def test_an_answer_that_was_confirmed_makes_up_for_a_thin_note(self) -> None:
        case = solved(
            described("It prints nothing."),
            answered("Please delete the old printer and add it again.", 1),
            asked("That worked, thank you.", 2),
            resolved("Solved."),
        )

        assert assess(case).basis

    def test_a_question_is_no_basis(self) -> None:
        case = solved(
            described("It prints nothing."),
            turn("Which printer do you use?", message=1, accepted=True),
        )

        assert not assess(case).basis

    def test_quoted_steps_are_no_basis(self) -> None:
        case = solved(described("It prints nothing."), resolved("Done.\n> Restart the spooler."))

        assert not assess(case).basis

    def test_a_bare_title_is_no_basis(self) -> None:
        assert not assess(Case(1, "Restart the spooler", (turn("", part=Part.RESOLUTION),))).basis


class TestByItself:
    @pytest.mark.parametrize(
        ("language", "note"),
        [
            ("en", "This appears to have fixed itself. It must have been a temporary bug."),
            (
                "de",
                "Hat sich von selbst erledigt. Es muss eine Störung beim Anbieter gewesen sein.",
            ),
            ("nl", "Het is vanzelf opgelost. Er was waarschijnlijk een storing bij de provider."),
        ],
    )
    def test_what_nobody_did_is_no_basis(self, language: str, note: str) -> None:
        assert not assess_note(note, language=language).basis

    def test_an_exact_step_beside_it_is_one(self) -> None:
        note = "It had fixed itself on one PC. On the others I ran `sfc /scannow`."

        assert assess_note(note).basis
