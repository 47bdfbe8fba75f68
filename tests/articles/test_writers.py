"""The extractive writer: says only what was said, in order, and shows where."""
# ruff: noqa: E501 - a row of a table is easier to check in one line

import pytest

from articles import closing
from articles.markdown import to_markdown
from articles.ports import (
    Case,
    Draft,
    Missing,
    Part,
    Refusal,
    SectionName,
    StatementKind,
    TooThin,
)
from articles.writers import ExtractiveWriter
from tests.articles.cases import (
    ALL,
    DUTCH,
    ENGLISH,
    GERMAN,
    answered,
    asked,
    described,
    resolved,
    solved,
)


def written(case: Case) -> Draft:
    return ExtractiveWriter().write(case)


def texts(draft: Draft, name: SectionName) -> list[str]:
    return [statement.text for statement in draft.section(name)]


def everything(draft: Draft) -> str:
    return to_markdown(draft)


class TestEvidence:
    @pytest.mark.parametrize("case", ALL, ids=lambda case: case.language)
    def test_every_statement_lies_in_its_source(self, case: Case) -> None:
        draft = written(case)

        assert draft.sections
        for section in draft.sections:
            for statement in section.statements:
                assert statement.evidence
                for evidence in statement.evidence:
                    source = case.text(evidence.part, evidence.message)
                    assert source is not None
                    assert 0 <= evidence.start < evidence.end <= len(source)

    @pytest.mark.parametrize("case", ALL, ids=lambda case: case.language)
    def test_the_span_says_what_the_statement_says(self, case: Case) -> None:
        draft = written(case)
        hidden = {each.placeholder for each in draft.replaced}

        for section in draft.sections:
            for statement in section.statements:
                [evidence] = statement.evidence
                source = (case.text(evidence.part, evidence.message) or "")[
                    evidence.start : evidence.end
                ]
                if not any(placeholder in statement.text for placeholder in hidden):
                    assert " ".join(source.split()) == " ".join(statement.text.split())

    def test_the_title_has_evidence_too(self) -> None:
        draft = written(ENGLISH)

        assert next(each.part for each in draft.title_evidence) is Part.TITLE


class TestSections:
    @pytest.mark.parametrize(
        ("case", "symptom", "cause", "step", "check"),
        [
            (ENGLISH, "drops every few minutes", "old wireless driver", "Device Manager", "works now"),
            (GERMAN, "startet Outlook nicht", "beschädigtes Profil", "Systemsteuerung > Mail", "startet wieder"),
            (DUTCH, "werkt scannen naar e-mail niet", "verlopen was", "Netwerk > SMTP", "werkt weer"),
        ],
        ids=["en", "de", "nl"],
    )  # fmt: skip
    def test_each_holds_what_belongs_there(
        self, case: Case, symptom: str, cause: str, step: str, check: str
    ) -> None:
        draft = written(case)

        assert symptom in " ".join(texts(draft, SectionName.ISSUE))
        assert cause in " ".join(texts(draft, SectionName.CAUSE))
        assert step in " ".join(texts(draft, SectionName.RESOLUTION))
        assert check in " ".join(texts(draft, SectionName.VERIFICATION))

    def test_steps_keep_their_order_and_the_command_its_place(self) -> None:
        statements = written(ENGLISH).section(SectionName.RESOLUTION)

        assert [statement.kind for statement in statements] == [
            StatementKind.STEP,
            StatementKind.STEP,
            StatementKind.STEP,
            StatementKind.CODE,
            StatementKind.STEP,
        ]
        assert statements[3].text == "pnputil /add-driver C:\\Drivers\\wlan.inf /install"

    def test_the_environment_names_versions_once(self) -> None:
        assert texts(written(ENGLISH), SectionName.ENVIRONMENT) == ["NetGate Client 5.2.1"]
        assert texts(written(GERMAN), SectionName.ENVIRONMENT) == [
            "Windows 11 23H2",
            "Outlook 2021",
        ]

    def test_the_title_names_symptom_and_environment(self) -> None:
        assert written(ENGLISH).title == "VPN disconnects every few minutes (NetGate Client 5.2.1)"

    def test_a_title_that_says_nothing_is_replaced_by_the_symptom(self) -> None:
        case = solved(
            described("Hello. Outlook shows an empty window since this morning."),
            resolved("Started it with outlook.exe /safe and disabled the add-in."),
            title="Please help!!!",
        )

        assert written(case).title == "Outlook shows an empty window since this morning"


