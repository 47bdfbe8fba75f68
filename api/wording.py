"""Codes of the inside in the words of people."""

from collections.abc import Callable, Mapping

from indexer.confidence import Band, Confidence
from indexer.search import Why
from kb.escalation_rules import Fact
from kb.models import (
    AuthorRole,
    DocumentKind,
    Impact,
    Licence,
    MembershipOrigin,
    OrganisationKind,
    Role,
    Verdict,
)
from kb.why import Because, Rule, Term

Translate = Callable[[str], str]


def same(text: str) -> str:
    """The English of the source, for doors without a language."""
    return text


def section(code: str, _: Translate = same) -> str:
    """The name of a section of a draft."""
    return {
        "title": _("Title"),
        "issue": _("Issue"),
        "environment": _("Environment"),
        "cause": _("Cause"),
        "resolution": _("Resolution"),
        "verification": _("Verification"),
    }.get(code, code)


def origin(part: str, _: Translate = same) -> str:
    """Which text of a ticket a piece of evidence is from."""
    return {
        "title": _("its title"),
        "description": _("its description"),
        "environment": _("its environment"),
        "item": _("its configuration item"),
        "resolution": _("its resolution"),
        "message": _("a message"),
    }.get(part, part)


def state(code: str, _: Translate = same) -> str:
    """Where a ticket or an article stands."""
    return {
        "open": _("open"),
        "pending": _("pending"),
        "resolved": _("resolved"),
        "closed": _("closed"),
        "draft": _("draft"),
        "published": _("published"),
        "rejected": _("rejected"),
        "archived": _("archived"),
    }.get(code, code)


def column(code: str, _: Translate = same) -> str:
    """A column of a ticket."""
    return {
        "id": _("Number"),
        "title": _("Title"),
        "description": _("Description"),
        "opened_at": _("Opened"),
        "updated_at": _("Updated"),
        "closed_at": _("Closed"),
        "state": _("State"),
        "level": _("Support level"),
        "version": _("Version in the source"),
        "link": _("Link"),
        "environment": _("Environment"),
        "queue": _("Queue"),
        "organisation": _("Company"),
        "category": _("Category"),
        "item": _("Configuration item"),
        "language": _("Language"),
        "resolution": _("Resolution"),
        "close_code": _("Closing code"),
        "audience": _("Audience"),
        "messages": _("Messages"),
    }.get(code, code)


def remark(kind: str, _: Translate = same) -> str:
    """What a remark on an article is."""
    return {
        "comment": _("comment"),
        "edits_suggested": _("edits suggested"),
        "flag": _("flagged by a reader"),
        "confirmed": _("looked at, still right"),
    }.get(kind, kind)


def happening(kind: str, _: Translate = same) -> str:
    """What another system is told of."""
    return {
        "article.published": _("article published"),
        "article.changed": _("article changed"),
        "article.retired": _("article retired"),
        "draft.ready": _("draft ready for review"),
    }.get(kind, kind)


def author(role: AuthorRole, _: Translate = same) -> str:
    """Who wrote a message, where the source gives no name."""
    return {
        AuthorRole.REQUESTER: _("requester"),
        AuthorRole.AGENT: _("agent"),
        AuthorRole.CONTRACTOR: _("contractor"),
        AuthorRole.SYSTEM: _("system"),
        AuthorRole.UNKNOWN: _("unknown"),
    }[role]


def reason(why: Why, _: Translate = same) -> str:
    """Why something was found, as the end of "found because it …"."""
    parts = {
        "problem": _("the problem"),
        "discussion": _("the discussion"),
        "resolution": _("the resolution"),
        "article": _("the article"),
    }
    sentences = {
        "same_identifier": _("names {detail} too"),
        "same_item": _("concerns {detail} too"),
        "same_meaning": _("means the same in {part}"),
        "same_words": _("shares words with {part}"),
        "other_language": _("is written in another language ({detail})"),
        "solved": _("is solved"),
        "solved_before": _("has solved other cases ({detail})"),
    }
    pattern = sentences.get(why.code, why.code.replace("_", " "))
    return pattern.format(detail=why.detail, part=parts.get(why.detail, why.detail))


def role(code: Role, _: Translate = same) -> str:
    """What somebody may do."""
    return {
        Role.READER: _("reader"),
        Role.FIRST_LEVEL: _("first-level agent"),
        Role.SECOND_LEVEL: _("second-level engineer"),
        Role.PUBLISHER: _("publisher"),
        Role.COACH: _("coach"),
        Role.ADMINISTRATOR: _("administrator"),
        Role.AUDITOR: _("auditor"),
    }[code]


def licence(code: Licence, names: Mapping[Licence, str], _: Translate = same) -> str:
    """How far somebody's word on articles goes, as the house calls it."""
    return (
        names.get(code)
        or {
            Licence.CANDIDATE: _("candidate: others publish"),
            Licence.CONTRIBUTOR: _("contributor: publishes for our own company"),
            Licence.PUBLISHER: _("publisher: publishes for everybody"),
            Licence.COACH: _("coach: gives licences too"),
        }[code]
    )


def scope(code: str, _: Translate = same) -> str:
    """What a token may be used for."""
    return {
        "read": _("read"),
        "write": _("write tickets"),
        "drafts": _("edit and publish drafts"),
        "figures": _("read figures"),
        "sign_in": _("sign in"),
        "admin": _("administer"),
        "scim": _("keep people and teams (SCIM)"),
        "feed": _("read feeds by their address"),
    }.get(code, code)


