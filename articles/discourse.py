"""What a sentence does in a support conversation: greet, complain, explain, instruct, confirm.

The cues are German, Dutch and English and are all tried on every sentence: tickets mix languages.
"""
# ruff: noqa: E501 - a cue is easier to check in one line

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache


def _cue(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


GREETING = _cue(
    r"^(?:hi|hello|hey|dear|good (?:morning|afternoon|evening|day)|greetings)\b[^.?:;]{0,40}[,!.:]*$",
    r"^(?:hallo|guten (?:tag|morgen|abend)|sehr geehrte[rs]?\b|liebe[rs]? |moin|servus|grüezi|grüß gott)"
    r"[^.?:;]{0,60}[,!.:]*$",
    r"^(?:hoi|beste |geachte |goede(?:n|morgen|middag|navond|dag)|goedemorgen|goedemiddag|goedendag"
    r"|goedenavond|dag )[^.?:;]{0,50}[,!.:]*$",
    r"^@?[\w.-]{2,25}[,:]$",
)

THANKS = _cue(
    r"^(?:many |big |ok(?:ay)?,? |great,? |and |so )?(?:thanks?|thanx|thx|thank you|ty|cheers|much appreciated)\b",
    r"\b(?:thanks|thank you) (?:in advance|again|so much|very much|for (?:your|the|any|all|reply\w*|help\w*"
    r"|taking|answering|responding|contacting))",
    r"\b(?:appreciate|grateful|kudos)\b",
    r"^(?:you'?re|you are|u r) (?:most )?welcome",
    r"\bglad (?:to (?:help|hear)|it|you|that|i)\b",
    r"^(?:no problem|my pleasure|anytime|great (?:news|to hear))",
    r"\b(?:sorry for|my apologies|apologi[sz]e)\b.{0,60}$",
    r"\b(?:vielen|besten|herzlichen|schönen|lieben) dank\b",
    r"^(?:danke|merci|dankeschön)\b",
    r"^gern(?:e)?(?: geschehen)?\W*$",
    r"\b(?:bedanke mich|danke (?:im voraus|für|schon|dir|ihnen|euch))\b",
    r"\bfreut mich\b",
    r"^keine ursache",
    r"\b(?:bedankt|dank (?:je|u|jullie)(?: wel)?|alvast (?:dank|bedankt)|hartelijk dank|dankuwel|dankjewel)\b",
    r"^graag gedaan",
    r"^geen dank",
    r"\bfijn (?:dat|om te horen)\b",
    r"^(?:grazie|ti ringrazio|la ringrazio|gracias|muchas gracias|merci|obrigad[oa])\b",
)

FILLER = _cue(
    r"^(?:please )?(?:can|could) (?:you|someone|anyone|somebody|anybody)(?: please)?\b.{0,25}\bhelp\b",
    r"\b(?:any|some) (?:help|ideas?|suggestions?|advice|thoughts|clues?)\b.{0,60}[?.!]?$",
    r"^(?:please )?help(?: me| needed| please)?\W*$",
    r"\bhope (?:this|that|it|you) (?:helps?|works?|can|will)\b",
    r"\blet (?:me|us) know\b",
    r"\b(?:keep|kept) (?:me|you|us) posted\b",
    r"\bi'?ll (?:try|test|report|let|get back)\b",
    r"\b(?:see|refer to|as shown in|as you can see)\b.{0,20}\b(?:screen ?shots?|images?|pictures?|attach\w*)\b.{0,20}$",
    r"\b(?:screen ?shots?|images?|pictures?)\b.{0,15}\b(?:attached|below|included)\b.{0,10}$",
    r"\bmark (?:this|it|the|as|your|my)\b.{0,40}\b(?:solved|solution|resolved)\b",
    r"^(?:bump|update|edit|fyi|p\.?s\.?)\W*$",
    r"\bin case (?:it|this) helps (?:someone|anyone|others|somebody)",
    r"\bfor (?:others|anyone|those) who (?:may|might)\b.{0,40}$",
    r"\b(?:here'?s|this is|that'?s|here is) (?:how|what) i (?:did|fixed|solved|found)\b.{0,60}$",
    r"^(?:ok(?:ay)?|yes|no|yep|nope|sure|great|perfect|excellent|super|done|ja|nein|nee|prima|top|klasse|mooi)\W*$",
    r"\bwhat do you mean\b",
    r"\b(?:i|we) would never have\b",
    r"\bi(?:'m| am)? (?:post|posting|share|sharing) (?:it|this|that) here\b",
    r"\bin case (?:it|this) is useful\b",
    r"\bi (?:presume|guess|suppose|wonder)\b.{0,50}$",
    r"^(?:never ?mind|please ignore)\b.{0,30}$",
    r"^(?:that'?s|this is|it'?s) (?:it|all|great|good|fine|perfect|awesome)\W*$",
    r"\bi (?:have |'ve )?(?:already )?(?:searched|googled|read|looked) (?:through |for |in |on )?(?:the |this |many |several |all )*"
    r"(?:forums?|web|internet|google|posts?|threads?|articles?)\b",
    r"^(?:i )?(?:would |'d )?suggest you do (?:this|the following)\b",
    r"^(?:try|do) (?:this|the following|these)\b\s*:?\W*$",
    r"\b(?:bitte|können sie|kann (?:mir )?jemand|wer kann)\b.{0,40}\b(?:hilfe|helfen|unterstützung)\b.{0,15}$",
    r"\b(?:im anhang|siehe anhang|anbei|screenshot)\b.{0,40}$",
    r"\b(?:melden sie sich|melde mich|bei rückfragen|bei fragen)\b",
    r"\b(?:ich|wir) (?:schließe|schliesse|schließen|schliessen|mache|setze)\b.{0,30}\b(?:ticket|fall|vorgang|anfrage)\b",
    r"\b(?:ticket|fall|vorgang|case|incident|melding)\b.{0,25}\b(?:geschlossen|closed|gesloten|zu|dicht)\b",
    r"\b(?:ich|wir) (?:schaue|schauen|kümmere|kümmern|prüfe|prüfen|melde|melden)\b.{0,40}\b(?:an|mich|uns|das|es)\W*$",
    r"\b(?:ihre|deine|eure) (?:anfrage|meldung|ticket)\b.{0,40}\b(?:erhalten|eingegangen|bearbeit\w+)",
    r"\b(?:kan|kunnen|kunt) (?:u|je|jullie|iemand)\b.{0,30}\b(?:helpen|hulp)\b",
    r"\b(?:zie|in de) bijlage\b.{0,20}$",
    r"\b(?:laat (?:het )?(?:me|ons)? ?(?:even )?weten|hoor(?:en)? (?:het )?graag)\b",
    r"\b(?:ik|we|wij) (?:sluit|sluiten|zal|zullen|ga|gaan|kijk|kijken)\b.{0,30}\b(?:melding|ticket|naar|kijken)\W*$",
    r"\b(?:uw|je) (?:melding|verzoek|ticket)\b.{0,40}\b(?:ontvangen|behandeling)",
    r"\b(?:we|i) (?:have )?received your\b",
    r"\b(?:i'?m|we'?re|i am|we are|i'll|we'll) (?:looking|look) into (?:it|this|that)\b",
)

DEAD_END = _cue(
    r"\b(?:did(?:n'?t| not)|does(?:n'?t| not)|has(?:n'?t| not)|had|made|without|with) "
    r"(?:any |no |an? )?(?:help(?:ed)?|difference|success|effect|luck|avail|change[sd]?|joy|result|improvement)\b",
    r"\b(?:did(?:n'?t| not)|does(?:n'?t| not)|has(?:n'?t| not)) (?:actually |really )?"
    r"(?:help|fix|solve|resolve|work|change anything|change)\b",
    r"\b(?:no|to no|without) (?:luck|avail|success|joy|effect|change|difference|improvement)\b",
    r"\bstill (?:no|not|the same|fail\w*|does|won|can)\b",
    r"\bsame (?:problem|issue|error|result|thing|behaviou?r)\b",
    r"\b(?:tried|attempted)\b.{0,80}\bbut\b",
    r"\bnothing (?:works?|worked|helps?|helped|changed)\b",
    r"\b(?:brachte|bringt|half|hilft)\b.{0,40}\b(?:nicht|nichts|keine[rn]?|kein)\b",
    r"\b(?:hat|haben|hatten?)\b.{0,40}\b(?:nicht|nichts|keine[rn]?|kein)\b.{0,25}\b(?:geholfen|gebracht|genützt|genutzt|gewirkt|bewirkt|geändert|gelöst|behoben|funktioniert|geklappt|erfolg|besserung|abhilfe|wirkung|änderung)\b",
    r"\b(?:ohne|kein(?:en)?) (?:erfolg|wirkung|besserung|änderung)\b",
    r"\b(?:weiterhin|immer noch|nach wie vor)\b.{0,50}\b(?:nicht|fehler|problem|gleich\w*|dasselbe)\b",
    r"\b(?:leider|trotzdem)\b.{0,40}\b(?:nicht|ohne|kein\w*)\b",
    r"\b(?:hielp|helpt|werkte|werkt)\b.{0,30}\b(?:niet|niets|geen)\b",
    r"\b(?:heeft|hebben|had|hadden)\b.{0,30}\b(?:niet|niets|geen)\b.{0,25}\b(?:geholpen|gewerkt|gebracht|uitgehaald|opgelost|verholpen|veranderd|effect|succes|resultaat|verschil|verbetering)\b",
    r"\b(?:zonder|geen) (?:succes|resultaat|effect|verschil)\b",
    r"\b(?:nog steeds|helaas)\b.{0,40}\b(?:niet|geen|dezelfde|hetzelfde|fout\w*|probleem)\b",
)

UNEXPLAINED = _cue(
    r"\b(?:still|really)? ?(?:do not|don't|did not|didn't) know (?:what|why|how) (?:caused|happened|it|this|that)\b",
    r"\b(?:weiß|wissen|wusste) (?:ich |wir )?(?:noch |immer noch |leider )?nicht,? (?:was|warum|woran|wieso)\b",
    r"\b(?:weet|weten) (?:ik |we |wij )?(?:nog (?:steeds )?|helaas )?niet (?:wat|waarom|waardoor|hoe)\b",
)

TRIED = _cue(
    r"\bi(?:'ve| have)? (?:also |already )?tried\b(?!.{0,80}\b(?:work(?:s|ed)|fixed|solved)\b)",
    r"\b(?:habe|haben|hab)\b.{0,60}\b(?:probiert|versucht|getestet)\b(?!.{0,60}\b(?:geht|funktioniert|geklappt)\b)",
    r"\bheb\b.{0,50}\b(?:geprobeerd|getest)\b(?!.{0,60}\b(?:werkt|lukte|gelukt)\b)",
)

BY_ITSELF = _cue(
    r"\b(?:fixed|solved|resolved|healed|corrected|sorted) itself\b",
    r"\b(?:went|gone|go) away (?:by itself|on its own|again)\b|\b(?:works?|working) (?:again )?(?:by itself|on its own)\b",
    r"\bvon (?:selbst|selber|allein|alleine) (?:wieder )?(?:gelöst|behoben|verschwunden|weg|gegangen|erledigt)\b",
    r"\b(?:geht|ging|läuft|lief|funktioniert|funktionierte) (?:jetzt |nun |plötzlich |wieder )*von (?:selbst|selber|allein|alleine)\b",
    r"\bvan(?:zelf| zelf) (?:weer )?(?:opgelost|verdwenen|weg|overgegaan|goed gekomen)\b",
    r"\bspontaan (?:weer )?(?:opgelost|verdwenen|goed)\b",
)
"""Nobody did anything: there is nothing that others could follow."""

NEGATED_HELP = _cue(
    r"\bnot (?:sure|certain) (?:why|if|what|how)\b",
    r"\bno idea\b",
    r"\bdon'?t know (?:why|what|how|if)\b",
    r"\bkeine ahnung\b",
    r"\bwei(?:ß|ss) (?:nicht|auch nicht)\b",
    r"\bgeen idee\b",
    r"\bweet niet\b",
)

REFERS_TO_ANSWER = _cue(
    r"\b(?:your|that|this|last|previous) (?:last |quick |kind )?(?:reply|answer|post|suggestions?|instructions?|advice|message|solution|help|tips?)\b",
    r"\b(?:suggest\w*|mentioned|posted|described|said|advice|solution|answer) (?:by \w+ )?(?:above|earlier|below)\b",
    r"\b(?:you|he|she|they) (?:suggested|said|mentioned|described|recommended|told me)\b",
    r"\b(?:ihr|ihre|ihren|dein|deine|deinen) (?:antwort|vorschlag|tipp|hinweis|rat|hilfe|anleitung)\w*\b",
    r"\b(?:uw|je|jouw) (?:antwoord|suggestie|tip|advies|hulp|uitleg)\b",
)
"""Somebody answers, or thanks for, what another one has said: the solution stands there."""

CONFIRMATION = _cue(
    r"^(?:verified|geprüft|gecontroleerd)\s*:",
    r"(?<!how )(?<!if )(?<!whether )(?<!way )\b(?:it|that|this|which|everything|all|problem|issue)\b(?:'s)?(?: \w+){0,2}? (?:works|worked|working|fixed|solved|resolved|did (?:it|the trick))\b(?! like)",
    r"\b(?:works?|working|runs?|connects?|prints?) (?:again|now|fine|perfectly|as (?:it should|expected|before)|great|well|properly|correctly)\b",
    r"\bback to normal\b",
    r"\b(?:problem|issue|error)\b.{0,20}\b(?:is|has|was|'s)?\s?(?:gone|disappeared|went away|fixed|solved|resolved)\b",
    r"\bno (?:more|further|longer any) (?:errors?|problems?|issues?|crash\w*)\b",
    r"\b(?:verified|confirmed|tested) (?:by|with|that|on|and|ok)\b",
    r"\bnow (?:it |everything |all |i can )?(?:works?|ok|okay|fine|loads?|opens?|starts?|connects?|prints?|sends?)\b",
    r"\b(?:funktioniert|geht|läuft|klappt|druckt|startet|verbindet)\b.{0,25}\b(?:wieder|jetzt|nun|einwandfrei|problemlos|tadellos|normal)\b",
    r"\b(?:jetzt|nun|seitdem|danach|wieder)\b.{0,30}\b(?:funktioniert|geht|läuft|klappt|druckt|startet|möglich|erreichbar|ok)\b",
    r"\b(?:problem|fehler|störung)\b.{0,25}\b(?:gelöst|behoben|weg|verschwunden|erledigt|tritt nicht mehr)\b",
    r"\b(?:hat|haben) (?:geholfen|geklappt|funktioniert|das problem)\b",
    r"\b(?:bestätigt|geprüft|getestet|verifiziert)\b(?!.{0,30}\b(?:ohne|kein))",
    r"\bkein(?:e)? (?:fehler|probleme|meldung) mehr\b",
    r"\b(?:werkt|doet|gaat|lukt|print|start)\b.{0,25}\b(?:weer|nu|goed|prima|naar behoren|normaal)\b",
    r"\b(?:nu|weer|daarna|sindsdien)\b.{0,30}\b(?:werkt|doet het|lukt|bereikbaar|goed|in orde)\b",
    r"\b(?:probleem|fout|storing|melding)\b.{0,25}\b(?:opgelost|verholpen|weg|verdwenen)\b",
    r"\b(?:heeft|dat) (?:geholpen|gewerkt)\b",
    r"\b(?:bevestigd|gecontroleerd|getest)\b(?!.{0,30}\b(?:zonder|geen))",
    r"\bgeen (?:fout\w*|problemen|meldingen) meer\b",
)

CAUSE = _cue(
    r"\b(?:because|caused by|cause[sd]? (?:was|is|the|this|it)|due to|owing to|as a result of|culprit|root cause|stems? from|result of)\b",
    r"\bthe (?:reason|problem|issue|cause|fault|trouble|error) (?:was|is|turned out|seems|appears|lies|came|comes)\b",
    r"\bturn(?:s|ed) out\b",
    r"\b(?:known|a) (?:bug|issue|limitation) (?:in|with|of)\b",
    r"\b(?:was|were|is|are|got|been|had been) (?:accidentally |wrongly |incorrectly )?"
    r"(?:disabled|blocked|corrupt(?:ed)?|expired|misconfigured|outdated|locked|revoked|damaged|full)\b",
    r"\bno longer supports?\b",
    r"\b(?:was|were) missing\b|\bthat (?:is|was) why\b",
    r"\b(?:this|that|it|which) (?:is|was) (?:a |an |the |probably |usually |likely )+(?:\S+ ){0,3}(?:error|bug|issue|problem|limitation|feature|change|setting|default)\b",
    r"\bconflict(?:s|ed|ing)? (?:with|between)\b",
    r"\binterfer(?:es?|ed|ing|ence) with\b",
    r"\bbroken by\b",
    r"\b(?:ursache|auslöser|grund|schuld)\b",
    r"\b(?:weil|verursacht|aufgrund|wegen|infolge|bedingt durch|deshalb|deswegen|dadurch|wodurch|fehlten?)\b",
    r"\b(?:lag|liegt|liegen) (?:es )?(?:wohl |vermutlich )?(?:an|am|daran)\b",
    r"\bstellte sich heraus\b",
    r"\b(?:bekannter (?:fehler|bug)|war(?:en)? (?:abgelaufen|deaktiviert|gesperrt|blockiert|beschädigt|veraltet|falsch|voll|defekt))\b",
    r"\b(?:abgelaufen(?:e[sn]?)?|defekt(?:e[rsn]?)?|beschädigt(?:e[rsn]?)?|fehlerhaft(?:e[rsn]?)?|veraltet(?:e[rsn]?)?) (?:war|waren|ist|sind|zertifikat|profil|treiber|kabel|eintrag)\b",
    r"\b(?:oorzaak|doordat|omdat|vanwege|wegens|veroorzaakt|door een|(?:komt|kwam) door\s+\w+|lag aan|ligt aan|ten gevolge van|daardoor|waardoor|hierdoor|ontbrak(?:en)?)\b",
    r"\bbleek\b",
    r"\b(?:was|waren|is|zijn) (?:verlopen|uitgeschakeld|geblokkeerd|beschadigd|verouderd|verkeerd|vol|defect|corrupt)\b",
    r"\bbekend probleem\b",
)

LEADS_TO_ERROR = re.compile(
    r"(?:->|=>|→)\s*(?:(?:fehler|error|fout)\s)?(?:0x[0-9a-f]{3,}|[A-Z]{2,}-?\d+|\d{3,5})\W*$",
    re.IGNORECASE,
)
"""Ends with an arrow to the error that came of it."""

LACKED = _cue(
    r"\b(?:fehlten?|ontbrak(?:en)?|(?:was|were) missing)\b.{0,20}\b(?:weil|da|because|omdat|doordat)\b",
    r"\b(?:had|hadden|hatten?|didn'?t have)\b.{0,30}\b(?:geen|kein\w*)\b",
    r"\b(?:war|waren)\b.{0,60}\bnicht\b.{0,40}\b(?:eingetragen|eingerichtet|installiert|aktiviert|zugewiesen|freigegeben|angelegt)\b",
    r"\b(?:war|waren)\b.{0,60}\b(?:ausgeschaltet|abgeschaltet|deaktiviert|verschoben|überschrieben|gelöscht)\b\W*(?:\(.*)?$",
    r"\bhad been (?:switched|moved|changed|removed|disabled|renamed|overwritten)\b",
)
"""Says what was not there, or had been done before, whatever its verb."""

NOT_TO_DO = _cue(r"\b(?:nicht|niet|not) (?:gemacht|getan|gedaan|done)\s*:")

NOT_DONE = _cue(
    r"\bnicht (?:geändert|gesetzt|angepasst|umgestellt|gelöscht|entfernt|angefasst)\b",
    r"\bniet (?:gewijzigd|aangepast|ingesteld|veranderd|verwijderd|aangeraakt)\b",
    r"\bnot (?:been )?(?:changed|set|modified|altered|touched|removed|deleted)\b",
)

DENIES = _cue(
    r"^(?:i|we)(?:'m| am)? (?:don'?t|do not|didn'?t|did not|can'?t|cannot|won'?t|haven'?t|never|presume|guess|suppose|doubt|wonder)\b",
    r"^(?:and |but |so |also |now )?(?:i|we) (?:(?:think|imagine|hope) (?:that )?(?:i|we)|am going to|have no|had no|would (?:also )?note|wish)\b",
    r"^(?:(?:just|only) saying,? |i think |maybe |perhaps |well,? )?(?:it|they|that|this) (?:might|may|could|would)\b",
    r"^(?:ich sage nur,? |vielleicht )?(?:es|das|dies) (?:könnte|würde|dürfte)\b",
    r"^(?:misschien )?(?:het|dat|dit) (?:zou|zal wel)\b",
    r"^if you (?:check|look|see)\b.{0,80}\byou (?:will |can |'ll )?(?:see|find|notice)\b",
    r"^(?:ich|wir) (?:habe|haben|kann|können|benutze|nutze)\b.{0,30}\b(?:nicht|kein\w*)\b",
    r"^(?:ik|we|wij) (?:heb|hebben|kan|gebruik)\b.{0,30}\b(?:niet|geen)\b",
)

SYMPTOM = _cue(
    r"\b(?:can'?t|cannot|can not|couldn'?t|unable to|won'?t|doesn'?t|does not|didn'?t|isn'?t|aren'?t|not (?:working|able|showing|loading|receiving|possible))\b",
    r"\b(?:fail(?:s|ed|ing|ure)?|errors?|crash\w*|freez\w*|frozen|hangs?|hung|stuck|missing|disappeared|lost|vanished|gone|slow|broken|wrong|blank|empty|black|corrupt\w*"
    r"|stopped|keeps?|rejected|refused|denied|timed? ?out|duplicat\w*|problem|issue|unexpected\w*|suddenly|no longer|invisible|message says)\b",
    r"\b(?:kann|können|lässt sich|geht|funktioniert|startet|öffnet|druckt|lädt|findet|reagiert|verbindet|erscheint)\b.{0,60}\b(?:nicht|keine?n?|nichts|nur noch)\b",
    r"\b(?:fehler\w*|absturz|abstürz\w*|stürzt|hängt|friert|langsam|verschwunden|fehlt|fehlen|kaputt|abgelehnt|verweigert|meldung|problem\w*|störung|leer|plötzlich|seit|zeitüberschreitung|nicht mehr)\b",
    r"\b(?:kan|kunnen|lukt|werkt|start|opent|print|laadt|reageert|verschijnt|doet)\b.{0,60}\b(?:niet|geen|niets)\b",
    r"\b(?:fout\w*|foutmelding|crasht|loopt vast|vastgelopen|hangt|traag|verdwenen|ontbreekt|kapot|geweigerd|melding|probleem|storing|leeg|plotseling|ineens|sinds|niet meer)\b",
)

RECENT_CHANGE = _cue(
    r"\b(?:since|after)\b.{0,40}\b(?:updat\w+|upgrad\w+|install\w+|migrat\w+|chang\w+|mov\w+|switch\w+|patch\w*)\b",
    r"\b(?:seit|nach)\b.{0,40}\b(?:update|upgrade|umstellung|umzug|installation|aktualisierung|wechsel|migration|patch)\w*\b",
    r"\b(?:sinds|na)\b.{0,40}\b(?:update|upgrade|installatie|verhuizing|migratie|overstap|wijziging|patch)\w*\b",
)

_ACTION_EN = (
    r"re-?start(?:ed|ing)?|re-?boot(?:ed|ing)?|re-?install(?:ed|ing)?|install(?:ed|ing)?|uninstall(?:ed|ing)?|updat(?:e|ed|ing)|upgrad(?:e|ed|ing)"
    r"|downgrad(?:e|ed|ing)|chang(?:e|ed|ing)|set(?:ting)?|enabl(?:e|ed|ing)|disabl(?:e|ed|ing)|turn(?:ed|ing)? (?:it |them )?(?:on|off)"
    r"|switch(?:ed|ing)?|click(?:ed|ing)?|select(?:ed|ing)?|choos(?:e|ing)|chose|(?:re-?)?open(?:ed|ing)?|clos(?:e|ing)|delet(?:e|ed|ing)|remov(?:e|ed|ing)|add(?:ed|ing)?"
    r"|creat(?:e|ed|ing)|renam(?:e|ed|ing)|mov(?:e|ed|ing)|replac(?:e|ed|ing)|reset(?:ting)?|clear(?:ed|ing)?|un-?check(?:ed|ing)?|un-?tick(?:ed|ing)?|check(?:ed|ing)?|tick(?:ed|ing)?"
    r"|run(?:ning)?|ran|execut(?:e|ed|ing)|edit(?:ed|ing)?|configur(?:e|ed|ing)|unlock(?:ed|ing)?|grant(?:ed|ing)?|assign(?:ed|ing)?|map(?:ped|ping)?|flush(?:ed|ing)?"
    r"|repair(?:ed|ing)?|restor(?:e|ed|ing)|cop(?:y|ied|ying)|import(?:ed|ing)?|export(?:ed|ing)?|sign(?:ed)? (?:in|out)|log(?:ged)? (?:in|out|on|off)"
    r"|us(?:e|ed|ing)|go(?:ing)? (?:to|into)|went (?:to|into)|press(?:ed|ing)?|right-?click(?:ed|ing)?|unplug(?:ged|ging)?|plug(?:ged|ging)?|swap(?:ped|ping)?|kill(?:ed|ing)?"
    r"|stop(?:ped|ping)?|start(?:ed|ing)?|revert(?:ed|ing)?|roll(?:ed|ing)? back|white-?list(?:ed|ing)?|exclud(?:e|ed|ing)|exception|allow(?:ed|ing)?|unblock(?:ed|ing)?"
    r"|extend(?:ed|ing)?|increas(?:e|ed|ing)|renew(?:ed|ing)?|re-?creat(?:e|ed|ing)|re-?enter(?:ed|ing)?|enter(?:ed|ing)?|type|hit|drag(?:ged|ging)?|drop|look in|find|download(?:ed|ing)?"
    r"|compact(?:ed|ing)?|rebuild(?:ing)?|rebuilt|re-?index(?:ed|ing)?|subscrib(?:e|ed|ing)|unsubscrib(?:e|ed|ing)|adjust(?:ed|ing)?|expand(?:ed|ing)?|apply|applied|save[d]?|scroll|expose|hover|refresh(?:ed|ing)?"
    r"|re-?connect(?:ed|ing)?|disconnect(?:ed|ing)?|re-?join(?:ed|ing)?|re-?register(?:ed|ing)?|authenticat(?:e|ed|ing)|authori[sz](?:e|ed|ing)|clean(?:ed|ing)?|purg(?:e|ed|ing)|modify|modified|correct(?:ed|ing)|exit|quit|try|request(?:ed|ing)?|issued|sync(?:ed|ing|hroni[sz]ed?)?|deploy(?:ed|ing)?|rebind|bind|bound|insert(?:ed|ing)?|pull(?:ed|ing)?|provision(?:ed|ing)?|toggl(?:e|ed|ing)|redirect(?:ed|ing)?|re-?configur(?:e|ed|ing)|go back|return to|merg(?:e|ed|ing)|mark|look under|hold|navigate|access|paste[d]?|hide|show|tap|zoom|made|delegat(?:e|ed|ing)|link(?:ed|ing)?|attach(?:ed|ing)?|increase|reduce[d]?|limit(?:ed|ing)?|separat(?:e|ed|ing)|convert(?:ed|ing)?|transfer(?:red|ring)?|sort(?:ed|ing)?|filter(?:ed|ing)?|format(?:ted|ting)?|hid|unhide|pin(?:ned|ning)?"
)
_ACTION_DE = (
    r"(?:neu ?)?gestartet|neu ?starten|neustart\w*|installier\w*|deinstallier\w*|neuinstall\w*|aktualisier\w*|geändert|ändern|ändere|umgestellt|umstellen|gesetzt|setzen|setze|stellen|stelle|eingestellt|einstellen"
    r"|aktivier\w*|deaktivier\w*|gelöscht|löschen|lösche|entfern\w*|hinzugefügt|hinzufügen|angelegt|anlegen|erstell\w*|umbenannt|umbenennen|verschoben|verschieben|ersetz\w*|ausgetauscht"
    r"|austauschen|getauscht|zurückgesetzt|zurücksetzen|geleert|leeren|ausgeführt|ausführen|führen|konfigurier\w*|freigeschaltet|freischalten|entsperr\w*|zugewiesen|zuweisen|eingetragen|eintragen|wiederhergestellt"
    r"|kopier\w*|öffnen|öffne|geöffnet|klick\w*|angeklickt|auswählen|wählen|wähle|ausgewählt|anhaken|haken|wechseln|gewechselt|verwenden|verwende|nutzen|drücken|drücke|gedrückt|starten|starte|stoppen|gestoppt|beenden|beendet"
    r"|erneuer\w*|verläng\w*|erhöh\w*|angepasst|anpassen|freigegeben|freigeben|abgemeldet|abmelden|angemeldet|anmelden|eingegeben|eingeben|ausgeschaltet|ausschalten|abgeschaltet|abschalten|eingeschaltet|einschalten|getrennt|verbunden|neu verbinden|bereinigt|bereinigen|korrigier\w*|importier\w*|exportier\w*|gehen sie|gehe|registrier\w*|getauscht|gepatcht|eingespielt|einspielen|zugeordnet|zuordnen|hinterlegt|hinterlegen|umgehen|beantrag\w*|angefordert|anfordern|bestellt|erteilt|vergeben|gebunden|verknüpft|neu verknüpf\w*|gelockert|geschlossen|schließen|ausgeblendet|eingeblendet|ausgestellt|ausgerollt|verteilt|abgesteckt|angesteckt|eingesteckt|gezogen|reinigen|gereinigt|synchronisier\w*"
)
_ACTION_NL = (
    r"(?:opnieuw )?(?:op)?gestart|opnieuw (?:op)?starten|start \w+ opnieuw|herstart\w*|(?:ge)?(?:her)?installeer[dt]?|installeren|geïnstalleerd|verwijder\w*|bijgewerkt|bijwerken|updaten|geüpdatet|gewijzigd|wijzig\w*|veranderd?|ingesteld|instellen|ingeschakeld|inschakelen|uitgeschakeld"
    r"|uitschakelen|heropen\w*|schakel|aangezet|uitgezet|zet|zetten|klik\w*|geklikt|openen|geopend|selecteer|selecteren|kies|kiezen|gekozen|toegevoegd|toevoegen|voeg|aangemaakt|aanmaken|maak|hernoem\w*|hernoemd|verplaats\w*|vervang\w*|gereset|resetten|reset|geleegd|legen|gewist|wissen|wis"
    r"|uitgevoerd|uitvoeren|voer|geconfigureerd|configureren|configureer|ontgrendel\w*|gedeblokkeerd|deblokkeren|toegekend|toekennen|toegewezen|teruggezet|terugzetten|kopieer|kopiëren|gekopieerd|gestopt|stoppen|vernieuw\w*|verleng\w*|verhoog\w*|aangepast|aanpassen|vrijgegeven|gekoppeld|koppelen|ontkoppeld"
    r"|afgemeld|afmelden|aangemeld|aanmelden|ingevoerd|invoeren|ga naar|ga|gebruik|gebruiken|druk|vink|aangevinkt|uitgevinkt|geïmporteerd|importeer|opgeschoond|opschonen|losgekoppeld|aangesloten|omgewisseld|gecorrigeerd|aangevraagd|aanvragen|uitgerold|gesynchroniseerd|synchroniseer|schoongemaakt|besteld|afgesloten|sluit|verleend|toegestaan|hersynchroniseer|overgezet|overzetten"
)
ACTION = re.compile(
    rf"(?<![\w-])(?:{_ACTION_EN}|{_ACTION_DE}|{_ACTION_NL})(?![\w-])", re.IGNORECASE
)

EXACT = re.compile(
    r"""[\w)]\s?(?:->|→|=>|»|›|>)\s?[\w(&"']          # a path through menus
      | (?<![<\w/])/(?:etc|var|usr|opt|home|tmp|srv|mnt)/\S+ | [A-Za-z]:\\[\w$%] | \\\\[\w.-]+\\\w
      | ["“„'‘`][^"”“'’`\n]{2,60}["”“'’`]           # something quoted
      | `[^`\n]{2,400}`                             # a command in the sentence
      | \b(?:HKLM|HKCU|HKEY_\w+)\b
      | \b\w+(?:\.\w+){2,}\b(?!@) | \b[a-z]+\.[a-z_]*[A-Z_]\w* | \b[A-Z][\w&-]+/(?:[A-Z][\w&. -]+/)*[A-Z]\w+ | \b[\w-]+\.(?:exe|dll|ini|cfg|conf|msi|sys|json|xml|ps1|bat|js|css|msf|reg|log|msc|cpl|inf|ost|pst|yml|yaml|sh|py|service|admx|rdp)\b
      | \bport:?\s\d{2,5}\b | \b(?:SSL/TLS|STARTTLS|OAuth2?)\b | \b\w+=\S+
      | (?<!\w)--?[a-z][\w-]+\b | (?<!\w)/[a-z]+\b(?=\s|$) | \b(?:KB|CVE-)\d{4,}\b | \b0x[0-9A-Fa-f]{4,}\b
      | \b(?:Strg|Ctrl|Alt|Shift|Umschalt)\s?[+-]\s?\w+
    """,
    re.VERBOSE,
)

VERSION = re.compile(
    r"""\b(?:
        (?:v|version|versie|build|release|rev)\.?:?\s?\d+(?:[.\-]\d+)*\w* |
        \d+\.\d+(?:\.\d+)+\w*(?!\.[x*])
      | (?:windows|win|macos|mac\sos\s?x?|os\sx|ubuntu|debian|fedora|rhel|suse|opensuse|linux\smint|android|ios|office|exchange|outlook|sql\sserver|word|excel)
          \s(?:server\s)?\d+(?:\.\d+)*(?:\s?[hH]\d)?
      | windows\s(?:xp|vista) | (?:microsoft|office)\s?365
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)

QUESTION_START = _cue(
    r"^(?:and |but |so |or |also,? |ok,? )?(?:what|which|where|when|who|why|how|is|are|was|were|do|does|did|have|has|can|could|would|will|should|any)\b",
    r"^(?:und |aber )?(?:was|welche\w*|wo|wann|wer|warum|wie|ist|sind|haben|hat|können|kann|könnten|wurde|gibt)\b",
    r"^(?:en |maar )?(?:wat|welke?|waar|wanneer|wie|waarom|hoe|is|zijn|heeft|hebt|kan|kunt|kun|kunnen|zou|werkt)\b",
)
SUGGESTS = _cue(
    r"\b(?:have|did) you (?:tried|try|checked|considered)\b",
    r"\b(?:can|could|would|will) you (?:please )?(?:try|check|open|remove|delete|run|restart|disable|enable)\b",
    r"\b(?:what happens|does it (?:work|help)|does (?:this|that) (?:work|help)) (?:if|when)\b",
    r"\bhow about\b",
    r"\bwhy (?:not|don'?t you)\b",
    r"\b(?:haben sie|hast du|habt ihr)\b.{0,50}\b(?:versucht|probiert|geprüft)\b",
    r"\b(?:können sie|kannst du|könnten sie)\b.{0,20}\b(?:bitte|mal|einmal)\b",
    r"\b(?:heeft u|heb je|hebt u)\b.{0,50}\b(?:geprobeerd|gecontroleerd)\b",
    r"\b(?:kunt u|kun je|kan je|wilt u)\b.{0,20}\b(?:eens|even|proberen)\b",
)
LINK_ONLY = re.compile(
    r"^\W*(?:(?:see|siehe|zie):?\s+)?(?:(?:https?://\S+|<question-link>)\s*)+\W*$", re.IGNORECASE
)
OUTCOME_WORDS = re.compile(
    r"""^(?:user'?s?|users|kunde[n]?|kundin|anwender\w*|benutzer\w*|gebruikers?|klant|melder|requester|customer|caller|he|she|they|er|sie|hij|zij|we|i|ich|wir|ik
      |the|a|an|is|was|are|were|has|have|been|be|it|its|it's|this|that|all|everything|again|now|ok|okay|fine|good|done|fixed|solved|resolved|closed|completed|sorted|working|works?|worked|problem|issue|ticket|case|incident
      |by|via|per|on|in|at|with|phone|telefon\w*|call|remote|session|teamviewer|anydesk|to|for|and|successfully|thanks?|today|please|yes|no|my|his|her|their
      |der|die|das|den|dem|des|ein|eine|ist|sind|war|wurde|wurden|wird|hat|haben|es|alles|wieder|jetzt|nun|erledigt|behoben|gelöst|geht|läuft|funktioniert|klappt|fertig|geklärt|problem\w*|fehler|störung|anliegen|anfrage|vorgang|fall|telefonisch|fernwartung|und|mit|für|beim|bei|am|im|vor|ort|gemeinsam|erfolgreich|danke|bitte
      |de|het|een|zijn|heeft|hebben|weer|nu|opgelost|verholpen|gereed|klaar|afgehandeld|gesloten|werkt|doet|gaat|goed|orde|probleem|storing|melding|verzoek|telefonisch|op|afstand|met|voor|bij|en|u|uw)$""",
    re.IGNORECASE | re.VERBOSE,
)
VAGUE = re.compile(
    r"^(?:adjusted|checked|changed|updated|configured|corrected|cleaned|applied|set|used|done|run|ran|try|tried|contact\w*|angepasst|geprüft|überprüft|geändert|korrigiert|bereinigt"
    r"|eingestellt|aangepast|gecontroleerd|gewijzigd|gecorrigeerd|ingesteld|correctly|accordingly|entsprechend|settings?|configuration|einstellung(?:en)?|konfiguration|instelling(?:en)?)$",
    re.IGNORECASE,
)
"""Actions that nobody can repeat without being told on what."""
WORD = re.compile(r"[^\W\d_][\w'’-]*|\d[\w.:-]*")
_NAMED = r"(?:,? (?:team|all|everyone|everybody|there|zusammen|kollegen|allemaal|collega's|(?-i:@?[A-ZÄÖÜ])[\w.'’-]+)){0,2}"
INTERJECTION = re.compile(
    rf"^(?:(?:(?:hi|hello|hey|hallo|hoi|dag|moin|dear|beste|geachte|sehr geehrte[r]? (?:herr|frau)|liebe[r]?|guten (?:tag|morgen)|goede(?:morgen|middag|ndag))(?:{_NAMED}\s?[,!.:-]+| (?-i:[A-ZÄÖÜ])[\w-]+ (?=(?-i:[A-ZÄÖÜ])))"
    rf"|(?:many thanks|thanks?(?: you)?|thanx|thx|danke|vielen dank|bedankt|dank je|dank u|ok(?:ay)?|yes|no|yep|ja|nein|nee|well|great|super|prima|perfect|so|ah|oh|hmm|fyi|top|sorry){_NAMED}(?:[,!.:;]| ?[-–] ?)+)\s*)+",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Act:
    """What a sentence does; several may hold at once."""

    small_talk: bool
    """A greeting, thanks, a promise to report back, a plea for help."""
    link: bool
    """Nothing but addresses of pages."""
    dead_end: bool
    """Says that something did not help."""
    tried: bool
    """Tells an attempt without saying that it worked."""
    question: bool
    suggests: bool
    """A question that is advice: have you tried …?"""
    confirms: bool
    explains: bool
    complains: bool
    instructs: bool
    exact: bool
    """Names a command, path, menu, setting or value."""
    content: int
    """How many words say more than that it is done."""


@lru_cache(maxsize=20_000)
def read(sentence: str) -> Act:
    """Judge one sentence on its own."""
    text = " ".join(sentence.split())
    suggests = bool(SUGGESTS.search(text))
    question = text.endswith("?") or (bool(QUESTION_START.match(text)) and "?" in text)
    acts = bool(ACTION.search(text))
    instructs = acts and not (DENIES.match(text) or _left_alone(text))
    exact = bool(EXACT.search(text))
    confirms = bool(CONFIRMATION.search(text)) and not question
    failed = _failed(text) and not (confirms and instructs)
    dead_end = failed or (bool(UNEXPLAINED.search(text)) and not acts)
    return Act(
        small_talk=_small_talk(text, exact=exact, instructs=instructs, confirms=confirms),
        link=bool(LINK_ONLY.match(text)),
        dead_end=dead_end,
        tried=bool(TRIED.search(text)),
        question=question and not suggests,
        suggests=suggests,
        confirms=confirms and not dead_end,
        explains=_explains(text) and not question,
        complains=bool(SYMPTOM.search(text)),
        instructs=instructs,
        exact=exact,
        content=len(content_words(text)),
    )


def _left_alone(text: str) -> bool:
    """Whether it only says what was not done: a warning, and no step."""
    return bool(NOT_TO_DO.search(text)) or (
        bool(NOT_DONE.search(text)) and not ACTION.search(NOT_DONE.sub("", text))
    )


def _failed(text: str) -> bool:
    """Whether nothing came of it; "X did not help; Y replaced" tells what did."""
    rest = text.rpartition(";")[2]
    then_done = rest != text and ACTION.search(rest) and not DEAD_END.search(rest)
    return bool(DEAD_END.search(text)) and not then_done


def _explains(text: str) -> bool:
    leads_on = text.endswith(":") or bool(SUGGESTS.search(text))
    return bool(CAUSE.search(text)) and not leads_on and not NEGATED_HELP.search(text)


def _small_talk(text: str, *, exact: bool, instructs: bool, confirms: bool) -> bool:
    if GREETING.match(text):
        return True
    polite = THANKS.search(text) or FILLER.search(text)
    if not polite:
        return False
    rest = content_words(INTERJECTION.sub("", text))
    long = len(rest) > LONG_SENTENCE
    return not (exact or confirms or (instructs and long))


LONG_SENTENCE = 14
"""Words; a longer sentence with thanks in it also says something else."""


def content_words(text: str) -> list[str]:
    """The words that say more than who, and that it is done."""
    return [word for word in WORD.findall(text) if not OUTCOME_WORDS.match(word)]


class Label(StrEnum):
    """What a closing note writes before a part of it; an article has a heading there."""

    CAUSE = "cause"
    SOLUTION = "solution"
    CHECK = "check"
    VERSION = "version"


_LABELS = {
    Label.CAUSE: "(?:root )?cause|reason|ursache|grund|oorzaak|reden",
    Label.SOLUTION: "(?:re)?solution|resolution|fix|(?:exact )?command or setting|lösung|behebung"
    "|befehl oder einstellung|oplossing|opdracht of instelling",
    Label.CHECK: "verified|verification|geprüft|prüfung|gecontroleerd|controle",
    Label.VERSION: "versions?|versionen|versies?|environment|umgebung|omgeving",
}
LABELS = {
    label: re.compile(rf"\s*(?:{words})\s*:\s*(?=\S)", re.IGNORECASE)
    for label, words in _LABELS.items()
}


_BEGUN = {
    Label.SOLUTION: re.compile(
        rf"\s*(?:{_LABELS[Label.SOLUTION]})\b[^\n]{{0,80}}?:(?:\s|$)", re.IGNORECASE
    ),
    Label.CHECK: re.compile(
        r"\s*(?:verified|tested|geprüft|getestet|gecontroleerd|getest)\s"
        r"(?:by|with|from|on|in|at|durch|mit|von|auf|an|am|bei|door|met|vanaf|vanuit|op|bij)\b",
        re.IGNORECASE,
    ),
}
"""Beginnings that say the same as a label and more: "Fix as administrator:", "Verified with"."""


def label(sentence: str) -> Label | None:
    """What stands before the sentence, if anything."""
    known = [*LABELS.items(), *_BEGUN.items()]
    return next((name for name, written in known if written.match(sentence)), None)


def opening(sentence: str) -> int:
    """How many characters of greeting, thanks, yes or label stand before what is said."""
    match = INTERJECTION.match(sentence)
    start = match.end() if match and match.end() < len(sentence) else 0
    for name, written in LABELS.items():
        if name is not Label.VERSION and (match := written.match(sentence, start)):
            return match.end()
    return start
