"""Cuts a message into sentences, steps, code, quotes and signatures, with exact positions."""
# ruff: noqa: E501 - a pattern is easier to check in one line

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import sentencex

LANGUAGES = ("de", "en", "nl")


class PieceKind(StrEnum):
    """What a piece of a message is."""

    SENTENCE = "sentence"
    ITEM = "item"
    """An entry of a list, without its number or bullet."""
    CODE = "code"
    """A fenced block, a command, or lines of a log."""
    QUOTE = "quote"
    """Somebody else's words, from an earlier message."""
    SIGNATURE = "signature"
    """From the closing formula to the end."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters `start` to `end` of a message."""

    kind: PieceKind
    start: int
    end: int
    text: str
    block: int
    """Pieces of one paragraph or list entry share a number."""


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    text: str

    @property
    def end(self) -> int:
        return self.start + len(self.text)


LONG_ITEM = 240
"""Characters; a longer entry of a list holds more than one step."""

FENCE = re.compile(r"^\s*(```|~~~)")
BULLET = re.compile(
    r"^\s*(?:[-*•‣–·]|\(?\d{1,2}[.)]|[a-z]\)|step \d+:?|schritt \d+:?|stap \d+:?)\s+"
    r"(?=\S)",
    re.IGNORECASE,
)
INLINE_NUMBER = re.compile(r"(?:^|(?<=[\s:;.]))\(?(\d{1,2})[.)]\s*(?=[^\s\d])")
INLINE_DASH = re.compile(r"(?:(?<=[:;.!?])|(?<=\s))\s?[-•] (?=\S)")
QUOTED = re.compile(r"^\s*>+ ?")
INTRODUCES_QUOTE = re.compile(
    r"""^\s*(?:
        (?:on|am|op|den|le)\b.{6,120}\b(?:wrote|schrieb|schreef|a\sécrit)\b.{0,60}:\s*$
      | .{2,60}\b(?:wrote|schrieb|schreef)\s*:?\s*$
      | .{2,60}\b(?:wrote|said)\s*\(\#\w+-\d+\)\s*:?\s*$
    )""",
    re.IGNORECASE | re.VERBOSE,
)
STARTS_OLD_MAIL = re.compile(
    r"""^\s*(?:
        -{2,}\s*(?:original\s+message|forwarded\s+message|urspr(?:ü|ue)ngliche\s+nachricht
          |weitergeleitete\s+nachricht|oorspronkelijk\s+bericht|doorgestuurd\s+bericht)\b.*
      | (?:from|von|van)\s*:\s.*(?:@|\[mailto|<).*
      | _{20,}\s*
    )$""",
    re.IGNORECASE | re.VERBOSE,
)
MAIL_HEADER = re.compile(
    r"^\s*(?:from|von|van|sent|gesendet|verzonden|to|an|aan|date|datum|subject|betreff|onderwerp)"
    r"\s*:\s",
    re.IGNORECASE,
)
SIGNATURE_MARK = re.compile(r"^--\s?$")
CLOSING = re.compile(
    r"""^\s*(?:
        (?:mit\s+)?(?:freundliche[nm]?|viele[n]?|beste[n]?|liebe[n]?|herzliche[n]?|schöne[n]?)
            \s+gr(?:ü|ue)(?:ß|ss)e?n?\b
      | gr(?:ü|ue)(?:ß|ss)e?\b | mfg\b | lg\b | vg\b | vielen\sdank\sund\b.*\bgr(?:ü|ue)(?:ß|ss)
      | (?:met\s+)?(?:vriendelijke|hartelijke|beste)\s+groet(?:en|jes)?\b | groet(?:en|jes)?\b
      | mvg\b | m\.?v\.?g\.? | gr\.\s
      | (?:with\s+)?(?:kind|best|warm|many)\s+(?:regards|wishes)\b | (?:best\s+)?regards\b
      | (?:yours\s+)?(?:sincerely|faithfully)\b | cheers\b | br,
    )""",
    re.IGNORECASE | re.VERBOSE,
)
SENT_FROM = re.compile(
    r"^\s*(?:sent from (?:my|outlook)|gesendet (?:von|mit)|von meinem .* gesendet"
    r"|verzonden (?:vanaf|met|van)|diese e-?mail .*vertraulich|this e-?mail .*confidential"
    r"|dit (?:e-?mail)?bericht .*vertrouwelijk)",
    re.IGNORECASE,
)
SALUTATION = 45
"""Characters; a line that short which ends with a comma greets."""
CLOSING_LENGTH = 80
"""A closing formula stands on a short line; a longer one is a sentence that begins like it."""
SIGNATURE_LINES = 14
"""A formula with more lines than this below it did not end the message."""