class TestCause:
    @pytest.mark.parametrize(
        ("language", "resolution", "cause"),
        [
            (
                "de",
                "Ursache: Der Server wurde am 9.11. neu aufgesetzt, deshalb fehlte der Treiber."
                " Treiber 5.2 installiert.",
                "Der Server wurde am 9.11. neu aufgesetzt, deshalb fehlte der Treiber.",
            ),
            (
                "nl",
                "Oorzaak: de server is op 9.11. opnieuw ingericht, daardoor ontbrak de driver."
                " Driver 5.2 geïnstalleerd.",
                "de server is op 9.11. opnieuw ingericht, daardoor ontbrak de driver.",
            ),
            (
                "en",
                "Root cause: the driver was missing after the server was set up anew."
                " Installed driver 5.2.",
                "the driver was missing after the server was set up anew.",
            ),
        ],
    )
    def test_it_is_kept_whole_and_without_its_label(
        self, language: str, resolution: str, cause: str
    ) -> None:
        draft = written(solved(described("x"), resolved(resolution), language=language))

        assert texts(draft, SectionName.CAUSE) == [cause]
        assert len(texts(draft, SectionName.RESOLUTION)) == 1

    @pytest.mark.parametrize(
        ("language", "lacks", "more", "step"),
        [
            (
                "de",
                "Ursache: Der Server hatte die Ausnahmen für FSLogix nicht.",
                "Der Scanner las bei jeder Anmeldung die ganze Datei.",
                "Ausnahmen auf dem Server gesetzt.",
            ),
            (
                "nl",
                "Oorzaak: de server had de uitzonderingen voor FSLogix niet.",
                "De scanner las daardoor elk bestand helemaal.",
                "Uitzonderingen op de server ingesteld.",
            ),
            (
                "en",
                "Cause: the server did not have any of the exclusions for FSLogix.",
                "The scanner read each file whole at every logon.",
                "Set the exclusions on the server.",
            ),
        ],
    )
    def test_what_was_lacking_is_a_cause_and_so_is_the_rest_of_its_line(
        self, language: str, lacks: str, more: str, step: str
    ) -> None:
        note = resolved(f"{lacks} {more}\n{step}")
        draft = written(solved(described("x"), note, language=language))

        assert texts(draft, SectionName.CAUSE) == [lacks.partition(": ")[2], more]
        assert texts(draft, SectionName.RESOLUTION) == [step]

    @pytest.mark.parametrize(
        ("language", "tried", "done"),
        [
            ("de", "Der Neustart hat nichts gebracht.", "Treiber 5.2 installiert."),
            ("de", "Das Kabel half auch nicht.", "Treiber 5.2 installiert."),
            ("nl", "Opnieuw opstarten heeft niet geholpen.", "Driver 5.2 geïnstalleerd."),
            ("nl", "De kabel hielp ook niet.", "Driver 5.2 geïnstalleerd."),
        ],
    )
    def test_what_did_not_help_is_none(self, language: str, tried: str, done: str) -> None:
        draft = written(solved(described("x"), resolved(f"{tried} {done}"), language=language))

        assert texts(draft, SectionName.CAUSE) == []
        assert texts(draft, SectionName.RESOLUTION) == [done]


