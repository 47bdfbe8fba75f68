"""Drafts as Markdown: what was said is shown as it was said."""

import html
import re

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from articles.markdown import escape, fenced, to_markdown
from articles.ports import Draft, Section, SectionName, Statement, StatementKind


def shown(markdown: str) -> str:
    """The text that a reader sees."""
    return html.unescape(re.sub(r"<[^>]+>", "", MarkdownIt("commonmark").render(markdown))).strip()


class TestEscape:
    @given(st.text(alphabet=st.sampled_from("ab1 *_[]()<>\\#+-.!&;~=:|/\"'ä"), max_size=40))
    def test_shows_the_text_as_it_is(self, text: str) -> None:
        line = " ".join(text.split())

        assert shown(escape(line)) == line

    def test_leaves_ordinary_text_alone(self) -> None:
        text = "Open C:\\Program Files\\App and set log_level=2 (KB-12), e.g. a < b & c."

        assert escape(text) == text

    def test_keeps_code_spans(self) -> None:
        assert escape("run `a*b_c` now*") == "run `a*b_c` now\\*"


class TestFenced:
    def test_a_fence_inside_does_not_end_it(self) -> None:
        code = "```\nx\n```"

        assert shown(fenced(code)) == code


class TestToMarkdown:
    def test_steps_are_numbered_and_hold_their_code(self) -> None:
        step = Statement("Run this:", (), StatementKind.STEP)
        code = Statement("a\nb", (), StatementKind.CODE)
        last = Statement("Restart.", (), StatementKind.STEP)
        draft = Draft("T", "en", (Section(SectionName.RESOLUTION, (step, code, last)),))

        assert to_markdown(draft) == (
            "# T\n\n## Resolution\n\n1. Run this:\n\n   ```\n   a\n   b\n   ```\n\n2. Restart.\n"
        )