PROMPT = re.compile(
    r"^\s*(?:\$ |# (?=[a-z./])|>>> |PS [A-Z]:\\[^>]*>|[A-Z]:\\[^>]*>|[\w.-]+@[\w.-]+:\S*[$#] |mysql> |sqlite> |SQL> )"
)
LOG_LINE = re.compile(
    r"""^\s*\[?(?:
        \d{4}-\d{2}-\d{2}[T\s]\d{2}:\d{2}
      | \d{2}[./]\d{2}[./]\d{2,4}\s+\d{2}:\d{2}:\d{2}
      | (?:jan|feb|mar|apr|may|mai|mei|jun|jul|aug|sep|oct|okt|nov|dec|dez)\w*\s+\d{1,2}\s
            \d{2}:\d{2}:\d{2}
      | \d{2}:\d{2}:\d{2}[.,]\d{3}
      | (?:error|warn(?:ing)?|info|debug|fatal|trace)\]?\s*[:|]\s*\S+.*[=/\\_:]
      | traceback\s\(most
      | at\s[\w$.<>]+\(.*\)$
      | file\s"[^"]+",\sline\s\d+
    )""",
    re.IGNORECASE | re.VERBOSE,
)
COMMANDS = (
    "ipconfig|ping|tracert|traceroute|nslookup|dig|netsh|netstat|gpupdate|gpresult|sfc|dism|chkdsk"
    "|regsvr32|reg|sc|wmic|taskkill|tasklist|powershell|pwsh|cmd|msiexec|winget|choco|robocopy"
    "|xcopy|icacls|takeown|certutil|klist|dsregcmd|slmgr|bcdedit|diskpart|manage-bde|w32tm|vssadmin"
    "|sudo|apt|apt-get|dnf|yum|zypper|snap|systemctl|service|journalctl|chmod|chown|mkdir|rm|cp|mv"
    "|ls|cat|grep|sed|awk|tail|curl|wget|ssh|scp|rsync|mount|umount|docker|kubectl|git|pip|npm|java"
    "|lpadmin|lpstat|cupsenable|nmcli|ifconfig|ip|brew|defaults|launchctl|killall|pkill|openssl"
    "|psql|mysql|sqlplus|vim|nano|echo|export|set|setx|net|route|arp|start|del|copy|ren"
)
ALSO_WORDS = frozenset(
    [
        "cat",
        "cmd",
        "copy",
        "cp",
        "defaults",
        "del",
        "dig",
        "docker",
        "echo",
        "export",
        "git",
        "ip",
        "java",
        "ls",
        "mount",
        "net",
        "ping",
        "reg",
        "ren",
        "rm",
        "route",
        "sc",
        "service",
        "set",
        "snap",
        "start",
        "tail",
        "umount",
    ]
)
"""Commands that begin sentences as well: these need a mark of a command behind them."""
COMMAND_LINE = re.compile(
    rf"^\s*(?:(?:{COMMANDS})(?:\.exe)?\s+[-/\w.:\\\"'$~=<>|*%]+(?:\s\S+){{0,12}}"
    rf"|(?:ipconfig|gpupdate|dsregcmd|slmgr|klist)\b(?:\s+[/-]\S+)*"
    r"|(?:Get|Set|New|Remove|Add|Enable|Disable|Start|Stop|Restart|Import|Export|Test|Invoke"
    r"|Install|Uninstall|Update|Clear|Reset|Repair|Move|Connect)-[A-Z]\w+(?:\s\S+)*"
    r"|\"?[A-Z]:\\[^\n]*\.(?:exe|bat|cmd|msi|ps1)\"?(?:\s\S+)*"
    r"|(?:HKLM|HKCU|HKEY_\w+)\\\S.*)\s*$"
)
COMMAND_MARK = re.compile(
    r"(?:^|\s)(?:-{1,2}[A-Za-z]|/[A-Za-z]+\b|[\w]+=\S|[~|<>\\]|\w+/\w+|\S+\.\w+)"
)
PROSE_END = re.compile(r"[.!?]\s*$")
ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:o\.a|m\.b\.t|z\.b|d\.h|u\.a|bzw|ggf|evtl|bijv|bv|nl|resp|incl|inkl|excl|zgn|vgl"
    r"|ca|nr|art|dhr|mevr|mw|hr|fr|dr|ing|mr|mrs|ms|st|e\.g|i\.e|approx|vs|config|prefs|tel|abt|max|min|etc|usw|enz|z|d|u|i|s|o)\.\s*$",
    re.IGNORECASE,
)
ORDINAL = re.compile(r"(?<!\S)\d{1,2}\.\s*$")
FLOOR = re.compile(r"\s*(?:OG|UG|EG|Stock|Stockwerk|Etage|Quartal|Halbjahr|Mal)\b")
OPENS_QUOTATION = re.compile(r"""(?:^|(?<=[\s(:=]))["“„](?=\S)""", re.MULTILINE)
CLOSES_QUOTATION = re.compile(r"""(?<=\S)["“”](?!\w)""")
LONGEST_QUOTATION = 300
"""Characters that a message quoted in a sentence may go on for after its first full stop."""
DAY_AND_MONTH = re.compile(r"(?:^|[\s(])\d{1,2}\.\d{1,2}\.\s*$")
"""Ends like a sentence and is none where a small letter follows: "am 9.11. neu aufgesetzt"."""
EXTRA_BOUNDARY = re.compile(r"[!?]+\s+(?=\w)|(?<=[a-zäöüß]{2})\.[\"')]?\s+(?=[A-ZÄÖÜ])")


