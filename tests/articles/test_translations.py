from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from articles import importing, review, store, translations
from kb.visibility import Reader
from tests.articles.writing import make_draft
from tests.factories import MONDAY, make_audience, make_reader

TUESDAY = MONDAY + timedelta(days=1)


def bring_in(session: Session, folder: Path, *texts: str) -> None:
    make_audience(session)
    for place, text in enumerate(texts):
        (folder / f"{place}.md").write_text(text, encoding="utf-8")
    seen = importing.begin(session, folder)
    for batch in importing.batches(folder):
        importing.record(session, batch, seen=seen, at=MONDAY)


THREE = (
    "---\nid: KB-11\nlanguage: de\ntranslation_of: vpn\n---\n# Deutsch",
    "---\nid: vpn\nlanguage: en\n---\n# English",
    "---\nlanguage: nl\ntranslation_of: KB-11\n---\n# Nederlands",
    "---\nlanguage: en\n---\n# Another",
)


def languages(session: Session, reader: Reader, title: str) -> list[tuple[str | None, bool, bool]]:
    (named,) = [item for item in store.listed(session, reader, limit=9) if item.title == title]
    found = translations.group(session, reader, named.id)
    return [(item.language, item.original, item.outdated) for item in found]


class TestGroup:
    @pytest.mark.parametrize("title", ["Deutsch", "English", "Nederlands"])
    def test_is_the_same_from_each_member(
        self, session: Session, tmp_path: Path, title: str
    ) -> None:
        bring_in(session, tmp_path, *THREE)

        assert languages(session, make_reader(session), title) == [
            ("en", True, False),
            ("de", False, False),
            ("nl", False, False),
        ]

    @pytest.mark.parametrize("there", [True, False])
    def test_an_original_for_others_changes_nothing(self, session: Session, there: bool) -> None:
        german, dutch = (
            make_draft(session, external_id=language, language=language, audience="everybody")
            for language in ("de", "nl")
        )
        if there:
            english = make_draft(session, external_id="en", language="en", audience="secret")
            assert english.number == "KB-3"
        german.translation_of = dutch.translation_of = "KB-3"
        reader = make_reader(session, "everybody")

        found = translations.group(session, reader, german.id)

        assert [(item.language, item.original, item.outdated) for item in found] == [
            ("de", False, False),
            ("nl", False, False),
        ]

    @pytest.mark.parametrize("there", [True, False])
    def test_a_translation_for_others_connects_nothing(self, session: Session, there: bool) -> None:
        english, dutch = (
            make_draft(session, external_id=language, language=language, audience="everybody")
            for language in ("en", "nl")
        )
        dutch.translation_of = "KB-3"
        if there:
            german = make_draft(session, external_id="de", language="de", audience="secret")
            german.translation_of = english.number
        reader = make_reader(session, "everybody")

        found = [translations.group(session, reader, one.id) for one in (english, dutch)]

        assert [[item.language for item in group] for group in found] == [["en"], ["nl"]]

    def test_an_article_alone_is_its_own_group(self, session: Session, tmp_path: Path) -> None:
        bring_in(session, tmp_path, *THREE)

        assert languages(session, make_reader(session), "Another") == [("en", True, False)]

    def test_drafts_belong_to_no_group_by_having_no_file(self, session: Session) -> None:
        first = make_draft(session, external_id="1")
        make_draft(session, external_id="2")

        assert len(translations.group(session, make_reader(session), first.id)) == 1

    def test_a_draft_may_be_the_original(self, session: Session) -> None:
        english, german = (
            make_draft(session, external_id=language, language=language)
            for language in ("en", "de")
        )
        reader = make_reader(session)

        translations.set_original(session, reader, german.id, english.id, at=TUESDAY)

        found = translations.group(session, reader, german.id)
        assert [(item.language, item.original) for item in found] == [("en", True), ("de", False)]

    def test_a_new_original_makes_the_others_outdated(
        self, session: Session, tmp_path: Path
    ) -> None:
        bring_in(session, tmp_path, *THREE)
        reader = make_reader(session)
        (original,) = [a for a in store.listed(session, reader, limit=9) if a.title == "English"]
        review.edit(
            session, reader, original.id, base=1, title="English", markdown="new", at=TUESDAY
        )
        assert languages(session, reader, "Deutsch")[1:] == [
            ("de", False, False),
            ("nl", False, False),
        ]

        review.publish(session, reader, original.id, at=TUESDAY)

        assert languages(session, reader, "Deutsch")[1:] == [
            ("de", False, True),
            ("nl", False, True),
        ]

    def test_members_of_other_audiences_stay_hidden(self, session: Session, tmp_path: Path) -> None:
        make_audience(session, "contractor")
        outside = make_reader(session, "contractor", email="c@c.example")
        shared = THREE[0].replace("id:", "audience: contractor\nid:")
        bring_in(session, tmp_path, shared, *THREE[1:])

        assert languages(session, outside, "Deutsch") == [("de", False, False)]

    def test_a_ring_ends(self, session: Session, tmp_path: Path) -> None:
        bring_in(
            session,
            tmp_path,
            "---\nid: a\nlanguage: de\ntranslation_of: b\n---\n# A",
            "---\nid: b\nlanguage: en\ntranslation_of: a\n---\n# B",
        )

        assert len(languages(session, make_reader(session), "A")) == 2


class TestSetOriginal:
    def test_joins_and_leaves_a_group(self, session: Session, tmp_path: Path) -> None:
        bring_in(session, tmp_path, *THREE[1:2], "---\nlanguage: de\n---\n# Deutsch")
        reader = make_reader(session)
        german, english = store.listed(session, reader, limit=9)

        translations.set_original(session, reader, german.id, english.id, at=TUESDAY)

        assert len(languages(session, reader, "English")) == 2
        translations.set_original(session, reader, german.id, None, at=TUESDAY)
        assert len(languages(session, reader, "English")) == 1

    def test_needs_another_language(self, session: Session, tmp_path: Path) -> None:
        bring_in(session, tmp_path, *THREE[1:2], *THREE[3:])
        reader = make_reader(session)
        one, two = store.listed(session, reader, limit=9)

        with pytest.raises(translations.NoTranslation):
            translations.set_original(session, reader, one.id, two.id, at=TUESDAY)
