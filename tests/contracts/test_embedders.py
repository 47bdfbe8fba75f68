"""What every Embedder promises; a new adapter joins the list and is held to it."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Pooling

from indexer.embedders import PACKAGED, SentenceTransformersEmbedder
from indexer.embedders_onnx import OnnxEmbedder
from indexer.model_export import export_sentence_transformers
from indexer.ports import Embedder
from tests.fakes import WordEmbedder
from tests.indexer.training.tiny import write_tiny_model

TEXTS = ["Der Drucker druckt nicht", "printer does not print", "", "queue stuck " * 300]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sentence-transformers folder made here: one layer, few word pieces."""
    folder = tmp_path_factory.mktemp("tiny")
    write_tiny_model(folder)
    export_sentence_transformers(folder / "st", folder=folder)
    return folder / "st"


MAKERS: dict[str, Callable[[Path], Embedder]] = {
    "fake": lambda _: WordEmbedder(),
    "shipped": lambda _: OnnxEmbedder(),
    "packaged": lambda _: SentenceTransformersEmbedder(PACKAGED),
    "folder": lambda tiny: SentenceTransformersEmbedder(str(tiny)),
}


@pytest.fixture(scope="module", params=sorted(MAKERS))
def embedder(request: pytest.FixtureRequest, tiny: Path) -> Embedder:
    return MAKERS[request.param](tiny)


def test_rows_are_float32_of_length_one(embedder: Embedder) -> None:
    vectors = embedder.embed_documents(TEXTS)

    assert vectors.shape == (len(TEXTS), embedder.dimension)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-4)


def test_a_question_is_one_vector_of_length_one(embedder: Embedder) -> None:
    vector = embedder.embed_query("printer")

    assert vector.shape == (embedder.dimension,)
    assert vector.dtype == np.float32
    assert float(np.linalg.norm(vector)) == pytest.approx(1.0, abs=1e-4)


def test_a_text_is_nearest_to_itself(embedder: Embedder) -> None:
    vectors = embedder.embed_documents(TEXTS[:2])

    assert int((vectors @ embedder.embed_query(TEXTS[1])).argmax()) == 1


def test_no_texts_are_no_rows(embedder: Embedder) -> None:
    assert embedder.embed_documents([]).shape == (0, embedder.dimension)


def test_the_name_does_not_change(embedder: Embedder) -> None:
    assert embedder.name
    assert embedder.name == embedder.name


class TestOtherModels:
    """Prompts and pooling come with the model, and are used."""

    def changed(self, tiny: Path, target: Path, *, prompts: dict[str, str], pooling: str) -> Path:
        model = SentenceTransformer(str(tiny), device="cpu")
        model.prompts.update(prompts)
        model[1] = Pooling(384, pooling_mode=pooling)
        model.save(str(target))
        return target

    def test_a_prompt_for_questions_moves_questions_only(self, tiny: Path, tmp_path: Path) -> None:
        folder = self.changed(
            tiny, tmp_path / "m", prompts={"query": "warteschlange: "}, pooling="mean"
        )
        assert (
            "warteschlange"
            in json.loads(
                (folder / "config_sentence_transformers.json").read_text(encoding="utf-8")
            )["prompts"]["query"]
        )

        plain = SentenceTransformersEmbedder(str(tiny))
        prompted = SentenceTransformersEmbedder(str(folder))

        np.testing.assert_allclose(
            prompted.embed_documents(["printer"]), plain.embed_documents(["printer"]), atol=1e-5
        )
        assert float(prompted.embed_query("printer") @ plain.embed_query("printer")) < 0.99

    def test_another_pooling_gives_other_vectors(self, tiny: Path, tmp_path: Path) -> None:
        folder = self.changed(tiny, tmp_path / "m", prompts={}, pooling="cls")

        plain = SentenceTransformersEmbedder(str(tiny)).embed_documents(["printer stuck"])
        first = SentenceTransformersEmbedder(str(folder)).embed_documents(["printer stuck"])

        assert float((plain @ first.T).item()) < 0.99
