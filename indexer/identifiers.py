"""Recognising what names one thing exactly: error codes, hosts, addresses, paths, numbers."""

import ipaddress
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

LONGEST = 300
"""Characters of a word that is looked at; longer ones are pasted data, not names."""


SHORT = 64
"""Characters of a host name, version or code at most; no rule for them sees more than that."""


class Kind(StrEnum):
    """What an identifier names."""

    HEX_CODE = "hex_code"
    ERROR_CODE = "error_code"
    ERROR_NUMBER = "error_number"
    HTTP_STATUS = "http_status"
    MAIL_STATUS = "mail_status"
    EVENT = "event"
    KB_ARTICLE = "kb_article"
    CVE = "cve"
    TICKET = "ticket"
    PORT = "port"
    VLAN = "vlan"
    GUID = "guid"
    MAC = "mac"
    IPV4 = "ipv4"
    IPV6 = "ipv6"
    URL = "url"
    REGISTRY_KEY = "registry_key"
    WINDOWS_PATH = "windows_path"
    UNC_PATH = "unc_path"
    UNIX_PATH = "unix_path"
    FILE = "file"
    HOST = "host"
    VERSION = "version"
    CONSTANT = "constant"
    DOTTED_NAME = "dotted_name"
    PRODUCT = "product"


@dataclass(frozen=True, slots=True)
class Identifier:
    """An identifier at [start, end) of a text; equal values name the same thing."""

    kind: Kind
    value: str
    """Without case, spaces, or ways of writing: KB 5034441 is kb5034441."""
    start: int
    end: int


def find(text: str) -> list[Identifier]:
    """The identifiers in `text`, in their order, none overlapping another.

    Mail addresses are not identifiers: they name people.
    """
    found: list[Identifier] = []
    taken = bytearray(len(text))
    for finder in (_paths_with_spaces, _numbers_by_context, _words):
        for one in finder(text):
            if taken.find(1, one.start, one.end) < 0:
                taken[one.start : one.end] = b"\1" * (one.end - one.start)
                found.append(one)
    return sorted(found, key=lambda one: one.start)


def parts(identifier: Identifier) -> tuple[str, ...]:
    """The pieces of an identifier that may be remembered alone: labels, path steps, words."""
    if identifier.kind in WHOLE_ONLY:
        return ()
    pieces = _PIECE.findall(identifier.value)
    steps = re.findall(r"[^\\/:\s]+", identifier.value) if len(pieces) > 2 else []  # noqa: PLR2004
    return tuple(dict.fromkeys(piece for piece in (*steps, *pieces) if piece != identifier.value))


_PIECE = re.compile(r"[^\W_]+")

WHOLE_ONLY = frozenset(
    {
        Kind.GUID,
        Kind.MAC,
        Kind.IPV4,
        Kind.IPV6,
        Kind.HEX_CODE,
        Kind.HTTP_STATUS,
        Kind.EVENT,
        Kind.ERROR_NUMBER,
        Kind.PORT,
        Kind.VLAN,
        Kind.CVE,
        Kind.KB_ARTICLE,
    }
)
"""Kinds whose pieces name nothing: the bytes of an address, the digits after a word."""

# --- paths: the only identifiers with spaces inside ---------------------------------------------

_STEP = r"[^\\/:*?\"<>|\r\n\t,;()]"
_WINDOWS = re.compile(
    r"(?P<registry_key>\b(?:HKEY_[A-Z_]+|HKLM|HKCU|HKCR|HKU|HKCC):?\\[^\r\n\t\"<>|,;()]+)"
    r"|(?P<windows_path>(?<![A-Za-z0-9])[A-Za-z]:\\(?:" + _STEP + r"+(?<! )\\)*" + _STEP + r"*)"
    r"|(?P<windows_path2>%[A-Za-z()0-9]+%\\(?:" + _STEP + r"+(?<! )\\)*" + _STEP + r"*)"
    r"|(?P<unc_path>(?<![\\\w])\\\\[A-Za-z0-9_.$-]+(?:\\" + _STEP + r"+)+)",
    re.IGNORECASE,
)

