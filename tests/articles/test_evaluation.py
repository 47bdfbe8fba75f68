"""The judge of drafts: it can tell a good draft from a bad one."""
# ruff: noqa: E501 - a row of a table is easier to check in one line

import json
from itertools import count

import pytest

from articles.evaluation import (
    WrongThread,
    evaluate,
    holds_main_step,
    is_supported,
    main_step,
    private_left,
    threads,
)
from articles.ports import (
    Case,
    Draft,
    Evidence,
    Part,
    Refusal,
    Section,
    SectionName,
    Statement,
)
from articles.writers import ExtractiveWriter
from tests.articles.cases import ALL, ENGLISH, GERMAN, answered, described, resolved, solved

CASE = solved(
    described("The printer beeps."),
    answered("Sorry to hear that. Open the rear flap and remove the dust. All the best!", 1, accepted=True),
)  # fmt: skip


def drafted(*texts: str) -> Draft:
    statements = tuple(Statement(text, ()) for text in texts)
    return Draft("T", "en", (Section(SectionName.RESOLUTION, statements),))


class TestMainStep:
    @pytest.mark.parametrize(
        ("answer", "step"),
        [
            ("Hi. Open Settings > Mail and untick it. Hope that helps!", "Open Settings > Mail and untick it."),
            ("Guten Tag. Bitte den Treiber löschen und neu starten. Danke!", "Bitte den Treiber löschen und neu starten."),
            ("> Delete everything now please\nRestart the printer twice.", "Restart the printer twice."),
            ("Which printer do you use?", "Which printer do you use?"),
        ],
    )  # fmt: skip
    def test_is_what_to_do(self, answer: str, step: str) -> None:
        assert main_step(answer) == step


class TestHoldsMainStep:
    def test_in_one_statement_or_two_neighbours(self) -> None:
        assert holds_main_step(CASE, drafted("Open the rear flap and remove the dust."))
        assert holds_main_step(CASE, drafted("Open the rear flap", "and remove the dust"))

    def test_not_when_it_is_left_out_or_scattered(self) -> None:
        assert not holds_main_step(CASE, drafted("Sorry to hear that."))
        assert not holds_main_step(CASE, drafted("Open the rear flap", "Then wait.", "remove dust"))

    def test_not_when_only_the_issue_has_it(self) -> None:
        statement = Statement("Open the rear flap and remove the dust.", ())

        assert not holds_main_step(
            CASE, Draft("T", "en", (Section(SectionName.ISSUE, (statement,)),))
        )


class TestIsSupported:
    SPAN = Evidence(7, Part.DESCRIPTION, 0, 18)

    def test_by_a_span_that_says_it(self) -> None:
        assert is_supported(CASE, "The printer beeps.", (self.SPAN,))
        assert is_supported(CASE, "The [HOST-1] beeps.", (self.SPAN,))

    @pytest.mark.parametrize(
        ("text", "evidence"),
        [
            ("The printer beeps.", ()),
            ("The printer burns.", (SPAN,)),
            ("beeps the printer", (SPAN,)),
            ("The printer beeps.", (Evidence(7, Part.DESCRIPTION, 0, 999),)),
            ("The printer beeps.", (Evidence(7, Part.DESCRIPTION, 5, 5),)),
            ("The printer beeps.", (Evidence(7, Part.MESSAGE, 0, 18, message=99),)),
        ],
    )
    def test_by_nothing_else(self, text: str, evidence: tuple[Evidence, ...]) -> None:
        assert not is_supported(CASE, text, evidence)


class TestPrivateLeft:
    @pytest.mark.parametrize(
        ("text", "kind"),
        [
            ("write to tom@example.org", "email"),
            ("call +44 20 7946 0958", "phone"),
            ("DE89 3704 0044 0532 0130 00", "iban"),
            ("-----BEGIN PRIVATE KEY-----", "key"),  # gitleaks:allow
            ("ask Anna Müller", "name"),
        ],
    )
    def test_sees_what_stayed(self, text: str, kind: str) -> None:
        assert private_left(GERMAN, text) == [kind]

    def test_placeholders_are_not_private(self) -> None:
        assert private_left(GERMAN, "ask [PERSON-1] at [EMAIL-1]") == []


def broken(case: Case) -> Draft:
    raise RuntimeError(case.title)


class TestEvaluate:
    def test_counts_what_came_of_each_thread(self) -> None:
        thin = solved(described("It beeps."), resolved("Fixed."))
        ticks = count()

        report = evaluate([*ALL, thin], ExtractiveWriter().write, clock=lambda: float(next(ticks)))

        assert (report.threads, report.drafted, report.failed) == (4, 3, 0)
        assert report.refused == {Refusal.ONLY_THE_OUTCOME: 1}
        assert report.evidence_coverage == 1.0
        assert report.private_data_left == 0
        assert report.seconds_per_100 == 100.0

    def test_a_writer_that_fails_is_counted(self) -> None:
        report = evaluate([ENGLISH], broken, clock=lambda: 0.0)

        assert (report.drafted, report.failed) == (0, 1)


class TestThreads:
    def test_are_read_from_json_lines(self) -> None:
        message = {"role": "requester", "text": "It beeps.", "created": "2024-01-01 16:54:00 +0000"}
        answer = {"role": "helper", "text": "Remove the dust.", "accepted_solution": True}
        line = json.dumps({"title": "Beep", "lang": "nl", "messages": [message, answer]})

        [case] = threads([line, "\n"])

        assert (case.title, case.language) == ("Beep", "nl")
        assert [turn.part for turn in case.turns] == [Part.DESCRIPTION, Part.MESSAGE]
        assert [turn.accepted for turn in case.turns] == [False, True]

    def test_a_wrong_line_is_named(self) -> None:
        with pytest.raises(WrongThread, match="line 2"):
            list(threads(['{"title": "x", "messages": []}', '{"title": 1}']))
