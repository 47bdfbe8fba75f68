import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from articles import attachments, exporting, files, importing, store
from articles.importing import Recorded, Seen
from articles.models import Article, ArticleState, ArticleVersion, Attachment
from kb.models import Document, Event
from kb.visibility import NOBODY
from tests.factories import MONDAY, make_audience, make_reader

Put = Callable[[str, str], Path]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "articles"
    made.mkdir()
    return made


@pytest.fixture
def put(folder: Path) -> Put:
    def write(path: str, text: str) -> Path:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
        return folder / path

    return write


def run(session: Session, folder: Path, *, size: int = 2, source: str = "test") -> Recorded:
    return run_seen(session, folder, size=size, source=source)[0]


def run_seen(
    session: Session, folder: Path, *, size: int = 2, source: str = "test"
) -> tuple[Recorded, Seen]:
    make_audience(session)
    seen = importing.begin(session, folder)
    parts = [
        importing.record(session, batch, source=source, seen=seen, at=MONDAY)
        for batch in importing.batches(folder, size=size)
    ]
    total = Recorded(
        new=sum(part.new for part in parts),
        changed=sum(part.changed for part in parts),
        unchanged=sum(part.unchanged for part in parts),
        refused=tuple(item for part in parts for item in part.refused),
    )
    return total, seen


def articles(session: Session) -> list[Article]:
    return list(session.scalars(select(Article).order_by(Article.id)))


def documents(session: Session) -> list[Document]:
    return list(session.scalars(select(Document).where(~Document.withdrawn).order_by(Document.id)))


class TestRecord:
    def test_text_links_and_code_are_kept_as_written(
        self, session: Session, folder: Path, put: Put
    ) -> None:
        body = "See [b](../b.md) ![x](img/x.png)\n\n```sh\n# no heading\nls  \n```\n"
        put("a.md", f"---\ntitle: A\n---\n{body}")

        run(session, folder)

        (document,) = documents(session)
        assert (document.title, document.body, document.number) == ("A", body, "KB-1")

    def test_again_changes_nothing(self, session: Session, folder: Path, put: Put) -> None:
        for name in "abc":
            put(f"{name}.md", f"# {name}\n")
        run(session, folder)
        revisions = [document.revision for document in documents(session)]

        again = run(session, folder)

        assert (again.new, again.changed, again.unchanged) == (0, 0, 3)
        assert [document.revision for document in documents(session)] == revisions
        assert session.scalar(select(func.count(ArticleVersion.id))) == 3

    def test_a_changed_file_makes_a_new_version(
        self, session: Session, folder: Path, put: Put
    ) -> None:
        put("a.md", "# A\none")
        run(session, folder)
        put("a.md", "# A\ntwo")

        assert run(session, folder).changed == 1

        (article,) = articles(session)
        assert (article.version, article.published_version) == (2, 2)
        assert documents(session)[0].body == "# A\ntwo"

    def test_what_was_edited_here_stays_until_the_file_changes(
        self, session: Session, folder: Path, put: Put
    ) -> None:
        put("a.md", "# A\none")
        run(session, folder)
        (article,) = articles(session)
        article.state = ArticleState.ARCHIVED

        assert run(session, folder).unchanged == 1
        assert article.state is ArticleState.ARCHIVED

    def test_keys_have_their_effect(self, session: Session, folder: Path, put: Put) -> None:
        make_audience(session, "contractor")
        put(
            "en/a.md",
            "---\nid: KB-77\ntitle: A\nlanguage: de-AT\naudience: contractor\ntags: [x, y]\n"
            "product: VPN\nowner: {team: net}\n---\ntext",
        )
        put("nl/b.md", "# B")

        run(session, folder)

        first, second = articles(session)
        assert (first.number, first.language, first.product) == ("KB-77", "de", "VPN")
        assert first.tags == ["x", "y"]
        assert "owner: {team: net}" in first.front_matter
        assert first.audience_id == make_audience(session, "contractor")
        assert (second.number, second.language) == ("KB-78", "nl")

    def test_numbers_that_files_bring_are_given_to_no_other(
        self, session: Session, folder: Path, put: Put
    ) -> None:
        put("a.md", "# A")
        put("b.md", "---\nid: KB-1\n---\n# B")

        assert run(session, folder).refused == ()
        assert [article.number for article in articles(session)] == ["KB-2", "KB-1"]

    def test_a_draft_is_not_found(self, session: Session, folder: Path, put: Put) -> None:
        put("a.md", "---\nstate: draft\n---\n# A")

        run(session, folder)

        assert documents(session) == []
        put("a.md", "---\nstate: published\n---\n# A")
        run(session, folder)
        assert len(documents(session)) == 1

    def test_a_number_of_another_source_is_refused(
        self, session: Session, folder: Path, put: Put
    ) -> None:
        put("a.md", "---\nid: KB-5\n---\n# A")
        run(session, folder, source="one")
        put("a.md", "---\nid: other\nnumber: KB-5\n---\n# A")

        (refused,) = run(session, folder, source="two").refused

        assert "another article, from one" in refused.reason

    def test_a_moved_file_with_its_number_stays_the_article(
        self, session: Session, folder: Path, put: Put
    ) -> None:
        put("a.md", "---\nnumber: KB-5\n---\n# A")
        run(session, folder)
        (folder / "a.md").rename(folder / "b.md")

        outcome, seen = run_seen(session, folder)

        assert (outcome.unchanged, len(articles(session))) == (1, 1)
        assert importing.vanished(session, source="test", seen=seen) == []

    def test_an_audience_that_moves_is_recorded(
        self, session: Session, folder: Path, put: Put
    ) -> None:
        make_reader(session, "contractor")
        put("a.md", "# A")
        run(session, folder)
        put("a.md", "---\naudience: contractor\n---\n# A")

        run(session, folder)

        verbs = session.scalars(select(Event.verb).where(Event.subject_kind == "article")).all()
        assert verbs == ["article.import", "article.widen", "article.import"]


