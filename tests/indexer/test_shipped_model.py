"""The model in the package: three languages in one space; figures in docs/reference/model.md."""

import json

import numpy as np
import pytest

from indexer.embedders_onnx import SHIPPED, SHIPPED_FOLDER, OnnxEmbedder

ALIKE = [
    ("The label printer feeds blank stickers", "Etikettendrucker zieht leere Etiketten durch"),
    ("Colleague cannot hear me in the call", "Collega hoort mij niet in het gesprek"),
    ("Shared folder asks for a password again", "Freigegebener Ordner will wieder ein Kennwort"),
    ("Laptop does not charge at the dock", "Laptop laadt niet op in het dockingstation"),
    ("VPN drops every ten minutes", "VPN bricht alle zehn Minuten ab"),
    ("Mail with attachment never arrives", "Mail met bijlage komt nooit aan"),
    ("Server certificate expired last night", "Serverzertifikat letzte Nacht abgelaufen"),
    ("Backup job runs out of disk space", "Back-uptaak heeft te weinig schijfruimte"),
]


@pytest.fixture(scope="module")
def embedder() -> OnnxEmbedder:
    return OnnxEmbedder()


def test_each_sentence_finds_its_translation(embedder: OnnxEmbedder) -> None:
    english = embedder.embed_documents([one for one, _ in ALIKE])
    other = embedder.embed_documents([two for _, two in ALIKE])

    assert (other @ english.T).argmax(axis=1).tolist() == list(range(len(ALIKE)))
    assert (english @ other.T).argmax(axis=1).tolist() == list(range(len(ALIKE)))


def test_the_figure_of_the_issue(embedder: OnnxEmbedder) -> None:
    german = embedder.embed_query("Der Drucker druckt nicht, Warteschlange hängt")

    assert float(german @ embedder.embed_query("Printer queue stuck")) > 0.6


def test_german_without_umlauts_on_the_keyboard_is_the_same_text(embedder: OnnxEmbedder) -> None:
    with_umlauts = embedder.embed_query("Das Gerät lässt sich nicht öffnen")
    without = embedder.embed_query("Das Geraet laesst sich nicht oeffnen")

    np.testing.assert_array_equal(with_umlauts, without)


def test_a_typing_error_moves_it_little(embedder: OnnxEmbedder) -> None:
    right = embedder.embed_query("Ich habe mein Passwort vergessen")
    typo = embedder.embed_query("ich hab mein Passwort vergesen")

    assert float(right @ typo) > 0.5


def test_it_fits_into_the_package() -> None:
    size = sum(path.stat().st_size for path in SHIPPED_FOLDER.iterdir())
    facts = json.loads((SHIPPED_FOLDER / "model.json").read_text(encoding="utf-8"))

    assert size < 45_000_000
    assert (facts["name"], facts["dimension"]) == (SHIPPED, 384)
