"""Databases of any size to measure on: real rows, texts from examples/, vectors from the model.

What is real: the schema and every row in it, the vocabulary (the sentences of `examples/`), and
`EMBEDDED` texts embedded by the shipped model.  What is not: beyond those, a text is one of them
with words changed and an identifier of its own, and its vector is that of its origin, moved along
the difference of two others.  It stays in the space that real texts span, unlike random noise.
"""

import json
import random
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import insert, update

from api import schema
from indexer import clock, language, sync
from indexer.models import Clock, PassageRow, VectorRow
from indexer.ports import Embedder
from kb import people
from kb.db import Database
from kb.models import Document, DocumentKind
from kb.visibility import Reader

EXAMPLES = Path(__file__).parent.parent / "examples"

EMBEDDED = 4_000
"""Texts that the model reads; more would add minutes and change no figure."""

PORTION = 500
"""Documents in one change, as the worker cuts them."""

MOVED = (0.15, 0.6)
"""How far a vector is moved from its origin, as a share of the difference of two others."""

SHARES = {"0.1 %": 0.001, "1 %": 0.01, "10 %": 0.1, "everything": 1.0}
"""Readers, and what share of the passages they may see; each sees what the one before sees."""

BEGIN = datetime(2024, 1, 1, tzinfo=UTC)
QUEUES = ("Service Desk", "Network", "Clients", "Printing", "ERP")

_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
_SYLLABLES = """
ba be da do fel ga go hin ka ke lor ma mi no pa ral sa ser ti tor ul ver wa zen
"""


@dataclass(frozen=True, slots=True)
class Passage:
    """A text to be found, and the row that it takes in `World.vectors`."""

    number: int
    title: str
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class World:
    """A database with documents and vectors, and who may see what in it."""

    database: Database
    folder: Path
    size: int
    audiences: dict[str, int]
    """The audience that each reader of `SHARES` sees beyond what the one before sees."""

    def reader(self, share: str) -> Reader:
        """The reader who may see `share` of the passages."""
        names = list(self.audiences)
        seen = names[: names.index(share) + 1]
        return Reader(person_id=None, audience_ids=frozenset(self.audiences[name] for name in seen))