class TestRefused:
    @pytest.mark.parametrize(
        ("text", "line", "field", "reason"),
        [
            ("no heading, no title", None, "title", "neither a title"),
            ("---\ntitle: [a]\n---\n", 2, "title", "single text"),
            ("---\ntitle: 'a\n---\n", 3, None, "no valid YAML"),
            ("---\ntitle: a\naudience: moon\n---\n", 3, "audience", "unknown audience 'moon'"),
            ("---\ntitle: a\nstate: open\n---\n", 3, "state", "none of draft, published"),
            ("---\ntitle: a\nlanguage: German\n---\n", 3, "language", "no language code"),
            ("---\ntitle: a\nnumber: 12\n---\n", 3, "number", "no number like KB-12"),
            ("---\ntitle: a\ntags: {a: b}\n---\n", 3, "tags", "list of texts"),
            ("# a\nb\0c", 2, None, "NUL"),
            (f"# {'a' * 501}", None, "title", "longer than 500"),
        ],
    )
    def test_with_line_field_and_reason_while_the_good_stay(
        self,
        session: Session,
        folder: Path,
        put: Put,
        text: str,
        line: int | None,
        field: str | None,
        reason: str,
    ) -> None:
        put("bad.md", text)
        put("good.md", "# Good")

        outcome = run(session, folder)

        (refused,) = outcome.refused
        assert (refused.path, refused.line, refused.field) == ("bad.md", line, field)
        assert reason in refused.reason
        assert outcome.new == 1

    def test_not_utf_8(self, session: Session, folder: Path) -> None:
        (folder / "a.md").write_bytes(b"# A\n\nGr\xfc\xdfe")

        (refused,) = run(session, folder).refused

        assert (refused.line, refused.reason) == (3, "not UTF-8 at byte 7")

    def test_a_link_out_of_the_folder(self, session: Session, folder: Path) -> None:
        (folder.parent / "secret.md").write_text("# Secret")
        (folder / "a.md").symlink_to(folder.parent / "secret.md")

        (refused,) = run(session, folder).refused

        assert "out of the folder" in refused.reason

    def test_too_large(
        self, session: Session, folder: Path, put: Put, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(files, "LARGEST", 10)
        put("a.md", "# A\n1234567")

        assert "larger than" in run(session, folder).refused[0].reason

    def test_two_files_with_one_id(self, session: Session, folder: Path, put: Put) -> None:
        put("a.md", "---\nid: x\n---\n# A")
        put("b.md", "---\nid: x\n---\n# B")

        (refused,) = run(session, folder, size=1).refused

        assert (refused.path, refused.reason) == ("b.md", "a.md has the same id x")

    def test_no_folder(self, session: Session, tmp_path: Path) -> None:
        with pytest.raises(files.NoFolder):
            importing.begin(session, tmp_path / "absent")


def png(colour: str) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (4, 4), colour).save(made, "PNG")
    return made.getvalue()


