"""Closing a ticket: what is still missing for an article, and the answers to that."""

from collections.abc import Callable, Mapping

from articles import drafting, thinness
from articles.ports import Missing
from articles.thinness import Assessment
from kb import tickets
from kb.models import Ticket
from kb.visibility import Reader

LABELS: dict[str, dict[Missing, str]] = {
    "en": {
        Missing.CAUSE: "Root cause",
        Missing.EXACT: "Exact command or setting",
        Missing.VERSION: "Version",
        Missing.VERIFICATION: "Verified",
    },
    "de": {
        Missing.CAUSE: "Ursache",
        Missing.EXACT: "Befehl oder Einstellung",
        Missing.VERSION: "Version",
        Missing.VERIFICATION: "Geprüft",
    },
    "nl": {
        Missing.CAUSE: "Oorzaak",
        Missing.EXACT: "Opdracht of instelling",
        Missing.VERSION: "Versie",
        Missing.VERIFICATION: "Gecontroleerd",
    },
}
"""What stands before an answer in the resolution, in the language of the ticket."""


def lacking(
    reader: Reader, ticket: Ticket, resolution: str = "", *, detect: Callable[[str], str]
) -> Assessment:
    """What the ticket and `resolution` do not say yet, as far as `reader` may read the ticket.

    A step is always missing while `resolution` is empty and no message tells one.
    """
    messages = tickets.readable_messages(reader, ticket)
    return thinness.assess(drafting.case_of(ticket, messages, resolution, detect=detect))


def note(
    resolution: str, answers: Mapping[Missing, str], ticket: Ticket, *, detect: Callable[[str], str]
) -> str:
    """The resolution with the answers to what was missing, each in a paragraph of its own."""
    language = drafting.language_of(ticket, detect)
    paragraphs = [resolution.strip()]
    for piece in Missing:
        answer = answers.get(piece, "").strip()
        if not answer:
            continue
        label = LABELS[language].get(piece)
        if piece is Missing.EXACT and "`" not in answer and "\n" not in answer:
            answer = f"`{answer}`"
        paragraphs.append(answer if label is None else f"{label}: {answer}")
    return "\n\n".join(filter(None, paragraphs))
