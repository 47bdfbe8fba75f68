"""`kb export articles`."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.cli import main
from api.schema import open_database
from kb import people
from kb.settings import Settings
from tests.articles.writing import make_draft
from tests.factories import make_person


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with one draft, for our own people."""
    monkeypatch.setenv("KB_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("KB_DATABASE_URL", raising=False)
    database = open_database(Settings())
    with database.write() as session:
        make_draft(session)
        make_person(session, "c@contractor.example", audiences=("contractor",))
        people.put_audience(session, people.INTERNAL)
    database.close()
    return tmp_path


def export(folder: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["export", "articles", str(folder), *options])


def test_again_writes_nothing(data: Path) -> None:
    first, second = export(data / "out"), export(data / "out")

    assert first.stdout == "1 written, 0 unchanged\n"
    assert second.stdout == "0 written, 1 unchanged\n"
    (path,) = (data / "out").rglob("*.*")
    assert path.read_text().startswith("---\nnumber: KB-1\n")


def test_as_somebody_who_sees_nothing(data: Path) -> None:
    result = export(data / "out", "--as", "c@contractor.example")

    assert result.stdout == "0 written, 0 unchanged\n"


def test_does_not_follow_a_link_out_of_the_folder(data: Path) -> None:
    (data / "out").mkdir()
    (data / "elsewhere").mkdir()
    (data / "out" / "en").symlink_to(data / "elsewhere")

    result = export(data / "out")

    assert result.exit_code == 1
    assert "outside" in result.stderr
    assert list((data / "elsewhere").iterdir()) == []
