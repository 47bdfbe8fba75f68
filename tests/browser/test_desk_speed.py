"""The benchmark of the desk runs, at a size that tells nothing."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from api.wiring import Services
from articles.writers import ExtractiveWriter
from benchmarks import desk_page, worlds
from kb.settings import Settings
from tests.browser.conftest import serving
from tests.fakes import WordEmbedder, make_finder

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


def test_each_key_is_timed_until_its_hits_are_shown(
    chromium: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_page, "OPENED", 1)
    world = worlds.make(tmp_path, 60, WordEmbedder(), embed=20)
    secret = desk_page.admit(world)
    finder = make_finder(world.database, tmp_path / "index")
    finder.catch_up()
    services = Services(Settings(data_dir=tmp_path), world.database, finder, ExtractiveWriter())
    with serving(services) as address:
        *opened, typed = desk_page.measured(chromium, address, secret, ["printer queue"])
    finder.close()
    world.database.close()

    assert [row["what"] for row in opened] == ["20 bytes", "empty desk", "desk with hits"]
    assert all(row["interactive"] for row in opened)
    assert typed["times"] == len("printer queue") - 2 - 1  # from the third letter on; no space
