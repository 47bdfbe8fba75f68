"""User ids, and for outsiders the names and addresses of machines inside the network."""
# ruff: noqa: E501 - a pattern is easier to check in one line

import ipaddress
import re
from collections.abc import Iterator, Sequence

from kb.redaction.spans import Kind, Private, group

_USER_WORD = (
    r"(?:\w*user[-_ ]?(?:id|name|account|kennung)?s?|login(?:[-_ ]?name)?|log-?in id|account[-_ ]?name|benutzer(?:name|kennung|konto|[-_ ]?id)?|anmeldename|anmeldekennung|kennung|windows-?kennung|ad-?konto|ad-?account|ad-?user"
    r"|gebruikers?(?:naam|account|code|[-_ ]?id)?|inlognaam|inlogcode|aanmeldnaam|personalnummer|personal-?nr\.?|personeelsnummer|personeels-?nr\.?|medewerkers?nummer|employee (?:id|number|no\.?)|staff (?:id|number)|mitarbeiternummer|matrikelnummer|samaccountname|upn|uid|\w*konto|\w*account|usr)"
)
NAMED_USER = re.compile(
    rf"(?<![\w-]){_USER_WORD}[\"'`]?\s*(?:(?:is|ist|lautet|war|was|luidt|heißt|heet)\s*:?\s+|[:=]\s*|[\"'`])\s*[\"'`(„“]?([A-Za-z0-9][\w.\\-]*[\w$])"
    r"(?![\w$])(?!\s[-/]\w)",  # what has options is a command
    re.IGNORECASE,
)
ADJACENT_USER = re.compile(
    rf"(?<![\w-]){_USER_WORD}\s+[\"'`„“(]?((?=[\w.\\-]*(?:\d|_|[a-z]\.[a-z]))[A-Za-z][\w.\\-]*[\w$])",
    re.IGNORECASE,
)
PROFILE_FOLDER = re.compile(
    r"(?:[A-Za-z]:\\(?:Users|Benutzer|Gebruikers|Documents and Settings|Dokumente und Einstellungen)\\|(?<![\w.])/(?:home|Users)/|\\\\[\w.-]+\\(?:profiles?|homes?|users)\$?\\)([\w.$-]+(?: [A-Z][\w.-]+)?)",
    re.IGNORECASE,
)
DOMAIN_USER = re.compile(
    r"(?<![\w\\/.:-])((?!HKLM|HKCU|HKCR|HKU\b|NT\b|BUILTIN|HKEY|USB|HDAUDIO|PCI|ACPI|SWD|ROOT|HID\b)[A-Z][A-Z0-9-]{1,14}\\[A-Za-z][\w.-]{1,30}\w)(?![\w\\&])"
)
PERSONNEL_NUMBER = re.compile(
    r"(?<![\w-])(?:personal-?(?:nummer|nr\.?)|personeels-?(?:nummer|nr\.?)|medewerkers?nummer|mitarbeiter-?(?:nummer|nr\.?)|ausweisnummer|(?:employee|personnel|staff|badge|payroll)[- ]?(?:id|number|no\.?))\s*(?:(?:is|ist|lautet|luidt|[:=#])\s*)*([A-Za-z]{0,3}-?\d[\w-]*)",
    re.IGNORECASE,
)
SIGNED_IN_AS = re.compile(
    r"(?<!\w)(?:an(?:meldung|gemeldet|melden)|ein(?:loggen|geloggt)|login|log(?:ged|ging)?[ -]?(?:in|on)|sign(?:ed|ing)?[ -]?in|inlog(?:gen)?|ingelogd|aangemeld|aanmelden|l(?:ä|ae)uft|draait|runs?|running|ausgef(?:ü|ue)hrt|uitgevoerd)\s(?:bitte\s)?(?:als|as|unter|under|onder|met)\s(?:(?:user|benutzer|gebruiker|account|konto)\s)?[\"'`]?([A-Za-z][\w.\\$-]*\w)",
    re.IGNORECASE,
)
SHORT_USER = re.compile(
    r"(?<![\w-])(?:(?:user[- ]?(?:name|id)|benutzer(?:name|kennung)|anmeldename|anmeldekennung|kennung|gebruikersnaam|inlognaam|inlogcode|loginname)\s+(?:(?:is|ist|lautet|luidt)\s+)?)[\"'`„“]?([a-z][a-z0-9]{2,11})(?=[\"'`“”]?\s*(?:[.,;:)\n]|$))"
)
ENDS_A_WORD = re.compile(
    r"(?:ing|ed|ly|tion|lich|ig|en|ung|elijk|ment|isch|bar|los|lijk|heid|keit|end|est|able|ous|ive|al|rt|st|eld|kt|dt|mt)$"
)

