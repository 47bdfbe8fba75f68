import json
from dataclasses import replace
from pathlib import Path

import pytest

from indexer import learned
from indexer.confidence import (
    LOOKED_AT,
    SIGNALS,
    Asked,
    Band,
    Fit,
    Logistic,
    Sign,
    Thresholds,
    judge,
    signals,
)
from indexer.fusion import Weights
from indexer.learned import Learned

ASKED = Asked("en", 8)
FAR = (0.3, 0.02)


def sign(dense: float, words: float = 0.0, *, language: str = "en", named: bool = False) -> Sign:
    return Sign(dense, words, language, named)


def fit(**weights: float) -> Fit:
    """A fit in which only some signals count."""
    low, high = [-1.0] * len(SIGNALS), [10.0] * len(SIGNALS)
    one = Logistic(-4.0, tuple(weights.get(name, 0.0) for name in SIGNALS), tuple(low), tuple(high))
    return Fit(one, one, Thresholds(likely=0.8, related=0.1, answer=0.3), FAR)


class TestWithAFit:
    def test_a_clear_hit_is_likely_and_the_rest_is_not(self) -> None:
        told = judge(ASKED, [sign(0.9), sign(0.4), sign(0.3)], fit(meaning_lead=20))

        assert told.answer.band is Band.LIKELY
        assert [one.band for one in told.hits] == [Band.LIKELY, Band.NOTHING, Band.NOTHING]
        assert told.hits[0].probability is not None
        assert told.hits[0].probability > 0.99

    def test_hits_all_alike_are_nothing_good(self) -> None:
        told = judge(ASKED, [sign(0.4)] * 12, fit(meaning_lead=20))

        assert told.answer.band is Band.NOTHING
        assert {one.band for one in told.hits} == {Band.NOTHING}

    def test_of_nothing_good_no_hit_is_likely(self) -> None:
        sure, never = fit(meaning=20), fit()
        told = judge(ASKED, [sign(0.9)] * 3, replace(sure, answer=never.answer))

        assert told.answer.band is Band.NOTHING
        assert Band.LIKELY not in {one.band for one in told.hits}

    def test_who_holds_the_rare_identifier_is_related_at_least(self) -> None:
        shown = [sign(0.3, named=True), *[sign(0.3)] * 11]

        told = judge(ASKED, shown, fit())

        assert told.answer.band is Band.RELATED
        assert [one.band for one in told.hits[:2]] == [Band.RELATED, Band.NOTHING]

    def test_an_identifier_that_most_hits_hold_tells_nothing(self) -> None:
        told = judge(ASKED, [sign(0.3, named=True)] * 12, fit())

        assert told.answer.band is Band.NOTHING

    def test_a_small_answer_is_compared_with_what_is_unrelated(self) -> None:
        alone = judge(ASKED, [sign(0.31)], fit(meaning_lead=20))

        assert alone.answer.band is Band.NOTHING

    def test_what_was_never_seen_counts_as_the_most_that_was(self) -> None:
        known = replace(fit(length=1), hit=replace(fit(length=1).hit, high=(2.0,) * len(SIGNALS)))
        long, longer = (
            judge(Asked("en", words), [sign(0.5)], known).hits for words in (100, 100_000)
        )

        assert long == longer

    def test_no_hit_is_nothing(self) -> None:
        assert judge(ASKED, [], fit()).answer.probability == 0
        assert judge(ASKED, [], None).answer.probability is None
        assert judge(ASKED, [], None).answer.band is Band.NOTHING

    @pytest.mark.parametrize("count", [1, 2, LOOKED_AT - 1, LOOKED_AT, 40])
    def test_each_hit_has_its_signals(self, count: int) -> None:
        assert signals(ASKED, [sign(0.5)] * count, FAR).shape == (count, len(SIGNALS))


class TestWithoutAFit:
    def test_nothing_is_called_likely_and_no_probability_is_invented(self) -> None:
        told = judge(ASKED, [sign(0.99, 0.9, named=True), sign(0.1)], None)

        assert [one.band for one in told.hits] == [Band.RELATED, Band.NOTHING]
        assert {one.probability for one in (told.answer, *told.hits)} == {None}

    def test_hits_by_chance_are_nothing_good(self) -> None:
        assert judge(ASKED, [sign(0.3, 0.02)] * 5, None).answer.band is Band.NOTHING


class TestLearned:
    def test_what_is_kept_is_read_again(self, tmp_path: Path) -> None:
        kept = Learned("a/model#1", Weights(dense=0.25), fit(meaning=1.5))
        learned.keep(kept, tmp_path)

        assert learned.of("a/model#1", [tmp_path / "empty", tmp_path]) == kept

    def test_it_belongs_to_one_model(self, tmp_path: Path) -> None:
        learned.keep(Learned("model#1", Weights(), fit()), tmp_path)

        assert learned.of("model#2", [tmp_path]) == Learned("model#2")

    @pytest.mark.parametrize("damage", ["{", '{"model": 1}', "[]"])
    def test_a_damaged_file_is_left_aside(self, tmp_path: Path, damage: str) -> None:
        path = learned.keep(Learned("model", Weights(), fit()), tmp_path)
        path.write_text(damage, encoding="utf-8")

        assert learned.of("model", [tmp_path]).fit is None

    def test_signals_of_another_release_are_left_aside(self, tmp_path: Path) -> None:
        path = learned.keep(Learned("model", Weights(), fit()), tmp_path)
        stored = json.loads(path.read_text(encoding="utf-8"))
        stored["signals"] = stored["signals"][::-1]
        path.write_text(json.dumps(stored), encoding="utf-8")

        assert learned.of("model", [tmp_path]).fit is None