_TRAILING = " .,;:!?)\"'\\"


def _paths_with_spaces(text: str) -> Iterator[Identifier]:
    if "\\" not in text:
        return
    for match in _WINDOWS.finditer(text):
        raw = _without_sentence(match.group())
        kind = Kind((match.lastgroup or "").rstrip("2"))
        value = raw.casefold()
        if kind is Kind.REGISTRY_KEY:
            value = _short_hive(value)
        yield Identifier(kind, value, match.start(), match.start() + len(raw))


def _without_sentence(raw: str) -> str:
    r"""Drop what follows the path: `C:\Temp is full` ends at the first space after the last step.

    A space inside a step counts as part of it only if a backslash follows, or the last step
    has an extension after it.
    """
    head, slash, last = raw.rstrip("\\ ").rpartition("\\")
    named = re.match(r"[^.]{1,40}\.[A-Za-z0-9]{1,5}(?![A-Za-z0-9])", last)
    of_few_words = named is not None and len(named.group().split()) <= 4  # noqa: PLR2004
    last = named.group() if named and of_few_words else last.split(" ", 1)[0]
    return (head + slash + last).rstrip(_TRAILING)


_HIVES = {
    "hkey_local_machine": "hklm",
    "hkey_current_user": "hkcu",
    "hkey_classes_root": "hkcr",
    "hkey_users": "hku",
    "hkey_current_config": "hkcc",
}


def _short_hive(value: str) -> str:
    hive, _, rest = value.partition("\\")
    hive = hive.rstrip(":")
    return f"{_HIVES.get(hive, hive)}\\{rest}"


# --- numbers that mean something after a certain word --------------------------------------------

_NUMBER = re.compile(r"(?<![\w.,:/\\#@-])\d{1,9}(?![\w@])(?![.,:]\d)")

_BEFORE = re.compile(
    r"(?:"
    r"(?P<http_status>\bhttps?(?:/[\d.]+)?(?:[ -]?(?:status|statuscode|error|fehler|fout|code))*"
    r"|\bstatus[ -]?code)"
    r"|(?P<event>\b(?:windows-?)?(?:event|ereignis|gebeurtenis)(?:[ -]?(?:id|kennung|nummer))?)"
    r"|(?P<kb_article>\bkb)"
    r"|(?P<ticket>\b(?:ticket|incident|case|vorgang|melding|anfrage|störung|issue|bug|change|call)"
    r"(?:[ -]?(?:nr|nummer|number|id|no))?)"
    r"|(?P<port>\b(?:tcp|udp|tcp/udp)?[ -/]?(?:port|poort)|\b(?:tcp|udp))"
    r"|(?P<vlan>\bvlan(?:[ -]?id)?)"
    r"|(?P<error_number>(?:\b|(?<=[a-zäöü]))(?:error|fehler|fout|code|errno|return|exit|stop|bug"
    r"|rückgabewert|errorlevel|rc|laufzeitfehler|runtime)"
    r"(?:[ -]?(?:code|codes|nr|nummer|number|no|id))?)"
    r")\W{0,3}(?:(?:is|was|ist|=|:)\s?)?$",
    re.IGNORECASE,
)

_HTTP_WORDS = re.compile(
    r"\s(?:bad gateway|service unavailable|internal server error|gateway time-?out|forbidden"
    r"|not found|unauthorized|bad request|too many requests)\b",
    re.IGNORECASE,
)

_ERROR_AFTER = re.compile(r"[ -](?:error|fehler|fout)(?:[ -]?(?:code|meldung|melding))?\b", re.I)
"""A 503 error; of fewer than three digits it is how many errors there were."""

_MAIL_STATUS = re.compile(r"(?<![\w.])([245]\d\d)[ -]#?([245]\.\d{1,3}\.\d{1,3})(?![\w]|\.\d)")