NOT_A_USER = re.compile(
    r"""^(?:public|default|administrator|admin|root|system|all|users?|guest|gast|benutzer|gebruiker|profile?s?|appdata|desktop|local|service|everyone|jeder|iedereen|name|id|is|ist|not|nicht|niet|and|und|en|or|oder|of|the|der|die|das|de|het|een|ein|eine|a|an|has|hat|heeft|can|kann|kan|was|war|with|mit|met|who|die|wer|for|für|voor|to|in|on|on|at
      |settings|einstellungen|instellingen|manager|password|passwort|wachtwoord|locked|gesperrt|geblokkeerd|disabled|deaktiviert|expired|abgelaufen|verlopen|unknown|unbekannt|onbekend|error|fehler|fout|email|e-mail|mail|imap|pop3?|smtp|gmail|outlook|yahoo|microsoft|google|windows|office\s?365|o365|m365|none|null|n/a|your|ihr|uw|my|mein|mijn|full|\..*|https?|your\w*|my\w*|login-?name|(?:mail|imap|pop|smtp|www)\..*|[\w.-]+\.(?:com|de|nl|org|net)|username|userprofile|user-?name|correct\w*|incorrect\w*|wrong|falsch|same|invalid|test|exchange|normal|yes|no|ja|nein|nee|it|there|already|interface|agent|control|mode|guide|data|daten|reports?|wants?|says?|said|gets?|see|sees|tried|tries|opens?|does|did|needs?|cannot|ok|type|typ|server|settings)$""",
    re.IGNORECASE | re.VERBOSE,
)

