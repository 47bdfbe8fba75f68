"""From a trained network to the shipped files: ONNX with pooling and normalisation, in int8."""

import hashlib
import json
import warnings
from pathlib import Path

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn
from transformers import BertConfig

from indexer.embedders_onnx import SHIPPED


class QuantisedWords(nn.Module):
    """An embedding table in int8 with one scale per row."""

    def __init__(self, table: Tensor) -> None:
        super().__init__()
        scale = table.detach().abs().amax(1, keepdim=True).clamp(min=1e-6) / 127
        self.register_buffer("codes", torch.round(table.detach() / scale).to(torch.int8))
        self.register_buffer("scale", scale)
        self.codes: Tensor
        self.scale: Tensor

    def forward(self, tokens: Tensor) -> Tensor:
        """The rows of `tokens` as float32."""
        return self.codes[tokens].to(torch.float32) * self.scale[tokens]


class Sentence(nn.Module):
    """Piece ids and mask to unit vectors, in one graph."""

    def __init__(self, words: nn.Module, core: nn.Module) -> None:
        super().__init__()
        self.words = words
        self.core = core

    def forward(self, tokens: Tensor, mask: Tensor) -> Tensor:
        """Unit vectors, shape (texts, 384)."""
        hidden = self.core(inputs_embeds=self.words(tokens), attention_mask=mask).last_hidden_state
        weight = mask.unsqueeze(-1).to(hidden.dtype)
        mean = (hidden * weight).sum(1) / weight.sum(1).clamp(min=1e-9)
        return nn.functional.normalize(mean, p=2, dim=1)


def write_onnx(table: Tensor, core: nn.Module, path: Path) -> None:
    """Write the network with this embedding table and these layers as int8 ONNX to `path`."""
    model = Sentence(QuantisedWords(table), core).eval()
    tokens = torch.arange(2, 18, dtype=torch.long).reshape(2, 8)
    full = path.with_suffix(".fp32.onnx")
    axes = {0: "texts", 1: "pieces"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the tracing exporter is old, the new one fails to load
        torch.onnx.export(
            model,
            (tokens, torch.ones_like(tokens)),
            str(full),
            dynamo=False,
            opset_version=17,
            input_names=["tokens", "mask"],
            output_names=["vectors"],
            dynamic_axes={"tokens": axes, "mask": axes, "vectors": {0: "texts"}},
        )
    quantize_dynamic(
        str(full),
        str(path),
        op_types_to_quantize=["MatMul"],
        weight_type=QuantType.QInt8,
        per_channel=True,
        extra_options={"MatMulConstBOnly": True},
    )
    full.unlink()
    graph = onnx.load(str(path))
    onnx.helper.set_model_props(graph, {"heads": str(_heads(core))})
    onnx.save(graph, str(path))


def _heads(core: nn.Module) -> int:
    """Attention heads: the one thing about the layers that their weights do not tell."""
    config = core.config
    if not isinstance(config, BertConfig):
        raise TypeError(f"a BERT network is expected, not {type(core).__name__}")
    return config.num_attention_heads


def write_facts(folder: Path, *, longest: int, dimension: int) -> None:
    """Write `model.json` beside the weights of `folder`."""
    facts = {
        "name": SHIPPED,
        "dimension": dimension,
        "longest": longest,
        "sha256": hashlib.sha256((folder / "model.onnx").read_bytes()).hexdigest(),
        "licence": "Apache-2.0",
        "languages": ["de", "en", "nl"],
        "card": "docs/reference/model.md",
    }
    (folder / "model.json").write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
