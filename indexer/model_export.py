"""The shipped model as an ordinary sentence-transformers folder, for other programs."""

import json
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

from indexer.embedders_onnx import SHIPPED_FOLDER, facts_of

Weights = dict[str, torch.Tensor]


def export_sentence_transformers(target: Path, *, folder: Path = SHIPPED_FOLDER) -> None:
    """Write the model in `folder` so that `SentenceTransformer(target)` gives the same vectors.

    The weights are the shipped int8 ones, written as float32; what remains is the rounding of
    activations, which sentence-transformers does not do.

    Raises:
        ModelUnavailable: there is no model in `folder`.
    """
    facts = facts_of(folder)
    model = _network(onnx.load(str(folder / "model.onnx")))
    tokenizer = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]  # untyped there
        tokenizer_file=str(folder / "tokenizer.json"),
        model_max_length=facts.longest,
        **{f"{name}_token": f"[{name.upper()}]" for name in ("pad", "unk", "cls", "sep", "mask")},
    )
    with TemporaryDirectory() as plain:
        model.save_pretrained(plain)
        tokenizer.save_pretrained(plain)
        words = Transformer(plain, max_seq_length=facts.longest)
        pooling = Pooling(facts.dimension, pooling_mode="mean")
        SentenceTransformer(modules=[words, pooling, Normalize()]).save(str(target))


def _network(graph: onnx.ModelProto) -> BertModel:
    stored = {item.name: numpy_helper.to_array(item) for item in graph.graph.initializer}
    weights: Weights = {
        name.removeprefix("core."): torch.tensor(np.array(value))
        for name, value in stored.items()
        if name.startswith("core.")
    }
    words = stored["words.codes"].astype(np.float32) * stored["words.scale"]
    weights["embeddings.word_embeddings.weight"] = torch.tensor(words)
    for node in graph.graph.node:
        if node.op_type == "MatMulInteger":
            name = node.name.removeprefix("/core/").removesuffix("/MatMul_quant").replace("/", ".")
            weights[f"{name}.weight"] = torch.tensor(_restored(stored, node.input[1]).T.copy())
    heads = json.loads(_note(graph, "heads"))
    model = BertModel(_config(weights, heads), add_pooling_layer=False)
    model.load_state_dict(weights)
    model.train(False)
    return model


def _restored(stored: Mapping[str, NDArray[np.generic]], codes: str) -> NDArray[np.float32]:
    base = codes.removesuffix("_quantized")
    zero = stored[f"{base}_zero_point"].astype(np.float32)
    difference = stored[codes].astype(np.float32) - zero
    return np.asarray(difference * stored[f"{base}_scale"].astype(np.float32), dtype=np.float32)


def _config(weights: Weights, heads: int) -> BertConfig:
    layers = {name.split(".")[2] for name in weights if name.startswith("encoder.layer.")}
    return BertConfig(
        vocab_size=len(weights["embeddings.word_embeddings.weight"]),
        hidden_size=weights["embeddings.word_embeddings.weight"].shape[1],
        num_hidden_layers=len(layers),
        num_attention_heads=heads,
        intermediate_size=len(weights["encoder.layer.0.intermediate.dense.bias"]),
        max_position_embeddings=len(weights["embeddings.position_embeddings.weight"]),
    )


def _note(graph: onnx.ModelProto, key: str) -> str:
    return {str(item.key): str(item.value) for item in graph.metadata_props}[key]
