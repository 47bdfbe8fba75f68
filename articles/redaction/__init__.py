"""Removes personal data and secrets by code, for German, Dutch and English."""

from articles.redaction.names import from_addresses as names_in_addresses
from articles.redaction.names import said as names_said
from articles.redaction.redact import Known, Placeholders, Redacted, Replaced, find, redact
from articles.redaction.spans import SECRETS, Kind, Private

__all__ = [
    "SECRETS",
    "Kind",
    "Known",
    "Placeholders",
    "Private",
    "Redacted",
    "Replaced",
    "find",
    "names_in_addresses",
    "names_said",
    "redact",
]
