"""Telling German, Dutch and English apart, also in a line full of product names."""

import re
from collections.abc import Iterable
from functools import lru_cache

LANGUAGES = ("de", "nl", "en")

UNKNOWN = "und"

READ = 1_500
"""Characters that are looked at; a language shows within a few sentences."""

COMMON = 3
"""What a common word counts against a telling letter group, which also occurs in names."""

LEAD = 2
"""By how much the first must lead: one telling letter group more, or any common word of its own."""

_WORD = re.compile(r"[^\W\d_]+")

_COMMON_WORDS = """
de der die das und ist sind nicht ein eine einen einem einer ich wir sie er es mein meine kann
de können auf mit für von vom den dem des zu zum zur im in ins bei beim nach auch wird werden wurde
de wenn keine kein keinen seit am an als aus hat habe haben hatte sich bitte noch wie was aber oder
de nur über unter durch gegen ohne nicht mehr sehr schon dass diese dieser dieses ihr ihre uns unser
de sowie damit jedoch bereits wieder alle beide geht lässt gibt mir mich muss soll dann hier warum
de dürfen müssen sollte werde welche zwischen während nachdem sobald denn weil war waren bin
de heute gestern neu neue neuer neuen funktioniert startet öffnen öffnet langsam falsch kaputt
nl de het een en is zijn niet ik we wij ze hij zij je jij u uw mijn kan kunnen op met voor van
nl te ten ter in bij naar ook wordt worden werd als geen sinds die dat deze dit aan heeft heb hebben
nl had zich nog maar hoe wat door uit om over onder tegen zonder meer zeer veel al alle beide
nl er of want omdat wanneer waar waarom welke daar dan toen moet moeten mag zal zou zullen gaat
nl doet lukt krijg krijgen krijgt staat onze ons hun haar hier weer steeds alleen tussen tijdens
nl vandaag gisteren nieuw nieuwe langzaam traag kapot werkt openen klant instellingen nadat zodra
nl bent ben was waren gebruik gebruikt kopiëren verwijderen toegang verbinding opnieuw
en the a an and is are was were not i we you he she it they my your our their can could on with
en for from to in at by of as after before also will would if no since this that these those has
en have had please still how what when where why which who but or only over under through against
en without more very already does do did doesn't don't cannot into out up down than then there here
en while between during until because again all both new get gets got shows says must should may
en today open opens settings customer unable fails failed be been being its his her them me us
"""

# Frequent at a service desk: they tell the language, and also what a text is about.
_DESK_WORDS = """
de zugriff verweigert druckt drucken verbindung verbinden bildschirm postfach laufwerk netzwerk
nl geweigerd drukt afdrukken verbinden beeldscherm postvak netwerkschijf netwerk verbroken
en connection access denied drops print prints printing mailbox drive network screen lost
de fehler drucker rechner kennwort passwort anmeldung benutzer kunde fehlermeldung einstellungen
nl wachtwoord gebruiker gebruikers foutmelding fout storing scherm bestand bestanden melding
en error user users password screen file files message slow wrong broken works working yesterday
"""

# An underscore stands for the edge of a word.
_TELLING_LETTERS = """
de ß ä ö ü sch cht ung tz pf ck keit heit lich ieren iert zw eit ein äu eu fehl zeug gn schl aus
de vor ver_ _ver ent geb auf anm zur ier stell richt tionen _un en_ eme_ nisse te_ isch_ ationen
nl ij aa oo uu oei eeuw ieuw sch cht gg ijk lijk eid heid isch_ tje_ tjes_ wacht geb geï ië eën
nl ee oe ui vo zo eer ing aan uit _ver dr kk oor aar atie en_ ties_ eren_ iteit inst
en th wh sh ough ing ck ight ly_ ness ment ould ea oa ay ey ow qu ph ble ous ful wr y_ ed_ ive_
en ions_ ity_ ize_ ise_ ice_ ces_ ces ies_ ures_ ors_ ying ction
"""


def _table(lines: str) -> dict[str, tuple[int, ...]]:
    found: dict[str, set[str]] = {}
    for line in lines.strip().splitlines():
        name, *entries = line.split()
        for entry in entries:
            found.setdefault(entry, set()).add(name)
    return {
        entry: tuple(int(language in names) for language in LANGUAGES)
        for entry, names in found.items()
    }


_COMMON = _table(_COMMON_WORDS)
_KNOWN = _COMMON | _table(_DESK_WORDS)
_TELLING = _table(_TELLING_LETTERS)
_LETTERS = re.compile(f"(?=({'|'.join(sorted(map(re.escape, _TELLING), key=len, reverse=True))}))")


def detect(text: str) -> str:
    """The language of `text`: de, nl or en, or und where neither words nor letters tell."""
    scores = _sum(_of_word(word) for word in _WORD.findall(text[:READ].lower()))
    best = max(range(3), key=scores.__getitem__)
    second = max(score for place, score in enumerate(scores) if place != best)
    return LANGUAGES[best] if scores[best] - second >= LEAD else UNKNOWN


def is_common(word: str) -> bool:
    """Whether a word in lower case says nothing about what a text is about."""
    return word in _COMMON


@lru_cache(maxsize=50_000)
def _of_word(word: str) -> tuple[int, ...]:
    """What a word says for each language."""
    if word in _KNOWN:
        return tuple(COMMON * count for count in _KNOWN[word])
    return _sum(_TELLING[match.group(1)] for match in _LETTERS.finditer(f"_{word}_"))


def _sum(scores: Iterable[Iterable[int]]) -> tuple[int, ...]:
    de = nl = en = 0
    for one, two, three in scores:
        de, nl, en = de + one, nl + two, en + three
    return de, nl, en
