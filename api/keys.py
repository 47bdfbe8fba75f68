"""The key that signs sessions: the configured secret, or one of this data folder."""

import os
import secrets
from pathlib import Path

from kb.settings import Settings

FILE = "secret.key"


def signing_key(settings: Settings) -> str:
    """KB_SECRET, or a key that is made once and kept in the data folder for its owner alone."""
    if settings.secret is not None:
        return settings.secret.get_secret_value()
    path = settings.data_dir / FILE
    if not path.exists():
        _make(path)
    return path.read_text(encoding="ascii")


def _make(path: Path) -> None:
    """Write a key whole or not at all; of two processes that try, the first wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{FILE}.{secrets.token_hex(8)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48))
        file.flush()
        os.fsync(descriptor)
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