_VERSION_BEFORE = re.compile(r"\b(?:version|versie|release|build|ver\.?|v)[ :]?$", re.IGNORECASE)
_SHORT_VERSION = re.compile(r"(?<![\w.,:/\\-])\d{1,4}\.\d{1,4}(?![\w]|[.,]\d)")

_CONTEXT = 40


def _numbers_by_context(text: str) -> Iterator[Identifier]:
    for match in _MAIL_STATUS.finditer(text):
        yield Identifier(Kind.MAIL_STATUS, " ".join(match.groups()), match.start(), match.end())
    for match in _NUMBER.finditer(text):
        start, end = match.span()
        before = _BEFORE.search(text[max(start - _CONTEXT, 0) : start])
        kind = Kind(before.lastgroup or "") if before else None
        if kind is None and _HTTP_WORDS.match(text, end):
            kind, begin = Kind.HTTP_STATUS, start
        elif kind is None and len(match.group()) > 2 and (after := _ERROR_AFTER.match(text, end)):  # noqa: PLR2004
            kind, begin, end = Kind.ERROR_NUMBER, start, after.end()
        elif before and kind:
            begin = start - (len(before.string) - before.start())
        if kind and (value := _numbered(kind, match.group())):
            yield Identifier(kind, value, begin, end)
    for match in _SHORT_VERSION.finditer(text):
        if before := _VERSION_BEFORE.search(text[max(match.start() - 10, 0) : match.start()]):
            begin = match.start() - len(before.group())
            yield Identifier(Kind.VERSION, match.group(), begin, match.end())


def _numbered(kind: Kind, digits: str) -> str:
    """The value of a number after a word, or nothing where it cannot be one of that kind."""
    length = len(digits)
    if kind is Kind.HTTP_STATUS:
        return f"http {digits}" if length == 3 and digits[0] in "12345" else ""  # noqa: PLR2004
    if kind is Kind.KB_ARTICLE:
        return f"kb{digits}" if length >= 5 else ""  # noqa: PLR2004
    if kind is Kind.TICKET:
        return f"#{digits}" if length >= 3 else ""  # noqa: PLR2004
    names = {Kind.EVENT: "event", Kind.PORT: "port", Kind.VLAN: "vlan"}
    return f"{names.get(kind, 'error')} {digits}"


# --- everything else is one word ------------------------------------------------------------------

# Only words with a digit, or with punctuation inside, are looked at more closely.
_CANDIDATE = re.compile(r"(?<!\S)(?:[^\s\d_/.:\\#-]*[\d_/.:\\#-])\S*|(?<!\S)\S*[a-z][A-Z]\S*")

_SPLIT = re.compile(r"[,;=()<>\"'|\[\]{}!?«»„“”‘’`*]+|[.:](?=\s|$)|(?<=\w)(?:\.\.\.+|…)")


def _words(text: str) -> Iterator[Identifier]:
    for match in _CANDIDATE.finditer(text):
        word = match.group()
        if len(word) <= LONGEST:
            for kind, value, start, end in _in_word(word):
                yield Identifier(kind, value, match.start() + start, match.start() + end)


@lru_cache(maxsize=100_000)
def _in_word(word: str) -> tuple[tuple[Kind, str, int, int], ...]:
    """What `word`, free of spaces, holds: as a whole, or else in its pieces."""
    lead = len(word) - len(word.lstrip("\"'([<{„“‘`*,;-"))
    core = word[lead:].rstrip(".,;:!?)\"'>“”’`*…-")
    if guid := _GUID.search(core):
        return ((Kind.GUID, guid.group(1).lower(), lead + guid.start(1), lead + guid.end(1)),)
    core = core.rstrip("]}")
    if found := _classified(core):
        return ((*found, lead, lead + len(core)),)
    return tuple(_in_pieces(word))


