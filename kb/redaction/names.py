"""Names of people and organisations: known from the ticket, or given away by the words around."""
# ruff: noqa: E501 - a pattern is easier to check in one line

import re
from collections.abc import Iterator, Sequence

from kb.redaction.spans import Kind, Private, group

_UP = "A-ZÄÖÜÉÈÁÅØŁŠŽÇ"
_WORD = rf"[{_UP}][\w'’´-]*[a-zäöüßéèáàíóúøåæçñëïœšžłńśćýêîô](?:-[{_UP}]\w+)?"
_PARTICLE = r"(?:van(?: de[rn]?|'t|het)?|von(?: der| dem)?|zu|de|der|den|del|di|da|du|ten|ter|te|la|le|el|al|bin|ibn|O'|Mc|Mac|'t|in 't)"
_FULL = rf"{_WORD}(?:\s(?:[{_UP}]\.\s?)*(?:{_PARTICLE}\s)*{_WORD}){{0,3}}"
_TWO = rf"{_WORD}\s(?:[{_UP}]\.\s?)*(?:{_PARTICLE}\s)*{_WORD}"
_LAST = rf"(?:(?:{_PARTICLE}|{_PARTICLE.replace('van', 'Van')})\s)*(?:[{_UP}]\.\s?)*(?:(?:{_PARTICLE})\s)*{_WORD}(?:[- ](?:{_PARTICLE}\s)*{_WORD})?"

