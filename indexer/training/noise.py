"""What people type: our own variations of a text, so that the model is used to them."""

import random
import re

KEPT = re.compile(r"[\d_/\\:@]|^[A-Z0-9-]{3,}$")
"""Words that stay as they are: codes, paths, numbers, abbreviations."""

SAFE = 3
"""Letters of words that nobody mistypes."""

BARE = str.maketrans("äöüÄÖÜ", "aouAOU")


def typed(text: str, rng: random.Random, *, share: float) -> str:
    """Vary `text` as a hurried person might type it; leave `1 - share` of the texts alone.

    Error codes, paths and numbers are never changed.  Umlauts as `ae` need no variation: the
    tokenizer reads both the same way.
    """
    if rng.random() >= share:
        return text
    chance = rng.random()
    if chance < 0.2:  # noqa: PLR2004  # shares of the kinds, chosen by feel
        return text.translate(BARE)
    if chance < 0.4:  # noqa: PLR2004
        return re.sub(r"[.,;:!?()\"„“]+( |$)", r"\1", text)
    if chance < 0.5:  # noqa: PLR2004
        return text.rstrip(".") + rng.choice(["!", "!!", "?", "...", " ???"])
    words = text.split(" ")
    open_to_slips = [at for at, word in enumerate(words) if len(word) > SAFE and not _code(word)]
    for at in rng.sample(open_to_slips, min(len(open_to_slips), 1 + len(words) // 12)):
        words[at] = _slip(words[at], rng)
    return " ".join(words)


def _code(word: str) -> bool:
    return KEPT.search(word) is not None


def _slip(word: str, rng: random.Random) -> str:
    at = rng.randrange(1, len(word) - 1)
    kind = rng.randrange(3)
    if kind == 0:
        return word[:at] + word[at + 1 :]
    if kind == 1:
        return word[:at] + word[at] + word[at:]
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
