"""Who asks, and what there is to ask for. Built once per process; every request is rolled back.

    province "bureau"                       bureau, reviewer, security_above
    └── hospital                            owner, colleague, director, engineer, consultant, auditor, security, system
    └── neighbour (beneath the same bureau)
    elsewhere: another province and hospital  stranger

Add what your addresses need as a field and build it in ``build_world``; nothing lazily, because
rows made during a request disappear with it.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.core.files.base import ContentFile

from accounts.models import User
from assessments.models import (
    Assessment,
    Assignment,
    Attachment,
    Attestation,
    AttestationKey,
    Comment,
    DeclaredAbsence,
    EvidenceBundle,
    EvidenceDecision,
    SuppliedFigure,
    VerificationRun,
)
from hospitals.models import Department, Membership, Organisation
from reports.models import IssuedReport
from tests.factories.assessments import complete, make_assessment, submit
from tests.factories.evidence import (
    hand_in_with,
    make_attestation,
    make_bundle,
    make_figure,
    make_key,
    make_picture,
    make_run,
)
from tests.factories.people import (
    make_bureau,
    make_department,
    make_hospital,
    make_membership,
    make_person,
    make_user,
)
from tests.factories.rubrics import make_editions

Role = Membership.Role

#: the columns of the table, as fields of ``World``
PEOPLE = (
    "owner",  # quality lead
    "colleague",  # contributor; item 01.01 of the draft is assigned to this person
    "director",
    "engineer",
    "consultant",
    "auditor",
    "security",  # security administrator of the hospital
    "system",  # system administrator
    "reviewer",  # of the bureau above
    "bureau_manager",
    "stranger",  # quality lead of a hospital elsewhere
    "newcomer",  # signed in, no membership at all
)


@dataclass(frozen=True, slots=True)
class World:
    bureau: Organisation
    hospital: Organisation
    neighbour: Organisation  # without a quality lead
    department: Department
    owner: User
    colleague: User
    director: User
    engineer: User
    consultant: User
    auditor: User
    security: User
    system: User
    reviewer: User
    bureau_manager: User
    stranger: User
    newcomer: User
    colleague_membership: Membership
    draft: Assessment
    submitted: Assessment
    attachment: Attachment  # in the draft, uploaded by the colleague to item 01.01
    comment: Comment  # in the draft, by the colleague
    report: IssuedReport  # of the draft, finished
    submitted_report: IssuedReport
    bundle: EvidenceBundle  # in the draft, uploaded by the engineer
    submitted_bundle: EvidenceBundle
    run: VerificationRun  # of the draft, finished
    waiting_run: VerificationRun  # of the draft
    submitted_run: VerificationRun  # handed in
    picture: Attachment  # in the draft, uploaded by the colleague to item 01.01
    submitted_picture: Attachment
    decision: EvidenceDecision  # in the draft, by the director
    submitted_decision: EvidenceDecision
    figure: SuppliedFigure  # in the draft, by the engineer
    submitted_figure: SuppliedFigure
    key: AttestationKey  # of the hospital
    attestation: Attestation  # of the hospital


def build_world() -> World:
    bureau = make_bureau("示例省卫生健康委员会")
    hospital = make_hospital("示例市人民医院", parent=bureau)
    neighbour = make_hospital("示例县人民医院", parent=bureau)
    elsewhere = make_hospital("另一示例医院", parent=make_bureau("另一示例省卫生健康委员会"))
    department = make_department(hospital, "检验科")
    owner = make_person(hospital, Role.QUALITY_LEAD, "owner")
    colleague = make_user("colleague")
    membership = make_membership(colleague, hospital, Role.CONTRIBUTOR, department=department)
    editions = make_editions()
    service = editions["smart-service-2019"]
    draft = make_assessment(hospital, owner, edition=service, title="进行中的自评")
    Assignment.objects.create(assessment=draft, item_code="01.01", person=colleague)
    submitted = make_assessment(hospital, owner, edition=service, title="已提交的自评")
    complete(submitted, owner)
    engineer = make_person(hospital, Role.DATA_ENGINEER, "engineer")
    bundle, submitted_bundle = make_bundle(draft, engineer), make_bundle(submitted, engineer)
    run, submitted_run = make_run(draft, engineer), make_run(submitted, engineer)
    waiting = make_run(draft, engineer, state=VerificationRun.State.WAITING)
    DeclaredAbsence.objects.create(assessment=draft, record="blood_stock", reason="没有血库", by=owner)
    director = make_person(hospital, Role.DIRECTOR, "director")
    pictures = {one: make_picture(one, colleague) for one in (draft, submitted)}
    decisions = {one: _decision(one, director) for one in (draft, submitted)}
    figures = {one: make_figure(one, engineer) for one in (draft, submitted)}
    submit(submitted, owner)
    hand_in_with(submitted, submitted_run)
    return World(
        bureau=bureau,
        hospital=hospital,
        neighbour=neighbour,
        department=department,
        owner=owner,
        colleague=colleague,
        director=director,
        engineer=engineer,
        consultant=make_person(hospital, Role.CONSULTANT, "consultant"),
        auditor=make_person(hospital, Role.AUDITOR, "auditor"),
        security=make_person(hospital, Role.SECURITY_ADMIN, "security"),
        system=make_person(bureau, Role.SYSTEM_ADMIN, "system"),
        reviewer=make_person(bureau, Role.REVIEWER, "reviewer"),
        bureau_manager=make_person(bureau, Role.BUREAU_MANAGER, "bureau-manager"),
        stranger=make_person(elsewhere, Role.QUALITY_LEAD, "stranger"),
        newcomer=make_user("newcomer"),
        colleague_membership=membership,
        draft=draft,
        submitted=submitted,
        attachment=_attachment(draft, colleague),
        comment=Comment.objects.create(
            assessment=draft, item_code="01.01", author=colleague, text="示例评论"
        ),
        report=_report(draft, owner),
        submitted_report=_report(submitted, owner),
        bundle=bundle,
        submitted_bundle=submitted_bundle,
        run=run,
        waiting_run=waiting,
        submitted_run=submitted_run,
        picture=pictures[draft],
        submitted_picture=pictures[submitted],
        decision=decisions[draft],
        submitted_decision=decisions[submitted],
        figure=figures[draft],
        submitted_figure=figures[submitted],
        key=make_key(hospital, owner),
        attestation=make_attestation(hospital, owner),
    )


def _decision(assessment: Assessment, by: User) -> EvidenceDecision:
    return EvidenceDecision.objects.create(
        assessment=assessment, item_code="01.02", level=1, clause_n=1, kind="questioned", reason="示例", by=by
    )


def _attachment(assessment: Assessment, by: User) -> Attachment:
    attachment = Attachment(
        assessment=assessment,
        item_code="01.01",
        original_name="示例.pdf",
        content_type="application/pdf",
        size=9,
        sha256="0" * 64,
        uploaded_by=by,
    )
    attachment.file.save("x", ContentFile(b"%PDF-1.4\n"), save=True)
    return attachment


def _report(assessment: Assessment, by: User) -> IssuedReport:
    report = IssuedReport(
        assessment=assessment,
        snapshot=assessment.snapshots.first(),
        language="zh-hans",
        target_level=3,
        state=IssuedReport.State.DONE,
        progress=100,
        pages=1,
        size=9,
        sha256="0" * 64,
        requested_by=by,
        finished_at=assessment.created_at,
    )
    report.file.save("x", ContentFile(b"%PDF-1.4\n"), save=True)
    return report
