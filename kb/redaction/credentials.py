"""Passwords, tokens, private keys and licence keys.

The forms of tokens come from detect-secrets, whose maintainers follow the vendors; its own
`analyze_string` gives no positions, so its patterns are searched for here.
"""
# ruff: noqa: E501 - a pattern is easier to check in one line

import math
import re
from collections import Counter
from collections.abc import Iterator

from detect_secrets.plugins.artifactory import ArtifactoryDetector
from detect_secrets.plugins.aws import AWSKeyDetector
from detect_secrets.plugins.azure_storage_key import AzureStorageKeyDetector
from detect_secrets.plugins.base import RegexBasedDetector
from detect_secrets.plugins.discord import DiscordBotTokenDetector
from detect_secrets.plugins.github_token import GitHubTokenDetector
from detect_secrets.plugins.gitlab_token import GitLabTokenDetector
from detect_secrets.plugins.jwt import JwtTokenDetector
from detect_secrets.plugins.mailchimp import MailchimpDetector
from detect_secrets.plugins.npm import NpmDetector
from detect_secrets.plugins.openai import OpenAIDetector
from detect_secrets.plugins.pypi_token import PypiTokenDetector
from detect_secrets.plugins.sendgrid import SendGridDetector
from detect_secrets.plugins.slack import SlackDetector
from detect_secrets.plugins.square_oauth import SquareOAuthDetector
from detect_secrets.plugins.stripe import StripeDetector
from detect_secrets.plugins.telegram_token import TelegramBotTokenDetector
from detect_secrets.plugins.twilio import TwilioKeyDetector

from kb.redaction.spans import Kind, Private, group

DETECTORS: tuple[type[RegexBasedDetector], ...] = (
    ArtifactoryDetector, AWSKeyDetector, AzureStorageKeyDetector, DiscordBotTokenDetector,
    GitHubTokenDetector, GitLabTokenDetector, JwtTokenDetector, MailchimpDetector, NpmDetector,
    OpenAIDetector, PypiTokenDetector, SendGridDetector, SlackDetector, SquareOAuthDetector,
    StripeDetector, TelegramBotTokenDetector, TwilioKeyDetector,
)  # fmt: skip
KNOWN_TOKENS = tuple(pattern for each in DETECTORS for pattern in each().denylist)
MORE_TOKENS = re.compile(
    r"""\b(?:
        github_pat_\w{20,} | gh[pousr]_\w{16,} | gl(?:pat|ptt|dt|rt|cbt|ft|soat|imt|agent)-[\w.-]{16,}
      | xox[a-z]-[\w-]{10,} | xapp-[\w-]{10,} | (?:AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{12,} | AIza[\w-]{30,} | ya29\.[\w-]{20,}
      | sk-(?:proj-|ant-|live-|test-)?[\w-]{16,} | [rspw]k_(?:live|test)_\w{10,} | npm_\w{20,} | pypi-[\w-]{20,} | hf_\w{20,}
      | dop_v1_\w{20,} | shp(?:at|ss|ca|pa)_\w{20,} | SG\.[\w-]{10,}\.[\w-]{10,} | eyJ[\w-]{8,}\.[\w-]{4,}(?:\.[\w-]*)?
      | hvs\.[\w-]{20,} | whsec_\w{16,} | EAAC\w{20,} | AQ[A-Z]{2}[\w-]{40,} | rk_\w{20,} | lin_api_\w{20,} | atl\w{3,6}\w{20,}
    )""",
    re.VERBOSE,
)
BEARER = re.compile(
    r"\b(?:bearer|basic|token|digest|apikey)\s+([A-Za-z0-9+/_~.=-]{16,})", re.IGNORECASE
)
NAMED_TOKEN = re.compile(
    r"""(?<![\w-])(?:[\w-]*(?:api[-_ ]?(?:key|token|schl(?:ü|ue)ssel|sleutel)|token|secret|access[-_ ]?key|account[-_ ]?key|auth[-_ ]?key|shared[-_ ]?access[-_ ]?\w*
        |client[-_ ]?secret|webhook|session[-_ ]?id|zugriffsschl(?:ü|ue)ssel|toegangssleutel|geheimnis|geheim|sleutel|schl(?:ü|ue)ssel|cookie|signature|sig|apikey))
        ["'`]?\s*(?:(?:is|ist|lautet|war|was|luidt|wird|wordt|now|jetzt|nu|then|new|neu|nieuw)\s+|[:=]+>?\s*|->\s*|\s)(?:["'`<(]|bearer\s)?\s*
        ([A-Za-z0-9+/_~.=-]{8,})""",
    re.IGNORECASE | re.VERBOSE,
)
PRIVATE_KEY = re.compile(
    r"-----BEGIN[A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----(?:.*?-----END[A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|[\s\w+/=:,.-]*)"
    r"|PuTTY-User-Key-File-\d:.*?(?:Private-MAC:\s*\w+|\Z)",
    re.DOTALL,
)
LICENCE_GROUPS = re.compile(
    r"(?<![\w-])(?:[A-Z0-9]{5}(?:-[A-Z0-9]{5}){2,6}|[A-Z0-9]{4}(?:-[A-Z0-9]{4}){3,8}|[A-Z0-9]{6}(?:-[A-Z0-9]{6}){2,7}|[A-Z0-9]{3,8}(?:-[A-Z0-9]{3,8}){4,8})(?![\w-])"
)
NAMED_LICENCE = re.compile(
    r"""(?:licen[cs]e|lizenz|licentie|product|produkt|activation|aktivierungs?|activatie|serial|serien|serie|cd)[-\s]?
        (?:key|schl(?:ü|ue)ssel|sleutel|code|nummer|number|no\.?|nr\.?)(?:\s\w+)?
        \s*(?:(?:is|ist|lautet|war|was|luidt)\s+|[:=]\s*|\s)["'`]?(?=[A-Z0-9-]*\d)([A-Z0-9]{3,}(?:[- ]?[A-Z0-9]{2,}){1,8})""",
    re.IGNORECASE | re.VERBOSE,
)
CIPHER = re.compile(r"(?:ECDHE|DHE|TLS|RSA|AES|SHA|ECDSA)-")
GUID = re.compile(r"[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}")

