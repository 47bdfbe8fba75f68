"""What a foreign file means, guessed from its header and its values; a person decides."""

import csv
import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

from kb.models import TicketState
from kb.sources.mapping import CsvFormat, Mapping
from kb.sources.raw import LINE_LIMIT, UTF16_MARKS, BrokenCsv, EmptyFile, NoTextFile, Row
from kb.sources.rows import parsed_time

DELIMITERS = ",;\t|"

SAMPLE = 50
"""Rows that are looked at."""

TITLES = range(8, 200)
"""Characters of a usual title, on average."""

HEADERS: dict[str, str] = {
    "id": "id nummer number nr ticketnummer ticketnr ticketid ticket key issuekey vorgangsnummer"
    " vorgang incident incidentnummer meldingsnummer storungsnummer caseid fallnummer",
    "title": "title titel betreff subject kurzbeschreibung onderwerp shortdescription summary"
    " zusammenfassung samenvatting korteomschrijving kurztext",
    "description": "description beschreibung omschrijving body details problem text langtext"
    " problembeschreibung langbeschreibung fehlerbeschreibung probleem beschrijving",
    "opened_at": "openedat openedon opened createdat created creationdate erstellt erstelltam"
    " angelegt angelegtam eroffnet eroffnetam geoffnet geoffnetam erfasst erfasstam gemeldetam"
    " aangemaakt aangemaaktop geopend geopendop datum date",
    "updated_at": "updatedat updated lastmodified geandert geandertam aktualisiert aktualisiertam"
    " letzteanderung gewijzigd gewijzigdop bijgewerkt bijgewerktop",
    "closed_at": "closedat closedon closed geschlossen geschlossenam erledigtam gelostam resolved"
    " resolvedat gesloten geslotenop afgesloten afgeslotenop abgeschlossenam",
    "state": "state status zustand",
    "level": "level supportlevel ebene niveau supportebene",
    "resolution": "resolution solution losung loesung losungsbeschreibung losungstext oplossing"
    " closenotes",
    "close_code": "closecode abschlusscode sluitcode losungscode",
    "queue": "queue team gruppe groep group assignmentgroup warteschlange bearbeitergruppe"
    " zustandigesteam behandelgroep",
    "organisation": "organisation organization firma company kunde customer bedrijf klant",
    "category": "category kategorie categorie",
    "item": "item configurationitem ci asset gerat geraet apparaat komponente device",
    "environment": "environment umgebung omgeving",
    "language": "language sprache taal",
    "link": "link url",
    "messages": "messages nachrichten berichten",
}
"""For our columns, how exports call them, folded: small letters and digits without accents."""

STATES: dict[TicketState, str] = {
    TicketState.CLOSED: "closed geschlossen gesloten abgeschlossen afgesloten beendet erledigt",
    TicketState.RESOLVED: "resolved solved done gelost geloest behoben opgelost fertig gereed",
    TicketState.PENDING: "pending onhold waiting wartend wartet inwartestellung zuruckgestellt"
    " wacht inafwachting",
    TicketState.OPEN: "open offen new neu nieuw inbearbeitung inprogress inbehandeling assigned"
    " zugewiesen toegewezen active aktiv actief wiedereroffnet reopened",
}


