"""Link, change, new or nothing: decided by what an article already says."""

import re

import pytest

from articles.decision import Addition, Advice, Candidate, Reason, Verdict, changed, decide
from articles.markdown import to_markdown
from articles.ports import Case, SectionName, Statement, StatementKind
from articles.writers import ExtractiveWriter
from tests.articles.cases import ALL, ENGLISH, GERMAN, described, resolved, solved


def candidate(
    markdown: str, *, near: float = 0.9, title: str = "T", language: str = "en"
) -> Candidate:
    return Candidate(5, "KB-5", title, markdown, language, near)


def advice(case: Case, *candidates: Candidate) -> Advice:
    return decide(ExtractiveWriter().write(case), candidates)


def own_article(case: Case, *, near: float = 0.9) -> Candidate:
    draft = ExtractiveWriter().write(case)
    return candidate(to_markdown(draft), near=near, title=draft.title, language=case.language)


def for_another_issue(between: str) -> Candidate:
    """The steps of the English case, their words with `between` among them, for a lift."""
    article = own_article(ENGLISH, near=0.1)
    start, end = article.markdown.index("since the update"), article.markdown.index("## Env")
    steps = article.markdown.index("## Resolution") + len("## Resolution")
    told = re.sub(r"(?<=[a-z]) (?=[a-z])", between, article.markdown[steps:])
    issue = "the lift is stuck between two floors and an alarm rings."
    body = article.markdown[:start] + f"{issue}\n\n" + article.markdown[end:steps] + told
    return candidate(body, near=0.1, title="Lift")


UNRELATED = candidate("## Issue\n\nThe lift is stuck.\n\n## Resolution\n\n1. Call the caretaker.")


class TestDecide:
    @pytest.mark.parametrize("case", ALL, ids=lambda case: case.language)
    def test_an_article_that_says_it_all_is_linked(self, case: Case) -> None:
        told = advice(case, UNRELATED, own_article(case))

        assert (told.verdict, told.reason) == (Verdict.LINK, Reason.ALL_SAID)
        assert told.candidate == own_article(case)

    def test_without_an_article_a_new_one_is_written(self) -> None:
        assert advice(ENGLISH).verdict is Verdict.NEW
        assert advice(ENGLISH).reason is Reason.NO_ARTICLE

    def test_the_same_issue_with_another_solution_is_new(self) -> None:
        other = candidate("## Issue\n\nVPN drops.\n\n## Resolution\n\n1. Replace the router.")
        told = advice(ENGLISH, other)

        assert (told.verdict, told.reason) == (Verdict.NEW, Reason.OTHER_SOLUTION)
        assert [each.candidate for each in told.considered] == [other]

    def test_a_missing_step_is_a_change(self) -> None:
        article = own_article(ENGLISH)
        shorter = candidate(
            article.markdown.replace("3. Run this as administrator:", ""), title=article.title
        )
        told = advice(ENGLISH, shorter)

        assert (told.verdict, told.reason) == (Verdict.CHANGE, Reason.STEPS_MISSING)
        assert [each.statement.text for each in told.additions] == ["Run this as administrator:"]

    def test_another_version_is_a_change(self) -> None:
        article = own_article(GERMAN)
        older = candidate(
            article.markdown.replace("Outlook 2021", "Outlook 2019"),
            title=article.title.replace("2021", "2019"),
            language="de",
        )
        told = advice(GERMAN, older)

        assert (told.verdict, told.reason) == (Verdict.CHANGE, Reason.SAYS_MORE)
        assert [each.statement.text for each in told.additions] == ["Outlook 2021"]

    def test_another_value_is_not_the_same_step(self) -> None:
        article = own_article(ENGLISH)
        other = candidate(article.markdown.replace("wlan.inf", "lan.inf"), title=article.title)

        assert advice(ENGLISH, other).verdict is Verdict.CHANGE

    def test_the_same_steps_in_other_words_for_another_issue_are_not_linked(self) -> None:
        told = advice(ENGLISH, for_another_issue(" then "))

        assert told.verdict is Verdict.NEW

    def test_copied_steps_are_no_evidence_for_a_new_article(self) -> None:
        """The ticket calls the problem otherwise, and its solution was taken from the article."""
        told = advice(ENGLISH, for_another_issue(" "))

        assert (told.verdict, told.reason) == (Verdict.CHANGE, Reason.COPIED)
        assert SectionName.RESOLUTION not in {each.section for each in told.additions}

    def test_a_short_step_is_said_everywhere(self) -> None:
        case = solved(described("The scanner hums."), resolved("Restart the computer."))
        other = candidate(
            "## Issue\n\nNo mail.\n\n## Resolution\n\n1. Restart the computer.", near=0
        )

        assert advice(case, other).verdict is Verdict.NEW

    def test_a_search_that_is_unsure_is_overruled_by_the_words(self) -> None:
        assert advice(ENGLISH, own_article(ENGLISH, near=0.1)).verdict is Verdict.LINK

    def test_a_thin_ticket_is_worth_nothing(self) -> None:
        told = decide(None, [UNRELATED])

        assert (told.verdict, told.reason) == (Verdict.NOTHING, Reason.TOO_THIN)

    def test_a_ticket_that_an_article_solved_is_worth_nothing(self) -> None:
        told = decide(ExtractiveWriter().write(ENGLISH), [], linked=True)

        assert (told.verdict, told.reason) == (Verdict.NOTHING, Reason.LINKED_ALREADY)


def adding(section: SectionName, text: str, kind: StatementKind = StatementKind.STEP) -> Addition:
    return Addition(section, Statement(text, (), kind))


ARTICLE = candidate(
    "## Issue\n\nIt beeps.\n\n## Environment\n\n- Model 5\n\n## Resolution\n\n1. Open it.\n\n"
    "   ```\n   # no heading\n   ```\n\n2. Close it.\n\n## Verification\n\nQuiet.\n"
)


class TestChanged:
    def test_additions_stand_at_the_ends_of_their_sections(self) -> None:
        markdown = changed(
            ARTICLE,
            [
                adding(SectionName.ENVIRONMENT, "Model 6"),
                adding(SectionName.RESOLUTION, "Wait."),
                adding(SectionName.RESOLUTION, "Print *x*."),
            ],
        )

        assert "- Model 5\n- Model 6\n\n## Resolution" in markdown
        assert "2. Close it.\n\n3. Wait.\n\n4. Print \\*x\\*.\n\n## Verification" in markdown

    def test_a_section_that_is_missing_is_added(self) -> None:
        article = candidate("Text.\n", language="de")

        assert changed(article, [adding(SectionName.CAUSE, "Staub.")]) == (
            "Text.\n\n## Ursache\n\nStaub.\n"
        )

    def test_nothing_that_was_there_goes(self) -> None:
        markdown = changed(ARTICLE, [adding(name, "More.") for name in SectionName])

        remaining = iter(markdown.splitlines())
        assert all(line in remaining for line in ARTICLE.markdown.splitlines() if line)
