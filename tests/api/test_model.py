from pathlib import Path

from click.testing import CliRunner
from sentence_transformers import SentenceTransformer

from api.cli import main
from indexer.embedders_onnx import OnnxEmbedder

TEXTS = [
    "Der Drucker druckt nicht, die Warteschlange hängt",
    "De wifi valt steeds weg",
    "Outlook asks for the password again and again since the update KB5034441",
    "0x80070005",
]


class TestExport:
    def test_gives_sentence_transformers_the_same_vectors(self, tmp_path: Path) -> None:
        result = CliRunner().invoke(main, ["model", "export", str(tmp_path / "st")])
        assert result.exit_code == 0, result.output

        theirs = SentenceTransformer(str(tmp_path / "st"), device="cpu").encode(TEXTS)

        cosines = (OnnxEmbedder().embed_documents(TEXTS) * theirs).sum(1)
        assert float(cosines.min()) >= 0.99

    def test_an_existing_folder_stays_as_it_is(self, tmp_path: Path) -> None:
        result = CliRunner().invoke(main, ["model", "export", str(tmp_path)])

        assert result.exit_code == 1
        assert "name a folder that does not" in result.output
        assert not list(tmp_path.iterdir())
