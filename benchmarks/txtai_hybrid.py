"""txtai's hybrid search over passages, which `benchmarks.peer_quality` runs in its environment.

    python benchmarks/txtai_hybrid.py DATA.npz

It prints one line of JSON: for each question the numbers of the best passages, best first.
"""

import json
import sys
from typing import Any

import numpy as np
from txtai.embeddings import Embeddings

DEPTH = 300
"""Passages asked for: enough for a hundred documents of a few passages each."""


def ranked(data: Any) -> list[list[int]]:
    """Index the passages with dense vectors and BM25, and ask each question."""
    texts, asked = data["texts"].tolist(), data["questions"].tolist()
    vectors = np.concatenate([data["vectors"], data["asked"]])
    known = {text: vectors[number] for number, text in enumerate([*texts, *asked])}
    # What txtai's page on hybrid search says: BM25 that normalises its scores, both of one weight.
    both = Embeddings(
        {
            "method": "external",
            "transform": lambda some: np.array([known[text] for text in some]),
            "hybrid": True,
        }
    )
    both.index([(number, text, None) for number, text in enumerate(texts)])
    return [[int(number) for number, _ in both.search(text, DEPTH)] for text in asked]


if __name__ == "__main__":
    with np.load(sys.argv[1]) as given:
        print("RESULT", json.dumps(ranked(given)))
