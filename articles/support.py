"""Whether one text says what another says, judged by code: nothing that matters may differ."""

import re
from collections.abc import Sequence

from articles.ports import SentenceScorer

SHARED_WORDS = 0.6
"""The share of a sentence's words that its pieces must hold."""
FEWEST_WORDS = 0.3
"""With a scorer: the share that is enough when the meaning is near as well."""
NEAR = 0.6
"""The similarity to its pieces from which the meaning of a sentence is near."""

IDENTIFIER = re.compile(
    r"\[[A-Z]+-\d+\]|[^\s\"'“”„‘’`(),;]*[\d\\/@_=<>|$%#{}][^\s\"'“”„‘’`(),;]*|\b\w+\.\w[\w.]*|\b[a-z]+[A-Z]\w*|(?<!\w)--?[A-Za-z][\w-]*"
)
QUOTED = re.compile(r"[\"“„‘`«]([^\"”“’`»\n]{2,80})[\"”“’`»]")
NEGATION = re.compile(
    r"\b(?:not|n't|never|no|cannot|without|don't|doesn't|didn't|won't|can't|isn't|nicht|nie|kein\w*|ohne|niet|nooit|geen|zonder)\b",
    re.IGNORECASE,
)
STEM = 5
SHORTEST_WORD = 4


def supports(sources: Sequence[str], text: str, scorer: SentenceScorer | None = None) -> bool:
    """Whether `sources` say `text`.

    They must hold each identifier, number and quotation, most words (or, with a scorer, some
    words of a near meaning), and be as affirmative or negative.
    """
    source = " ".join(" ".join(sources).split()).lower()
    exact = [match[0].strip(".:!?") for match in IDENTIFIER.finditer(text)]
    exact += [match[1] for match in QUOTED.finditer(text)]
    if any(" ".join(each.split()).lower() not in source for each in exact):
        return False
    denied = [bool(NEGATION.search(each)) for each in sources]
    denies = bool(NEGATION.search(text))
    if (denies and not any(denied)) or (not denies and all(denied)):
        return False
    share = _shared(text, source)
    if share >= SHARED_WORDS:
        return True
    if scorer is None or share < FEWEST_WORDS:
        return False
    return max(scorer.similarity(list(sources), text)) >= NEAR


def _shared(text: str, source: str) -> float:
    """The share of the words of `text` whose beginning `source` holds."""
    words = {word[:STEM] for word in re.findall(r"\w+", text.lower()) if len(word) >= SHORTEST_WORD}
    held = {word[:STEM] for word in re.findall(r"\w+", source)}
    return len(words & held) / len(words) if words else 1.0
