"""A server on a given database and port with the stand-in model, for tests of several processes."""

import sys
from pathlib import Path

import uvicorn

from api.app import create_app
from api.wiring import Services
from articles.writers import ExtractiveWriter
from kb.db import Database
from kb.settings import Settings
from tests.fakes import make_finder


def serve(url: str, port: int, folder: Path) -> None:
    """Serve until the process is ended."""
    database = Database(url)
    services = Services(
        Settings(data_dir=folder),
        database,
        make_finder(database, folder / "index"),
        ExtractiveWriter(),
    )
    uvicorn.run(create_app(services), port=port, log_config=None)


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
