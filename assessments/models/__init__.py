"""The work of a self-assessment: answers, figures, assignments, talk, files, evidence, runs, snapshots,
rehearsals, campaigns, reviews, plans, the rectification ledger, folders and workbooks of earlier years."""

from assessments.models.answers import BaseFigure, ItemAnswer, OverallAnswer
from assessments.models.assessment import Assessment, Assignment, StatusChange
from assessments.models.campaigns import (
    Campaign,
    CampaignEntry,
    CampaignRubric,
    CampaignTarget,
    CampaignZone,
    Notice,
    Participation,
    Reminder,
)
from assessments.models.carried import CarriedPlace, Carrying
from assessments.models.evidence import Anchor, DeclaredAbsence, EvidenceBundle, EvidenceUse, ExtractFile
from assessments.models.exporting import ExportTemplate
from assessments.models.feeds import CalendarFeed
from assessments.models.imported import ImportedSubmission
from assessments.models.ledger import LedgerEntry, LedgerLine
from assessments.models.old_material import FolderFile, FolderImport, OldWorkbookImport, OldWorkbookWords
from assessments.models.pictures import PictureDraft
from assessments.models.plans import AdoptedPlan, Objective, PlanDraft, PlanningSettings, PlanTask
from assessments.models.proofs import ClauseProof, LevelProof
from assessments.models.rehearsals import Rehearsal, RehearsalCase, RehearsalPhoto, ScriptStep
from assessments.models.reviewing import (
    AwardedLevel,
    Objection,
    Review,
    ReviewAssignment,
    ReviewMark,
    ReviewMessage,
    ReviewQuestion,
    ReviewScheme,
    ReviewStage,
    ReviewStep,
    SiteVisit,
    SiteVisitItem,
    StageKind,
)
from assessments.models.shared import ContentMark, SharedContent
from assessments.models.signing import SealedScan, Signature, SigningRound, SigningRule
from assessments.models.snapshot import ScoreSnapshot
from assessments.models.talk import Attachment, Comment
from assessments.models.verification import (
    Attestation,
    AttestationKey,
    EvidenceDecision,
    MappingVersion,
    SuppliedFigure,
    VerificationRun,
)

__all__ = [
    "AdoptedPlan",
    "Anchor",
    "Assessment",
    "Assignment",
    "Attachment",
    "Attestation",
    "AttestationKey",
    "AwardedLevel",
    "BaseFigure",
    "CalendarFeed",
    "Campaign",
    "CampaignEntry",
    "CampaignRubric",
    "CampaignTarget",
    "CampaignZone",
    "CarriedPlace",
    "Carrying",
    "ClauseProof",
    "Comment",
    "ContentMark",
    "DeclaredAbsence",
    "EvidenceBundle",
    "EvidenceDecision",
    "EvidenceUse",
    "ExportTemplate",
    "ExtractFile",
    "FolderFile",
    "FolderImport",
    "ImportedSubmission",
    "ItemAnswer",
    "LedgerEntry",
    "LedgerLine",
    "LevelProof",
    "MappingVersion",
    "Notice",
    "Objection",
    "Objective",
    "OldWorkbookImport",
    "OldWorkbookWords",
    "OverallAnswer",
    "Participation",
    "PictureDraft",
    "PlanDraft",
    "PlanTask",
    "PlanningSettings",
    "Rehearsal",
    "RehearsalCase",
    "RehearsalPhoto",
    "Reminder",
    "Review",
    "ReviewAssignment",
    "ReviewMark",
    "ReviewMessage",
    "ReviewQuestion",
    "ReviewScheme",
    "ReviewStage",
    "ReviewStep",
    "ScoreSnapshot",
    "ScriptStep",
    "SealedScan",
    "SharedContent",
    "Signature",
    "SigningRound",
    "SigningRule",
    "SiteVisit",
    "SiteVisitItem",
    "StageKind",
    "StatusChange",
    "SuppliedFigure",
    "VerificationRun",
]