def folded(text: str) -> str:
    """Small letters and digits alone: `Geöffnet am` is `geoffnetam`."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return re.sub(r"[^a-z0-9]", "", plain)


def is_csv(name: str, content: bytes) -> bool:
    """Whether a file is CSV, not JSON Lines; what it is called matters less than what it holds.

    Raises:
        BadFile: it is empty, or a workbook or another archive.
    """
    if not content.strip():
        raise EmptyFile("The file is empty. Export it again, with a first line that names columns.")
    if content.startswith(b"PK"):
        raise NoTextFile("This is a workbook or an archive. Save its sheet as CSV and send that.")
    if b"\x00" in content and not content.startswith(UTF16_MARKS):
        raise NoTextFile("This is no text file. Export the tickets as CSV or JSON Lines.")
    return content.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] not in {b"{", b"["} or name.endswith(".csv")


def csv_format(content: bytes) -> CsvFormat:
    """How a CSV file is written: its encoding, and what stands between its cells."""
    encoding = _encoding(content)
    lines = content.decode(encoding, errors="replace").splitlines()
    header = lines[0] if lines else ""
    return CsvFormat(delimiter=max(DELIMITERS, key=header.count), encoding=encoding)


def _encoding(content: bytes) -> str:
    if content.startswith(UTF16_MARKS):
        return "utf-16"
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return "cp1252"  # what Excel writes in Germany and the Netherlands
    return "utf-8-sig"


def rows_of(content: bytes, form: CsvFormat | None, *, limit: int | None = SAMPLE) -> list[Row]:
    """The first rows as they stand there, None: all; `form` is None for JSON Lines.

    Raises:
        BadFile: the file is not what its beginning promises.
    """
    found = _json_rows(content) if form is None else _csv_rows(content, form)
    try:
        return list(islice(found, limit))
    except csv.Error as error:
        raise BrokenCsv(f"The file is no CSV: {error}. Export it again.") from error


def _csv_rows(content: bytes, form: CsvFormat) -> Iterator[Row]:
    csv.field_size_limit(LINE_LIMIT)
    lines = content.decode(form.encoding, errors="replace").splitlines(keepends=True)
    for row in csv.DictReader(lines, delimiter=form.delimiter):
        yield {name: value or "" for name, value in row.items() if isinstance(name, str)}


def _json_rows(content: bytes) -> Iterator[Row]:
    for line in content.decode("utf-8-sig", errors="replace").split("\n"):
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            continue  # the import says what is wrong with it
        if isinstance(row, dict):
            yield _flat(row)


def _flat(row: Row) -> Row:
    """Members of nested objects by names with dots, as mappings have them."""
    flat: Row = {}
    for name, value in row.items():
        if isinstance(value, dict):
            flat |= {f"{name}.{inner}": deep for inner, deep in value.items()}
        else:
            flat[name] = value
    return flat


def names(rows: Sequence[Row]) -> list[str]:
    """The columns of the file, in their order."""
    return list(dict.fromkeys(name for row in rows for name in row))


def columns(rows: Sequence[Row]) -> dict[str, str]:
    """Our columns and the foreign ones that most likely are the same.

    Headers decide; where none says which is the number, the title or the time, values do.
    """
    there = names(rows)
    found: dict[str, str] = {}
    for ours, known in HEADERS.items():
        order = known.split()
        fitting = [name for name in there if folded(name) in order and name not in found.values()]
        if fitting:
            found[ours] = min(fitting, key=lambda name: order.index(folded(name)))
    for ours, fits in (("opened_at", _are_times), ("id", _are_ids), ("title", _are_titles)):
        if ours in found:
            continue
        free = [name for name in there if name not in found.values()]
        fitting = [name for name in free if fits([row.get(name) for row in rows])]
        if fitting:
            found[ours] = fitting[0]
    return found


def _are_times(values: Sequence[Any]) -> bool:  # Any: foreign values
    given = [value for value in values if value]
    return bool(given) and all(isinstance(value, str) and _is_time(value) for value in given)


def _is_time(text: str) -> bool:
    try:
        parsed_time(text.strip())
    except ValueError:
        return False
    return True


def _are_ids(values: Sequence[Any]) -> bool:  # Any: foreign values
    texts = [str(value) for value in values]
    return all(0 < len(text) <= 40 and " " not in text for text in texts) and (  # noqa: PLR2004  a long number
        len(set(texts)) == len(texts)
    )


def _are_titles(values: Sequence[Any]) -> bool:  # Any: foreign values
    given = [value for value in values if value]
    if not given or not all(isinstance(value, str) for value in given):
        return False
    return sum(map(len, given)) // len(given) in TITLES and not _are_times(given)


def meant(said: Sequence[Any], read: Callable[[str], Any]) -> dict[str, Any]:
    """What the values of a foreign column are in ours, as far as `read` knows them."""
    known = {str(value).strip(): read(str(value)) for value in said if value not in (None, "")}
    return {value: ours for value, ours in known.items() if ours is not None}


def state(text: str) -> str | None:
    """The state of a ticket that a word of an export means."""
    word = folded(text)
    return next((one.value for one, words in STATES.items() if word in words.split()), None)


def level(text: str) -> int | None:
    """The support level that `2nd Level`, `L2` or `2` means."""
    digits = re.findall(r"\d+", text)
    return int(digits[0]) if len(digits) == 1 and digits[0] in {"1", "2", "3"} else None


def mapping(
    content: bytes,
    form: CsvFormat | None,
    chosen: dict[str, str],
    otherwise: TicketState,
    time_zone: str = "UTC",
) -> Mapping:
    """The mapping of a file whose `chosen` columns are ours.

    Args:
        content: the whole file, for the words in which it writes states and levels.
        form: how it is written; None for JSON Lines.
        chosen: foreign columns by ours.
        otherwise: the state of tickets of which no column says it.
        time_zone: of times that name none.
    """
    rows = rows_of(content, form, limit=None)
    values = {
        ours: meant([row.get(chosen[ours]) for row in rows], read)
        for ours, read in (("state", state), ("level", level))
        if ours in chosen
    }
    return Mapping.model_validate(
        {
            "columns": chosen,
            "values": {ours: known for ours, known in values.items() if known},
            "defaults": {"state": otherwise.value},
            "csv": (form or CsvFormat()).model_dump(),
            "time_zone": time_zone,
        }
    )
