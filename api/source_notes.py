"""Notes in the ticket systems: similar cases on a new ticket, its draft on a closed one."""

from collections.abc import Sequence
from contextlib import closing

import structlog

from api.connectors import connect
from api.wiring import Services
from articles import store
from articles.models import Decision
from articles.store import OutcomeView
from indexer import search
from indexer.search import Hit
from kb.models import DocumentKind, Role
from kb.sources import noting
from kb.sources.http import Absent
from kb.sources.noting import Noting
from kb.sources.ports import Noted
from kb.sources.vault import open_vault
from kb.visibility import Reader

log = structlog.get_logger()

SUGGESTIONS = 3
"""Hits in a note: what an agent reads before going on."""

RELATED = 0.3
"""Score from which on a hit is worth a line in somebody else's ticket."""

WORDS = {
    "en": {
        "similar": "Similar cases and articles:",
        "solved": "solved",
        "draft": "An article was drafted from this case: {link}",
        "change": "A change to {number} was drafted from this case: {link}",
        "link": "{number} seems to say all of this already: {link}",
        "thin": "No article could be drafted from this case.",
        "missing": "Still open: {missing}.",
        "step": "what was done, step by step",
        "cause": "the cause",
        "exact": "the exact command, setting or value",
        "version": "the version",
        "verification": "how to see that it works",
    },
    "de": {
        "similar": "Ähnliche Fälle und Artikel:",
        "solved": "gelöst",
        "draft": "Aus diesem Fall ist ein Artikelentwurf entstanden: {link}",
        "change": "Aus diesem Fall ist ein Änderungsvorschlag zu {number} entstanden: {link}",
        "link": "{number} scheint das alles schon zu sagen: {link}",
        "thin": "Aus diesem Fall ließ sich kein Artikel entwerfen.",
        "missing": "Noch offen: {missing}.",
        "step": "was Schritt für Schritt getan wurde",
        "cause": "die Ursache",
        "exact": "der genaue Befehl, die Einstellung oder der Wert",
        "version": "die Version",
        "verification": "woran man sieht, dass es geht",
    },
    "nl": {
        "similar": "Vergelijkbare gevallen en artikelen:",
        "solved": "opgelost",
        "draft": "Uit dit geval is een conceptartikel ontstaan: {link}",
        "change": "Uit dit geval is een wijzigingsvoorstel voor {number} ontstaan: {link}",
        "link": "{number} lijkt dit allemaal al te zeggen: {link}",
        "thin": "Uit dit geval kon geen artikel worden opgesteld.",
        "missing": "Nog open: {missing}.",
        "step": "wat er stap voor stap is gedaan",
        "cause": "de oorzaak",
        "exact": "het precieze commando, de instelling of de waarde",
        "version": "de versie",
        "verification": "waaraan je ziet dat het werkt",
    },
}
"""What notes say, in the language of the ticket."""


def suggest(services: Services, ticket_id: int) -> None:
    """Note on the ticket what resembles it; once, and again where that has changed.

    Whoever may read the ticket may read the note: so it names only what all of them may see, and
    nothing at all while the ticket is for administrators alone.
    """
    with services.database.read() as session:
        found = noting.of(session, ticket_id)
        if found is None or not (found.mapped and found.source.suggests):
            return
        readers = Reader(None, frozenset({found.ticket.audience_id}))
        answer = search.similar(
            session, services.finder, readers, found.ticket, limit=SUGGESTIONS, collapse=True
        )
    hits = [hit for hit in answer.hits if hit.score >= RELATED]
    if hits:
        language = found.ticket.language or answer.language
        _write(services, found, suggestions(hits, language, services.settings.address), "similar")


def tell(services: Services, ticket_id: int) -> None:
    """Note on the closed ticket what became of it here, and what is still open."""
    with services.database.read() as session:
        found = noting.of(session, ticket_id)
        if found is None or not found.source.tells:
            return
        ticket = found.ticket
        readers = Reader(
            None,
            frozenset({ticket.audience_id, ticket.internal_audience_id}),
            frozenset({Role.SECOND_LEVEL}),
        )
        outcomes = store.outcomes(session, readers, ticket_id=ticket_id, limit=1)
    if outcomes:
        text = telling(outcomes[0], ticket.language or "en", services.settings.address)
        if text:
            _write(services, found, text, "draft")


def suggestions(hits: Sequence[Hit], language: str, address: str) -> str:
    """The note about similar cases."""
    words = WORDS.get(language, WORDS["en"])
    return "\n".join(
        [words["similar"], "", *(_line(hit, words["solved"], address) for hit in hits)]
    )


def telling(outcome: OutcomeView, language: str, address: str) -> str:
    """The note about the draft; empty where there is nothing to say."""
    words = WORDS.get(language, WORDS["en"])
    article = outcome.article
    lines = []
    if outcome.decision is Decision.TOO_THIN:
        lines.append(words["thin"])
    elif article is not None and outcome.decision in _SAID:
        link = f"{address}/{'articles' if outcome.decision is Decision.LINK else 'drafts'}"
        name = article.number if outcome.decision is Decision.LINK else str(article.id)
        said = words[_SAID[outcome.decision]]
        lines.append(said.format(number=article.number, link=f"{link}/{name}"))
    if lines and outcome.missing:
        missing = ", ".join(words.get(item, item) for item in outcome.missing)
        lines.append(words["missing"].format(missing=missing))
    return "\n\n".join(lines)


_SAID = {Decision.DRAFTED: "draft", Decision.PROPOSED: "change", Decision.LINK: "link"}


def _line(hit: Hit, solved: str, address: str) -> str:
    article = hit.kind is DocumentKind.ARTICLE
    own = f"{address}/articles/{hit.number}" if article else f"{address}/tickets/{hit.origin_id}"
    state = f" ({solved})" if hit.solved and not article else ""
    return f"- {hit.number} {hit.title}{state}: {own if article else hit.link or own}"


def _write(services: Services, found: Noting, text: str, key: str) -> None:
    vault = open_vault(services.settings)
    try:
        with closing(connect(found.source, vault)) as connector:
            noted = connector.note(found.ticket.external_id, text, key)
    except Absent:  # deleted there meanwhile: the next sync takes it away here
        return
    if noted is Noted.FIXED:
        log.info("note kept as it was", source=found.source.name, ticket=found.ticket.id)
