"""Refusals in the words of people: what is so, and what to do, in the language of a page.

The English text of a `KbError` stays what programs and logs get; a page shows the sentence for its
kind, and that text below it only where it names what no table can know.
"""

from http import HTTPStatus

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from api.wording import Translate
from articles import attachments
from kb import accounts
from kb.errors import InvalidInput, NotFound
from kb.sources.files import Reject

DETAILED = {
    "TicketAlreadyClosed",
    "ChainBroken",
    "WrongState",
    "ArticleThere",
    "SolvedBefore",
    "RoleMissing",
    "LicenceMissing",
    "ScopeMissing",
    "BadAddress",
    "BadRules",
    "BadMapping",
    "BadFile",
    "BrokenCsv",
    "ColumnMissing",
    "ColumnTwice",
    "WrongEncoding",
    "ForbiddenAddress",
    "PathMissing",
    "ScopesUnfit",
    "WrongKind",
    "ArticleTooLong",
    "BadMerger",
    "AudienceUndecided",
    "UnknownPlaceholder",
    "BadExamples",
    "QueryTooLong",
    "SourceUnavailable",
    "SourceDenied",
    "BadAnswer",
    "QueryIgnored",
    "WrongTimeZone",
    "RateLimited",
    "Absent",
    "Rejected",
}
"""Kinds whose own text names what the sentence cannot: a number, a name, a line, a state."""


def said(error: Exception, _: Translate) -> str:
    """What is so and what to do; a kind without a sentence of its own has that of its family."""
    if isinstance(error, RequestValidationError):
        return _kinds(_)[InvalidInput.__name__]
    if isinstance(error, HTTPException):
        return _of_status(error.status_code, _)
    known = _kinds(_)
    return next(known[kind.__name__] for kind in type(error).__mro__ if kind.__name__ in known)


def detail(error: Exception) -> str:
    """The English text of an error that names what its sentence cannot; else nothing."""
    return str(error) if type(error).__name__ in DETAILED else ""


def misfits(error: Exception, _: Translate) -> list[tuple[str, str]]:
    """The fields that do not fit, and why."""
    if isinstance(error, InvalidInput):
        return list(error.places)
    if not isinstance(error, RequestValidationError):
        return []
    known = _misfits(_)
    return [
        (
            str(entry["loc"][-1]),
            known.get(entry["type"], _("does not fit")).format(**entry.get("ctx", {})),
        )
        for entry in error.errors()
    ]


def of_row(row: Reject, _: Translate) -> str:
    """Why a row of a file was refused; the English reason where no sentence fits."""
    sentence = (_misfits(_) | _rows(_)).get(row.kind)
    # pydantic joins the choices of an enumeration in English.
    expected = str(row.named.get("expected", "")).replace(" or ", ", ")
    return sentence.format(**{**row.named, "expected": expected}) if sentence else row.reason


def _of_status(status: int, _: Translate) -> str:
    """The sentence for an error of the framework."""
    if status == HTTPStatus.NOT_FOUND:
        return _kinds(_)[NotFound.__name__]
    known = _statuses(_)
    return known.get(status, known[HTTPStatus.BAD_REQUEST])