def split(text: str, language: str = "en") -> tuple[Piece, ...]:
    """Cut `text` into pieces in their order; each is a verbatim span without outer white space.

    Blank lines, fence marks, list bullets and quote marks belong to no piece.
    """
    language = language if language in LANGUAGES else "en"
    pieces: list[Piece] = []
    for number, (kind, lines) in enumerate(_blocks(_lines(text))):
        for start, end in _spans(text, kind, lines, language):
            piece = _piece(text, kind, start, end, number)
            if piece is not None:
                pieces.append(piece)
    return tuple(pieces)


def _piece(text: str, kind: PieceKind, start: int, end: int, block: int) -> Piece | None:
    raw = text[start:end]
    start += len(raw) - len(raw.lstrip())
    end -= len(raw) - len(raw.rstrip())
    return Piece(kind, start, end, text[start:end], block) if end > start else None


def _lines(text: str) -> list[_Line]:
    lines, start = [], 0
    for line in text.splitlines(keepends=True):
        lines.append(_Line(start, line.rstrip("\r\n")))
        start += len(line)
    return lines


def _blocks(lines: list[_Line]) -> Iterator[tuple[PieceKind, list[_Line]]]:
    """Group lines by what they are; a blank line ends a block."""
    wrapped = _hard_wrapped(lines)
    block: list[_Line] = []
    kind = PieceKind.SENTENCE
    for line, line_kind in _classified(lines):
        joins = line_kind is kind and line_kind is not None and bool(block)
        if joins and kind in (PieceKind.SENTENCE, PieceKind.ITEM):
            joins = not BULLET.match(line.text) and _continues(block[-1], line, wrapped)
        elif kind is PieceKind.ITEM and line_kind is PieceKind.SENTENCE and block:
            joins = _continues(block[-1], line, wrapped)
        if block and not joins:
            yield kind, block
            block = []
        if line_kind is None:
            continue
        kind = kind if joins else line_kind
        block.append(line)
    if block:
        yield kind, block