def sentences() -> dict[str, list[str]]:
    """The sentences of the examples, by language."""
    texts: list[str] = []
    for line in (EXAMPLES / "tickets.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        texts += [row["title"], row["description"], row.get("resolution") or ""]
        texts += [message["text"] for message in row.get("messages", ())]
    texts += [path.read_text(encoding="utf-8") for path in sorted(EXAMPLES.glob("articles/*/*.md"))]
    found: dict[str, dict[str, None]] = {name: {} for name in language.LANGUAGES}
    for text in texts:
        for sentence in _SENTENCE.split(text):
            plain = sentence.strip(" #*->|`")
            spoken = language.detect(plain)
            if 30 <= len(plain) <= 240 and spoken in found:  # noqa: PLR2004  a sentence
                found[spoken][plain] = None
    return {name: list(known) for name, known in found.items()}


def origins(count: int) -> list[Passage]:
    """Different texts, each of a title and a few sentences in one language."""
    known = sentences()
    chance = random.Random(1)  # noqa: S311  the same texts in each run
    passages = []
    for number in range(count):
        spoken = language.LANGUAGES[number % len(language.LANGUAGES)]
        chosen = chance.sample(known[spoken], 4)
        title = " ".join(chosen[0].split()[:9])
        passages.append(Passage(number, title, " ".join(chosen[1:]), spoken))
    return passages


def passages(size: int, known: list[Passage]) -> Iterator[Passage]:
    """As many passages as wanted: those that are known, then variations of them."""
    chance = random.Random(2)  # noqa: S311
    for number in range(size):
        origin = known[number % len(known)]
        words = origin.text.split()
        for _ in range(len(words) // 6 if number >= len(known) else 0):
            words[chance.randrange(len(words))] = _word(chance)
        words.append(f"{chance.choice(('srv', 'pc', 'prn', 'gw'))}-{number % 9973:04d}")
        words.append(f"INC-{1_000_000 + number}")
        yield Passage(number, origin.title, " ".join(words), origin.language)


def questions(count: int, known: list[Passage]) -> list[str]:
    """What people ask: a few words, an identifier, a sentence, and the beginning of a ticket."""
    chance = random.Random(3)  # noqa: S311
    asked = []
    for number in range(count):
        origin = chance.choice(known)
        words = origin.text.split()
        start = chance.randrange(max(len(words) - 12, 1))
        asked.append(
            (
                " ".join(words[start : start + 3]),
                f"{origin.title.split()[0]} srv-{chance.randrange(9973):04d}",
                " ".join(words[start : start + 10]),
                f"{origin.title}\n{origin.text}",
            )[number % 4]
        )
    return asked


def embedded(embedder: Embedder, known: list[Passage], folder: Path) -> NDArray[np.float32]:
    """The vectors of the origins, read from `folder` where they were made before."""
    name = embedder.name.rpartition("#")[2]
    path = folder / f"origins-{name}-{len(known)}.npy"
    if not path.exists():
        made = embedder.embed_documents(
            [sync.embedded_text(one.title, "", one.text) for one in known]
        )
        folder.mkdir(parents=True, exist_ok=True)
        np.save(path, made)
    vectors: NDArray[np.float32] = np.load(path)
    return vectors


def moved(origin: NDArray[np.float32], numbers: NDArray[np.int64]) -> NDArray[np.float32]:
    """The vectors of passages: those of the origins, then moved ones; the same in each run."""
    chance = np.random.default_rng(int(numbers[0]) + 7)
    count = len(origin)
    pairs = chance.integers(count, size=(2, len(numbers)))
    far = chance.uniform(*MOVED, size=(len(numbers), 1)).astype(np.float32)
    far[numbers < count] = 0
    vectors = origin[numbers % count] + far * (origin[pairs[0]] - origin[pairs[1]])
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    whole: NDArray[np.float32] = vectors.astype(np.float32)
    return whole


def make(folder: Path, size: int, embedder: Embedder, *, embed: int = EMBEDDED) -> World:
    """The world of `size` passages below `folder`; one that was finished there is opened again."""
    place = folder / f"{size}"
    done = place / "world.json"
    if not done.exists():
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        database = Database(f"sqlite:///{place / 'kb.sqlite3'}")
        audiences = _fill(database, folder, size, embedder, embed)
        done.write_text(json.dumps(audiences), encoding="utf-8")
        database.close()
    database = Database(f"sqlite:///{place / 'kb.sqlite3'}")
    schema.upgrade(database)  # a world that was kept may be older than a table
    return World(database, place, size, json.loads(done.read_text(encoding="utf-8")))


def _fill(
    database: Database, folder: Path, size: int, embedder: Embedder, embed: int
) -> dict[str, int]:
    schema.upgrade(database)
    with database.write() as session:
        audiences = {name: people.put_audience(session, name).id for name in SHARES}
        model = sync.put_model(session, embedder).id
        clock.advance(session)
    known = origins(min(embed, size))
    origin = embedded(embedder, known, folder)
    owner_of = owners(size, audiences)
    rows = passages(size, known)
    for start in range(0, size, PORTION * 20):
        with database.write() as session:
            for first in range(start, min(start + PORTION * 20, size), PORTION):
                portion = [next(rows) for _ in range(min(PORTION, size - first))]
                numbers = np.array([one.number for one in portion])
                change = first // PORTION + 2
                made = [_rows(one, owner_of[one.number], change) for one in portion]
                session.execute(insert(Document), [document for document, _ in made])
                session.execute(insert(PassageRow), [passage for _, passage in made])
                vectors = moved(origin, numbers).astype(np.float16)
                session.execute(
                    insert(VectorRow),
                    [
                        {
                            "passage_id": one.number + 1,
                            "model_id": model,
                            "vector": vector.tobytes(),
                            "change": change,
                        }
                        for one, vector in zip(portion, vectors, strict=True)
                    ],
                )
            session.execute(update(Clock).values(change=change))
    with database.engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
    return audiences


def owners(size: int, audiences: dict[str, int]) -> list[int]:
    """The audience of each passage, spread evenly over the order of creation."""
    chance = np.random.default_rng(5).permutation(size)
    chosen = np.zeros(size, dtype=np.int64)
    before = 0
    for name, share in SHARES.items():
        upto = max(round(size * share), before + 1)
        chosen[chance[before:upto]] = audiences[name]
        before = upto
    return [int(owner) for owner in chosen]


def _rows(one: Passage, audience: int, change: int) -> tuple[dict[str, object], dict[str, object]]:
    document = {
        "id": one.number + 1,
        "kind": DocumentKind.TICKET,
        "origin_id": one.number + 1,
        "title": one.title,
        "body": one.text,
        "discussion": "",
        "resolution": one.text[:120],
        "audience_id": audience,
        "number": f"INC-{1_000_000 + one.number}",
        "source": "benchmark",
        "queue": QUEUES[one.number % len(QUEUES)],
        "language": one.language,
        "solved": one.number % 2 == 0,
        "happened_at": BEGIN + timedelta(minutes=one.number % 1_000_000),
        "withdrawn": False,
        "revision": 1,
        "indexed_revision": 1,
    }
    passage = {
        "id": one.number + 1,
        "document_id": one.number + 1,
        "audience_id": audience,
        "part": "problem",
        "heading": "",
        "title": one.title,
        "text": one.text,
        "language": one.language,
        "digest": one.number.to_bytes(32, "big"),
        "change": change,
        "removed": False,
    }
    return document, passage


def _word(chance: random.Random) -> str:
    """A word that few texts hold, or many: frequencies fall as in a language."""
    return _spelled(int(chance.paretovariate(0.6)) % 10_000_000)


@lru_cache(maxsize=200_000)
def _spelled(rank: int) -> str:
    made = random.Random(rank)  # noqa: S311
    return "".join(made.choice(_SYLLABLES.split()) for _ in range(made.randint(2, 4)))
