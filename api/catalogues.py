"""The texts of the product in the languages that it speaks."""

import gettext
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

NAMES = {"de": "Deutsch", "en": "English", "nl": "Nederlands"}
"""The languages, each in its own words."""

SOURCE = "en"
"""The language of the texts in the code: it needs no catalogue."""

LOCALES = Path(__file__).parent / "pages" / "locale"


@cache
def catalogue(language: str) -> gettext.NullTranslations:
    """The texts in `language`, compiled from its catalogue once per process."""
    path = LOCALES / language / "LC_MESSAGES" / "kb.po"
    if language == SOURCE or language not in NAMES:
        return gettext.NullTranslations()
    with path.open("rb") as file:
        read = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, read)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