def _in_pieces(word: str) -> Iterator[tuple[Kind, str, int, int]]:
    separators = [_SPLIT]
    if not _URL.search(word) and "@" not in word:
        separators.append(_SPLIT_MORE)
    for separator in separators:
        found = False
        for start, end in _between(word, separator):
            piece = word[start:end].rstrip(".:-/")
            if piece and piece != word and (result := _classified(piece)):
                found = True
                yield (*result, start, start + len(piece))
        if found:
            return


_SPLIT_MORE = re.compile(r"[,;=()<>\"'|\[\]{}!?«»„“”‘’`*/]+|:(?![:\d])|(?<!\d):|\.+(?=\s|$)|…")


def _between(word: str, separator: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    start = 0
    for match in separator.finditer(word):
        if match.start() > start:
            yield start, match.start()
        start = match.end()
    if start < len(word):
        yield start, len(word)


_GUID = re.compile(
    r"(?<![0-9a-fA-F-])([0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12})(?![0-9a-fA-F-])"
)
_URL = re.compile(r"(?:[a-z][a-z0-9+.-]{1,9}://|www\.)[^\s<>\"]+", re.IGNORECASE)
_IPV4 = re.compile(r"((?:\d{1,3}\.){3}\d{1,3})(/\d{1,2})?(?::\d{1,5})?")
_MAC = re.compile(r"(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}|(?:[0-9a-f]{4}\.){2}[0-9a-f]{4}", re.I)
_NOTHING = re.compile(
    r"[^@\s]+@[^@\s]+\.[^@\s]+"  # a mail address
    r"|[+-]?(?!80\d{6}$)\d+(?:[.,]\d+)?%?"  # a plain number is handled with the word before it
    r"|(?:0?[1-9]|[12]\d|3[01])\.(?:0?[1-9]|1[0-2])\.(?:19|20)\d{2}"  # dates
    r"|(?:0?[1-9]|[12]\d|3[01])\.(?:0[1-9]|1[0-2])\.(?:2\d)?"
    r"|(?:19|20)\d{2}-\d{2}(?:-\d{2}(?:[T ].*)?)?|\d{1,2}[-/]\d{1,2}[-/](?:19|20)?\d{2}"
    r"|\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d+)?(?:am|pm|h|uhr|u|z)?"
    r"|[<>~±+-]?\d+(?:[.,]\d+)?-?(?:st|nd|rd|th|er|ern|ste|de|e|x|am|pm|h|hrs?|min|s|sec|sek|ms"
    r"|[kmgt]i?b(?:/s|ps|it)?|bits?|bytes?|[mgk]?bps|[mgk]?bits?/s|[nµmck]?m|px|pt|dpi|v|w|k|a"
    r"|[kmg]?hz|%|€|\$|fach|mal|jährig|stündig|tägig|minuten|tage|core|inch|zoll|pin|port|way|ers)",
    re.IGNORECASE,
)
_FILE_TYPES = (
    "exe dll sys msi msu cab log txt ini conf cfg xml json yaml yml csv pdf doc docx xls xlsx xlsm"
    " ppt pptx ps1 psm1 bat cmd vbs sh py php js ts jar war java class sql db sqlite mdb bak tmp"
    " ost pst nst eml msg zip rar 7z gz tar iso img vhd vhdx vmdk png jpg jpeg gif bmp svg pem crt"
    " cer pfx key p12 reg lnk rdp dat inf evtx etl dmp msf mab html htm css phtml so ko rpm deb"
    " service timer socket pcap tgz xsd wsdl zpl ppd"
)
_FILE = re.compile(rf"[\w$+-][\w$.+-]*\.(?:{'|'.join(_FILE_TYPES.split())})", re.IGNORECASE)
_TOP_LEVEL = (
    "com net org edu gov info biz io dev app cloud de nl eu be at ch uk fr it es pl dk se us ca au"
    " local localdomain lan internal intern intra intranet corp home example test invalid site"
    " online domain ad arpa"
)
_DOMAIN = re.compile(
    rf"(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9])?\.)+(?:{'|'.join(_TOP_LEVEL.split())})(?::\d{{1,5}})?",
    re.IGNORECASE,
)
_HOST_WORDS = (
    "srv server dc pc nb ws lt lap laptop desk desktop client host node web app db sql ora file fs"
    " print prn prt drucker mail mx exch ex vm esx esxi hv nas san sw switch rt rtr router ap wap"
    " fw gw vpn proxy dns dhcp ntp rds ts term ctx citrix wsus sccm mon backup bkp k8s docker git"
    " jump bastion lb kdc adfs ca pdc bdc wks nbk cam ups kas pos scan tab term wlc"
)
_HOST = re.compile(
    rf"(?:[a-z0-9]+-)*(?:{'|'.join(_HOST_WORDS.split())})(?:-?[a-z]{{0,6}})?(?:-?\d[a-z0-9]*|(?:-[a-z0-9]+)*-?\d[a-z0-9]*)"
    r"(?:-[a-z0-9]+)*(?::\d{1,5})?",
    re.IGNORECASE,
)
_VERSION = re.compile(
    r"v\d+(?:\.\d+)*(?:[-+_.]?[a-z0-9]{1,12}){0,3}|\d+(?:\.\d+){2,5}(?:[-+_]?[a-z0-9]{1,12}){0,3}"
    r"|\d{2}h[12]|\d+\.\d+(?:\.\d+)*-?(?:p|rc|beta|alpha|sp|esr|b)\.?\d*",
    re.IGNORECASE,
)
_ERROR_CODE = re.compile(
    r"(?:aadsts|ads|amq|bc|ceph|crs|cs|db2|dfh|dpy|eap|err|error|exp|hy|iis|imp|ioe|jdbc|kdc|krb"
    r"|ldap|lnk|mapi|msb|msg|mysql|nu|nw|nzn|odbc|ora|owa|pg|pls|psr|rc|rman|sap|smb|sp2|sqlstate"
    r"|tns|ts|vpxa|wsa|win32|c|e|f|p|s|u)-?\d{3,8}[a-z]?",
    re.IGNORECASE,
)
_TICKET = re.compile(
    r"(?:inc|chg|req|ritm|prb|task|sctask|case|tkt|ticket|cr|sr|ir|srq|crq|wo|pbi|otrs|rt)[-_#]?\d{3,10}"
    r"|#\d{3,10}",
    re.IGNORECASE,
)
_SNAKE = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:_+[A-Za-z0-9]+)+")
_DOTTED = re.compile(r"[A-Za-z_][\w$-]*(?:(?:\.|::)[A-Za-z_$][\w$-]*)+(?:\(\))?")
_CLASS = re.compile(
    r"(?:[A-Z][A-Za-z0-9]*)?[A-Z][a-z]+[A-Za-z0-9]*(?:Exception|Error|Fault|Service)"
)
_UNIX_PATH = re.compile(r"(?:~|\.{1,2})?(?:/[\w.@+%$~-]+){2,}/?|(?:~/|/)[\w.+-]*[\w+-]/?")
_PRODUCT = re.compile(r"(?=[^\d]*\d)(?=[^A-Za-z]*[A-Za-z])[A-Za-z0-9]+(?:[-+][A-Za-z0-9]+)*")
_HEX = re.compile(r"0x([0-9a-f]{1,16})[lu]*|((?:80|c0)[0-9a-f]{6})h?", re.IGNORECASE)
_CVE = re.compile(r"CVE-\d{4}-\d{4,7}", re.IGNORECASE)
_KB = re.compile(r"KB-?(\d{5,8})", re.IGNORECASE)


