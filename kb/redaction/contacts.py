"""E-mail addresses, phone numbers, bank accounts and postal addresses."""
# ruff: noqa: E501 - a pattern is easier to check in one line

import re
from collections.abc import Iterator

import phonenumbers
from stdnum import iban

from kb.redaction.spans import Kind, Private, group

_AT = r"(?:@|\s?[\[({<]\s?(?:at|ät|@)\s?[\])}>]\s?|\s(?:at|ät)\s(?=[\w-]+(?:\sdot\s|\spunkt\s|\spunt\s|\s?[\[(](?:dot|punkt|punt)[\])])))"
_DOT = r"(?:\.|\s?[\[({]\s?(?:dot|punkt|punt|\.)\s?[\])}]\s?|\s(?:dot|punkt|punt)\s)"
EMAIL = re.compile(
    rf"(?<![\w.+%*-])[\w*][\w.+%'’*-]*{_AT}[\w](?:[\w-]*[\w])?(?:{_DOT}[\w](?:[\w-]*[\w])?)+",
    re.IGNORECASE,
)
BARE_EMAIL = re.compile(r"(?<![\w.+%/-])[A-Za-z][\w.+%-]*@[A-Za-z][\w-]+(?![\w.:-]*[:~])")

REGIONS = {"de": ("DE", "AT", "CH"), "nl": ("NL", "BE"), "en": ("GB", "US", "IE")}
WRITTEN_PHONE = re.compile(
    r"""(?<![\w.,:/+-])(?:
        (?:\+|00)\s?[1-9]\d{0,2}(?:[\s./-]?\(?\d{1,5}\)?){2,7}
      | \(0\d{1,5}\)[\s/-]*\d{2,}(?:[\s-]\d{2,})*
      | 0\d{1,5}\s?[/–-]\s?\d{2,}(?:[\s-]?\d{2,}){0,4}
      | 0\d{1,4}\s\d{2,}(?:[\s-]\d{2,}){0,4}
      | 0[1-9]\d{8,10}
      | \(\d{3}\)\s?\d{3}[-.\s]\d{4} | \d{3}[-.]\d{3}[-.]\d{4}
    )(?:\s?(?:-|x|ext\.?|dw|app\.?|tst\.?|toestel|durchwahl)\s?\d{1,5})?(?![\w/]|[.:-]\d)""",
    re.VERBOSE | re.IGNORECASE,
)
NAMED_PHONE = re.compile(
    r"""(?<!\w)(?:tel|telefon|telefoon|phone|mobile?|mobiel|mobil|mob|handy|cell|fax|durchwahl|dw|ext|extension|toestel|doorkies(?:nummer)?|rufnummer|telefonnummer|handynummer|telefoonnummer|festnetz|erreichbar\sunter|reachable\s(?:at|on)|bereikbaar\s(?:op|onder|via)|r(?:ü|ue)ckruf(?:nummer)?|terugbel(?:nummer)?|call\s(?:me|back)\s(?:at|on)|whatsapp|nebenstelle|nst)
        (?:[\s-]?(?:nummer|number|nr|no))?\.?\s*(?:(?:is|ist|lautet|unter|op|at|on|:|=)\s*)*
        (\+?[\d(][\d\s()/.–-]{1,22}\d)(?![\w.]\d|\w)""",
    re.VERBOSE | re.IGNORECASE,
)
DATE = re.compile(
    r"^\(?(?:0?[1-9]|[12]\d|3[01])[./-](?:0?[1-9]|1[0-2])[./-]\d{2,4}\b|^\d{4}-\d{2}-\d{2}|^\d+[.,]\d{2}$|^\d+(?:\.\d+){2,}$"
)
EXTENSION_DIGITS = 3
PHONE_DIGITS = 7
"""A written number with fewer digits needs a word like Tel. before it."""

