import pytest

from articles import front_matter
from articles.front_matter import BadFrontMatter


class TestSplit:
    def test_head_and_body_are_the_file_again(self) -> None:
        text = "---\ntitle: a # why\n\ntags:\n - x\n---\n\n\n# Body\n---\n"

        matter, body = front_matter.split(text)

        assert matter.head + body == text
        assert body == "# Body\n---\n"

    def test_without_front_matter_all_is_body(self) -> None:
        assert front_matter.split("# A\n\n---\nb: c\n---\n")[0].entries == ()

    def test_values_stay_as_they_are_written(self) -> None:
        matter, _ = front_matter.split("---\nversion: 1.10\nlanguage: no\nday: 2024-13-45\n---\n")

        assert [e.text for e in matter.entries] == ["1.10", "no", "2024-13-45"]

    @pytest.mark.parametrize(
        ("block", "line", "reason"),
        [
            ("---\ntitle: a\n", 1, "not closed"),
            ("---\na: b\ntitle: 'open\n---\n", 4, "no valid YAML"),
            ("---\ntitle: a: b\n---\n", 2, "mapping values are not allowed"),
            ("---\n- a\n---\n", 2, "no list of keys"),
            ("---\n{a: b}\n---\n", 2, "braces"),
            ("---\na: 1\na: 2\n---\n", 3, "twice"),
            ("---\n? [a]\n: b\n---\n", 2, "key must be"),
        ],
    )
    def test_says_where_it_is_wrong(self, block: str, line: int, reason: str) -> None:
        with pytest.raises(BadFrontMatter, match=reason) as caught:
            front_matter.split(block)

        assert caught.value.line == line

    def test_deep_nesting_and_references_do_no_harm(self) -> None:
        with pytest.raises(BadFrontMatter, match="nested too deeply"):
            front_matter.split(f"---\na: {'[' * 20_000}\n---\n")
        bomb = "a0: &a0 [x]\n" + "".join(
            f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30)
        )

        matter, _ = front_matter.split(f"---\n{bomb}---\n")

        assert len(matter.entries) == 30

    def test_a_list_may_be_written_with_commas(self) -> None:
        for written in ("tags: a, b ,a", "tags: [a, b, a]", "tags:\n- a\n- b\n- a"):
            matter, _ = front_matter.split(f"---\n{written}\n---\n")
            assert matter.texts("tags") == ("a", "b")


class TestRewritten:
    def test_what_is_not_named_stays(self) -> None:
        head = "---\n# why\ntitle: 'Old'  # note\ntags:\n  - a\n# next\nextra: {x: 1}\n---\n\n"

        new = front_matter.rewritten(head, {"title": "New: x", "tags": ["b"], "number": "KB-1"})

        assert new == (
            "---\n# why\ntitle: 'New: x'\ntags: [b]\n# next\nextra: {x: 1}\nnumber: KB-1\n---\n\n"
        )

    def test_none_takes_out(self) -> None:
        assert front_matter.rewritten("---\na: 1\nb: 2\n---\n", {"a": None}) == "---\nb: 2\n---\n"

    def test_makes_a_head_where_there_was_none(self) -> None:
        assert front_matter.rewritten("", {"number": "KB-1"}) == "---\nnumber: KB-1\n---\n\n"
        assert front_matter.rewritten("", {"number": None}) == ""

    def test_twice_is_as_once(self) -> None:
        changes: dict[str, str | list[str] | None] = {"title": "ä: b", "tags": ["x", "1"]}
        once = front_matter.rewritten("---\nq: 1\n---\n", {**changes})

        assert front_matter.rewritten(once, {**changes}) == once
