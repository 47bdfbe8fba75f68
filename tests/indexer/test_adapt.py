from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from indexer import adapt
from indexer.adapt import LinkedCase, QueryAdapter, Verdict
from indexer.embedders import ModelUnavailable
from tests.fakes import WordEmbedder

START = datetime(2026, 1, 5, tzinfo=UTC)
DIMENSION = 32


def unit(rows: NDArray[np.float64]) -> NDArray[np.float32]:
    return np.asarray(rows / np.linalg.norm(rows, axis=-1, keepdims=True), dtype=np.float32)


def cases(count: int = 300, *, habit: float, seed: int = 1) -> list[LinkedCase]:
    """Questions that lie off their answers by chance, and by a `habit` that can be learned."""
    rng = np.random.default_rng(seed)
    answers = unit(rng.normal(size=(count, DIMENSION)))
    turn = rng.normal(size=(DIMENSION, 2)) @ rng.normal(size=(2, DIMENSION))
    off = habit * answers @ turn / DIMENSION + 0.15 * rng.normal(size=answers.shape)
    questions = unit(answers + off)
    return [
        LinkedCase(q, a, "de" if at % 3 else "nl", START + timedelta(hours=at))
        for at, (q, a) in enumerate(zip(questions, answers, strict=True))
    ]


def test_a_habit_is_learned_and_wins_on_later_cases() -> None:
    _, verdict = adapt.learn(cases(habit=12.0), model="m", penalty=0.01)

    assert verdict.promoted
    assert verdict.after["all"] > verdict.before["all"] + 0.02


def test_where_there_is_no_habit_nothing_changes_much() -> None:
    adapter, _ = adapt.learn(cases(habit=0.0), model="m")

    questions = np.stack([case.question for case in cases(habit=0.0)])
    assert float((adapter.bend(questions) * questions).sum(1).mean()) > 0.98


def test_the_same_cases_give_the_same_adapter() -> None:
    one, _ = adapt.learn(cases(habit=5.0), model="m")
    two, _ = adapt.learn(list(reversed(cases(habit=5.0))), model="m")

    np.testing.assert_array_equal(one.up, two.up)


def test_too_few_cases_are_refused() -> None:
    with pytest.raises(adapt.TooFewCases, match="49 linked cases"):
        adapt.learn(cases(49, habit=1.0), model="m")


def test_losing_in_one_language_is_not_promoted() -> None:
    verdict = Verdict({"all": 0.5, "de": 0.5, "nl": 0.5}, {"all": 0.6, "de": 0.7, "nl": 0.49})

    assert not verdict.promoted


def test_gradients_are_those_of_the_loss() -> None:
    some = cases(60, habit=3.0)
    q = np.stack([c.question for c in some]).astype(np.float64)
    a = np.stack([c.answer for c in some]).astype(np.float64)
    rng = np.random.default_rng(0)
    up, down = rng.normal(size=(DIMENSION, 3)) * 0.1, rng.normal(size=(3, DIMENSION)) * 0.1

    def loss(up: NDArray[np.float64]) -> float:
        moved = q + q @ down.T @ up.T
        moved /= np.linalg.norm(moved, axis=1, keepdims=True)
        scores = adapt.SHARPNESS * moved @ a.T
        right = np.diag(scores) - np.log(np.exp(scores).sum(1))
        return float(-right.mean() + 0.5 * ((up @ down) ** 2).sum())

    slope, _ = adapt._gradients(q, a, up, down, 0.5)  # type: ignore[arg-type]  # float64 to be exact
    step = np.zeros_like(up)
    step[4, 1] = 1e-6
    assert slope[4, 1] == pytest.approx((loss(up + step) - loss(up - step)) / 2e-6, rel=1e-4)


def test_saved_and_loaded_it_bends_the_same(tmp_path: Path) -> None:
    adapter, _ = adapt.learn(cases(habit=5.0), model="m")
    adapter.save(tmp_path / "adapter.npz")

    again = adapt.load(tmp_path / "adapter.npz")

    question = cases(habit=5.0)[0].question
    np.testing.assert_array_equal(again.bend(question), adapter.bend(question))
    with pytest.raises(ModelUnavailable, match="no adapter"):
        adapt.load(tmp_path / "absent.npz")


class TestAdaptedEmbedder:
    def adapter(self, model: str) -> QueryAdapter:
        up = np.zeros((64, 1), np.float32)
        up[3] = 5.0
        return QueryAdapter(model, up, np.ones((1, 64), np.float32))

    def test_only_questions_are_bent(self) -> None:
        plain = WordEmbedder(dimension=64)
        adapted = adapt.AdaptedEmbedder(plain, self.adapter("words"))

        np.testing.assert_array_equal(
            adapted.embed_documents(["printer"]), plain.embed_documents(["printer"])
        )
        assert float(adapted.embed_query("printer") @ plain.embed_query("printer")) < 0.9
        assert float(np.linalg.norm(adapted.embed_query("printer"))) == pytest.approx(1, abs=1e-5)
        assert (adapted.name, adapted.dimension) == ("words", 64)

    def test_an_adapter_of_another_model_is_refused(self) -> None:
        with pytest.raises(ModelUnavailable, match="adapt again"):
            adapt.AdaptedEmbedder(WordEmbedder(), self.adapter("other"))
