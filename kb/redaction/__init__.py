"""Removes personal data and secrets by code, for German, Dutch and English."""

from kb.redaction.names import from_addresses as names_in_addresses
from kb.redaction.names import said as names_said
from kb.redaction.redact import Known, Placeholders, Redacted, Replaced, find, redact
from kb.redaction.spans import SECRETS, Kind, Private

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