class TestLabelled:
    """What a closing note says of its parts."""

    @pytest.mark.parametrize(
        ("language", "note"),
        [
            ("en", "Cause: full disk.\nSolution: Ran `lpadmin -x q7`.\nVersion: CUPS 2.4.2, Debian 12.\nVerified: ten pages came out."),
            ("de", "Ursache: Platte voll.\nLösung: `lpadmin -x q7` ausgeführt.\nVersion: CUPS 2.4.2, Debian 12.\nPrüfung: zehn Seiten kamen heraus."),
            ("nl", "Oorzaak: schijf vol.\nOplossing: `lpadmin -x q7` uitgevoerd.\nVersie: CUPS 2.4.2, Debian 12.\nControle: er kwamen tien bladzijden uit."),
        ],
    )  # fmt: skip
    def test_versions_and_the_check_stand_where_they_belong(self, language: str, note: str) -> None:
        draft = written(solved(described("x"), resolved(note), language=language))

        assert texts(draft, SectionName.ENVIRONMENT)[-2:] == ["CUPS 2.4.2", "Debian 12"]
        (checked,) = texts(draft, SectionName.VERIFICATION)
        assert checked in note
        (step,) = texts(draft, SectionName.RESOLUTION)
        assert "lpadmin" in step
        assert len(texts(draft, SectionName.CAUSE)) == 1

    @pytest.mark.parametrize("language", ["en", "de", "nl"])
    def test_what_the_form_of_closing_asked_for_loses_its_label(self, language: str) -> None:
        label = closing.LABELS[language]
        note = f"{label[Missing.EXACT]}: `lpadmin -x q7`\n{label[Missing.VERIFICATION]}: it prints"
        draft = written(solved(described("x"), resolved(note), language=language))

        assert texts(draft, SectionName.RESOLUTION) == ["`lpadmin -x q7`"]
        assert texts(draft, SectionName.VERIFICATION) == ["it prints"]

    @pytest.mark.parametrize(
        ("language", "note", "cause", "resolution", "check"),
        [
            (
                "nl",
                "Oorzaak: het image was drie maanden oud. Oplossing als lokale beheerder:\n```\nrepair -now\n```",
                ["het image was drie maanden oud."],
                ["Oplossing als lokale beheerder:", "repair -now"],
                [],
            ),
            (
                "en",
                "Cause: the certificate expired. Imported the new one. Verified from outside with `s_client -x`.",
                ["the certificate expired."],
                ["Imported the new one."],
                ["Verified from outside with `s_client -x`."],
            ),
            (
                "de",
                "Ursache: offene Sitzung. Lösung: Sitzung beendet. Dauerhaft: Timeout für LADE_WEB auf 45 Minuten.",
                ["offene Sitzung."],
                ["Sitzung beendet.", "Dauerhaft: Timeout für LADE_WEB auf 45 Minuten."],
                [],
            ),
            (
                "nl",
                "Oorzaak: een plug-in las elke minuut alles, daardoor verliepen de timers."
                " Oplossing: view SLIM zonder de routetabel.",
                ["een plug-in las elke minuut alles, daardoor verliepen de timers."],
                ["view SLIM zonder de routetabel."],
                [],
            ),
            (
                "de",
                "Änderung CHG-0212 hat die Ports zwischen den Domänencontrollern geschlossen -> 1722. Regel ergänzt, `repadmin /syncall`.",
                ["Änderung CHG-0212 hat die Ports zwischen den Domänencontrollern geschlossen -> 1722."],
                ["Regel ergänzt, `repadmin /syncall`."],
                [],
            ),
            (
                "de",
                "Gerät war nicht in Autopilot eingetragen. `Get-WindowsAutopilotInfo -Online` ausgeführt.",
                ["Gerät war nicht in Autopilot eingetragen."],
                ["`Get-WindowsAutopilotInfo -Online` ausgeführt."],
                [],
            ),
            (
                "nl",
                "In de ini baud=9600 gezet, dienst herstart. Testweging van 18.220 kg komt door.",
                [],
                ["In de ini baud=9600 gezet, dienst herstart.", "Testweging van 18.220 kg komt door."],
                [],
            ),
            (
                "nl",
                "De nieuwe BIOS hielp niet genoeg; moederbord vervangen onder garantie.",
                [],
                ["De nieuwe BIOS hielp niet genoeg; moederbord vervangen onder garantie."],
                [],
            ),
            (
                "de",
                "`Set-Mailbox dispo-nord -MessageCopyForSentAsEnabled $true -MessageCopyForSendOnBehalfEnabled $true`.",
                [],
                ["`Set-Mailbox dispo-nord -MessageCopyForSentAsEnabled $true -MessageCopyForSendOnBehalfEnabled $true`."],
                [],
            ),
        ],
    )  # fmt: skip
    def test_each_sentence_stands_where_its_author_would_look_for_it(
        self, language: str, note: str, cause: list[str], resolution: list[str], check: list[str]
    ) -> None:
        draft = written(solved(described("x"), resolved(note), language=language))

        assert texts(draft, SectionName.CAUSE) == cause
        assert texts(draft, SectionName.RESOLUTION) == resolution
        assert texts(draft, SectionName.VERIFICATION) == check

    def test_a_step_that_is_called_a_check_stays_where_nothing_else_is_one(self) -> None:
        note = "Verified: restart the spooler with `systemctl restart cups`."
        draft = written(solved(described("x"), resolved(note)))

        assert "cups" in texts(draft, SectionName.RESOLUTION)[0]


