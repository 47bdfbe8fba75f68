"""A student with one layer and few word pieces: fast enough to train in a test."""

from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from transformers import BertConfig, BertModel

from indexer.training import export, vocabulary
from indexer.training.student import DIMENSION, Student

WORDS = [
    *("drucker", "druckt", "nicht", "warteschlange", "haengt"),
    *("printer", "does", "not", "print", "queue", "stuck"),
]


def tiny_tokenizer() -> Tokenizer:
    letters = "abcdefghijklmnopqrstuvwxyz0123456789.,!?'-_:/"
    spelled = [*letters, *(f"##{letter}" for letter in letters)]
    return vocabulary.assemble([*vocabulary.SPECIAL, *spelled, *dict.fromkeys(WORDS)])


def tiny_student(pieces: int, *, seed: int = 3) -> Student:
    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=1,
        hidden_size=DIMENSION,
        num_hidden_layers=1,
        num_attention_heads=4,
        intermediate_size=64,
        max_position_embeddings=256,
    )
    student = Student(pieces, BertModel(config, add_pooling_layer=False)).eval()
    with torch.no_grad():  # untrained layers are all alike, and the exporter stores equal ones once
        for parameter in student.core.parameters():
            parameter.add_(torch.randn_like(parameter), alpha=0.02)
    return student


def write_tiny_model(folder: Path) -> tuple[Student, Tokenizer]:
    """The shipped files of a tiny student, as the recipe exports them."""
    tokenizer = tiny_tokenizer()
    student = tiny_student(tokenizer.get_vocab_size())
    export.write_onnx(student.words.weight, student.core, folder / "model.onnx")
    tokenizer.save(str(folder / "tokenizer.json"))
    export.write_facts(folder, longest=32, dimension=DIMENSION)
    return student, tokenizer


def mean_cosine(one: np.ndarray, two: np.ndarray) -> float:
    return float((one * two).sum(1).mean())
