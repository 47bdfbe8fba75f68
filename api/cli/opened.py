"""What commands open: settings, database and services, with errors that people can read."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click
from pydantic import ValidationError
from sqlalchemy.exc import IntegrityError, OperationalError, SQLAlchemyError

from api.schema import open_database
from kb.db import Database
from kb.errors import KbError
from kb.settings import Settings

if TYPE_CHECKING:
    from api.wiring import Services


def settings() -> Settings:
    """The settings in force.

    Raises:
        click.ClickException: a setting is wrong; says which and why.
    """
    try:
        return Settings()
    except ValidationError as error:
        places = [
            f"KB_{'_'.join(str(part) for part in item['loc']).upper()}: {item['msg']}"
            if item["loc"]
            else item["msg"]
            for item in error.errors()
        ]
        raise click.ClickException("wrong settings\n  " + "\n  ".join(places)) from error


@contextmanager
def database(chosen: Settings | None = None) -> Iterator[Database]:
    """The database, made and migrated if need be; our errors become one line on stderr."""
    chosen = chosen or settings()
    with readable_errors(chosen):
        opened = _opened(chosen)
        try:
            yield opened
        finally:
            opened.close()


def _opened(chosen: Settings) -> Database:
    try:
        return open_database(chosen)
    except (SQLAlchemyError, OSError, ImportError) as error:
        reason = getattr(error, "orig", None) or error
        raise click.ClickException(
            f"the database cannot be opened ({_where(chosen)}): {reason}"
        ) from error


@contextmanager
def services(chosen: Settings | None = None) -> Iterator["Services"]:
    """The database with the model and the index of this process."""
    from api import wiring  # noqa: PLC0415  its libraries take seconds: not for every command

    chosen = chosen or settings()
    with database(chosen) as opened:
        made = wiring.build(chosen, opened)
        try:
            yield made
        finally:
            made.finder.close()


@contextmanager
def readable_errors(chosen: Settings) -> Iterator[None]:
    """Turn what people can mend into a message without a traceback."""
    try:
        yield
    except KbError as error:
        raise click.ClickException(str(error)) from error
    except IntegrityError as error:
        raise click.ClickException("changed by another process meanwhile; try again") from error
    except OperationalError as error:
        raise click.ClickException(
            f"the database cannot be used ({_where(chosen)}): {error.orig or error}"
        ) from error
    except PermissionError as error:
        raise click.ClickException(f"no permission: {error.filename}") from error


def _where(chosen: Settings) -> str:
    """Never the URL: it may hold a password."""
    return "KB_DATABASE_URL" if chosen.database_url else str(chosen.data_dir)
