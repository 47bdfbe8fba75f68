from pathlib import Path

import numpy as np
import pytest
import torch

from indexer.training.distillation import Course, Lesson, Plan
from indexer.training.run_log import RunLog
from indexer.training.student import embed
from tests.indexer.training.tiny import mean_cosine, tiny_student, tiny_tokenizer

TEXTS = [
    "drucker druckt nicht",
    "warteschlange haengt",
    "printer does not print",
    "queue stuck",
] * 8


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    torch.set_num_threads(1)


def targets() -> "np.ndarray[tuple[int, int], np.dtype[np.float16]]":
    vectors = np.random.default_rng(0).normal(size=(2, 384))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors.astype(np.float16)


LESSONS = [Lesson(text, 0 if "druck" in text or "print" in text else 1) for text in TEXTS]


def course(steps: int) -> Course:
    tokenizer = tiny_tokenizer()
    pieces = tokenizer.get_vocab_size()
    plan = Plan(steps=steps, warm_up=1, typos=0.0, tokens=128, begin=1.0, end=1.0)
    return Course(tiny_student(pieces), tokenizer, np.zeros(pieces, dtype=bool), plan)


def test_texts_move_to_where_their_english_side_lies(tmp_path: Path) -> None:
    made = course(60)
    made.learn(LESSONS, targets(), checkpoint=tmp_path / "c.pt", log=RunLog(tmp_path / "log"))

    vectors = embed(made.student, made.tokenizer, TEXTS[:4])
    wanted = targets()[[lesson.target for lesson in LESSONS[:4]]].astype(np.float32)
    assert mean_cosine(vectors, wanted) > 0.8


def test_a_run_that_was_cut_off_ends_like_one_that_was_not(tmp_path: Path) -> None:
    log = RunLog(tmp_path / "log")
    rounds = 4  # a round is all lessons once, so the cut lies between two of them
    whole = course(10**6)
    batches = len(list(whole._batches(LESSONS)))
    whole = course(2 * rounds * batches)
    whole.learn(LESSONS, targets(), checkpoint=tmp_path / "whole.pt", log=log)

    first = course(rounds * batches)
    first.learn(LESSONS, targets(), checkpoint=tmp_path / "cut.pt", log=log)
    second = course(2 * rounds * batches)
    second.learn(LESSONS, targets(), checkpoint=tmp_path / "cut.pt", log=log)

    ours = embed(second.student, second.tokenizer, TEXTS[:4])
    theirs = embed(whole.student, whole.tokenizer, TEXTS[:4])
    np.testing.assert_allclose(ours, theirs, atol=1e-5)
