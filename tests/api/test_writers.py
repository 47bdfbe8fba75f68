"""Which writer is wired, and that sentences are compared with the embedder."""

import numpy as np
import pytest
from pydantic import ValidationError

from api.wiring import Meaning, open_writer
from articles.model_writer import ModelWriter
from articles.writers import ExtractiveWriter
from kb.settings import Settings
from tests.fakes import WordEmbedder


def test_the_default_writer_needs_no_service() -> None:
    assert isinstance(open_writer(Settings()), ExtractiveWriter)


def test_a_model_is_opt_in() -> None:
    settings = Settings(writer="model", writer_url="http://127.0.0.1:9/v1", writer_model="m")

    assert isinstance(open_writer(settings), ModelWriter)


def test_a_model_without_an_endpoint_does_not_start() -> None:
    with pytest.raises(ValidationError, match="KB_WRITER_URL and KB_WRITER_MODEL"):
        Settings(writer="model")


def test_meaning_ranks_by_the_embedder() -> None:
    scores = Meaning(WordEmbedder()).similarity(["printer jam", "mail server"], "printer jam")

    assert np.argmax(scores) == 0
    assert Meaning(WordEmbedder()).similarity([], "printer") == []
