""" Contains all the data models used in inputs/outputs """

from .alarm_out import AlarmOut
from .alive import Alive
from .answer_out import AnswerOut
from .answers import Answers
from .article_out import ArticleOut
from .article_state import ArticleState
from .article_summary_out import ArticleSummaryOut
from .attaching import Attaching
from .audience_out import AudienceOut
from .author_role import AuthorRole
from .band import Band
from .care_out import CareOut
from .caring import Caring
from .change import Change
from .closed import Closed
from .closing import Closing
from .cluster_out import ClusterOut
from .cluster_ticket_out import ClusterTicketOut
from .compared_out import ComparedOut
from .comparison_out import ComparisonOut
from .confidence_out import ConfidenceOut
from .considered_in import ConsideredIn
from .deciding import Deciding
from .decision import Decision
from .direction import Direction
from .done_in import DoneIn
from .draft_out import DraftOut
from .draft_summary_out import DraftSummaryOut
from .due_out import DueOut
from .duplicate_out import DuplicateOut
from .edit import Edit
from .entry_out import EntryOut
from .escalating import Escalating
from .escalating_answers import EscalatingAnswers
from .escalating_tried import EscalatingTried
from .escalation_out import EscalationOut
from .escalation_out_answers import EscalationOutAnswers
from .evidence_out import EvidenceOut
from .facet_out import FacetOut
from .filters_in import FiltersIn
from .governance import Governance
from .grant_out import GrantOut
from .granting import Granting
from .handed_on_out import HandedOnOut
from .happening import Happening
from .hit_out import HitOut
from .http_validation_error import HTTPValidationError
from .impact import Impact
from .item import Item
from .kind import Kind
from .lacking_out import LackingOut
from .lag_out import LagOut
from .licence import Licence
from .licence_in import LicenceIn
from .licence_out import LicenceOut
from .line_out import LineOut
from .link_out import LinkOut
from .link_outcome import LinkOutcome
from .link_role import LinkRole
from .linking import Linking
from .mark_out import MarkOut
from .me import Me
from .member_out import MemberOut
from .membership_in import MembershipIn
from .membership_origin import MembershipOrigin
from .merging import Merging
from .message_out import MessageOut
from .missing import Missing
from .moving import Moving
from .named_out import NamedOut
from .needs_out import NeedsOut
from .needs_out_known import NeedsOutKnown
from .new_audience import NewAudience
from .new_message import NewMessage
from .new_ticket import NewTicket
from .note_in import NoteIn
from .now import Now
from .organisation_in import OrganisationIn
from .organisation_kind import OrganisationKind
from .organisation_out import OrganisationOut
from .original import Original
from .outcome import Outcome
from .outcome_out import OutcomeOut
from .own_audience_out import OwnAudienceOut
from .packet_in import PacketIn
from .part_alarm_out import PartAlarmOut
from .part_article_summary_out import PartArticleSummaryOut
from .part_draft_summary_out import PartDraftSummaryOut
from .part_ticket_summary import PartTicketSummary
from .place import Place
from .preview_in import PreviewIn
from .preview_out import PreviewOut
from .problem import Problem
from .publishing import Publishing
from .question import Question
from .question_out import QuestionOut
from .reading_list_in import ReadingListIn
from .reading_list_out import ReadingListOut
from .ready import Ready
from .receiver_in import ReceiverIn
from .receiver_out import ReceiverOut
from .rejection import Rejection
from .remark_kind import RemarkKind
from .remark_out import RemarkOut
from .replacement_out import ReplacementOut
from .restoring import Restoring
from .result_out import ResultOut
from .role import Role
from .saved_out import SavedOut
from .saying import Saying
from .secret_out import SecretOut
from .sent import Sent
from .sent_data import SentData
from .span_out import SpanOut
from .statement_out import StatementOut
from .step_out import StepOut
from .suggestion_out import SuggestionOut
from .suggestions_out import SuggestionsOut
from .taken import Taken
from .team_in import TeamIn
from .team_out import TeamOut
from .tested_out import TestedOut
from .ticket_out import TicketOut
from .ticket_state import TicketState
from .ticket_summary import TicketSummary
from .translation_out import TranslationOut
from .undoing import Undoing
from .using import Using
from .validation_error import ValidationError
from .validation_error_context import ValidationErrorContext
from .verdict import Verdict
from .verdict_out import VerdictOut
from .version_out import VersionOut
from .why_out import WhyOut

__all__ = (
    "AlarmOut",
    "Alive",
    "AnswerOut",
    "Answers",
    "ArticleOut",
    "ArticleState",
    "ArticleSummaryOut",
    "Attaching",
    "AudienceOut",
    "AuthorRole",
    "Band",
    "CareOut",
    "Caring",
    "Change",
    "Closed",
    "Closing",
    "ClusterOut",
    "ClusterTicketOut",
    "ComparedOut",
    "ComparisonOut",
    "ConfidenceOut",
    "ConsideredIn",
    "Deciding",
    "Decision",
    "Direction",
    "DoneIn",
    "DraftOut",
    "DraftSummaryOut",
    "DueOut",
    "DuplicateOut",
    "Edit",
    "EntryOut",
    "Escalating",
    "EscalatingAnswers",
    "EscalatingTried",
    "EscalationOut",
    "EscalationOutAnswers",
    "EvidenceOut",
    "FacetOut",
    "FiltersIn",
    "Governance",
    "Granting",
    "GrantOut",
    "HandedOnOut",
    "Happening",
    "HitOut",
    "HTTPValidationError",
    "Impact",
    "Item",
    "Kind",
    "LackingOut",
    "LagOut",
    "Licence",
    "LicenceIn",
    "LicenceOut",
    "LineOut",
    "Linking",
    "LinkOut",
    "LinkOutcome",
    "LinkRole",
    "MarkOut",
    "Me",
    "MemberOut",
    "MembershipIn",
    "MembershipOrigin",
    "Merging",
    "MessageOut",
    "Missing",
    "Moving",
    "NamedOut",
    "NeedsOut",
    "NeedsOutKnown",
    "NewAudience",
    "NewMessage",
    "NewTicket",
    "NoteIn",
    "Now",
    "OrganisationIn",
    "OrganisationKind",
    "OrganisationOut",
    "Original",
    "Outcome",
    "OutcomeOut",
    "OwnAudienceOut",
    "PacketIn",
    "PartAlarmOut",
    "PartArticleSummaryOut",
    "PartDraftSummaryOut",
    "PartTicketSummary",
    "Place",
    "PreviewIn",
    "PreviewOut",
    "Problem",
    "Publishing",
    "Question",
    "QuestionOut",
    "ReadingListIn",
    "ReadingListOut",
    "Ready",
    "ReceiverIn",
    "ReceiverOut",
    "Rejection",
    "RemarkKind",
    "RemarkOut",
    "ReplacementOut",
    "Restoring",
    "ResultOut",
    "Role",
    "SavedOut",
    "Saying",
    "SecretOut",
    "Sent",
    "SentData",
    "SpanOut",
    "StatementOut",
    "StepOut",
    "SuggestionOut",
    "SuggestionsOut",
    "Taken",
    "TeamIn",
    "TeamOut",
    "TestedOut",
    "TicketOut",
    "TicketState",
    "TicketSummary",
    "TranslationOut",
    "Undoing",
    "Using",
    "ValidationError",
    "ValidationErrorContext",
    "Verdict",
    "VerdictOut",
    "VersionOut",
    "WhyOut",
)