IBAN = re.compile(
    r"(?<![A-Za-z0-9])[A-Z]{2}\s?\d{2}(?:[ .-]?[A-Z0-9]{4}){2,7}(?:[ .-]?[A-Z0-9]{1,4})?(?![A-Za-z0-9])",
    re.IGNORECASE,
)
NAMED_IBAN = re.compile(
    r"\bIBAN\b[\s:.=-]*(?:ist|is|lautet|nummer|number)?[\s:]*([A-Z]{2}\d{2}[A-Z0-9 .-]{8,36}[A-Z0-9])",
    re.IGNORECASE,
)
ACCOUNT = re.compile(
    r"\b(?:konto(?:nummer|nr\.?)|bank\s?account(?:\s(?:no|number))?|rekeningnummer|kontonr\.?|account number)[\s:.#]*(?:is|ist|lautet)?\s*(\d[\d .]{5,16}\d)",
    re.IGNORECASE,
)

_NAME = r"[A-ZÄÖÜ][\w'’.äöüßéèëïç-]+"
_PLACE = (
    r"(?:(?:Bad|Sankt|St\.|Den|New|Neu|Alt|Groß|Klein|Nieuw|Oud|Hoek|Bergen|Alphen|Capelle|Krimpen|Frankfurt|Neustadt|Rothenburg|Kirchheim)\s)?[A-ZÄÖÜ'’][\wäöüßéèëï'’-]+"
    r"(?:\s?/\s?[A-ZÄÖÜ][\wäöüß-]+|\s(?:am|an der|a\.d\.|a\.|aan den|aan de|ob der|im|in der|op|upon)\s?[A-ZÄÖÜ][\wäöüß-]+)?"
)
GERMAN_STREET = re.compile(
    rf"""(?<!\w)(?:
        (?:{_NAME}[ -]){{0,3}}[A-ZÄÖÜ][\wäöüß-]*(?:stra(?:ß|ss)e|str\.|gasse|allee|platz|damm|ufer|chaussee|stieg|pfad|weg|ring|steig|berg|markt|wall|hof|graben|zeile|promenade|kai|tor)
      | (?:[A-ZÄÖÜ][\wäöüß]+[ -]){{1,3}}(?:Stra(?:ß|ss)e|Str\.|Gasse|Allee|Platz|Damm|Ufer|Chaussee|Stieg|Pfad|Weg|Ring|Wall|Graben|Promenade|Kai|Tor)
      | (?:Am|An\sder|An\sden|Auf\sder|Auf\sdem|Im|In\sder|In\sden|Zum|Zur|Unter\sden|Hinter\sder|Vor\sdem)\s{_NAME}(?:\s{_NAME})?
    )\s?\d{{1,4}}(?:\s?[a-h](?!\w))?(?:\s?[-–/]\s?\d{{1,4}}(?:\s?[a-h](?!\w))?)?
    (?:\s?[,;\n]\s*(?:(?:D|A|CH|DE|AT)[-–\s])?\d{{4,5}}\s+{_PLACE}|\s(?:in\s)?(?:(?:D|A|CH|DE|AT)[-–])?\d{{4,5}}\s+{_PLACE})?""",
    re.VERBOSE,
)
DUTCH_STREET = re.compile(
    rf"""(?<!\w)(?:(?:{_NAME}|van|de|der|den|het|'t)\s){{0,4}}[A-Z][\wéëï'’-]*(?:straat|laan|weg|plein|gracht|kade|dijk|singel|steeg|hof|dreef|pad|park|markt|wal|hage|baan|ring|haven|plantsoen|werf|gaarde|erf|hoek|veste|horst|zoom|brink|meent|stede|zijde|terras|kamp|burg|veld|akker|boulevard|lei|steenweg)
    \s\d{{1,5}}(?:\s?[-/]?\s?(?:[a-zA-Z]{{1,2}}|\d{{1,3}}|hs|bis|[IVX]+)(?!\w))?
    (?:\s?[,;\n]?\s*(?:\d{{4}}\s?[A-Z]{{2}}(?!\w)|(?:B-)?\d{{4}}(?=\s[A-Z]))(?:\s?,?\s+{_PLACE})?|\s?,\s*(?:in\s)?{_PLACE}|\sin\s{_PLACE})?""",
    re.VERBOSE,
)
DUTCH_POSTCODE = re.compile(
    rf"(?<![\w.])[1-9]\d{{3}}\s?(?!SA|SD|SS|MB|GB|KB|TB|PC|AM|PM|VM|IP|ID|ms|Hz)[A-Z]{{2}}\s*,?\s+{_PLACE}"
)
ENGLISH_STREET = re.compile(
    r"""(?<![\w.])(?:(?:Flat|Apt\.?|Apartment|Unit|Suite|Floor)\s\w{1,4},?\s)?\d{1,5}[A-Za-z]?(?:-\d{1,5})?\s(?:(?:[NSEW]\.?|North|South|East|West|Old|New|The|St\.?|Saint)\s)?(?:[A-Z][\w'’.-]+\s){1,3}
        (?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Court|Ct|Square|Sq|Way|Close|Terrace|Place|Pl|Boulevard|Blvd|Crescent|Row|Gardens|Parkway|Pkwy|Highway|Hwy|Walk|Grove|Hill|Mews|Quay|Circle|Cir|Trail)\b\.?
        (?:,?\s(?:Flat|Apt\.?|Apartment|Unit|Suite|Floor|\#)\s?\w{1,4})?
        (?:,?\s(?:[A-Z][\w'’-]+\s?){1,3}(?:,\s?[A-Z]{2}\s\d{5}(?:-\d{4})?|,?\s?[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}|(?=[.,;\n]|$)))?
        (?:,?\s[A-Z]{1,2}\d[A-Z\d]?\s\d[A-Z]{2}\b)?""",
    re.VERBOSE,
)
UK_POSTCODE = re.compile(
    r"(?<![\w-])(?:[A-Z][\w'’-]+,?\s){0,2}[A-Z]{1,2}\d[A-Z\d]?\s\d[ABD-HJLNP-UW-Z]{2}(?![\w-])"
)
US_CITY = re.compile(r"(?<!\w)(?:[A-Z][a-z'’-]+\s?){1,3},\s[A-Z]{2}\s\d{5}(?:-\d{4})?(?!\w)")
POST_BOX = re.compile(
    rf"(?<!\w)(?:P\.?\s?O\.?\s?Box|Postfach|Postbus)\s\d[\d ]{{0,7}}\d?(?:\s?[,\n]\s*(?:\d{{5}}\s|\d{{4}}\s?[A-Z]{{2}}\s)?{_PLACE})?"
)
NAMED_ADDRESS = re.compile(
    rf"\b(?:adresse|anschrift|wohnhaft(?: in)?|wohne(?: in)?|lieferadresse|privatadresse|adres|woonadres|bezorgadres|address|home address|lives? at|living at|woont (?:op|aan)|postleitzahl|PLZ|postcode|zip(?: code)?)\b\s*(?:is|ist|lautet|luidt|:|=)?\s*((?:D-|A-|CH-)?\d{{4,5}}(?:\s?[A-Z]{{2}})?(?:\s+{_PLACE})?)",
    re.IGNORECASE,
)
LABELLED_STREET = re.compile(
    r"\b(?:\w*adresse|anschrift|\w*adres|address|standort|locatie|location)\s?:\s?[^\n\d]{0,40}?([A-ZÄÖÜ][\w'’.-]+\s\d{1,4}(?:\s?[-/]\s?\d{1,4})?\s?[a-h]?)(?!\w)",
    re.IGNORECASE,
)
STREETS = (
    LABELLED_STREET,
    GERMAN_STREET, DUTCH_STREET, DUTCH_POSTCODE, ENGLISH_STREET, UK_POSTCODE, US_CITY, POST_BOX,
    NAMED_ADDRESS,
)  # fmt: skip
NOT_A_STREET = re.compile(
    r"^[\w-]*(?i:terminal|scanner|drucker|printer|kamera|camera|schranke|halle|lager|rampe|waage)\b|^(?:Port|Version|Seite|Page|Pagina|Schritt|Step|Stap|Kapitel|Ring|Hof|Weg|Fehler|Error|Windows|Server|Drucker|Printer)\b|^(?:Am|Im|An|In|Zum|Zur)\s(?:\d|Montag|Dienstag|Mittwoch|Donnerstag|Freitag|Samstag|Sonntag|Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember|Jahr|Raum|Büro|Port|Server|Standort|Menü|Feld|Schritt|Kapitel|Abschnitt|Abstand|Minimum|Maximum|Schnitt|Zeitraum|Stock|Outlook|Office|Windows|Excel|Word|Teams|Log)"
    r"|^(?:Am|Im|An der|In der)\s[\w-]*(?i:raum|büro|zimmer|saal|drucker|kopierer|scanner|gerät|rechner|switch)\b",
)


