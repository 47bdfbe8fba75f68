"""Systems that read times in the time zone of the account, and say nothing if ours is another."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kb.sources.accounts import Account
from kb.sources.ports import BadAnswer

LATER = timedelta(minutes=10)
"""Shorter than the smallest difference between two time zones."""


class WrongTimeZone(BadAnswer):
    """The system reads times in the time zone of the account, and that is not the one set here."""


def of(account: Account) -> ZoneInfo:
    """The zone that the option `timezone` names; UTC when nobody said.

    Raises:
        WrongTimeZone: it is none.
    """
    try:
        return ZoneInfo(account.option("timezone", "UTC"))
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise WrongTimeZone("the option timezone is no name such as Europe/Berlin") from error


def check(changed_at: datetime, found_from: Callable[[datetime], bool]) -> None:
    """Do nothing if the system finds its newest case where we ask for it.

    With another zone it would answer with too few cases, and nobody would notice.

    Args:
        changed_at: when the newest case changed.
        found_from: whether the system finds it among what changed at a time or later.

    Raises:
        WrongTimeZone: the case was not found, or was found ten minutes later too.
    """
    if not found_from(changed_at) or found_from(changed_at + LATER):
        raise WrongTimeZone(
            "the account's time zone there is not the one set here; set the option timezone to "
            "it, or set UTC in the account's preferences"
        )
