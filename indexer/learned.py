"""What was learned for a model from labelled queries: how legs are weighted, how far to trust."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import structlog
from pydantic import TypeAdapter, ValidationError

from indexer.confidence import SIGNALS, Fit
from indexer.fusion import Weights

log = structlog.get_logger()

SHIPPED_FOLDER = Path(__file__).parent / "model"
"""What was learned for the model inside this package lies beside its weights."""


@dataclass(frozen=True, slots=True)
class Learned:
    """What belongs to one model; without a fit there is no probability."""

    model: str
    weights: Weights = field(default_factory=Weights)
    fit: Fit | None = None
    signals: tuple[str, ...] = SIGNALS
    """What `fit` was made with: another release may judge by other ones."""


_STORED = TypeAdapter(Learned)


def of(model: str, folders: Sequence[Path]) -> Learned:
    """What was learned for the model called `model`, in the first folder that knows it.

    What cannot be read, or was made by another release, is left aside: search goes on without.
    """
    for folder in folders:
        path = folder / file_name(model)
        if path.exists() and (learned := _read(path)):
            return learned
    return Learned(model)


def keep(learned: Learned, folder: Path) -> Path:
    """Write what was learned, whole or not at all; where it is now."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / file_name(learned.model)
    temporary = path.with_suffix(".tmp")
    text = json.dumps(_rounded(asdict(learned)), indent=1, ensure_ascii=False)
    temporary.write_text(text + "\n", encoding="utf-8")
    temporary.replace(path)
    return path


def file_name(model: str) -> str:
    """The file of a model: a name may be a path, so that a digest of it names the file."""
    return f"learned-{hashlib.sha256(model.encode()).hexdigest()[:12]}.json"


def _read(path: Path) -> Learned | None:
    try:
        learned = _STORED.validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        log.warning("what was learned cannot be read", file=path.name, reason=str(error)[:200])
        return None
    if learned.signals != SIGNALS:
        log.warning("what was learned is of another release: run kb tune", file=path.name)
        return None
    return learned


def _rounded(value: Any) -> Any:  # Any: JSON
    if isinstance(value, float):
        return round(value, 6)
    if isinstance(value, dict):
        return {key: _rounded(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(each) for each in value]
    return value