_WORD_FOR_ONE = (
    r"(?:(?<![\w-])[\w-]*(?:passwor[dt]|passw(?:or)?d|kennwort|wachtwoord|passphrase|passcode|password[ei]?n?)"
    r"|(?:initial|start|einmal|admin|root|wlan|wifi|wi-fi|bios|master|domain|domänen|pre-?shared|auth|priv|gast|guest|default|standaard|tijdelijk\w*|temp\w*)[-_ ]?(?:pw|pwd|pass|key|schlüssel|sleutel)"
    r"|(?<![\w/=-])(?:pw|pwd|pass|psk|ww|auth-?pass|priv-?pass|(?:gast-?|guest-?)?(?:wlan|wifi|wi-fi)-?code|pin|puk|pin-?code|pincode|tan|otp|2fa-?code|mfa-?code|zugangscode|toegangscode|access code|zugriffscode|entsperrcode|ontgrendelcode|unlock code"
    r"|bestätigungscode|verificatiecode|verification code|security code|einmalcode|sms-?code|recovery (?:key|code)|wiederherstellungs(?:schlüssel|code)|herstel(?:sleutel|code)|geheimzahl|losung|community(?: string)?))"
)
WORD_FOR_ONE = re.compile(_WORD_FOR_ONE, re.IGNORECASE)
_LINK = (
    r"(?:\s*(?:[:=]|->|=>|→)+\s*|\s+(?:(?:is|ist|war|was|lautet|lautete|luidt|wird|wordt|to|auf|naar|zu|in|als|as|now|jetzt|nu|temporarily|vorübergehend|tijdelijk|weer|wieder|again|then|set|gesetzt|gezet"
    r"|geändert|changed|reset|zurückgesetzt|gewijzigd|gereset|ingesteld|new|neu|neue[sn]?|nieuwe?|op|with|mit|met|called|heißt|heet|:|=)\s*[:=]?\s+)+)"
)
_VALUE = r"(?:[\"“„'‘`«<(]+([^\s\"”“'’`»>)]{3,})|([^\s\"“„'‘`<>()]{3,}))"
LINKED_PASSWORD = re.compile(
    rf"{_WORD_FOR_ONE}[\"'`]?(?:\s*\((?:[^)]{{1,30}})\))?(?:\s+(?:for|für|fuer|voor|von|van|of)\s+\S+(?:\s[A-Z]\S+)?)?{_LINK}{_VALUE}",
    re.IGNORECASE,
)
ADJACENT_PASSWORD = re.compile(rf"{_WORD_FOR_ONE}[\"'`]?,?\s+{_VALUE}", re.IGNORECASE)
QUOTED_PASSWORD = re.compile(
    rf"{_WORD_FOR_ONE}\b[^.\n]{{0,40}}?[\"“„'‘`«]([^\s\"”“'’`»]{{4,}})[\"”“'’`»]", re.IGNORECASE
)
XML_PASSWORD = re.compile(
    r"<(\w*(?:password|passwd|pwd|secret|token|apikey)\w*)>([^<]{2,})</", re.IGNORECASE
)
COMMAND_PASSWORD = re.compile(
    r"""(?:
        \bsshpass\s+-p\s?['"]?([^\s'"]+)
      | \bmysql\b[^\n]*?\s-p([^\s'"]+)
      | \bcurl\b[^\n]*?(?:-u|--user)\s+['"]?[\w.@\\-]+:([^\s'"]+)
      | (?<!\w)--?(?:password|passwd|pass|pwd|secret|token|api-?key)[=\s]+['"]?([^\s'"-][^\s'"]*)
      | \b(?:psexec|plink|pscp|wmic|smbclient|rdesktop|xfreerdp|ldapsearch|sqlcmd|bcp|osql|mysqldump|vncpasswd)\b[^\n]*?\s[-/][pPw]:?\s?([^\s-]\S+)
      | \b(?:secret|password|key|community)\s[057]\s(\S+)
      | \bsnmp-server\scommunity\s(\S+)
      | \bnet\s+user\s+\S+\s+([^\s/*]\S*)
      | \bnet\s+use\b[^\n]*?\s/user:\S+\s+([^\s/*]\S*)
      | (?:\s|^)/(?:p|pass|password):([^\s'"]+)
      | \brunas\b[^\n]*?\|\s*echo\s+(\S+)
      | ConvertTo-SecureString\s+(?:-String\s+)?['"]([^'"]+)['"]
      | \b(?:PGPASSWORD|MYSQL_PWD|[A-Z_]*(?:PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PWD))\s*=\s*['"]?([^\s'";]+)
    )""",
    re.VERBOSE | re.IGNORECASE,
)
IN_ADDRESS = re.compile(r"\b[a-z][a-z0-9+.-]*://[^\s/:@]+:([^\s/@]+)@", re.IGNORECASE)
IN_QUERY = re.compile(
    r"[?&](?:token|access_token|api_?key|key|sig|signature|password|pwd|secret|code|auth|session)=([^&\s\"'<>)]{4,})",
    re.IGNORECASE,
)
CODE_FOR = re.compile(
    r"(?<!\w)(?:pin(?:-?code)?|\w*-?code|tan|otp)\s(?:for|für|fuer|voor|van|of|zum|zur|beim|bij)\s(?:[^\s\d]+\s){1,4}?(?:(?:is|ist|lautet|luidt)\s|:\s?)?(\d{4,8})(?!\w|[.,]\d)",
    re.IGNORECASE,
)
CONNECTION = re.compile(
    r"(?<![\w.@/-])([\w.$-]{2,})/([^\s/@]{4,})@([A-Za-z][\w-]*\d\w*|[\w-]+(?:\.[\w-]+)+)"
)
CREDENTIAL_PAIR = re.compile(
    r"\b(?:zugangsdaten|anmeldedaten|logindaten|login|log-?in|inlog(?:gen)?|einloggen|anmelden|anmeldung|credentials?|inloggegevens|logingegevens|creds|benutzer/passwort|user/pass(?:word)?|gebruiker/wachtwoord)\b"
    r"(?:\s+(?:sind|lauten|are|zijn|is|ist|for|für|voor|als|as|met|mit|with)\b)?(?:\s\S+)?\s*[:=]?\s+[\"']?([\w.@\\$-]{2,})[\"']?\s*(?:/|\||,|:|;)\s*[\"']?([^\s\"',;]{4,})",
    re.IGNORECASE,
)
NOT_A_PASSWORD = re.compile(
    r"""^(?:is|ist|was|war|are|not|nicht|niet|no|kein\w*|geen|incorrect|wrong|falsch\w*|fout|verkeerd|ung(?:ü|ue)ltig|ongeldig|invalid|expired|abgelaufen|verlopen|required|erforderlich|vereist|normal|normales?|normaal|plain|encrypted|verschl(?:ü|ue)sselt
      |reset|manager|policy|prompt\w*|change\w*|box|field|dialog\w*|window|screen|request\w*|and|und|en|or|oder|of|the|der|die|das|de|het|een|ein|eine|a|an|for|für|voor|to|zu|te|in|on|at|auf|op|with|mit|met|from|von|van
      |correct|korrekt|richtig|juist|ok|okay|yes|ja|nein|nee|none|null|true|false|empty|leer|leeg|set|gesetzt|ingesteld|changed|geändert|gewijzigd|saved|gespeichert|opgeslagen|stored|deleted|gel(?:ö|oe)scht|removed|entfernt|verwijderd
      |again|erneut|opnieuw|wieder|weer|once|only|once|same|new|neu\w*|nieuwe?|old|alt\w*|oude?|my|mein\w*|mijn|your|ihr\w*|uw|his|her|their|our|it|es|sie|he|she|they|we|i|ich|wir|er|ik|you|du|je|u|that|this|which|dass|dat|dit|when|wenn|als|if|but|aber|maar
      |works?|working|funktioniert|werkt|geht|failed|fails|fehlgeschlagen|mislukt|accepted|akzeptiert|geaccepteerd|rejected|abgelehnt|geweigerd|protected|gesch(?:ü|ue)tzt|beveiligd|less|los|authentication|authentifizierung|verification|[\W_]+|\*+|x+|xxx+|<[^>]*>|\[[^\]]*\]|%\w+%|\$\{?\w+\}?|\.{2,}|…)$""",
    re.IGNORECASE | re.VERBOSE,
)
RECOVERY_KEY = re.compile(r"(?<!\d)\d{6}(?:-\d{6}){5,7}(?!\d)")
OPAQUE = re.compile(r"(?<![\w/\\.+=-])[A-Za-z0-9+/]{32,}={0,2}(?![\w/\\+-])")
BITS = 4.0
"""Bits per character from which a long mixed string is taken for a token; prose has about 3.5."""
SHORT_WORD = 3


