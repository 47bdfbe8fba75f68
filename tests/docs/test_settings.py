"""What is documented is what there is."""

from pathlib import Path

from api.cli.settings import reference

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "settings.md"


def test_the_page_of_settings_is_fresh() -> None:
    assert PAGE.read_text(encoding="utf-8") == reference(), "run: kb settings > " + str(PAGE)
