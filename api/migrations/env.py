"""Alembic's entry: which database, which tables."""

from typing import Any, Literal

from alembic import context

import api.tables  # noqa: F401  (imports every module that defines a table)
from kb.db import Base, Database, UtcTime


def _rendered(kind: str, item: Any, _context: object) -> str | Literal[False]:  # Any: alembic's
    """Migrations name no class of ours: it may be gone when they run."""
    if kind == "type" and isinstance(item, UtcTime):
        return "sa.DateTime(timezone=True)"
    return False


def run() -> None:
    """Migrate the database that `api.schema` put into the configuration."""
    database: Database = context.config.attributes["database"]
    with database.engine.begin() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=database.is_sqlite,
            compare_type=True,
            render_item=_rendered,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
