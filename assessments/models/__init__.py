"""The work of a self-assessment: answers, figures, assignments, talk, files, evidence, runs, snapshots."""

from assessments.models.answers import BaseFigure, ItemAnswer, OverallAnswer
from assessments.models.assessment import Assessment, Assignment, StatusChange
from assessments.models.evidence import Anchor, DeclaredAbsence, EvidenceBundle, EvidenceUse, ExtractFile
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
    "Anchor",
    "Assessment",
    "Assignment",
    "Attachment",
    "Attestation",
    "AttestationKey",
    "BaseFigure",
    "Comment",
    "DeclaredAbsence",
    "EvidenceBundle",
    "EvidenceDecision",
    "EvidenceUse",
    "ExtractFile",
    "ItemAnswer",
    "MappingVersion",
    "OverallAnswer",
    "ScoreSnapshot",
    "StatusChange",
    "SuppliedFigure",
    "VerificationRun",
]