IPV4 = re.compile(r"(?<![\w.-])(?:\d{1,3}\.){3}\d{1,3}(?![\w-]|\.\d)")
IPV6 = re.compile(
    r"(?<![\w:.])(?:f[cd][0-9a-f]{2}|fe[89ab][0-9a-f]):[0-9a-f:]{2,}(?:%\w+)?(?![\w:])",
    re.IGNORECASE,
)
BEFORE_VERSION = re.compile(
    r"(?:version|versie|build|release|firmware|treiber|driver|\bv)\s?:?\s*$", re.IGNORECASE
)
MAC = re.compile(r"(?<![\w:-])(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}(?![\w:-])")
INTERNAL_NAME = re.compile(
    r"(?<![\w.@-])(?:[A-Za-z0-9](?:[\w-]*[A-Za-z0-9])?\.)+(?:local|lan|intern|internal|intra|corp|home|ad|localdomain|priv|private|domain|intranet|lokal|dom)(?![\w-]|\.\w)",
    re.IGNORECASE,
)
SHARE_HOST = re.compile(r"(?<![\w\\])\\\\(?![?.]\\)([A-Za-z0-9][\w.-]*)(?=\\|\s|$|[,;.)])")
HOST_NAME = re.compile(
    r"""(?<![\w.\\/@-])(?:
        (?:srv|svr|server|dc|pc|nb|nbk|ntb|lt|lap|laptop|ws|wks|wkst|desktop|vm|host|fs|file|filesrv|mail|mx|ex|exch|sql|db|web|app|print|prn|prt|printer|drucker|ts|rds|rdsh|ctx|citrix|xen|vpn|fw|sw|switch|ap|wlan|nas|bkp|backup|esx|esxi|hv|hyperv|proxy|dns|dhcp|san|kassa|kasse|pos|client|clt|term|tc|mfp|kopierer|copier|gw|gateway|rtr|router|core|node|adm|erp|sap|crm|jump|bastion)
        (?:-[a-z0-9]+){0,3}[-_][a-z]*\d{1,6}[a-z]?
      | [a-z]{2,4}-[a-z]{2,8}-[a-z]*\d{1,5}
      | (?:srv|svr|dc|pc|nb|nbk|ntb|lt|wks|vm|fs|esx|esxi|prn|prt|nas|fw|vpn|rds|ctx|ws|exch|sql|db|mail|web|app|print|file|dns)(?!20[0-2]\d\b|365\b)[a-z]*\d{2,6}
      | [a-z]{2,6}-(?:srv|svr|dc|pc|nb|lt|ws|vm|fs|sql|db|web|app|mail|prn|print|esx|nas|fw|vpn|rds|ts|ex|sw|ap|file|client|host|server|laptop|desktop)[-_]?\w*\d\w*
    )(?![\w-])(?!\.(?:exe|msi|log|zip|sql|txt|pdf|dll|ini|cfg|conf|docx?|xlsx?|png|jpg|csv|json|xml|ps1|bat|sys|inf|iso)\b)(?:\.[a-z][\w-]*)*\$?(?!\w)""",
    re.IGNORECASE | re.VERBOSE,
)
NAMED_HOST = re.compile(
    r"""(?<![\w-])(?:host(?:[-\s]?name)?|server(?:[-\s]?name)?|(?:pc|rechner|computer|ger(?:ä|ae)te|machine|apparaat|toestel|laptop|notebook|client|workstation|werkstation|printer|drucker|fileserver|printserver|druckserver|mailserver|terminalserver|domain\scontroller|switch|firewall)(?:[-\s]?(?:name|naam|id))?)
        \s*(?:(?:is|ist|lautet|namens|named|genaamd|called|heißt|heet)\s+|[:=]\s*|\s)["'`„“(]?((?=[\w-]*\d|(?-i:[A-Z]{2,}-[A-Z]))(?=[\w-]*[A-Za-z])[A-Za-z0-9][\w-]{3,}(?:\.[\w-]+)*)(?![\w.]*@)""",
    re.IGNORECASE | re.VERBOSE,
)
NOT_A_HOST = re.compile(
    r"""^(?:ORA|KB|CVE|ERR|ERROR|HTTP|HTTPS|UTF|ISO|RFC|SHA|MD|AES|RSA|TLS|SSL|IPV|COM|LPT|USB|HDMI|DIN|EN|IEC|EVENT|ID|INC|REQ|CHG|PRB|RITM|TASK|CTASK|SCTASK|TICKET|CASE|SR|CR|WIN|IE|VBA|PHP|BAY|IMAP|POP|SMTP|MAPI|LDAP|TCP|UDP|DDR|HP|AF|MAIL-\d+|SP|CU|RC|BETA|ALPHA|PS|DX|X|NTFS|FAT|EXFAT|WPA|WEP|CAT|RJ|CVSS|SQLSTATE|SQL|STOP|EX|TYPE|FW|APP|WEB-\d|CODE|PORT|VLAN)[-_]?\d*(?:-\d+)*$
      |^(?:on|off|on-?prem\w*|up-to|step|part|all|one|two|pre|sub|non|multi|single|wi-?fi|e-?mail|re|de|en|nl|us)[-_]\w*$|^\d+-?(?:bit|port|core)\w*$|^[a-z]+-(?:version|name|seitig|side|based|id|modus|mode|settings)$""",
    re.IGNORECASE | re.VERBOSE,
)


PUBLIC_SERVICE = re.compile(
    r"^(?:imap|pop3?|smtp|mail|mx|www|ftp|api|login|webmail|autodiscover|outlook)?[a-z-]*\d{0,2}(?:\.[a-z][\w-]*)*\.(?:com|net|org|io|de|nl|eu|uk|fr|at|ch|be|it)$",
    re.IGNORECASE,
)
"""Names that are the same for everybody: providers of mail and web services."""