TITLED = re.compile(
    rf"(?<!\w)(?i:herrn?|frau|hr\.|fr\.|mr\.?|mrs\.?|(?<!\d\s)ms\.?|miss|dr\.?|prof\.?|dhr\.?|mevr?\.?|mw\.?|meneer|mevrouw|(?:de )?heer)\s(?:(?:Dr|Prof|Ing|Dipl|Drs|Ir|Mr)\.?\s?(?:-Ing\.)?\s?){{0,2}}((?:{_WORD}\s)?{_LAST})"
)
GREETED = re.compile(
    rf"(?:^|(?<=[\n.!?>])\s*|(?<=\n\n))(?i:hi|hello|hey|dear|hallo|liebe[rs]?|moin|servus|guten (?:tag|morgen|abend)|hoi|beste|geachte|dag|goede(?:morgen|middag|navond|ndag)|good (?:morning|afternoon|evening)|thanks|thank you|danke|vielen dank|bedankt|dank je|dank u)(?: wel)?,?\s({_FULL})\s?(?=[,!.:\n–-]|$)",
    re.MULTILINE,
)
GREETED_ONLY = re.compile(
    rf"(?:^|(?<=[\n.!?]\s))(?i:hi|hello|hey|dear|hallo|hoi|beste|moin)\s({_WORD})(?=\s[{_UP}])",
    re.MULTILINE,
)
SIGNED = re.compile(
    rf"(?:^|\n|[.!?,]\s|\s)(?i:mit freundlichen? gr(?:u|ü|ue)(?:ß|ss)en|freundliche gr(?:u|ü|ue)(?:ß|ss)e|viele(?:n)? gr(?:u|ü|ue)(?:ß|ss)e|beste(?:n)? gr(?:u|ü|ue)(?:ß|ss)e|liebe gr(?:u|ü|ue)(?:ß|ss)e|sch(?:ö|oe)ne gr(?:u|ü|ue)(?:ß|ss)e|gr(?:u|ü|ue)(?:ß|ss)e?|mfg|lg|vg|bg"
    rf"|met vriendelijke groet(?:en)?|vriendelijke groet(?:en)?|hartelijke groet(?:en)?|groet(?:en|jes)?|mvg|gr\.?|kind regards|best regards|warm regards|regards|best wishes|sincerely|cheers|best|thanks|thank you|many thanks|danke|bedankt|alvast bedankt|yours|br|vielen dank|thx)\s?[,.!:–-]*\s{{0,3}}\n?\s*(?:(?i:i\.\s?[AV]\.|im auftrag|from|von|namens)\s)?({_FULL})(?=\s*(?:[,.\n(|/-]|$))"
)
SIGNED_LINE = re.compile(rf"\n\s*[-–~]{{1,2}}\s?({_FULL})\s*$")
INTRODUCED = re.compile(
    rf"(?<!\w)(?i:my name is|i am called|this is|mein name ist|ich hei(?:ß|ss)e|hier (?:ist|spricht|schreibt)|mijn naam is|ik heet|je spreekt met|u spreekt met|spreekt u met|spreek ik met|met)\s({_TWO}|(?<=name is )\S+|(?<=Name ist )\S+|(?<=naam is )\S+)"
)
NAMED_ROLE = re.compile(
    rf"(?<!\w)(?i:kolleg(?:e|in|en)|collega|colleague|co-?worker|vorgesetzte[rn]?|teamleiter(?:in)?|leidinggevende|manager|chef(?:in)?|mitarbeiter(?:in|s)?|medewerk(?:er|ster)|employee|anwender(?:in)?|benutzer(?:in)?|user|gebruiker|kunde|kundin|klant|customer|caller|anrufer(?:in)?|melder|requester|requested by|reporter|ansprechpartner(?:in)?|contact(?: ?person| ?persoon)?|kontakt(?:person)?|bearbeiter(?:in)?|behandelaar|assignee|assigned to|owner|agent|techniker|technician|engineer|monteur|administrator|admin|zugewiesen an|toegewezen aan|gemeldet von|gemeld door|reported by|aangemeld door|erstellt von|created by|aangemaakt door|vorname|nachname|achternaam|voornaam|surname|first name|last name|vertretung|azubi|hausmeister|praktikant(?:in)?|stagiair(?:e)?)\b\s?(?:\((?:[^)]+)\)\s?)?[:=]?\s+({_TWO})"
)
LABELLED = re.compile(
    rf"(?<!\w)(?i:ansprechpartner(?:in)?|contact ?pers(?:on|oon)|kontaktperson|bearbeiter(?:in)?|behandelaar|assignee|requester|reporter|melder|anrufer(?:in)?|caller|vorname|nachname|voornaam|achternaam|first name|last name|benutzer|gebruiker|user|kollege|kollegin|collega|colleague|mitarbeiter(?:in)?|medewerker)\s?[:=]\s*({_FULL})"
)
NAME_LINE = re.compile(
    rf"^\s*(?i:name|naam|your name|ihr name|uw naam)\s?:\s*({_TWO})\s*$", re.MULTILINE
)
COLLEAGUE = re.compile(
    rf"(?<!\w)(?i:kolleg(?:e|in|en)|collega|colleague|co-worker)\s({_WORD})(?!\s(?i:von|aus|from|of|van))"
)
ACTED = re.compile(
    rf"(?<!\w)(?i:(?:telefonat|telefoniert|gesprochen|gespr(?:ä|ae)ch|r(?:ü|ue)cksprache|abgestimmt|vereinbart|absprache|call|spoke|talked|talk|spoken|meeting|checked|confirmed|agreed|overleg(?:d)?|gesproken|gebeld|afgesproken|contact|kontakt) (?:mit|with|to|met|by)|(?:confirmed|reported|tested|checked|done|fixed|bestätigt|gemeldet|geprüft|getestet|bevestigd|gemeld|getest|gecontroleerd|approved|freigegeben|genehmigt|goedgekeurd|informed|informiert|geïnformeerd) (?:by|von|durch|door))\s({_WORD}(?:\s(?:{_PARTICLE}\s)*{_WORD})?)"
)
AS_CC = re.compile(
    rf"(?<!\w)(?:cc|CC|Cc|z\.\s?Hd\.|t\.a\.v\.|attn\.?|Attn\.?|FAO|c/o)[:.]?\s({_FULL})"
)
MENTION = re.compile(r"(?<![^\s(,;])@([A-Za-z][\w-]{2,30})(?=[\s,.:;!?]|$)")
MAIL_NAME = re.compile(
    rf"({_TWO})\s*<[^>\s]*@|\"([^\"\n]{{3,40}})\"\s*<[^>\s]*@|({_WORD}, {_WORD})\s*<[^>\s]*@"
)
MAIL_HEADER = re.compile(
    rf"^\s*(?i:from|von|van|to|an|aan|cc|sender|absender)\s?:\s*\"?({_TWO}|{_WORD}, {_WORD})",
    re.MULTILINE,
)