def find(text: str, language: str) -> Iterator[Private]:
    """Everything in `text` by which somebody can be reached, visited or paid."""
    yield from group(Kind.EMAIL, EMAIL, text)
    yield from group(Kind.EMAIL, BARE_EMAIL, text)
    yield from _phones(text, language)
    yield from _accounts(text)
    for pattern in STREETS:
        for found in group(Kind.ADDRESS, pattern, text):
            if not NOT_A_STREET.match(text[found.start : found.end]):
                yield found


def _phones(text: str, language: str) -> Iterator[Private]:
    for found in group(Kind.PHONE, NAMED_PHONE, text):
        value = text[found.start : found.end]
        if sum(map(str.isdigit, value)) >= EXTENSION_DIGITS and not DATE.match(value):
            yield found
    for found in group(Kind.PHONE, WRITTEN_PHONE, text):
        value = text[found.start : found.end]
        if sum(map(str.isdigit, value)) >= PHONE_DIGITS and not DATE.match(value):
            yield found
    if not re.search(r"\d{3}", text):
        return
    for region in REGIONS.get(language, REGIONS["en"]):
        for match in phonenumbers.PhoneNumberMatcher(text, region):
            if _is_written_as_phone(match.raw_string):
                yield Private(Kind.PHONE, match.start, match.end)