def company_kind(kind: OrganisationKind, _: Translate = same) -> str:
    """What a company is to us."""
    return {
        OrganisationKind.OWN: _("our own company"),
        OrganisationKind.CONTRACTOR: _("contractor"),
        OrganisationKind.CUSTOMER: _("customer"),
    }[kind]


def document_kind(kind: DocumentKind, _: Translate = same) -> str:
    """What may be found, as a row of figures."""
    return {
        DocumentKind.TICKET: _("Tickets that may be found"),
        DocumentKind.INTERNAL: _("of them as they are, beside the cleaned ones"),
        DocumentKind.ARTICLE: _("Articles that may be found"),
    }[kind]


def let_in_by(origin: MembershipOrigin, _: Translate = same) -> str:
    """Who let somebody into a team."""
    return {
        MembershipOrigin.HAND: _("an administrator"),
        MembershipOrigin.PROVIDER: _("the sign-in provider"),
        MembershipOrigin.DIRECTORY: _("the directory"),
    }[origin]


def part(code: str, _: Translate = same) -> str:
    """What a rule was asked about."""
    return {
        "ticket": _("Ticket"),
        "internal messages": _("Internal messages"),
        "article": _("Article"),
    }[code]


def because(found: Because, _: Translate = same) -> str:
    """A rule that lets somebody see something, or not; its terms are said apart."""
    return {
        Rule.DISABLED: _("the person is disabled"),
        Rule.TIME: _("the person has access for a time"),
        Rule.PERSON: _("granted to the person"),
        Rule.ORGANISATION: _("granted to the organisation {name}"),
        Rule.TEAM: _("granted to the team {name}"),
        Rule.ROLE: _("every administrator is in it"),
        Rule.NOTHING: _("nothing lets them into {name}"),
    }[found.rule].format(name=found.name)


def term(found: Term, _: Translate = same) -> str:
    """What happens at a time, which is said after it."""
    if found.begins:
        return _("membership begins")
    if found.of_membership:
        return _("membership ended") if found.over else _("membership ends")
    return _("ended") if found.over else _("ends")


def certainty(confidence: Confidence, _: Translate = same) -> str:
    """What to expect of an answer."""
    return {
        Band.LIKELY: _("a likely solution was found"),
        Band.RELATED: _("related cases were found, none that is likely to be the same"),
        Band.NOTHING: _("nothing good was found"),
    }[confidence.band]


def impact(code: Impact, _: Translate = same) -> str:
    """How many people a fault stops."""
    return {
        Impact.PERSON: _("one person"),
        Impact.TEAM: _("a team"),
        Impact.SITE: _("a site"),
        Impact.COMPANY: _("the whole company"),
    }[code]


def fact(code: Fact, _: Translate = same) -> str:
    """What a packet holds, as a question."""
    return {
        Fact.AFFECTED: _("Who is affected?"),
        Fact.SINCE: _("Since when?"),
        Fact.DEVICE: _("Which device or system?"),
        Fact.ENVIRONMENT: _("Which product and version?"),
        Fact.ERROR: _("Which error message exactly?"),
        Fact.STEPS: _("How can it be repeated?"),
        Fact.CONTACT: _("Who can be asked, and how?"),
    }[code]


def outcome(code: str, _: Translate = same) -> str:
    """What came of a step that had to be tried."""
    return {
        "no_help": _("done, it did not help"),
        "impossible": _("could not be done"),
    }.get(code, code)


def verdict(code: Verdict, _: Translate = same) -> str:
    """What somebody said of something found or read."""
    return {
        Verdict.SOLVED: _("this solved it"),
        Verdict.NOT_THIS: _("not this"),
        Verdict.HELPFUL: _("helpful"),
        Verdict.NOT_HELPFUL: _("not helpful"),
        Verdict.OPENED: _("opened"),
    }[code]


def way(code: str, _: Translate = same) -> str:
    """What figures are told apart by."""
    return {
        "team": _("Team"),
        "language": _("Language"),
        "company": _("Company"),
        "month": _("Month"),
    }.get(code, code)


def figure(code: str, _: Translate = same) -> str:
    """The name of a figure."""
    return {
        "tickets_in": _("tickets in"),
        "solved": _("solved"),
        "solved_first": _("solved at first level"),
        "escalations": _("escalations"),
        "avoidable": _("avoidable escalations"),
        "link_rate": _("link rate"),
        "reused": _("solved with an article that was there"),
        "days_to_publish": _("days to publish"),
        "unanswered": _("searches without result"),
    }.get(code, code)


def meaning(code: str, _: Translate = same) -> str:
    """What a figure counts."""
    return {
        "tickets_in": _("Tickets that were opened in this time."),
        "solved": _("Tickets that were solved or closed in this time."),
        "solved_first": _("Of the solved ones, those that stand at level 1."),
        "escalations": _("How often a ticket was handed over here in this time."),
        "avoidable": _(
            "Of the escalations, those where an article or a case that solved the ticket later "
            "was among the first ten hits of a search for it at that time."
        ),
        "link_rate": _(
            "Of the solved tickets, the share with an article: used for it, or made from it. "
            "One that did not help does not count."
        ),
        "reused": _("Solved tickets with an article that helped and was not made from them."),
        "days_to_publish": _(
            "Days from solving a ticket to the first publication of the article made from it; "
            "the median of the articles published in this time."
        ),
        "unanswered": _(
            "Searches that ended with nothing good. What somebody searches within a minute of the "
            "time before is one search, whose last answer counts. By team, company and language: "
            "those of the person and of the words. Counted of people who may read nothing that "
            "you may not."
        ),
    }.get(code, code)
