"""Support: other forms of the same words pass, other facts in the same words do not."""

from collections.abc import Sequence

import pytest

from articles.support import supports


class Near:
    def similarity(self, texts: Sequence[str], query: str) -> list[float]:
        return [0.9 if query else 0.0 for _ in texts]


class TestSupports:
    @pytest.mark.parametrize(
        ("source", "text"),
        [
            ("I removed the old driver yesterday.", "Remove the old driver."),
            ("Den Treiber habe ich entfernt.", "Treiber entfernen."),
            ("Set the port to 587 (STARTTLS).", "Set port 587."),
        ],
    )
    def test_other_forms_of_the_same_words(self, source: str, text: str) -> None:
        assert supports([source], text)

    @pytest.mark.parametrize(
        ("source", "text"),
        [
            ("Set the port to 587.", "Set the port to 465."),
            ("Run sfc /scannow.", "Run sfc /verifyonly."),
            ("Restart the service.", "Do not restart the service."),
            ("Do not restart the service.", "Restart the service."),
            ('Tick "Use proxy".', 'Tick "Use cache".'),
            ("Open the file C:\\a.ini.", "Open the file C:\\b.ini."),
        ],
    )
    def test_other_facts_in_the_same_words_are_not(self, source: str, text: str) -> None:
        assert not supports([source], text, Near())

    def test_a_near_meaning_needs_some_of_the_words(self) -> None:
        source = "The rights were assigned to the new group by the administrator."

        assert supports([source], "Administrator grants rights to another team.", Near())
        assert not supports([source], "Buy better hardware tomorrow morning.", Near())
