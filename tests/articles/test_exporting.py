import tempfile
from datetime import timedelta
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from articles import attaching, exporting, files, importing, review, store
from articles.importing import Recorded
from articles.models import Article, ArticleState, ArticleVersion, Governance
from kb.db import Database
from kb.models import Event
from kb.visibility import Reader
from tests.articles.writing import make_draft
from tests.conftest import cases_of
from tests.factories import MONDAY, make_audience, make_reader

TUESDAY = MONDAY + timedelta(days=1)

WRITTEN = """---
# Kept by the network team
title: 'VPN: drops'
tags:
  - vpn   # the tunnel
  - mtu
owner: {team: net, since: 2020-01-01}
language: en
---


# VPN: drops

See [this](../x.md) and ![that](img/a.png).
"""


def write(folder: Path, path: str, text: str) -> None:
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_text(text, encoding="utf-8", newline="")


def bring_in(session: Session, folder: Path, source: str = importing.SOURCE) -> Recorded:
    make_audience(session)
    seen = importing.begin(session, folder)
    (batch,) = importing.batches(folder)
    return importing.record(session, batch, source=source, seen=seen, at=MONDAY)


def export(session: Session, reader: Reader, folder: Path) -> dict[str, str]:
    written = {item.path: item.text for item in exporting.read(session, reader)}
    for path, text in written.items():
        write(folder, path, text)
    return written


class TestRead:
    def test_a_file_comes_back_as_it_was_written(self, session: Session, tmp_path: Path) -> None:
        write(tmp_path, "net/vpn.md", WRITTEN)
        bring_in(session, tmp_path)

        (exported,) = exporting.read(session, make_reader(session))

        assert exported.path == "net/vpn.md"
        added = "number: KB-1\naudience: internal\nsource: folder\nkb_version: '1'\n"
        assert exported.text == WRITTEN.replace("en\n---", f"en\n{added}---")

    def test_the_export_of_an_export_is_the_same(self, session: Session, tmp_path: Path) -> None:
        write(tmp_path, "net/vpn.md", WRITTEN)
        write(tmp_path, "de/bare.md", "# Nur Text\n")
        bring_in(session, tmp_path)
        reader = make_reader(session)
        first = export(session, reader, tmp_path)
        bring_in(session, tmp_path)

        assert export(session, reader, tmp_path) == first

    def test_importing_it_again_changes_nothing(self, session: Session, tmp_path: Path) -> None:
        """Whatever the articles came from, and whatever has happened to them since."""
        write(tmp_path / "in", "net/vpn.md", WRITTEN)
        write(tmp_path / "in", "old.md", "---\nid: old\n---\n# Old")
        bring_in(session, tmp_path / "in")
        write(tmp_path / "more", "net/vpn.md", "# Another under the same path")
        bring_in(session, tmp_path / "more", source="handbook")
        reader = make_reader(session)
        make_draft(session)
        first, old = session.scalars(select(Article).order_by(Article.id).limit(2))
        review.edit(
            session, reader, first.id, base=1, title="New: title", markdown="x\n", at=TUESDAY
        )
        review.publish(session, reader, first.id, at=TUESDAY)
        review.edit(session, reader, first.id, base=2, title="Pending", markdown="y", at=TUESDAY)
        review.archive(session, reader, old.id, at=TUESDAY)
        first.governance = Governance.COMPLIANCE
        versions = session.scalar(select(func.count(ArticleVersion.id)))
        events = session.scalar(select(func.count(Event.id)))

        written = export(session, reader, tmp_path / "out")
        outcome = bring_in(session, tmp_path / "out")

        assert len(written) == 4
        assert outcome == Recorded(new=0, changed=0, unchanged=4, refused=())
        assert session.scalar(select(func.count(ArticleVersion.id))) == versions
        assert session.scalar(select(func.count(Event.id))) == events
        assert (first.version, first.governance) == (3, Governance.COMPLIANCE)
        told = [path.read_text("utf-8") for path in (tmp_path / "out").rglob("*.md")]
        assert sum("\ngovernance: compliance\n" in text for text in told) == 1

    def test_into_an_empty_database_it_makes_the_same_articles(
        self, session: Session, tmp_path: Path
    ) -> None:
        make_draft(session)
        reader = make_reader(session)
        (before,) = export(session, reader, tmp_path).values()
        for article in session.scalars(select(Article)):
            session.delete(article)
        session.flush()  # the numbers are free again

        bring_in(session, tmp_path)

        view = store.by_number(session, reader, "KB-1")
        assert (view.title, view.state) == ("VPN drops every hour", ArticleState.DRAFT)
        parsed = files.parsed("x.md", before)
        assert isinstance(parsed, files.ArticleFile)
        assert view.markdown == parsed.markdown

    def test_a_draft_gets_a_name_that_tells(self, session: Session) -> None:
        make_draft(session, title="Größe der Übertragung: 1/2", language="de")

        (exported,) = exporting.read(session, make_reader(session))

        assert exported.path == "de/kb-1-grosse-der-ubertragung-1-2.md"

    def test_others_get_nothing(self, session: Session) -> None:
        make_draft(session)

        assert list(exporting.read(session, make_reader(session, "contractor"))) == []


