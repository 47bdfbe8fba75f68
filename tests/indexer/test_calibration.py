import random
from collections.abc import Sequence

import pytest

from indexer import calibration
from indexer.calibration import TooFewQueries
from indexer.confidence import Band
from indexer.fusion import Weights
from indexer.observing import Observed
from indexer.ranking import Candidate, Proposals


def observed(count: int) -> list[Observed]:
    """Queries whose answer, where there is one, stands out by meaning from what is unrelated."""
    dice = random.Random(7)  # noqa: S311  the same queries in each run
    return [_query(f"q{number}", dice) for number in range(count)]


def _query(name: str, dice: random.Random) -> Observed:
    scores = [dice.uniform(0.2, 0.45) for _ in range(15)]
    if dice.random() < 0.8:
        scores[0] = dice.uniform(0.5, 0.9)
    found = [
        Candidate(place, place, score, dice.uniform(0, 0.05), "en")
        for place, score in enumerate(scores)
    ]
    return Observed(
        f"{dice.choice(['one', 'two'])}/test",
        name,
        dice.randint(3, 40),
        short=False,
        proposals=Proposals("en", found, [], []),
        relevant=frozenset({0}),
        named=frozenset(),
    )


QUERIES = observed(1200)
LEARN = [one for one in QUERIES if not one.held_back]
HELD_BACK = [one for one in QUERIES if one.held_back]


def judgements(queries: Sequence[Observed]) -> list[calibration.Judgement]:
    return calibration.judged(queries, Weights(), calibration.fit(LEARN, Weights()))


def test_what_is_learned_holds_on_other_queries() -> None:
    told = calibration.report(judgements(HELD_BACK))

    assert told.queries == len(HELD_BACK) > 400
    assert 0.25 < told.unanswerable / told.queries < 0.42
    assert told.precision is not None
    assert told.precision > 0.8
    assert told.caught is not None
    assert told.caught >= 0.5
    assert told.false_nothing is not None
    assert told.false_nothing < 0.1
    assert told.error is not None
    assert told.error < 0.08


def test_the_surest_answers_are_wrong_least() -> None:
    curve = calibration.risk_coverage(judgements(HELD_BACK))

    assert curve[-1][0] == 1
    assert curve[len(curve) // 4][1] < curve[-1][1] / 3


def test_of_an_unanswerable_query_nothing_found_is_right() -> None:
    for one, told in zip(HELD_BACK, judgements(HELD_BACK), strict=True):
        assert not (one.unanswerable and (told.good or told.likely_right))
        assert told.likely_right <= told.likely_hits
        assert told.band is not Band.LIKELY or told.likely_hits


def test_a_report_of_nothing_has_no_shares() -> None:
    told = calibration.report([])

    assert (told.precision, told.caught, told.false_nothing, told.error) == (None,) * 4


def test_too_few_queries_are_refused() -> None:
    with pytest.raises(TooFewQueries, match="20 queries are too few to learn from: 200 at least"):
        calibration.fit(QUERIES[:20], Weights())