def _kinds(_: Translate) -> dict[str, str]:
    """Sentences by the name of the error."""
    found = {
        "NotFound": _("This does not exist, or it is not for you to see."),
        "Conflict": _("As things stand now, this cannot be done. Load the page again and look."),
        "NotAllowed": _("You may not do this. An administrator can help."),
        "NotSignedIn": _("You are not signed in. Sign in and try again."),
        "InvalidInput": _("What was sent does not fit. Go back, correct it and send it again."),
        "TooLarge": _("This is over the limit. Send less at once."),
        "Unavailable": _("A part that is needed does not answer. Try again in a moment."),
        "AudienceNotFound": _("There is no such audience. Choose another one."),
        "OrganisationNotFound": _("There is no company of this name. Add it first."),
        "TeamNotFound": _("There is no team of this name. Add it first."),
        "PersonNotFound": _("There is nobody with this address. Add the person first."),
        "GrantNotFound": _(
            "This audience was not granted to them, so there is nothing to take away."
        ),
        "NotAMember": _("The person is not in this team."),
        "JobNotFound": _("There is no such job. It may be done already."),
        "TicketNotFound": _("There is no such ticket, or it is not for you to see."),
        "RulesNotFound": _("The rules have no version of this number."),
        "SourceNotFound": _("There is no ticket system of this name."),
        "AlarmNotFound": _("There is no such alarm, or it is not for you to see."),
        "DocumentNotFound": _("There is no such ticket or article, or it is not for you to see."),
        "LicenceNotFound": _("They have no licence of their own; their roles decide."),
        "PreviewNotFound": _("There is no such preview, or it has ended."),
        "UploadNotFound": _("There is no such file, or somebody else sent it. Send it again."),
        "TokenNotFound": _("You have no such token. It may be revoked already."),
        "AttachmentNotFound": _("There is no such file, or it is not for you to see."),
        "ReceiverNotFound": _("There is no receiver of webhooks of this name."),
        "ArticleNotFound": _("There is no such article or version, or it is not for you to see."),
        "ClusterNotFound": _(
            "These tickets are no group any more: they have an article by now, or others are "
            "more alike."
        ),
        "ReadingListNotFound": _("There is no such reading list, or it is not for you to see."),
        "RemarkNotFound": _("There is no such open remark, or it is not for you to see."),
        "PageNotFound": _("This page does not exist, or it is not for you to see."),
        "AlreadyBegun": _("Somebody administers this service already. Sign in, or ask them."),
        "NotOurAddress": _("This address is not complete. Copy all of it from the mail."),
        "NoProvider": _("People sign in here with a password or a token alone."),
        "NothingDecided": _("Nothing has become of the ticket yet."),
        "GroupNotMapped": _("This group of the sign-in provider does not mean this team."),
        "ChainBroken": _("The events are not those that were recorded."),
        "OwnAccess": _(
            "Nobody takes this from themselves, so that somebody is left who can give it "
            "back. Another administrator can do it."
        ),
        "AudienceTaken": _("There is an audience of this name. Choose another name."),
        "TicketAlreadyClosed": _("The ticket is closed already. Open it again to close it anew."),
        "TicketExists": _("There is a ticket of this number already. Choose another number."),
        "NotShareable": _(
            "Nobody was granted this ticket yet. An administrator has to say first who may read it."
        ),
        "TicketIsSolved": _("The ticket is solved. Open it again to escalate it."),
        "EscalatedMeanwhile": _(
            "Somebody has escalated the ticket since this form was opened. Load the ticket "
            "again and look."
        ),
        "NothingToShare": _("The receiver may read this ticket already."),
        "SourceExists": _(
            "There is a ticket system of this name. Choose another name, or their tickets "
            "would be mixed up."
        ),
        "TakesNoCases": _("No administrator has allowed to hand cases on to this system."),
        "AlreadyHandedOn": _("The case is with that system, or on its way there."),
        "SourceBusy": _("This system is being read at the moment. Try again when that is done."),
        "SourcePaused": _("This system is paused. Let it go on first."),
        "IdentityTaken": _("This person, or this account of the provider, is linked already."),
        "NothingToPreview": _("The person has no access at this time and would see nothing."),
        "AlreadyImported": _(
            "The import of this file has begun. Send the file again to import it otherwise."
        ),
        "UploadGone": _("The file was not imported for two days and is deleted. Send it again."),
        "ReceiverExists": _("There is a receiver of this name. Choose another name."),
        "TicketChanged": _(
            "The ticket was changed while its draft was written. Have it written again."
        ),
        "WrongState": _(
            "The article cannot go that way from where it stands. Load the page again and look."
        ),
        "EditConflict": _(
            "Somebody has written a newer version. Both texts are kept: load the page again "
            "and put yours into it."
        ),
        "NothingWaits": _(
            "Nothing of the article waits for a review. Somebody may have decided it meanwhile."
        ),
        "NotClosed": _("The ticket is not solved yet. Close it first."),
        "DraftThere": _("The ticket has its draft already. Publish, reject or merge that one."),
        "ClusterChanged": _("A ticket of the group has changed. Load the list again."),
        "ArticleChanged": _(
            "The article was changed meanwhile. Load the page again and choose again."
        ),
        "ReadingListExists": _("The team has a reading list of this name. Choose another name."),
        "ChangedMeanwhile": _(
            "Somebody else changed the same thing at the same time. Load the page again and "
            "look before you send it anew."
        ),
        "ArticleThere": _(
            "An article says this already, or most of it. Use that one, or insist on a draft."
        ),
        "SolvedBefore": _("A solved case is likely to help. Look at it, then send again."),
        "OpensNoCases": _("In a system of this kind no cases can be opened from here."),
        "RoleMissing": _("You lack the role that may do this. Ask an administrator for it."),
        "LicenceMissing": _(
            "Your licence for articles does not go so far. Ask a coach or an administrator for it."
        ),
        "OwnPeopleOnly": _("Only people of our own company do this. Ask one of them."),
        "PreviewReadsOnly": _(
            "You are looking as somebody else, and that changes nothing. End that first."
        ),
        "ScopeMissing": _("The token with which you signed in was not made for this."),
        "CodeRefused": _(
            "This code is not valid: it is wrong, used or too old, or there were too many "
            "attempts. Start “kb serve” again for a new one; after many attempts, wait for 15 "
            "minutes."
        ),
        "ForeignForm": _(
            "This form was sent from another site, or the page is too old. Load the page "
            "again and send it anew."
        ),
        "SignInEnded": _("Your sign-in has ended. Sign in again."),
        "SignInNeeded": _("This page is for people who have signed in."),
        "SignInMissing": _("The request carries no token."),
        "AccessEnded": _("Your access has ended. An administrator can renew it."),
        "PreviewOver": _("This preview has ended."),
        "TokenRefused": _("The token is not valid, has expired or was revoked."),
        "IdentityRefused": _(
            "The sign-in provider knows you, but you may not sign in here. An administrator "
            "can help."
        ),
        "ProviderRefused": _("The sign-in with your company account did not work. Try again."),
        "WrongPassword": _("The address and the password do not fit."),
        "PasswordUnfit": _(
            "A password has at least {shortest_password} characters, and at most "
            "{longest_password}. Choose another one."
        ),
        "AudienceReserved": _(
            "This name belongs to an audience that the program made for itself. Choose "
            "another name."
        ),
        "BadAddress": _("This is no e-mail address. It must look like name@example.com."),
        "BadRules": _("The rules cannot be used as they stand."),
        "WrongKey": _(
            "The secrets of this system were encrypted with another key. Restore the key, or "
            "add the system again."
        ),
        "BadKey": _(
            "The key for the secrets of connected systems is no key. An administrator must "
            "correct KB_SOURCE_KEY."
        ),
        "BadMapping": _("The mapping of columns cannot be used as it stands."),
        "BadFile": _("The file cannot be read. Export it again."),
        "EmptyFile": _(
            "The file holds no rows. Export it again: the first line names the columns, then "
            "come tickets."
        ),
        "NoTextFile": _(
            "This is no text file, but maybe a workbook or an archive. Save the tickets as "
            "CSV or JSON Lines and send that."
        ),
        "BrokenCsv": _("The file is no CSV that can be read. Export it again."),
        "ColumnMissing": _(
            "The file lacks a column that was chosen, or that a ticket needs. Choose another "
            "column."
        ),
        "ColumnTwice": _(
            "The file names a column twice. Give each column a name of its own and send it again."
        ),
        "JsonArray": _(
            "The file is one JSON array. Write one object a line (JSON Lines) and send that."
        ),
        "WrongEncoding": _(
            "The characters of the file are encoded otherwise. Save it as UTF-8 and send it again."
        ),
        "ForbiddenAddress": _(
            "This service was not allowed to go to that address. Give another one, or let an "
            "administrator allow it."
        ),
        "PathMissing": _(
            "An option that says where to read is missing, or lacks its place-holder."
        ),
        "ScopesUnfit": _("Say what the token is for."),
        "TooThin": _(
            "The ticket does not say what solved it, so there is nothing to write an article from."
        ),
        "WrongKind": _(
            "Only images (PNG, JPEG, GIF, WebP) and PDF files can be attached, and no huge ones."
        ),
        "PlainAddress": _("The address must begin with https://, unless it is in our own network."),
        "NothingToTell": _("Say what the receiver is to be told of."),
        "EmptyArticle": _("An article needs a title and a text."),
        "ArticleTooLong": _(
            "The title or the text is too long. Shorten it, or make two articles of it."
        ),
        "BadMerger": _("An article can be merged only into another one that is published."),
        "UnknownAudience": _("There is no such audience. Choose another one."),
        "AudienceUndecided": _(
            "The change stands on a ticket that others may read than the article. Say who may"
            " read it."
        ),
        "UnknownPlaceholder": _(
            "The text has no such place-holder, or you may not see what stands behind it."
        ),
        "NoReason": _("Say why. Whoever wrote it must learn what to do better."),
        "NoDescription": _("Describe the image or the file, for those who cannot see it."),
        "CannotLookAfter": _("There is no colleague of this address who may edit the article."),
        "NotForPeople": _("This kind of link is set by drafting alone."),
        "ArticleNeeded": _("Name the article; it must be published."),
        "NoTranslation": _(
            "An article is no translation of itself, nor of one in the same language."
        ),
        "UnknownKind": _("There is no connector of this kind."),
        "BadExamples": _(
            "The examples are missing or damaged here. They are in a checkout of the project."
        ),
        "BadCursor": _("The list cannot go on from there. Begin with its first page."),
        "AudienceUnclear": _("Choose one of your audiences."),
        "PacketIncomplete": _(
            "The packet lacks something that the rule asks for. Fill in what is missing."
        ),
        "AttachmentTooLarge": _("The file is over {attachment_limit} MB. Make it smaller."),
        "QueryTooLong": _("The query is too long. Shorten it."),
        "SourceUnavailable": _(
            "The ticket system does not answer, or not in a way that can be used."
        ),
        "SourceDenied": _(
            "The ticket system does not accept the account. Check its name and its secret."
        ),
        "BadAnswer": _(
            "The ticket system answered otherwise than its documentation promises. Check the "
            "address and the options."
        ),
        "QueryIgnored": _(
            "The ticket system ignored a part of the question. Check its version and the options."
        ),
        "WrongTimeZone": _(
            "The ticket system reads times in the time zone of the account, and that is not "
            "the one set here."
        ),
        "RateLimited": _("The ticket system asks for a pause. Try again later."),
        "NoCases": _("A monitoring system has no cases that could be read or written."),
        "Absent": _(
            "The ticket system says that this is not there, or not for the account. Check the"
            " address and the account's rights."
        ),
        "Rejected": _("The ticket system refused the request. Check the options."),
        "ModelUnavailable": _(
            "The search by meaning cannot be used now; an administrator finds the reason in "
            "the log."
        ),
        "DatabaseUnavailable": _("The database does not answer. Try again in a moment."),
        "ProviderUnavailable": _(
            "The sign-in provider does not answer. Try again later, or sign in with a password."
        ),
    }
    limits = {
        "shortest_password": accounts.SHORTEST,
        "longest_password": accounts.LONGEST,
        "attachment_limit": attachments.LARGEST // 1_000_000,
    }
    return {kind: text.format_map(limits) for kind, text in found.items()}