class TestFilesBeside:
    def test_are_kept_with_the_version_that_shows_them(
        self, session: Session, folder: Path, put: Put
    ) -> None:
        put("de/a.md", "# Drucker\n![Fach](bilder/fach%201.png)\n![weg](weg.png)\n")
        picture = folder / "de" / "bilder" / "fach 1.png"
        picture.parent.mkdir()
        picture.write_bytes(png("red"))

        assert run(session, folder).new == 1
        assert run(session, folder).unchanged == 1
        picture.write_bytes(png("blue"))
        assert run(session, folder).changed == 1

        (article,) = articles(session)
        texts = session.scalars(select(ArticleVersion.markdown)).all()
        shown = [
            attachments.shown_by(session, article.id, number, text)
            for number, text in enumerate(texts, start=1)
        ]
        assert [list(one) for one in shown] == [["bilder/fach%201.png"]] * 2
        red, blue = (one["bilder/fach%201.png"] for one in shown)
        reader = make_reader(session)
        assert red != blue
        assert attachments.get(session, reader, article.number, blue).content == png("blue")
        with pytest.raises(attachments.AttachmentNotFound):
            attachments.get(session, NOBODY, article.number, blue)

    @pytest.mark.parametrize(
        "address",
        ["../../geheim.png", "/etc/geheim.png", "https://x.example/a.png", "link.png", "weg.pdf"],
    )
    def test_what_lies_elsewhere_is_not_read(
        self, session: Session, folder: Path, put: Put, address: str
    ) -> None:
        (folder.parent / "geheim.png").write_bytes(png("red"))
        put("de/a.md", f"# A\n![x]({address})\n")
        (folder / "de" / "link.png").symlink_to(folder.parent / "geheim.png")

        assert run(session, folder).new == 1
        assert session.scalars(select(Attachment)).all() == []

    def test_what_cannot_be_attached_is_refused_with_its_line(
        self, session: Session, folder: Path, put: Put
    ) -> None:
        put("a.md", "---\ntitle: A\n---\ntext\n![x](x.png)\n")
        put("x.png", "<svg/>")
        put("b.md", "# B\n")

        done = run(session, folder)

        assert done.new == 1
        (refused,) = done.refused
        assert (refused.path, refused.line) == ("a.md", 5)
        assert refused.reason.startswith("x.png: this is no PNG")

    def test_come_back_from_an_export(self, session: Session, folder: Path, put: Put) -> None:
        put("de/a.md", "# A\n![x](../die%20Bilder/x.png)\n")
        (folder / "die Bilder").mkdir()
        (folder / "die Bilder" / "x.png").write_bytes(png("red"))
        run(session, folder)

        (exported,) = exporting.read(session, make_reader(session))

        assert exported.files == (("die Bilder/x.png", png("red")),)


class TestVanished:
    def test_is_reported_and_stays(self, session: Session, folder: Path, put: Put) -> None:
        put("a.md", "# A")
        put("b.md", "# B")
        run(session, folder)
        (folder / "a.md").unlink()

        _, seen = run_seen(session, folder)

        (gone,) = importing.vanished(session, source="test", seen=seen)
        assert (gone.number, gone.path) == ("KB-1", "a.md")
        assert len(documents(session)) == 2

    def test_a_file_that_became_bad_has_not_vanished(
        self, session: Session, folder: Path, put: Put
    ) -> None:
        put("a.md", "---\nid: x\n---\n# A")
        run(session, folder)
        put("a.md", "---\nid: 'x\n---\n# A")

        _, seen = run_seen(session, folder)

        assert importing.vanished(session, source="test", seen=seen) == []

    def test_prune_archives_and_a_file_that_returns_publishes(
        self, session: Session, folder: Path, put: Put
    ) -> None:
        path = put("a.md", "# A")
        run(session, folder)
        path.unlink()
        _, seen = run_seen(session, folder)
        gone = importing.vanished(session, source="test", seen=seen)

        importing.prune(session, gone, at=MONDAY + timedelta(days=1))

        (article,) = articles(session)
        assert article.state is ArticleState.ARCHIVED
        assert documents(session) == []
        put("a.md", "# A")
        assert run(session, folder).changed == 1
        assert len(documents(session)) == 1

    def test_articles_of_another_source_are_left_alone(
        self, session: Session, folder: Path, put: Put
    ) -> None:
        put("a.md", "# A")
        run(session, folder, source="one")

        assert importing.vanished(session, source="two", seen=Seen()) == []


class TestReading:
    def test_a_reader_of_another_audience_sees_nothing(
        self, session: Session, folder: Path, put: Put
    ) -> None:
        put("a.md", "# A")
        run(session, folder)
        contractor = make_reader(session, "contractor")

        assert store.listed(session, contractor, limit=10) == []
        with pytest.raises(store.ArticleNotFound, match="no article KB-1"):
            store.by_number(session, contractor, "KB-1")

    @pytest.mark.parametrize("said", ["KB-1", "kb 1", "1", "kb1"])
    def test_a_number_may_be_said_in_many_ways(
        self, session: Session, folder: Path, put: Put, said: str
    ) -> None:
        put("a.md", "# A")
        run(session, folder)

        assert store.by_number(session, make_reader(session), said).title == "A"


class TestFirstHeading:
    @pytest.mark.parametrize(
        ("markdown", "title"),
        [
            ("```\n# no\n```\n## Yes ##\n", "Yes"),
            ("````\n```\n# no\n````\n# Yes", "Yes"),
            ("Yes\n===\n", "Yes"),
            ("#no\ntext\n", None),
            ("", None),
        ],
    )
    def test_is_found_outside_code(self, markdown: str, title: str | None) -> None:
        assert files.first_heading(markdown) == title