NOT_A_NAME = re.compile(
    r"""^(?:all|alle|everyone|everybody|together|zusammen|team|support|helpdesk|service\s?desk|servicedesk|it|edv|kollegen|kolleginnen|collega(?:'s|s)?|damen|herren|herr|frau|mr|mrs|community|thunderbird|mozilla|firefox|outlook|windows|microsoft|office|there|sir|madam|folks|guys|friends?|again|so|for|in|to|very|und|and|en|the|der|die|das|de|het|ein|eine|een|ich|wir|sie|er|es|i|we|you|he|she|it|ik|wij|u|je|hij|zij|this|that|dies|dit|dat|if|wenn|als
      |admin|administrator|user|benutzer|gebruiker|kunde|customer|monday|tuesday|wednesday|thursday|friday|saturday|sunday|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag|january|february|march|april|may|june|july|august|september|october|november|december|regards|greetings|thanks|danke|bedankt|gruß|gruss|grüße|groet|groeten|mit|met|with|your|ihr|ihre|ihnen|uw|mein|mijn|my|please|bitte|graag|hilfe|help|hulp|problem|fehler|error|ticket|hello|hi|hallo|sent|gesendet|verzonden|no|not|nicht|niet|yes|ja|nein|nee|ok|is|ist|was|has|hat|mail|e-mail|email|server|printer|drucker|laptop|pc|computer|netzwerk|network|netwerk|vpn|wlan|wifi|excel|word|teams|exchange|chrome|edge|google|apple|linux|android|adobe|sap|citrix|account|password|passwort|wachtwoord|advance|voraus|voorbaat|firefox|volunteer|greetings|kind|best|beste|liebe|viele|wayne?|new|neue?|nieuwe?)$""",
    re.IGNORECASE | re.VERBOSE,
)
PARTICLES = frozenset(
    "van von der den de het ter ten te zu zum zur la le el al di da du del bin ibn und and dr prof herr frau mr mrs ms".split()  # noqa: SIM905 - a list of thirty strings is harder to read
)
LEGAL_FORM = re.compile(
    r"[\s,]+(?:GmbH(?:\s?&\s?Co\.?\s?KG)?|AG|KG|OHG|UG|e\.?\s?V\.?|SE|mbH|B\.?V\.?|N\.?V\.?|V\.?O\.?F\.?|Ltd\.?|LLC|Inc\.?|plc|PLC|Corp\.?|Limited|Company|Co\.?|S\.?A\.?|S\.?à\.?r\.?l\.?|Stiftung|Group|Holding|Gruppe|Groep)\.?$"
)
AMBIGUOUS = frozenset(
    "mark will max bill grant may rose hope art frank rich jack drew sue pat bob rob miles dean chase guy ray earl king page case long short black white brown green young wolf koch bauer richter schneider fischer weber klein gross groß lang kurz jung vogel stein berg wald bach winter sommer herbst april mai juni august ernst fest bakker visser smit mulder dekker groot wit bos berg vos kok smith cook baker miller taylor turner carter walker hunter mason parker porter potter ward wood hill stone field banks price pope bishop bell ford cross day love moon snow frost rain art mann schwarz weiss weiß braun kaiser könig graf christian".split()  # noqa: SIM905 - a list of strings is harder to read
)
"""Names that are words as well: alone they count only inside a sentence and with a capital."""
SHORTEST = 3


def find(text: str, people: Sequence[str], organisations: Sequence[str]) -> Iterator[Private]:
    """Names of `people` and `organisations` in any usual form, and others by their context."""
    for person in people:
        yield from _known(text, person)
    for organisation in organisations:
        yield from _organisation(text, organisation)
    yield from _by_context(text)


def from_addresses(text: str) -> tuple[str, ...]:
    """Names that e-mail addresses give away: jane.doe@ is Jane Doe."""
    pattern = re.compile(r"(?<![\w.])([A-Za-z]{2,20})[._]([A-Za-z]{3,25})@")
    found = {f"{m[1].capitalize()} {m[2].capitalize()}" for m in pattern.finditer(text)}
    return tuple(name for name in sorted(found) if not any(map(NOT_A_NAME.match, name.split())))


def said(text: str) -> tuple[str, ...]:
    """Names that people greet, sign or are titled with: private in the other texts as well."""
    found = [
        each
        for pattern in (TITLED, GREETED, GREETED_ONLY, SIGNED, SIGNED_LINE)
        for span in group(Kind.PERSON, pattern, text)
        for each in _name_in(text, span)
    ]
    values = {text[each.start : each.end] for each in found}
    return tuple(sorted(value for value in values if len(value) >= SHORTEST))


def _known(text: str, person: str) -> Iterator[Private]:
    name = " ".join(person.replace(",", " ").split())
    parts = [part for part in name.split() if part.lower().strip(".") not in PARTICLES]
    if not parts or "@" in name:
        return
    yield from group(Kind.PERSON, _phrase(name), text)
    if len(parts) > 1:
        yield from _combinations(text, name, parts)
        yield from group(Kind.USER, _user_ids(parts), text)
    for part in parts:
        yield from _part(text, part)


def _combinations(text: str, name: str, parts: list[str]) -> Iterator[Private]:
    """Last name first, an initial, a particle left out."""
    first, last = parts[0], parts[-1]
    rest = name.split(" ", 1)[1] if " " in name else last
    for form in (f"{last}, {first}", f"{last} {first}", f"{first} {last}", f"{rest}, {first}"):
        yield from group(Kind.PERSON, _phrase(form), text)
    initial = re.escape(first[0])
    tail = "|".join(_spelled(each) for each in {rest, last})
    pattern = re.compile(rf"(?<!\w){initial}\.?\s?(?:[A-Z]\.\s?)*(?:{tail})(?:s|'s|’s)?(?!\w)")
    yield from group(Kind.PERSON, pattern, text)