def _is_written_as_phone(raw: str) -> bool:
    """Whether the number looks dialled: ten bare digits may be an id, a time stamp or a size."""
    if raw.startswith("(") and ")" not in raw[:7]:
        return False
    return raw.startswith(("+", "0", "(")) and not DATE.match(raw) and "." not in raw[:3]


def _accounts(text: str) -> Iterator[Private]:
    for found in group(Kind.IBAN, IBAN, text):
        yield from _account(text, found)
    yield from group(Kind.IBAN, NAMED_IBAN, text)
    yield from group(Kind.IBAN, ACCOUNT, text)


def _account(text: str, found: Private) -> Iterator[Private]:
    """The bank account that a span begins with: the words behind it look like its last group."""
    value = text[found.start : found.end]
    while value:
        if is_iban(value):
            yield Private(found.kind, found.start, found.start + len(value))
            return
        value = value[: max(value.rfind(" "), 0)]


def is_iban(value: str) -> bool:
    """Whether `value` is a bank account, or so like one that a slip of the pen is likelier."""
    compact = re.sub(r"[\s.-]", "", value).upper()
    if iban.is_valid(compact):
        return True
    lengths = {"DE": 22, "NL": 18, "AT": 20, "CH": 21, "BE": 16, "LU": 20, "FR": 27, "GB": 22}
    return lengths.get(compact[:2]) == len(compact)