def find(text: str) -> Iterator[Private]:
    """Everything in `text` that opens something."""
    yield from group(Kind.KEY, PRIVATE_KEY, text)
    yield from _tokens(text)
    yield from _passwords(text)
    yield from _licences(text)


def _tokens(text: str) -> Iterator[Private]:
    for pattern in KNOWN_TOKENS:
        for match in pattern.finditer(text):
            yield Private(Kind.TOKEN, *(match.span(1) if _is_address(match) else match.span()))
    yield from group(Kind.TOKEN, MORE_TOKENS, text)
    yield from group(Kind.TOKEN, IN_QUERY, text)
    for pattern in (BEARER, NAMED_TOKEN):
        for found in group(Kind.TOKEN, pattern, text):
            if _mixed(text[found.start : found.end]):
                yield _trimmed(found, text)
    for found in group(Kind.TOKEN, OPAQUE, text):
        value = text[found.start : found.end]
        if _thoroughly_mixed(value) and _bits(value) >= BITS and not GUID.fullmatch(value):
            yield found


def _is_address(match: re.Match[str]) -> bool:
    return match[0].startswith("://") and bool(match.lastindex)


def _passwords(text: str) -> Iterator[Private]:
    yield from group(Kind.PASSWORD, RECOVERY_KEY, text)
    yield from group(Kind.PASSWORD, IN_ADDRESS, text)
    yield from group(Kind.PASSWORD, XML_PASSWORD, text)
    if WORD_FOR_ONE.search(text):  # most texts have none: what follows is slow
        yield from _stated(text)
    for found in group(Kind.PASSWORD, COMMAND_PASSWORD, text):
        if not NOT_A_PASSWORD.match(text[found.start : found.end]):
            yield found
    for match in CREDENTIAL_PAIR.finditer(text):
        if looks_secret(match[2]):
            if ":" not in text[match.end(1) : match.start(2)]:
                yield Private(Kind.USER, *match.span(1))
            yield _trimmed(Private(Kind.PASSWORD, *match.span(2)), text)
    yield from group(Kind.PASSWORD, CODE_FOR, text)
    for match in CONNECTION.finditer(text):
        if looks_secret(match[2]):
            yield Private(Kind.USER, *match.span(1))
            yield Private(Kind.PASSWORD, *match.span(2))
            yield Private(Kind.HOST, *match.span(3))


