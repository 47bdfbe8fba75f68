"""What of a ticket may leave our company: its texts without what is private in them."""

from collections.abc import Callable, Sequence

from articles import drafting, passages
from kb import redaction
from kb.models import Message, Ticket
from kb.redaction import Placeholders


def redactor(
    ticket: Ticket,
    messages: Sequence[Message],
    said: Sequence[str],
    *,
    detect: Callable[[str], str],
) -> Callable[[str], str]:
    """Takes out of a text what people outside must not read; the same thing looks always alike.

    Args:
        ticket: whose people, organisation and hosts are private.
        messages: those of its messages that go with it.
        said: other texts that go with it: who is named there is private everywhere.
        detect: tells the language of a text.
    """
    case = drafting.case_of(ticket, messages, "\n".join(said), detect=detect)
    known, placeholders = passages.known(case), Placeholders()
    return lambda text: redaction.redact(text, known, placeholders).text