def find_users(text: str) -> Iterator[Private]:
    """User ids: after the word for one, in the path of a profile, behind a domain."""
    yield from group(Kind.USER, PERSONNEL_NUMBER, text)
    yield from _plain_users(text)
    for pattern in (NAMED_USER, ADJACENT_USER, PROFILE_FOLDER, DOMAIN_USER):
        for found in group(Kind.USER, pattern, text):
            value = text[found.start : found.end]
            before = text[max(0, found.start - 4) : found.start]
            prose = bool(PROSE_AFTER.match(text[found.end :]))
            set_off = bool(SET_OFF.search(before)) and not prose and not _calls_it(text, found)
            stated = pattern is not NAMED_USER or set_off or _like_an_id(value)
            if stated and not NOT_A_USER.match(value) and len(value) > 1:
                yield found


def _calls_it(text: str, found: Private) -> bool:
    """Whether it is the name of a field: the account 'Inbox'."""
    return bool(re.search(r"(?:account|konto)s?['’]?\s*[\"'„“`]$", text[: found.start]))


def _plain_users(text: str) -> Iterator[Private]:
    """Ids made of letters alone: only where a sentence leaves room for nothing else."""
    for match in SIGNED_IN_AS.finditer(text):
        value = match[1]
        ends = bool(re.match(r"\s*(?:[.,;:)/\n]|$)", text[match.end() :])) and not RUNS.match(
            match[0]
        )
        if not NOT_A_USER.match(value) and (ends or _like_an_id(value) or "-" in value):
            yield Private(Kind.USER, *match.span(1))
    for match in SHORT_USER.finditer(text):
        if not (NOT_A_USER.match(match[1]) or ENDS_A_WORD.search(match[1])):
            yield Private(Kind.USER, *match.span(1))


RUNS = re.compile(r"(?:l(?:ä|ae)uft|draait|run|ausgef|uitgev)", re.IGNORECASE)
PROSE_AFTER = re.compile(
    r"[,;]?\s+(?!op|auf|on|und|and|en|PW|ww|pw|mit|met|with|at|passw|wacht|kennw|hat|heeft|has)[a-zäöü]{2,}"
)
SET_OFF = re.compile(r"[:=\"'`(„“]\s*$")
"""What stands before a user id that could be an ordinary word by its letters."""


def _like_an_id(value: str) -> bool:
    return any(each.isdigit() or each in "._\\" for each in value)


ONE_HOST = re.compile(r"(?=[^\s]*\d)[A-Za-z][A-Za-z0-9]*(?:[-.][A-Za-z0-9]+)+")


def is_host(item: str) -> bool:
    """Whether a configuration item is called as machines are: one word with a number in it."""
    return ONE_HOST.fullmatch(item) is not None


def find_machines(text: str, hosts: Sequence[str]) -> Iterator[Private]:
    """Addresses and names that mean something inside one network only."""
    yield from _addresses(text)
    yield from group(Kind.HOST, MAC, text)
    yield from group(Kind.HOST, INTERNAL_NAME, text)
    yield from group(Kind.HOST, SHARE_HOST, text)
    for pattern in (HOST_NAME, NAMED_HOST):
        for found in group(Kind.HOST, pattern, text):
            value = text[found.start : found.end]
            if not (NOT_A_HOST.match(value) or PUBLIC_SERVICE.match(value)):
                yield found
    for host in hosts:
        if host.strip():
            known = re.compile(rf"(?<![\w-]){re.escape(host.strip())}(?![\w-])", re.IGNORECASE)
            yield from group(Kind.HOST, known, text)


def _addresses(text: str) -> Iterator[Private]:
    yield from group(Kind.IP, IPV6, text)
    for found in group(Kind.IP, IPV4, text):
        before = text[max(0, found.start - 12) : found.start]
        if is_internal(text[found.start : found.end]) and not BEFORE_VERSION.search(before):
            yield found


def is_internal(value: str) -> bool:
    """Whether the address belongs to a private network; masks and loopback say nothing."""
    try:
        address = ipaddress.ip_address(value)
    except ValueError:
        return False
    silent = address.is_loopback or address.is_unspecified or value.startswith(("255.", "0."))
    return address.is_private and not silent
