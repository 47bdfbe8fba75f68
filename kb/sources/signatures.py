"""Signatures of webhooks: over the bytes as they came, compared in constant time."""

import hashlib
import hmac
from collections.abc import Mapping

from pydantic import SecretStr

from kb.sources.ports import ForgedWebhook


def header(headers: Mapping[str, str], name: str) -> str:
    """The value of the header `name` in any case; empty without one."""
    wanted = name.lower()
    return next((value for key, value in headers.items() if key.lower() == wanted), "")


def verify(
    secret: SecretStr | None,
    signed: bytes,
    given: str,
    *,
    algorithm: str = "sha256",
    prefix: str = "",
) -> None:
    """Do nothing if `given` is the signature in hex over `signed`.

    Raises:
        ForgedWebhook: it is not, or there is no secret to know it by.
    """
    if secret is None or not secret.get_secret_value():
        raise ForgedWebhook("no webhook secret is set for this source, so none is believed")
    digest = hmac.new(secret.get_secret_value().encode(), signed, getattr(hashlib, algorithm))
    # As bytes: a foreign header may hold characters that compare_digest refuses in text.
    ours = digest.hexdigest().encode()
    if not hmac.compare_digest(ours, given.removeprefix(prefix).strip().lower().encode()):
        raise ForgedWebhook("the signature of the webhook is wrong")


def verify_secret(secret: SecretStr | None, given: str) -> None:
    """The same for systems that send the secret itself, in a header or a path."""
    if secret is None or not secret.get_secret_value():
        raise ForgedWebhook("no webhook secret is set for this source, so none is believed")
    if not hmac.compare_digest(secret.get_secret_value().encode(), given.encode()):
        raise ForgedWebhook("the secret of the webhook is wrong")