def _classified(lines: list[_Line]) -> Iterator[tuple[_Line, PieceKind | None]]:
    fenced, quoting, rest = False, False, None
    for index, line in enumerate(lines):
        if FENCE.match(line.text):
            fenced = not fenced
            yield line, None
        elif fenced:
            yield line, PieceKind.CODE
        else:
            rest = rest or _begins_rest(lines, index)
            kind = rest or _kind(line.text)
            if quoting and kind is not None:
                kind = PieceKind.QUOTE
            introduces = kind is not None and bool(INTRODUCES_QUOTE.match(line.text))
            quoting = introduces and not _marked(lines, index + 1)
            yield line, (PieceKind.QUOTE if introduces else kind)


def _marked(lines: list[_Line], index: int) -> bool:
    """Whether the line has quote marks of its own."""
    return index < len(lines) and bool(QUOTED.match(lines[index].text))


def _begins_rest(lines: list[_Line], index: int) -> PieceKind | None:
    """What everything from this line on is, when it begins an old mail or a signature."""
    text = lines[index].text
    if STARTS_OLD_MAIL.match(text) and _is_old_mail(lines, index):
        return PieceKind.QUOTE
    below = [line for line in lines[index + 1 :] if line.text.strip()]
    if SIGNATURE_MARK.match(text) or SENT_FROM.match(text):
        return PieceKind.SIGNATURE
    closes = CLOSING.match(text) and len(text.strip()) <= CLOSING_LENGTH
    if closes and len(below) <= SIGNATURE_LINES and not any(BULLET.match(b.text) for b in below):
        return PieceKind.SIGNATURE
    return None


def _is_old_mail(lines: list[_Line], index: int) -> bool:
    headers = sum(bool(MAIL_HEADER.match(line.text)) for line in lines[index : index + 6])
    return headers >= 2 or lines[index].text.lstrip().startswith("--")  # noqa: PLR2004 - two headers make a mail


def _kind(text: str) -> PieceKind | None:
    if not text.strip():
        return None
    if QUOTED.match(text) and not PROMPT.match(text):
        return PieceKind.QUOTE
    if is_code(text):
        return PieceKind.CODE
    return PieceKind.ITEM if BULLET.match(text) else PieceKind.SENTENCE


def is_code(line: str) -> bool:
    """Whether a line is a command or belongs to a log, and is not prose."""
    if PROMPT.match(line) or LOG_LINE.match(line):
        return True
    if PROSE_END.search(line) or not COMMAND_LINE.match(line):
        return False
    words = line.split()
    certain = len(words) == 1 or "-" in words[0] or words[0].lower() not in ALSO_WORDS
    return certain or bool(COMMAND_MARK.search(line))


def _hard_wrapped(lines: list[_Line]) -> bool:
    lengths = [len(line.text) for line in lines if line.text.strip()]
    return bool(lengths) and max(lengths) <= 90 and sum(55 <= each <= 90 for each in lengths) >= 2  # noqa: PLR2004 - mail wraps at 72 to 80 columns


def _continues(before: _Line, line: _Line, wrapped: bool) -> bool:
    """Whether `line` goes on with the sentence of the line before it."""
    if re.search(r"[.!?:;]\s*$", before.text):
        return False
    if len(before.text) <= SALUTATION and before.text.rstrip().endswith(","):
        return False
    begins = line.text.lstrip()[:1]
    return begins.islower() or (wrapped and len(before.text) >= 55)  # noqa: PLR2004 - see _hard_wrapped