def _user_ids(parts: list[str]) -> re.Pattern[str]:
    first, last = (_plain(parts[0]), _plain(parts[-1]))
    forms = {
        f"{first}.{last}", f"{first}_{last}", f"{first}-{last}", f"{first[0]}.{last}", f"{first[0]}{last}",
        f"{last}{first[0]}", f"{last}.{first}", f"{first}{last}", f"{first}{last[0]}", f"{last}_{first}",
        f"{last}.{first[0]}",
    }  # fmt: skip
    forms |= {first[0] + last[:size] for size in range(SHORTEST, len(last))}
    forms |= {first[:size] + last[:size] for size in (2, SHORTEST) if len(first) >= size}
    long = sorted(
        (re.escape(form) for form in forms if len(form) > SHORTEST), key=len, reverse=True
    )
    return re.compile(rf"(?<![\w@]){'(?:' + '|'.join(long) + ')'}\d{{0,3}}(?![\w])", re.IGNORECASE)


def _part(text: str, part: str) -> Iterator[Private]:
    """One word of a name by itself."""
    if len(part.strip(".")) < SHORTEST or NOT_A_NAME.match(part):
        return
    forms = {part, part.upper()} if len(part) > SHORTEST else {part}
    either = "|".join(_spelled(form) for form in sorted(forms))
    for match in re.finditer(rf"(?<![\w@.-])(?:{either})(?:s|'s|’s|')?(?![\w@]|\.\w)", text):
        if part.lower() in AMBIGUOUS and not _is_name_here(text, match):
            continue
        yield Private(Kind.PERSON, *match.span())


def _is_name_here(text: str, match: re.Match[str]) -> bool:
    """Whether a word that may be a name is one: beside another name, a title, or in a greeting."""
    before, after = text[: match.start()], text[match.end() :]
    if re.match(rf"\s(?:{_PARTICLE}\s)*[{_UP}][a-zäöüß]+", after) or re.match(
        r"\s*(?:,|$|\n|'s)", after
    ):
        return True
    return bool(
        re.search(
            rf"(?:[{_UP}]\w+|herrn?|frau|hr\.|fr\.|mr\.?|mrs\.?|dhr\.?|mevr\.?|hi|hallo|hello|dear|beste|liebe[r]?|hoi|by|von|met|mit|with)\s$",
            before,
            re.IGNORECASE,
        )
    )


def _phrase(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w@]){_spelled(name)}(?:s|'s|’s)?(?![\w@])", re.IGNORECASE)


def _spelled(name: str) -> str:
    """The name, its umlauts written either way, any white space between its parts."""
    pattern = re.escape(name)
    for umlaut, pair in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        pattern = pattern.replace(umlaut, f"(?:{umlaut}|{pair})")
    return pattern.replace(r"\ ", r"\s+")


def _plain(part: str) -> str:
    for umlaut, pair in (
        ("ä", "ae"),
        ("ö", "oe"),
        ("ü", "ue"),
        ("ß", "ss"),
        ("é", "e"),
        ("ë", "e"),
        ("ï", "i"),
    ):
        part = part.lower().replace(umlaut, pair)
    return re.sub(r"[^a-z0-9]", "", part)


def _organisation(text: str, organisation: str) -> Iterator[Private]:
    name = " ".join(organisation.split())
    short = LEGAL_FORM.sub("", name)
    for form in sorted({name, short}, key=len, reverse=True):
        if len(form) >= SHORTEST:
            pattern = re.compile(
                rf"(?<![\w@.-]){_spelled(form)}(?:s|'s|’s)?(?![\w@-]|\.\w)", re.IGNORECASE
            )
            yield from group(Kind.ORGANISATION, pattern, text)


def _by_context(text: str) -> Iterator[Private]:
    patterns = (
        TITLED, GREETED, GREETED_ONLY, SIGNED, SIGNED_LINE, INTRODUCED, NAMED_ROLE, NAME_LINE, LABELLED, COLLEAGUE, ACTED,
        AS_CC, MENTION, MAIL_NAME, MAIL_HEADER,
    )  # fmt: skip
    for pattern in patterns:
        for found in group(Kind.PERSON, pattern, text):
            yield from _name_in(text, found)


def _name_in(text: str, found: Private) -> Iterator[Private]:
    """The leading words of a span that can be a name."""
    end = found.start
    for match in re.finditer(r"\S+", text[found.start : found.end]):
        word = match[0].strip(".,;:!?\"'’")
        if NOT_A_NAME.match(word) and word.lower() not in PARTICLES:
            break
        if "\n" in text[end : found.start + match.start()]:
            break
        end = found.start + match.end()
    value = text[found.start : end].rstrip(" .,;:!?")
    last = value.split()[-1].lower() if value.split() else ""
    if len(value) >= SHORTEST - 1 and last not in PARTICLES:
        yield Private(found.kind, found.start, found.start + len(value))
