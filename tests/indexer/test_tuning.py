import random
from dataclasses import replace

import pytest

from indexer import calibration, quality, tuning
from indexer.fusion import LEAST, MOST, Weights, fused
from indexer.learned import Learned
from indexer.observing import Observed
from indexer.ports import Found
from indexer.ranking import Candidate, Proposals


def observed(collection: str, *, telling: str, count: int = 120) -> list[Observed]:
    """Queries of which one leg knows the answer and the other one guesses."""
    dice = random.Random(collection)  # noqa: S311  the same queries in each run
    return [_query(f"{collection}{number}", collection, telling, dice) for number in range(count)]


def _query(name: str, collection: str, telling: str, dice: random.Random) -> Observed:
    right = dice.randrange(20)
    found = []
    for place in range(20):
        dense, lexical = dice.uniform(0.3, 0.5), dice.uniform(0, 0.3)
        if place == right and telling == "meaning":
            dense += 0.3
        elif place == right:
            lexical += 0.3
        found.append(Candidate(place, place, dense, lexical, "en" if telling == "words" else "de"))
    dense_order, lexical_order = (
        [Found(one.document_id, one.passage_id, score) for score, one in _sorted(found, leg)]
        for leg in ("dense", "lexical")
    )
    proposals = Proposals("en", found, dense_order, lexical_order)
    return Observed(
        f"{collection}/test",
        name,
        dice.randint(3, 40),
        short=False,
        proposals=proposals,
        relevant=frozenset({right}),
        named=frozenset(),
    )


def _sorted(found: list[Candidate], leg: str) -> list[tuple[float, Candidate]]:
    pairs = [(float(getattr(one, leg)), one) for one in found]
    return sorted(pairs, key=lambda pair: -pair[0])


OTHER_LANGUAGE = observed("across", telling="meaning")
SAME_LANGUAGE = observed("within", telling="words")
BAD = Weights(dense=0.5, other_language=1.0)


def test_both_legs_are_used_where_each_knows_something() -> None:
    queries = [*OTHER_LANGUAGE, *SAME_LANGUAGE]
    found = tuning.tune(queries, BAD)

    scores = tuning.measured(queries, found)
    assert found.other_language < 0.3
    assert scores["across/test"].gain >= -tuning.ALLOWED
    assert scores["within/test"].gain >= -tuning.ALLOWED
    assert scores["across/test"].both > tuning.measured(queries, BAD)["across/test"].both


def test_weights_that_are_no_better_elsewhere_are_not_taken() -> None:
    good = tuning.tune(OTHER_LANGUAGE, BAD)

    assert tuning.better(OTHER_LANGUAGE, good, BAD) == good
    assert tuning.better(OTHER_LANGUAGE, BAD, good) == good


def test_what_has_no_relevant_document_scores_nothing() -> None:
    nothing = [replace(one, relevant=frozenset[int]()) for one in OTHER_LANGUAGE]

    scores = tuning.measured(nothing, Weights())["across/test"]
    assert (scores.both, scores.words, scores.meaning) == (0, 0, 0)


@pytest.mark.parametrize("strongest", [0.0, 0.01, 0.2, 1.0])
@pytest.mark.parametrize("strength", [0.0, 0.25, 2.0])
def test_neither_leg_is_ever_silenced(strongest: float, strength: float) -> None:
    weights = Weights(dense=0.5, strength=strength, dense_by_language={"nl": 0.99})

    for spoken in ("de", "nl", "und"):
        share = weights.share(spoken, strongest)
        assert LEAST <= share <= MOST
        assert 0 < fused(share, 0.5, 0.0) < 1
        assert 0 < fused(share, -0.5, 0.5) <= 1


def test_a_language_may_have_a_share_of_its_own() -> None:
    weights = Weights(dense=0.2, dense_by_language={"nl": 0.4})

    assert (weights.share("nl", 0.2), weights.share("de", 0.2)) == (0.4, 0.2)


def test_the_page_tells_the_targets_and_whether_they_are_met() -> None:
    queries = [
        *observed("own_one", telling="meaning", count=500),
        *observed("other_two", telling="words", count=500),
    ]
    fit = calibration.fit([one for one in queries if not one.held_back], Weights())
    found = quality.measured(queries, Learned("a-model#1", Weights(), fit))

    page, plot = quality.markdown(found), quality.plot(found)

    assert "`a-model#1`" in page
    assert "| own_one/test |" in page
    assert "at least 0.8: " in page
    assert "thunderbird_similar" in page
    assert plot.count("<polyline") == 2
    assert "precision of likely hits" in quality.summary(found)
