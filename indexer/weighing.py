"""What the words of a question count, by how rare they are where the reader may look."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from indexer import analysis, compounds, identifiers
from indexer.analysis import Word

MOST_WORDS = 64
"""Of a long question the rarest words are looked up: a pasted ticket has thousands.

A limit of 48 terms, about 20 words, cost 3 to 14 points of nDCG@10 where questions are long.
"""

IDENTIFIER_WEIGHT = 1.0
"""What an identifier counts against a word as rare, lift apart; its pieces count besides."""

LIFTED_OVER = 8
"""A rare identifier counts as much as so many of the rarest words of the question together.

Questions rarely share more words than that with a passage, so that who holds it comes first.
Several identifiers share the lift: of a pasted log each alone says little.
"""

IN_PIECES = 0.4
"""Of the lift for an identifier such as a path, whose pieces are words and count besides."""

RARE = 4
"""Passages that may hold an identifier that is lifted in full; a more frequent one is less."""

COMPOUND_WEIGHT = 0.5
"""What a compound counts where its part is sought, and a part where the compound is."""

MOST_WIDENED = 12
"""Of so many words, the rarest, compounds are looked up: each takes tenths of a millisecond."""

FUZZY_WEIGHT = 0.5
"""What a word in similar spelling counts, where nothing is spelled as in the question."""

SHORTEST_FUZZY = 4
"""Letters from which on a misspelling is forgiven; shorter words have too many neighbours."""

MOST_COMPLETIONS = 16
"""Words that an unfinished word stands for at most, the most frequent ones."""


class Dictionary(compounds.Dictionary, Protocol):
    """The words of the indexes that a reader may see."""

    @property
    def passages(self) -> int:
        """How many passages there are."""
        ...

    def beginning(self, prefix: str, limit: int) -> list[str]:
        """The most frequent words that begin with `prefix`."""
        ...


@dataclass(frozen=True, slots=True)
class Weighed:
    """A word of the question: what each term in its place counts, above 0."""

    weights: Mapping[str, float]
    most: float
    """What the word counts where a passage holds it exactly."""
    nearly: str = ""
    """The word, where a similar spelling of it is to be found for want of its own."""


def weigh(query: str, dictionary: Dictionary, *, prefix_last: bool = False) -> list[Weighed]:
    """The rarest words of a question with what they count; none that nothing can match.

    Args:
        query: a word or a whole ticket.
        dictionary: what the reader may see, and nothing else.
        prefix_last: whether the last word is still being typed.
    """
    words = analysis.question(query)
    typed = words.pop() if prefix_last and _is_unfinished(query, words) else None
    weighed = [(word, _weighed(word, dictionary)) for word in words]
    known = sorted((pair for pair in weighed if pair[1].weights), key=lambda pair: -pair[1].most)
    # Of what nobody writes so, a little: more is the noise of a pasted log.
    unknown = [pair for pair in weighed if not pair[1].weights][: MOST_WIDENED // 2]
    candidates = unknown + _lifted(known[:MOST_WORDS], dictionary)
    chosen = [_widened(word, one, dictionary) for word, one in candidates[:MOST_WIDENED]]
    chosen += [one for _, one in candidates[MOST_WIDENED:]]
    if typed is not None:
        chosen.append(_completed(typed, dictionary))
    return [one for one in chosen if one.weights or one.nearly]


def rarity(passages: int, count: int) -> float:
    """Inverse document frequency as tantivy computes it; always above 0."""
    count = min(count, passages)
    return math.log(1 + (passages - count + 0.5) / (count + 0.5))


def _is_unfinished(query: str, words: list[Word]) -> bool:
    return bool(words) and query[-1:].isalnum() and not words[-1].is_identifier


def _weighed(word: Word, dictionary: Dictionary) -> Weighed:
    factor = IDENTIFIER_WEIGHT if word.is_identifier else 1.0
    weights = {
        term: factor * rarity(dictionary.passages, count)
        for term in word.forms
        if (count := dictionary.passages_with(term))
    }
    return Weighed(weights, _most(weights))


def _lifted(
    known: Sequence[tuple[Word, Weighed]], dictionary: Dictionary
) -> list[tuple[Word, Weighed]]:
    """Let identifiers win: what names one thing tells more than words do."""
    named = [place for place, (word, _) in enumerate(known) if word.is_identifier]
    words = [one.most for word, one in known if not word.is_identifier]
    if not named:
        return list(known)
    lift = sum(sorted(words)[-LIFTED_OVER:]) / len(named)
    lifted = list(known)
    for place in named:
        word, one = known[place]
        (term,) = one.weights
        held = dictionary.passages_with(term)
        share = 1.0 if word.kind in identifiers.WHOLE_ONLY else IN_PIECES
        weight = one.most + share * lift * min(1.0, RARE / held)
        lifted[place] = word, Weighed({term: weight}, weight)
    return lifted


def _most(weights: Mapping[str, float]) -> float:
    """A passage holds the word itself and one of its stems: that of its language."""
    stems = [weight for term, weight in weights.items() if term.startswith(analysis.STEM)]
    others = [weight for term, weight in weights.items() if not term.startswith(analysis.STEM)]
    return sum(others) + max(stems, default=0.0)


def _widened(word: Word, one: Weighed, dictionary: Dictionary) -> Weighed:
    """Add the compounds that hold the word and the parts that it holds, or similar spellings."""
    if word.is_identifier or not word.text.isalpha() or len(word.text) < analysis.PART:
        return one
    weights = dict(one.weights)
    terms = compounds.with_part(word.text, dictionary)
    terms += [analysis.STEM + part for part in compounds.parts(word.text, dictionary)]
    for term in terms:
        if term not in weights and (count := dictionary.passages_with(term)):
            weights[term] = COMPOUND_WEIGHT * rarity(dictionary.passages, count)
    most = one.most or max(weights.values(), default=0.0)
    if weights or len(word.text) < SHORTEST_FUZZY:
        return Weighed(weights, most)
    return Weighed({}, FUZZY_WEIGHT * rarity(dictionary.passages, 1), nearly=word.text)


def _completed(word: Word, dictionary: Dictionary) -> Weighed:
    """What the word may become; the shortest ending counts as much as the word itself."""
    begun = dictionary.beginning(word.text, MOST_COMPLETIONS)
    one = _weighed(word, dictionary)
    weights = {
        term: rarity(dictionary.passages, dictionary.passages_with(term)) for term in begun
    } | dict(one.weights)
    if not weights:
        return _widened(word, one, dictionary)
    return Weighed(weights, one.most or max(weights.values()))
