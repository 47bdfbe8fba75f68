"""How to get into a ticket system."""

import base64
import time
from collections.abc import Callable

from pydantic import BaseModel, ConfigDict, Field, SecretStr


class Account(BaseModel):
    """Address, credentials and options of one source; stored encrypted as a whole."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    url: str
    user: str | None = None
    secret: SecretStr | None = None
    webhook_secret: SecretStr | None = None
    private: bool = Field(default=False, description="the address may be in our own network")
    options: dict[str, str] = Field(default_factory=dict)

    def option(self, name: str, default: str) -> str:
        """The option `name`, or what it is when nobody said."""
        return self.options.get(name) or default

    @property
    def password(self) -> str:
        """The secret in the clear, for the header that needs it."""
        return self.secret.get_secret_value() if self.secret else ""

    @property
    def basic(self) -> str:
        """User and secret as the header Authorization carries them (RFC 7617)."""
        pair = f"{self.user or ''}:{self.password}".encode()
        return f"Basic {base64.b64encode(pair).decode()}"


Sleep = Callable[[float], None]
"""Waits for seconds; tests pass one that does not."""

SLEEP: Sleep = time.sleep
