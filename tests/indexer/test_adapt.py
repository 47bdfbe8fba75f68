from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from numpy.typing import NDArray

from indexer import adapt
from indexer.adapt import LinkedCase, QueryAdapter, Verdict

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
        LinkedCase(q, a, at, "de" if at % 3 else "nl", START + timedelta(hours=at))
        for at, (q, a) in enumerate(zip(questions, answers, strict=True))
    ]


def test_a_habit_is_learned_and_wins_on_later_cases() -> None:
    earlier, later = adapt.split(cases(habit=12.0))

    verdict = adapt.judge(adapt.learn(earlier, model="m"), later, against=[*earlier, *later])

    assert verdict.promoted
    assert verdict.after["all"] > verdict.before["all"] + 0.02


def test_where_there_is_no_habit_little_changes() -> None:
    adapter = adapt.learn(cases(habit=0.0), model="m")

    questions = np.stack([case.question for case in cases(habit=0.0)])
    assert float((adapter.bend(questions) * questions).sum(1).mean()) > 0.95


def test_the_same_cases_give_the_same_adapter() -> None:
    one = adapt.learn(cases(habit=5.0), model="m")
    two = adapt.learn(list(reversed(cases(habit=5.0))), model="m")

    np.testing.assert_array_equal(one.up, two.up)


def test_later_cases_are_held_out_whatever_their_order() -> None:
    earlier, later = adapt.split(list(reversed(cases(100, habit=1.0))))

    assert (len(earlier), len(later)) == (80, 20)
    assert max(case.at for case in earlier) < min(case.at for case in later)


def test_too_few_cases_are_refused() -> None:
    with pytest.raises(adapt.TooFewCases, match="49 linked cases"):
        adapt.learn(cases(49, habit=1.0), model="m")


def test_two_cases_of_one_answer_do_not_push_each_other_away() -> None:
    """Half of a company's cases may be solved by the same article."""
    one = cases(60, habit=3.0)
    alone = [replace(case, answered_by=case.answered_by // 2 * 2) for case in one]
    up, down = np.zeros((DIMENSION, 2), np.float32), np.ones((2, DIMENSION), np.float32)

    apart, _ = adapt._gradients(one, up, down, 0.0)
    together, _ = adapt._gradients(alone, up, down, 0.0)

    assert not np.allclose(apart, together)


def test_losing_in_one_language_is_not_promoted() -> None:
    verdict = Verdict({"all": 0.5, "de": 0.5, "nl": 0.5}, {"all": 0.6, "de": 0.7, "nl": 0.49})

    assert not verdict.promoted


def test_gradients_are_those_of_the_loss() -> None:
    some = [
        replace(case, question=case.question.astype(float), answer=case.answer.astype(float))
        for case in cases(60, habit=3.0)
    ]
    q, a = np.stack([c.question for c in some]), np.stack([c.answer for c in some])
    rng = np.random.default_rng(0)
    up, down = rng.normal(size=(DIMENSION, 3)) * 0.1, rng.normal(size=(3, DIMENSION)) * 0.1

    def loss(up: NDArray[np.float64]) -> float:
        moved = q + q @ down.T @ up.T
        moved /= np.linalg.norm(moved, axis=1, keepdims=True)
        scores = adapt.SHARPNESS * moved @ a.T
        right = np.diag(scores) - np.log(np.exp(scores).sum(1))
        return float(-right.mean() + 0.5 * ((up @ down) ** 2).sum())

    slope, _ = adapt._gradients(some, up, down, 0.5)  # type: ignore[arg-type]  # float64 to be exact
    step = np.zeros_like(up)
    step[4, 1] = 1e-6
    assert slope[4, 1] == pytest.approx((loss(up + step) - loss(up - step)) / 2e-6, rel=1e-4)


def test_bent_questions_have_length_one() -> None:
    adapter = QueryAdapter(
        "m", np.ones((DIMENSION, 1), np.float32), np.ones((1, DIMENSION), np.float32)
    )

    bent = adapter.bend(cases(50, habit=1.0)[0].question)

    assert float(np.linalg.norm(bent)) == pytest.approx(1, abs=1e-5)