def _classified(word: str) -> tuple[Kind, str] | None:
    """The kind and value of a word that is an identifier from end to end."""
    if len(word) < 2 or _NOTHING.fullmatch(word):  # noqa: PLR2004
        return None
    for kind, pattern, normal in _SHAPES if len(word) <= SHORT else _LONG_SHAPES:
        if (match := pattern.fullmatch(word)) and (value := normal(match)):
            return kind, value
    return None


def _folded(match: re.Match[str]) -> str:
    return match.group().casefold()


def _hex(match: re.Match[str]) -> str:
    digits = (match.group(1) or match.group(2)).lower()
    return f"0x{digits.lstrip('0') or '0'}"


def _mac(match: re.Match[str]) -> str:
    digits = re.sub(r"[:.-]", "", match.group().lower())
    return ":".join(digits[place : place + 2] for place in range(0, 12, 2))


def _ipv4(match: re.Match[str]) -> str:
    octets = match.group(1).split(".")
    return match.group(1) if all(int(octet) <= 255 for octet in octets) else ""  # noqa: PLR2004


def _ipv6(match: re.Match[str]) -> str:
    try:
        return str(ipaddress.IPv6Address(match.group(1).split("%")[0]))
    except ValueError:
        return ""


def _url(match: re.Match[str]) -> str:
    rest = re.sub(r"^[a-z][a-z0-9+.-]*://", "", match.group().casefold())
    return rest.rstrip("/.")


