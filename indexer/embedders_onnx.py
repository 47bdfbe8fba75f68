"""The shipped model: German, Dutch and English in one space, by onnxruntime and without torch."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from indexer.embedders import ModelUnavailable

SHIPPED = "shipped:secondline-de-nl-en"
"""The setting that means the model inside this package."""

SHIPPED_FOLDER = Path(__file__).parent / "model"
ROWS = 8
"""Texts per forward pass at most: what they need fits the cache of a core.

157 texts of 58 pieces a second of processor time, against 125 with 32."""


@dataclass(frozen=True)
class ModelFacts:
    """What `model.json` says beside the weights."""

    name: str
    dimension: int
    longest: int
    """Word pieces the model reads of a text."""
    sha256: str
    """Of model.onnx."""


class OnnxEmbedder:
    """Unit vectors from an ONNX file with pooling inside; safe to ask from several threads."""

    def __init__(self, folder: Path = SHIPPED_FOLDER, *, threads: int = 1) -> None:
        """Load `model.onnx`, `tokenizer.json` and `model.json` of `folder`.

        Args:
            folder: as `indexer.training` exports it.
            threads: per forward pass; one is fastest where several passes run at once.

        Raises:
            ModelUnavailable: a file is absent, or the weights are not the ones `model.json` names.
        """
        self.facts = facts_of(folder)
        weights = _verified(folder / "model.onnx", self.facts.sha256)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            weights, options, providers=["CPUExecutionProvider"]
        )
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(self.facts.longest)

    @property
    def name(self) -> str:
        """See Embedder."""
        return f"{self.facts.name}#{self.facts.sha256[:12]}"

    @property
    def dimension(self) -> int:
        """See Embedder."""
        return self.facts.dimension

    def embed_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """See Embedder."""
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        ids = [encoded.ids for encoded in self._tokenizer.encode_batch(list(texts))]
        order = sorted(range(len(ids)), key=lambda at: len(ids[at]))
        for start in range(0, len(order), ROWS):
            rows = order[start : start + ROWS]
            vectors[rows] = self._forward([ids[at] for at in rows])
        return vectors

    def embed_query(self, text: str) -> NDArray[np.float32]:
        """See Embedder."""
        vector: NDArray[np.float32] = self._forward([self._tokenizer.encode(text).ids])[0]
        return vector

    def _forward(self, ids: list[list[int]]) -> NDArray[np.float32]:
        tokens = np.zeros((len(ids), max(map(len, ids))), dtype=np.int64)
        mask = np.zeros_like(tokens)
        for at, row in enumerate(ids):
            tokens[at, : len(row)] = row
            mask[at, : len(row)] = 1
        vectors: NDArray[np.float32] = self._session.run(None, {"tokens": tokens, "mask": mask})[0]
        # Rounding inside the graph leaves lengths a hair off one.
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors


def facts_of(folder: Path) -> ModelFacts:
    """What is known about the model in `folder` without loading it.

    Raises:
        ModelUnavailable: there is none.
    """
    try:
        facts = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        return ModelFacts(**{key: facts[key] for key in ModelFacts.__dataclass_fields__})
    except (OSError, KeyError, ValueError) as error:
        raise ModelUnavailable(f"no model in {folder}: {error}") from error


def _verified(path: Path, sha256: str) -> bytes:
    try:
        weights = path.read_bytes()
    except OSError as error:
        raise ModelUnavailable(f"no model in {path.parent}: {error}") from error
    if hashlib.sha256(weights).hexdigest() != sha256:
        raise ModelUnavailable(f"{path} is damaged: model.json names other weights")
    return weights
