from pathlib import Path

import pytest
from sentence_transformers import SentenceTransformer

from indexer.embedders import ModelUnavailable
from indexer.embedders_onnx import OnnxEmbedder
from indexer.model_export import export_sentence_transformers
from tests.indexer.training.tiny import mean_cosine, write_tiny_model

TEXTS = ["Der Drucker druckt nicht", "printer does not print", "queue stuck 0x80070005"]


def test_sentence_transformers_gives_the_same_vectors(tmp_path: Path) -> None:
    write_tiny_model(tmp_path)
    export_sentence_transformers(tmp_path / "st", folder=tmp_path)

    theirs = SentenceTransformer(str(tmp_path / "st"), device="cpu").encode(TEXTS)

    ours = OnnxEmbedder(tmp_path).embed_documents(TEXTS)
    assert mean_cosine(ours, theirs) > 0.99


def test_without_a_model_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable):
        export_sentence_transformers(tmp_path / "st", folder=tmp_path)
