import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer

from indexer.embedders import ModelUnavailable
from indexer.embedders_onnx import OnnxEmbedder
from indexer.training.student import Student, embed
from tests.indexer.training.tiny import mean_cosine, write_tiny_model

TEXTS = ["Der Drucker druckt nicht", "printer does not print", "queue stuck 0x80070005", ""]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Student, Tokenizer]:
    folder = tmp_path_factory.mktemp("model")
    return folder, *write_tiny_model(folder)


@pytest.fixture(scope="module")
def embedder(tiny: tuple[Path, Student, Tokenizer]) -> OnnxEmbedder:
    return OnnxEmbedder(tiny[0])


def test_rows_have_length_one_even_for_no_words(embedder: OnnxEmbedder) -> None:
    vectors = embedder.embed_documents(TEXTS)

    assert vectors.shape == (4, 384)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)


def test_no_texts_are_no_rows(embedder: OnnxEmbedder) -> None:
    assert embedder.embed_documents([]).shape == (0, 384)


def test_rows_come_back_in_the_order_of_the_texts(embedder: OnnxEmbedder) -> None:
    texts = [f"printer {'stuck ' * (n % 7)}{n}" for n in range(70)]
    vectors = embedder.embed_documents(texts)

    for at in (0, 33, 69):
        assert float(vectors[at] @ embedder.embed_query(texts[at])) > 0.98


def test_int8_is_close_to_the_network_it_was_made_from(
    tiny: tuple[Path, Student, Tokenizer], embedder: OnnxEmbedder
) -> None:
    _, student, tokenizer = tiny

    assert mean_cosine(embedder.embed_documents(TEXTS), embed(student, tokenizer, TEXTS)) > 0.99


def test_long_texts_are_cut_not_refused(embedder: OnnxEmbedder) -> None:
    assert embedder.embed_query("printer " * 5000).shape == (384,)


def test_the_name_changes_with_the_weights(embedder: OnnxEmbedder) -> None:
    assert embedder.name.endswith(embedder.facts.sha256[:12])


def test_damaged_weights_are_refused(tmp_path: Path) -> None:
    write_tiny_model(tmp_path)
    with (tmp_path / "model.onnx").open("ab") as file:
        file.write(b"x")

    with pytest.raises(ModelUnavailable, match="damaged"):
        OnnxEmbedder(tmp_path)


def test_an_empty_folder_is_said_to_be_empty(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="no model in"):
        OnnxEmbedder(tmp_path)


def test_serving_does_not_import_torch(tiny: tuple[Path, Student, Tokenizer]) -> None:
    program = (
        "import sys; from pathlib import Path; from indexer.embedders_onnx import OnnxEmbedder;"
        f"OnnxEmbedder(Path({str(tiny[0])!r})).embed_query('printer');"
        "sys.exit('torch' in sys.modules)"
    )

    subprocess.run([sys.executable, "-c", program], check=True)  # noqa: S603  # our own program
