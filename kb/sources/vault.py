"""Accounts of ticket systems, encrypted at rest."""

import json
import os
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from pydantic import SecretStr

from kb.errors import InvalidInput
from kb.settings import Settings
from kb.sources.accounts import Account

KEY_FILE = "source.key"
"""In the data folder, readable by its owner alone; back it up apart from the database."""


class WrongKey(InvalidInput):
    """The account cannot be decrypted with the key in force."""


class BadKey(InvalidInput):
    """The key is no Fernet key."""


class Vault:
    """Encrypts and decrypts accounts; what comes out is never shown."""

    def __init__(self, key: bytes) -> None:
        """Take a Fernet key: 32 bytes in URL-safe base64.

        Raises:
            BadKey: it is none.
        """
        try:
            self._fernet = Fernet(key)
        except ValueError as error:
            raise BadKey("KB_SOURCE_KEY is no key") from error

    def lock(self, clear: bytes) -> bytes:
        """The bytes, encrypted and signed."""
        return self._fernet.encrypt(clear)

    def unlock(self, locked: bytes) -> bytes:
        """What was locked.

        Raises:
            WrongKey: it was encrypted with another key, or changed since.
        """
        try:
            return self._fernet.decrypt(locked)
        except InvalidToken:
            raise WrongKey(
                "the secrets of this system were encrypted with another key; restore it, or add "
                "the system again"
            ) from None

    def locked(self, account: Account) -> bytes:
        """The account, encrypted and signed."""
        clear = account.model_dump(mode="json") | {
            "secret": _revealed(account.secret),
            "webhook_secret": _revealed(account.webhook_secret),
        }
        return self.lock(json.dumps(clear).encode())

    def unlocked(self, locked: bytes) -> Account:
        """The account.

        Raises:
            WrongKey: it was encrypted with another key, or changed since.
        """
        return Account.model_validate_json(self.unlock(locked))


def _revealed(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret else None


def open_vault(settings: Settings) -> Vault:
    """The vault with the configured key, or the one in the data folder, made if need be."""
    if settings.source_key is not None:
        return Vault(settings.source_key.get_secret_value().encode())
    return Vault(_kept_key(settings.data_dir / KEY_FILE))


def _kept_key(path: Path) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_bytes().strip()
    with os.fdopen(descriptor, "wb") as file:
        file.write(Fernet.generate_key())
        file.flush()
        os.fsync(file.fileno())
    return path.read_bytes().strip()