def _spans(
    text: str, kind: PieceKind, lines: list[_Line], language: str
) -> Iterator[tuple[int, int]]:
    start, end = lines[0].start, lines[-1].end
    if kind is PieceKind.SENTENCE:
        yield from _sentences(text, start, end, language)
    elif kind is PieceKind.ITEM:
        bullet = BULLET.match(text[start:end])
        for first, last in _items(text, start + (bullet.end() if bullet else 0), end):
            if last - first > LONG_ITEM:
                yield from _prose(text, first, last, language)
            else:
                yield first, last
    else:
        yield start, end


def _items(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """An entry of a list, or several of them where the line holds them all."""
    yield from _between(_list_marks(text, start, end), start, end)


def _between(marks: list[tuple[int, int]], start: int, end: int) -> Iterator[tuple[int, int]]:
    """What stands between the marks of a list."""
    edges = [(start, start), *(mark for mark in marks if mark[0] >= start), (end, end)]
    for (_, begin), (stop, _) in pairwise(edges):
        yield begin, stop


def _list_marks(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Where a list that was written into one line has its numbers: ascending by one."""
    marks: list[tuple[int, int]] = []
    expected: int | None = None
    for match in INLINE_NUMBER.finditer(text, start, end):
        number = int(match[1])
        if number == expected or (expected is None and number in (1, 2)):
            marks.append(match.span())
            expected = number + 1
    if len(marks) >= 2:  # noqa: PLR2004 - one number is no list
        return marks
    dashes = [match.span() for match in INLINE_DASH.finditer(text, start, end)]
    if len(dashes) < 2:  # noqa: PLR2004 - one dash is a pause
        return []
    opened = bool(BULLET.match(text[text.rfind("\n", 0, start) + 1 : end]))
    return dashes if opened or ":" in text[start : dashes[0][1]] else []


def _sentences(text: str, start: int, end: int, language: str) -> Iterator[tuple[int, int]]:
    if marks := _list_marks(text, start, end):
        yield from _prose(text, start, marks[0][0], language)
        yield from _between(marks, marks[0][1], end)
        return
    yield from _prose(text, start, end, language)


def _prose(text: str, start: int, end: int, language: str) -> Iterator[tuple[int, int]]:
    begin: int | None = None
    for found in sentencex.get_sentence_boundaries(language, text[start:end]):
        first, last = start + found["start_index"], start + found["end_index"]
        begin = first if begin is None else begin
        inside = last < end and not text[last - 1].isspace()
        if inside or (last < end and (_goes_on(text, begin, last) or _quotes(text, begin, last))):
            continue
        yield from _apart(text, begin, last)
        begin = None
    if begin is not None:
        yield from _apart(text, begin, end)


def _goes_on(text: str, begin: int, last: int) -> bool:
    """Whether the stop before `last` belongs to a short form or a date, not to a sentence."""
    before = text[begin:last]
    if ABBREVIATION.search(before) or (ORDINAL.search(before) and FLOOR.match(text, last)):
        return True
    return bool(DAY_AND_MONTH.search(before)) and text[last:].lstrip()[:1].islower()


def _quotes(text: str, begin: int, last: int) -> bool:
    """Whether a quotation is open at `last` that is closed soon, on the same line."""
    opened = [match.end() for match in OPENS_QUOTATION.finditer(text, begin, last)]
    if not opened or CLOSES_QUOTATION.search(text, opened[-1], last):
        return False
    closed = CLOSES_QUOTATION.search(text, last, last + LONGEST_QUOTATION)
    return closed is not None and "\n" not in text[last : closed.start()]


def _apart(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """What sentencex leaves together because a short word before the stop may be a short form."""
    begin = start
    for match in EXTRA_BOUNDARY.finditer(text, start, end):
        short = ABBREVIATION.search(text[begin : match.end()])
        if not (short or _quotes(text, begin, match.end())):
            yield begin, match.end()
            begin = match.end()
    yield begin, end
