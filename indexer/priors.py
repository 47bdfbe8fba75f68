"""What a hit counts before anybody asks: solved and recent ones, where scores are nearly equal.

Both are too small to bury anything: together they move a hit past others that score a hundredth
less at most, and never past one that holds an identifier of the question.
"""

import math
from datetime import datetime

SOLVED = 0.005
"""Score that a solved case gains: neighbours in an answer differ by a hundredth and more."""

RECENT = 0.005
"""Score that the newest hit of an answer gains."""

HALF_LIFE = 365.0
"""Days after which a case counts half as recent."""


def prior(*, solved: bool, happened_at: datetime, newest: datetime, named: bool) -> float:
    """What is added to a score.

    Args:
        solved: whether it has a solution.
        happened_at: when it happened.
        newest: when the newest hit of the same answer happened.
        named: whether it holds an identifier of the question; it then gets all there is to get.
    """
    if named:
        return SOLVED + RECENT
    age = max((newest - happened_at).total_seconds() / 86_400, 0.0)
    return SOLVED * solved + RECENT * math.exp2(-age / HALF_LIFE)
