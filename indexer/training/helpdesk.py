"""Everyday help-desk wording in three languages, written for this project and combined by rule.

Documentation says "the print spooler service does not start", people say "Drucker geht nicht".
"""

import random
from collections.abc import Iterator
from pathlib import Path

from indexer.training.corpus import Pair

HERE = Path(__file__).parent
CODES = (
    "0x80070005", "0x0000011b", "0x8004010F", "ORA-12541", "HTTP 502", "HTTP 404", "KB5034441",
    "Event ID 7031", "809", "691", "ERR_CONNECTION_REFUSED", "0xc000007b", "E_FAIL", "TLS 1.2",
    "STATUS_ACCESS_DENIED", "SMTP 550", "DNS_PROBE_FINISHED_NXDOMAIN", "1603", "0x800f081f",
)  # fmt: skip
GERMAN = {
    "r": {"der": "der", "den": "den", "dem": "dem", "einen": "einen"},
    "e": {"der": "die", "den": "die", "dem": "der", "einen": "eine"},
    "s": {"der": "das", "den": "das", "dem": "dem", "einen": "ein"},
}
"""Articles by gender; `r`, `e`, `s` are the last letters of der, die, das."""


def pairs(*, seed: int, per_template: int) -> Iterator[Pair]:
    """German, Dutch and English wordings of the same complaint or request.

    Each template meets `per_template` different things, drawn by `seed`.
    """
    rng = random.Random(seed)  # noqa: S311  # not a secret
    for english, german, dutch in _rows("helpdesk_sentences.tsv"):
        yield from _both(english, german, dutch)
    things = _rows("helpdesk_things.tsv")
    for english, german, dutch in things:
        yield from _both(english, german[2:], dutch.split(" ", 1)[1])
    for english, german, dutch in _rows("helpdesk_templates.tsv"):
        for thing in rng.sample(things, min(per_template, len(things))):
            code = rng.choice(CODES)
            yield from _both(
                _filled(english, _english(thing[0]), code),
                _filled(german, _german(thing[1]), code),
                _filled(dutch, _dutch(thing[2]), code),
            )


def _both(english: str, german: str, dutch: str) -> Iterator[Pair]:
    for language, text in (("de", german), ("nl", dutch)):
        yield Pair(language, english, text, "helpdesk", "own", "helpdesk")


def _rows(name: str) -> list[list[str]]:
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines]


def _filled(template: str, forms: dict[str, str], code: str) -> str:
    return template.format_map({**forms, "code": code})


def _english(thing: str) -> dict[str, str]:
    article = "an" if thing[0] in "aeiou" else "a"
    the = f"the {thing}"
    return {"N": thing, "the": the, "The": the.capitalize(), "a": f"{article} {thing}"}


def _german(thing: str) -> dict[str, str]:
    gender, noun = thing.split(" ", 1)
    forms = {case: f"{article} {noun}" for case, article in GERMAN[gender].items()}
    return {**forms, "N": noun, "Der": forms["der"][0].upper() + forms["der"][1:]}


def _dutch(thing: str) -> dict[str, str]:
    noun = thing.split(" ", 1)[1]
    return {"N": noun, "de": thing, "De": thing.capitalize(), "een": f"een {noun}"}