def _stated(text: str) -> Iterator[Private]:
    """Passwords that follow the word for one; prose after it must not be taken for one."""
    for match in LINKED_PASSWORD.finditer(text):
        found = _trimmed(Private(Kind.PASSWORD, *match.span(match.lastindex or 0)), text)
        value = text[found.start : found.end]
        assigned = re.search(r"[:=>→]\s*[\"“„'‘`«<(]*$", text[match.start() : found.start])
        if NOT_A_PASSWORD.match(value) or NEVER_SECRET.match(value):
            continue
        if looks_secret(value) or match.lastindex == 1 or (assigned and _alone(text, found)):
            yield found
    for match in ADJACENT_PASSWORD.finditer(text):
        found = _trimmed(Private(Kind.PASSWORD, *match.span(match.lastindex or 0)), text)
        value = text[found.start : found.end]
        aside = re.search(r",\s*$|\(\s*$", text[: found.start])
        if looks_secret(value) and not (aside and ERROR_CODE.match(value)):
            yield found
    for found in group(Kind.PASSWORD, QUOTED_PASSWORD, text):
        if looks_secret(text[found.start : found.end]):
            yield found


ERROR_CODE = re.compile(r"^[A-Z]{2,}[-_]?\d{2,}$|^0x[0-9A-Fa-f]+$|^\d{3,5}$")


