import gzip
import json
import random
from pathlib import Path

import pytest

from indexer.training import corpus, documentation, helpdesk, noise
from indexer.training.corpus import Pair


def pair(english: str, text: str, **changes: str) -> Pair:
    facts = {"language": "de", "source": "docs", "licence": "MIT", "kind": "sentence"}
    return Pair(english=english, text=text, **{**facts, **changes})


class TestCorpus:
    def write(self, folder: Path, licence: str) -> None:
        row = {"en": "a", "text": "b", "source": "docs", "licence": licence, "kind": "sentence"}
        with gzip.open(folder / "en-de.jsonl.gz", "wt", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")

    def test_rows_of_a_permitted_licence_are_read(self, tmp_path: Path) -> None:
        self.write(tmp_path, "MIT")

        assert list(corpus.read(tmp_path)) == [pair("a", "b")]

    def test_another_licence_stops_the_run(self, tmp_path: Path) -> None:
        self.write(tmp_path, "GPL-3.0")

        with pytest.raises(corpus.LicenceNotPermitted, match=r"docs is GPL-3\.0"):
            list(corpus.read(tmp_path))

    def test_the_same_twice_counts_once(self) -> None:
        assert len(list(corpus.distinct([pair("A", "B"), pair("a", "b"), pair("a", "c")]))) == 2

    def test_joined_passages_keep_both_sides_together(self) -> None:
        one, two = pair("First.", "Erstens."), pair("Second.", "Zweitens.")

        [passage] = corpus.joined([one, two])

        assert (passage.english, passage.text) == ("First. Second", "Erstens. Zweitens")

    def test_sources_are_not_joined(self) -> None:
        assert not list(corpus.joined([pair("A", "B"), pair("C", "D", source="other")]))

    def test_what_is_stored_is_loaded(self, tmp_path: Path) -> None:
        pairs = [pair("Größe", "ß"), pair("b", "c")]
        corpus.store(pairs, tmp_path / "pairs.jsonl")

        assert corpus.load(tmp_path / "pairs.jsonl") == pairs


PAGE = """---
title: x
---
# <a name="add-a-printer"></a>Drucker hinzufügen

Öffnen Sie [Einstellungen](https://example.org/a) und **wählen** Sie Drucker, dann klicken Sie auf
Hinzufügen.

```powershell
Add-Printer
```

## Fehler

- Prüfen Sie das Kabel und starten Sie den Drucker neu, wenn er nichts druckt.
"""


class TestDocumentation:
    def test_markup_code_and_front_matter_are_left_out(self) -> None:
        texts = [block.text for block in documentation.blocks(PAGE)]

        assert texts[1].startswith("Öffnen Sie Einstellungen und wählen Sie Drucker")
        assert not any("Add-Printer" in text or "title" in text for text in texts)

    def test_an_anchor_gives_the_english_heading(self, tmp_path: Path) -> None:
        (tmp_path / "a.md").write_text(PAGE, encoding="utf-8")

        assert list(documentation.headings(tmp_path)) == [("add a printer", "Drucker hinzufügen")]

    def test_pages_with_other_blocks_are_not_aligned(self, tmp_path: Path) -> None:
        for name, text in {"en": "# One\n\nFirst words.\n", "de": "# Eins\n"}.items():
            (tmp_path / name).mkdir()
            (tmp_path / name / "a.md").write_text(text, encoding="utf-8")

        assert not list(documentation.aligned(tmp_path / "en", tmp_path / "de"))

    def test_equal_blocks_are_aligned(self, tmp_path: Path) -> None:
        for name, text in {
            "en": "# One\n\nFirst words.\n",
            "de": "# Eins\n\nErste Worte.\n",
        }.items():
            (tmp_path / name).mkdir()
            (tmp_path / name / "a.md").write_text(text, encoding="utf-8")

        assert list(documentation.aligned(tmp_path / "en", tmp_path / "de")) == [
            ("One", "Eins"),
            ("First words.", "Erste Worte."),
        ]

    def test_a_section_has_its_heading_in_both_languages(self, tmp_path: Path) -> None:
        (tmp_path / "a.md").write_text(PAGE, encoding="utf-8")

        titles = [title for title, _ in documentation.sections(tmp_path, shortest=20)]

        assert titles == ["Drucker hinzufügen", "add a printer", "Drucker hinzufügen: Fehler"]


class TestHelpdesk:
    def test_every_template_is_filled(self) -> None:
        pairs = list(helpdesk.pairs(seed=1, per_template=200))

        assert len(pairs) > 10_000
        assert not [p for p in pairs if "{" in p.english + p.text]

    def test_german_articles_follow_gender_and_case(self) -> None:
        texts = {p.text for p in helpdesk.pairs(seed=1, per_template=200) if p.language == "de"}

        assert {"bitte den Drucker austauschen", "Problem mit der Maus"} <= texts

    def test_the_same_seed_gives_the_same(self) -> None:
        assert list(helpdesk.pairs(seed=5, per_template=3)) == list(
            helpdesk.pairs(seed=5, per_template=3)
        )


class TestNoise:
    TEXT = "Der Drucker meldet Fehler 0x80070005 in C:\\Windows seit KB5034441 gestern"

    def typed(self, *, share: float) -> list[str]:
        seeds = [random.Random(seed) for seed in range(300)]  # noqa: S311  # not a secret
        return [noise.typed(self.TEXT, rng, share=share) for rng in seeds]

    def test_codes_paths_and_numbers_stay(self) -> None:
        for text in self.typed(share=1.0):
            for kept in ("0x80070005", "C:\\Windows", "KB5034441"):
                assert kept in text

    def test_most_texts_change_when_asked_and_none_when_not(self) -> None:
        assert sum(text != self.TEXT for text in self.typed(share=1.0)) > 150
        assert set(self.typed(share=0.0)) == {self.TEXT}
