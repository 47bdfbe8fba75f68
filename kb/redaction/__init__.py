"""Removes personal data and secrets by code, for German, Dutch and English."""

from kb.redaction.machines import is_host
from kb.redaction.names import from_addresses as names_in_addresses
from kb.redaction.names import said as names_said
from kb.redaction.redact import Known, Placeholders, Redacted, Replaced, find, redact
from kb.redaction.spans import SECRETS, Kind, Private

RULES = 1
"""Grows with each change of what is found: texts cleaned by older rules are cleaned again."""

__all__ = [
    "RULES",
    "SECRETS",
    "Kind",
    "Known",
    "Placeholders",
    "Private",
    "Redacted",
    "Replaced",
    "find",
    "is_host",
    "names_in_addresses",
    "names_said",
    "redact",
]