def _alone(text: str, found: Private) -> bool:
    """Whether nothing that reads like prose goes on behind it on the line."""
    rest = text[found.end :].split("\n", 1)[0]
    return not re.match(r"\s+[a-zäöü]{2,}", rest) or bool(re.match(r"\s*[,;.)|/]", rest))


def _licences(text: str) -> Iterator[Private]:
    for found in group(Kind.LICENCE, LICENCE_GROUPS, text):
        value = text[found.start : found.end]
        if _mixed(value) and not CIPHER.match(value):
            yield found
    yield from group(Kind.LICENCE, NAMED_LICENCE, text)


def _trimmed(found: Private, text: str) -> Private:
    """Without the punctuation of the sentence around it; `!` may belong to a password."""
    value = text[found.start : found.end]
    kept = value.rstrip(".,;:)]}\"'”’`»>")
    return Private(found.kind, found.start, found.start + max(len(kept), 1))


NEVER_SECRET = re.compile(
    r"^(?:\w*:?//|/|[A-Za-z]:\\|\d{1,2}[.:/]\d|(?-i:[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,6})(?::\d+)?$|[\w.]+=|oauth2?$|starttls$|ssl/tls$|imap4?$|pop3?$|ntlm|kerberos|(?:cram-)?md5$|sha-?\d+$|wpa\d?$|account\d*$)",
    re.IGNORECASE,
)


def looks_secret(value: str) -> bool:
    """Whether no ordinary word, number, path or address is spelled like it."""
    if NOT_A_PASSWORD.match(value) or len(value) <= SHORT_WORD:
        return False
    if NEVER_SECRET.match(value):
        return False
    digits = any(each.isdigit() for each in value)
    letters = any(each.isalpha() for each in value)
    special = any(each in "!@#$%^&*+=?~§€_" for each in value.rstrip("!?"))
    inner_capital = any(each.isupper() for each in value[1:]) and not value.isupper()
    ends_loud = value.endswith("!") and digits
    return (
        (digits and letters)
        or (letters and special)
        or ends_loud
        or (value.isdigit())
        or (inner_capital and letters and "-" not in value)
    )


def _mixed(value: str) -> bool:
    return any(each.isdigit() for each in value) and any(each.isalpha() for each in value)


def _thoroughly_mixed(value: str) -> bool:
    return (
        any(each.isdigit() for each in value)
        and any(each.islower() for each in value)
        and any(each.isupper() for each in value)
        and value.count("/") <= len(value) // 12
    )


def _bits(value: str) -> float:
    counts = Counter(value).values()
    return -sum(count / len(value) * math.log2(count / len(value)) for count in counts)
