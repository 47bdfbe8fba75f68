"""The run log: one JSON line per event, kept with the model."""

import json
import time
from pathlib import Path

import structlog

logger = structlog.get_logger()


class RunLog:
    """Appends events to a file and shows them as they come."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def record(self, event: str, **fields: float | str) -> None:
        """Note `event` with its `fields` and the time."""
        logger.info(event, **fields)
        row = {"at": time.strftime("%Y-%m-%dT%H:%M:%S"), "event": event, **fields}
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