def _host(match: re.Match[str]) -> str:
    return match.group().casefold().partition(":")[0]


def _version(match: re.Match[str]) -> str:
    return match.group().casefold().removeprefix("v")


def _product(match: re.Match[str]) -> str:
    word = match.group().casefold()
    return word if 3 <= len(word) <= 40 else ""  # noqa: PLR2004  longer ones are pasted data


def _dotted(match: re.Match[str]) -> str:
    """A dotted name; two words that lack the space after a full stop are none."""
    labels = match.group().removesuffix("()").split(".")
    if len(labels) == 2 and labels[1][:1].isupper() and labels[0].islower():  # noqa: PLR2004
        return ""
    if any(len(label) == 1 for label in labels) and max(map(len, labels)) < 4:  # noqa: PLR2004
        return ""  # z.B., d.h., e.g.
    return match.group().casefold().removesuffix("()")


def _unix_path(match: re.Match[str]) -> str:
    return match.group().casefold().rstrip("/")


_SHAPES: list[tuple[Kind, re.Pattern[str], Callable[[re.Match[str]], str]]] = [
    (Kind.URL, _URL, _url),
    (Kind.MAC, _MAC, _mac),
    (Kind.CVE, _CVE, _folded),
    (Kind.KB_ARTICLE, _KB, lambda match: f"kb{match.group(1)}"),
    (Kind.HEX_CODE, _HEX, _hex),
    (Kind.IPV4, _IPV4, _ipv4),
    (Kind.IPV6, re.compile(r"\[?([0-9a-f:.]*:[0-9a-f:.]*:[0-9a-f:.]*(?:%\w+)?)\]?", re.I), _ipv6),
    (Kind.TICKET, _TICKET, _folded),
    (Kind.ERROR_CODE, _ERROR_CODE, _folded),
    (Kind.VERSION, _VERSION, _version),
    (Kind.UNIX_PATH, _UNIX_PATH, _unix_path),
    (Kind.FILE, _FILE, _folded),
    (Kind.HOST, _DOMAIN, _host),
    (Kind.HOST, _HOST, _host),
    (Kind.CONSTANT, _SNAKE, _folded),
    (Kind.DOTTED_NAME, _DOTTED, _dotted),
    (Kind.DOTTED_NAME, _CLASS, _folded),
    (Kind.PRODUCT, _PRODUCT, _product),
]
"""What a word may be, the more certain shapes first."""

_LONG_SHAPES = [
    rule for rule in _SHAPES if rule[0] in {Kind.URL, Kind.UNIX_PATH, Kind.FILE, Kind.CONSTANT}
]
"""What may be longer, by rules whose time grows with the length alone."""
