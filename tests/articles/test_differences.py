from hypothesis import given
from hypothesis import strategies as st

from articles import differences
from articles.differences import Change


def shown(before: str, after: str) -> list[str]:
    marks = {Change.SAME: " ", Change.ADDED: "+", Change.REMOVED: "-", Change.SKIPPED: "…"}
    return [marks[line.change] + line.text for line in differences.between(before, after)]


def test_the_same_is_nothing() -> None:
    assert shown("a\nb", "a\nb") == []


def test_far_lines_are_skipped() -> None:
    text = "\n".join(str(number) for number in range(20))

    assert shown(text, text.replace("\n10\n", "\nten\n")) == [
        *["…", " 7", " 8", " 9", "-10", "+ten", " 11", " 12", " 13", "…"]
    ]


def test_another_line_is_removed_and_added_as_a_whole() -> None:
    removed, added = differences.between("Restart the router.", "Ask payroll")

    assert [len(removed.spans), len(added.spans)] == [1, 1]


lines = st.lists(st.text(alphabet="ab .", max_size=6), max_size=12)


@given(lines, lines)
def test_both_texts_can_be_read_from_it(before: list[str], after: list[str]) -> None:
    old, new = "\n".join(before), "\n".join(after)
    found = differences.between(old, new, context=100)

    if old.splitlines() != new.splitlines():
        assert [line.text for line in found if line.change is not Change.ADDED] == old.splitlines()
        assert [line.text for line in found if line.change is not Change.REMOVED] == (
            new.splitlines()
        )