class TestLeftOut:
    @pytest.mark.parametrize(
        ("case", "noise"),
        [
            (ENGLISH, ["Hello", "another cable", "help me", "looking into", "Let me know", "regards", "wrote"]),
            (GERMAN, ["Guten Tag", "Neustart", "helfen", "eingegangen", "Grüßen"]),
            (DUTCH, ["Goedemorgen", "bedankt", "groet"]),
        ],
        ids=["en", "de", "nl"],
    )  # fmt: skip
    def test_greetings_thanks_dead_ends_and_quotes_go(self, case: Case, noise: list[str]) -> None:
        markdown = everything(written(case)).lower()

        assert [each for each in noise if each.lower() in markdown] == []

    @pytest.mark.parametrize("case", ALL, ids=lambda case: case.language)
    def test_no_private_data_stays(self, case: Case) -> None:
        markdown = everything(written(case))
        private = [
            "Laura",
            "Barker",
            "0958",
            "Müller",
            "Krüger",
            "NB-0815",
            "amueller",
            "Pieter",
            "Sanne",
        ]

        assert [each for each in private if each in markdown] == []

    def test_what_was_replaced_can_be_looked_up(self) -> None:
        draft = written(GERMAN)

        assert draft.replaced
        for each in draft.replaced:
            source = GERMAN.text(each.evidence.part, each.evidence.message) or ""
            assert "Müller" in source[each.evidence.start : each.evidence.end]

    def test_an_echo_of_the_question_is_a_quotation(self) -> None:
        case = solved(
            described("The printer beeps three times and stops after every single page."),
            answered(
                "The printer beeps three times and stops after every single page.\n"
                "Open the rear flap and remove the paper dust.",
                1,
                accepted=True,
            ),
        )

        assert texts(written(case), SectionName.RESOLUTION) == [
            "Open the rear flap and remove the paper dust."
        ]

    def test_the_number_of_a_list_alone_is_no_step(self) -> None:
        case = solved(
            described("It prints nothing."), resolved("1. Open the flap.\n2.\n3. Close it.")
        )

        assert texts(written(case), SectionName.RESOLUTION) == ["Open the flap.", "Close it."]


class TestTooThin:
    @pytest.mark.parametrize(
        ("language", "note"),
        [
            ("en", "Still I do not know what caused the problem."),
            ("de", "Wir wissen leider nicht, woran es lag."),
            ("nl", "We weten nog steeds niet waardoor het kwam."),
        ],
    )
    def test_not_to_know_why_is_no_basis(self, language: str, note: str) -> None:
        case = solved(described("My VPN does not connect."), resolved(note), language=language)

        with pytest.raises(TooThin):
            written(case)

    def test_not_to_know_why_does_not_hide_what_was_done(self) -> None:
        note = "Reinstalled the NetGate client and it works; I don't know why it happened."
        case = solved(described("My VPN does not connect."), resolved(note))

        assert "Reinstalled the NetGate client" in texts(written(case), SectionName.RESOLUTION)[0]

    @pytest.mark.parametrize(
        ("language", "note"),
        [("en", "Fixed."), ("en", "user's VPN works again"), ("de", "Geht wieder"), ("nl", "Werkt weer")],
    )  # fmt: skip
    def test_is_refused_with_what_is_missing(self, language: str, note: str) -> None:
        case = solved(described("My VPN does not connect."), resolved(note), language=language)

        with pytest.raises(TooThin, match="says that it works, not what was done") as refusal:
            written(case)

        assert refusal.value.refusal is Refusal.ONLY_THE_OUTCOME
        assert Missing.STEP in refusal.value.missing
        assert Missing.EXACT in refusal.value.missing

    def test_the_requester_may_tell_the_solution(self) -> None:
        case = solved(
            described("It prints nothing."),
            asked("I deleted the old printer driver and added it again, now it works.", 1),
        )

        assert "deleted the old printer driver" in texts(written(case), SectionName.RESOLUTION)[0]


