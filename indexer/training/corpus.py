"""Parallel text: rows of an English text and what it means in German, Dutch or English."""

import gzip
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from kb.errors import InvalidInput

PERMITTED_LICENCES = frozenset(
    {"MIT", "BSD", "Apache-2.0", "CC0", "CC BY 4.0", "CC BY 3.0", "CC BY 2.0", "own"}
)
"""What the shipped model may learn from; `own` is text written for this project."""


class LicenceNotPermitted(InvalidInput):
    """A row of training text has a licence that the shipped model may not use."""


@dataclass(frozen=True)
class Pair:
    """An English text and its counterpart, with where they come from.

    `kind` is `heading`, `sentence`, `passage` (a long text) or `helpdesk` (made by us).
    """

    language: str
    english: str
    text: str
    source: str
    licence: str
    kind: str


def read(folder: Path) -> Iterator[Pair]:
    """Give the pairs of every `en-LANGUAGE*.jsonl.gz` in `folder`, by file name.

    Raises:
        LicenceNotPermitted: a row has another licence than `PERMITTED_LICENCES`.
    """
    yield from _rows(folder, "en-")


def sections(folder: Path) -> Iterator[Pair]:
    """Give the headings and bodies of every `sections-LANGUAGE*.jsonl.gz`, in one language each.

    `english` holds the heading, whatever its language.

    Raises:
        LicenceNotPermitted: a row has another licence than `PERMITTED_LICENCES`.
    """
    yield from _rows(folder, "sections-")


def _rows(folder: Path, prefix: str) -> Iterator[Pair]:
    for path in sorted(folder.glob(f"{prefix}*.jsonl.gz")):
        language = path.name.removeprefix(prefix)[:2]
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                if row["licence"] not in PERMITTED_LICENCES:
                    raise LicenceNotPermitted(f"{path.name}: {row['source']} is {row['licence']}")
                yield Pair(
                    language, row["en"], row["text"], row["source"], row["licence"], row["kind"]
                )


def distinct(pairs: Iterable[Pair]) -> Iterator[Pair]:
    """Leave out pairs that say the same in the same language as an earlier one."""
    seen = set()
    for pair in pairs:
        key = (pair.language, pair.english.lower(), pair.text.lower())
        if pair.english.strip() and pair.text.strip() and key not in seen:
            seen.add(key)
            yield pair


def joined(pairs: Iterable[Pair], *, longest: int = 900, every: int = 4) -> Iterator[Pair]:
    """Join neighbouring sentences of a source to passages: long texts in both languages.

    Args:
        pairs: in the order of their documents.
        longest: characters of the English side at most.
        every: sentences per passage grow from 2 to this many, and start again.
    """
    batch: list[Pair] = []
    wanted = 2
    for pair in pairs:
        if batch and (batch[-1].source, batch[-1].language) != (pair.source, pair.language):
            batch = []
        if pair.kind in {"passage", "helpdesk"}:
            continue
        batch.append(pair)
        if len(batch) >= wanted or sum(len(p.english) for p in batch) > longest:
            yield Pair(
                pair.language,
                ". ".join(p.english.rstrip(".") for p in batch)[:longest],
                ". ".join(p.text.rstrip(".") for p in batch)[: longest * 5 // 4],
                pair.source,
                pair.licence,
                "passage",
            )
            batch = []
            wanted = wanted + 1 if wanted < every else 2


def store(pairs: Iterable[Pair], path: Path) -> int:
    """Write `pairs` as JSON lines and say how many they were."""
    count = 0
    with path.open("w", encoding="utf-8") as file:
        for pair in pairs:
            file.write(json.dumps(asdict(pair), ensure_ascii=False) + "\n")
            count += 1
    return count


def load(path: Path) -> list[Pair]:
    """Read what `store` wrote."""
    with path.open(encoding="utf-8") as lines:
        return [Pair(**json.loads(line)) for line in lines]