class TestChangedOnBothSides:
    def test_is_refused_and_nothing_is_lost(self, session: Session, tmp_path: Path) -> None:
        write(tmp_path, "a.md", "# A\none\n")
        bring_in(session, tmp_path)
        reader = make_reader(session)
        ((path, text),) = export(session, reader, tmp_path).items()
        article = session.scalars(select(Article)).one()
        review.edit(session, reader, article.id, base=1, title="A", markdown="here", at=TUESDAY)
        review.publish(session, reader, article.id, at=TUESDAY)
        write(tmp_path, path, text.replace("one", "there"))

        outcome = bring_in(session, tmp_path)

        assert "changed here since version 1" in outcome.refused[0].reason
        assert store.get(session, reader, article.id).markdown == "here"

    def test_changed_in_the_file_alone_it_becomes_a_version(
        self, session: Session, tmp_path: Path
    ) -> None:
        write(tmp_path, "a.md", "# A\none\n")
        bring_in(session, tmp_path)
        ((path, text),) = export(session, make_reader(session), tmp_path).items()
        write(tmp_path, path, text.replace("one", "there"))

        assert bring_in(session, tmp_path).changed == 1


@pytest.mark.parametrize("value", ["x", "0", "[1]"])
def test_a_version_that_is_none_is_refused(value: str) -> None:
    refused = files.parsed("a.md", f"---\nkb_version: {value}\n---\n# A")

    assert isinstance(refused, files.Refused)
    assert refused.field == "kb_version"


class TestFiles:
    def test_attached_files_lie_where_the_text_says(self, session: Session) -> None:
        article = make_draft(session)
        reader = make_reader(session)
        content = b"%PDF-1 plan"
        attaching.attach(
            session,
            reader,
            article.id,
            content,
            filename="plan.pdf",
            description="The plan",
            base=1,
            at=MONDAY,
        )

        (exported,) = exporting.read(session, reader)

        ((path, found),) = exported.files
        beside = PurePosixPath(path).relative_to(PurePosixPath(exported.path).parent)
        assert f"[The plan]({beside})" in exported.text
        assert found == content


LINES = st.lists(
    st.one_of(
        st.sampled_from(
            ["---", "...", "# Überschrift", "```", "```yaml", "title: no", "~~~", "- [ ] a", "> b"]
        ),
        st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40),
    ),
    max_size=12,
)
WORDS = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1, max_size=40
).filter(lambda text: text.strip() == text)
HEADS = st.fixed_dictionaries(
    {"title": WORDS}, optional={"tags": st.lists(WORDS, max_size=3), "owner": WORDS}
)


@settings(
    max_examples=cases_of(40),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(head=HEADS, lines=LINES, end=st.sampled_from(["\n", "\r\n", "  \n", "\r"]))
def test_whatever_a_file_says_comes_back(
    database: Database, head: dict[str, Any], lines: list[str], end: str
) -> None:
    """Import, export, import: nothing changes; the second export is the first, byte for byte."""
    written = yaml.safe_dump(head, allow_unicode=True)
    with (
        tempfile.TemporaryDirectory() as place,
        database.write() as session,
    ):
        folder = Path(place, "in")
        folder.mkdir()
        text = f"---\n{written}---\n" + end.join(lines)
        (folder / "a.md").write_bytes(text.encode())
        assert bring_in(session, folder).refused == ()
        reader = make_reader(session)
        first = export(session, reader, Path(place, "out"))
        again = bring_in(session, Path(place, "out"))

        assert (again.new, again.changed, again.unchanged) == (0, 0, 1)
        assert export(session, reader, Path(place, "out")) == first
        (only,) = first.values()
        body = end.join(lines).replace("\r\n", "\n").replace("\r", "\n")
        assert only.endswith(f"---\n{body}")
        session.rollback()