class TestHeadings:
    @pytest.mark.parametrize(
        ("case", "heading"),
        [(ENGLISH, "## Resolution"), (GERMAN, "## Lösung"), (DUTCH, "## Oplossing")],
        ids=["en", "de", "nl"],
    )
    def test_are_in_the_language_of_the_ticket(self, case: Case, heading: str) -> None:
        assert heading in everything(written(case))

    def test_writing_twice_gives_the_same(self) -> None:
        assert written(ENGLISH) == written(ENGLISH)


class TestWhatIsNoStep:
    @pytest.mark.parametrize(
        ("language", "warning"),
        [
            ("de", "NICHT gemacht: den Schlüssel RpcAuthn auf 0 setzen."),
            ("nl", "Registersleutel RpcAuthn niet aangepast."),
            ("en", "The policy was not changed on the server."),
        ],
    )
    def test_what_was_left_alone_is_told_and_is_none(self, language: str, warning: str) -> None:
        note = resolved(f"`update -x q7` ausgeführt.\n{warning}")
        draft = written(solved(described("x"), note, language=language))

        step, told = draft.section(SectionName.RESOLUTION)
        assert (step.kind, told.text) == (StatementKind.STEP, warning)
        assert told.kind is StatementKind.SENTENCE

    def test_an_address_is_no_version(self) -> None:
        case = solved(described("No network. Address 10.40.99.x = guest."), resolved("Reset port."))

        assert texts(written(case), SectionName.ENVIRONMENT) == []

    @pytest.mark.parametrize(
        ("resolution", "kept", "dropped"),
        [
            (
                "Have you tried another cable?\nSet the port of the switch to 1 Gbit/s.\nExchange 2019",
                "Set the port",
                ["another cable", "Exchange 2019"],
            ),
            (
                "Haben Sie schon ein anderes Kabel probiert?\nDen Port am Switch auf 1 Gbit/s gestellt.\nExchange 2019",
                "Den Port",
                ["anderes Kabel", "Exchange 2019"],
            ),
            (
                "Heeft u al een andere kabel geprobeerd?\nDe poort van de switch op 1 Gbit/s gezet.\nExchange 2019",
                "De poort",
                ["andere kabel", "Exchange 2019"],
            ),
        ],
        ids=["en", "de", "nl"],
    )
    def test_questions_and_bare_versions_beside_a_step(
        self, resolution: str, kept: str, dropped: list[str]
    ) -> None:
        told = " ".join(texts(written(solved(resolved(resolution))), SectionName.RESOLUTION))

        assert kept in told
        assert not [each for each in dropped if each in told]

    def test_advice_is_the_step_where_there_is_no_other(self) -> None:
        draft = written(
            solved(resolved("Have you tried to set the port of the switch to 1 Gbit/s?"))
        )

        assert "set the port" in " ".join(texts(draft, SectionName.RESOLUTION))

    @pytest.mark.parametrize(
        "opinion",
        [
            "Just saying it might remove all traces of the old profile.",
            "Das könnte alle Spuren des alten Profils löschen.",
            "Dat zou alle sporen van het oude profiel verwijderen.",
        ],
    )
    def test_what_something_might_do_is_no_step(self, opinion: str) -> None:
        draft = written(solved(resolved(f"Deleted the folder C:\\Profiles\\old.\n{opinion}")))
        steps = [
            each.text
            for each in draft.section(SectionName.RESOLUTION)
            if each.kind is StatementKind.STEP
        ]

        assert steps
        assert opinion not in steps

    def test_a_cause_is_not_said_again_as_the_check(self) -> None:
        cause = "The problem was that the licence had expired, and now it works again."
        draft = written(solved(resolved(f"{cause}\nRenewed the licence with `slmgr /ato`.")))

        assert texts(draft, SectionName.CAUSE) == [cause]
        assert cause not in texts(draft, SectionName.VERIFICATION)