def _misfits(_: Translate) -> dict[str, str]:
    """What is wrong with a field, by what pydantic calls it."""
    return {
        "missing": _("is missing"),
        "string_too_short": _("is too short: at least {min_length} characters"),
        "string_too_long": _("is too long: at most {max_length} characters"),
        "too_long": _("are too many: at most {max_length}"),
        "too_short": _("are too few: at least {min_length}"),
        "string_pattern_mismatch": _("is not written as it must be"),
        "greater_than_equal": _("must be {ge} or more"),
        "less_than_equal": _("must be {le} or less"),
        "int_parsing": _("is no whole number"),
        "float_parsing": _("is no number"),
        "bool_parsing": _("is neither yes nor no"),
        "enum": _("is none of the choices"),
        "date_from_datetime_parsing": _("is no date"),
        "datetime_from_date_parsing": _("is no date with a time"),
    }


def _rows(_: Translate) -> dict[str, str]:
    """What is wrong with a row of a file, where a form cannot have that."""
    return {
        "row_too_long": _("is longer than all that is read: more than 20 MB"),
        "no_json": _("is not JSON; the line must hold one object: {{…}}"),
        "no_object": _("is JSON, but no object: it must stand in {{…}}"),
        "no_csv": _(
            "is not CSV; a quote within a cell is written twice, and each opened is closed"
        ),
        "other_cells": _(
            "has {cells} cells, the first line {names}; a cell that holds “{delimiter}” or a line "
            "break must stand in quotes"
        ),
        "same_id": _("line {other} has the same number and counts instead"),
        "no_audience": _("there is no audience “{name}”; an administrator can make it"),
        "nul": _("holds a NUL character"),
        "other_encoding": _("holds a character in another encoding; save the file as UTF-8"),
        "half_character": _("holds half a character"),
        "no_date": _("is no date; write 2026-01-31T09:30:00+01:00"),
        "no_such_date": _("is a date beyond all calendars"),
        "no_json_cell": _("is not JSON, which messages must be"),
        "enum": _("is none of {expected}"),
        "list_type": _("is no list"),
        "model_type": _("is no object with names and values"),
        "string_type": _("is no text"),
        "datetime_type": _("is no date"),
        "int_type": _("is no whole number"),
        "int_from_float": _("is no whole number"),
        "int_parsing_size": _("is no whole number"),
    }


def _statuses(_: Translate) -> dict[int, str]:
    """Sentences for errors of the framework, by their status."""
    return {
        400: _("The request cannot be read. Go back and send it again."),
        405: _("This address cannot be used that way. Go back and use the buttons of the page."),
        413: _(
            "This is more than is taken at once. Send less, or let an administrator raise "
            "KB_REQUEST_LIMIT."
        ),
        429: _("These were too many requests in a short time. Wait a minute and try again."),
        500: _(
            "Something failed that nobody foresaw. Look whether what you sent is there, and try "
            "again; if it fails again, tell an administrator."
        ),
    }
