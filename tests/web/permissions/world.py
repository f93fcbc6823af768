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

from accounts.models import ApiToken, User
from assessments.models import (
    AdoptedPlan,
    Assessment,
    Assignment,
    Attachment,
    Attestation,
    AttestationKey,
    Campaign,
    CampaignZone,
    Comment,
    DeclaredAbsence,
    EvidenceBundle,
    EvidenceDecision,
    ExportTemplate,
    FolderImport,
    LedgerEntry,
    Notice,
    OldWorkbookImport,
    Participation,
    PictureDraft,
    PlanTask,
    Rehearsal,
    RehearsalCase,
    RehearsalPhoto,
    SealedScan,
    Signature,
    SuppliedFigure,
    VerificationRun,
)
from hospitals.models import Department, Engagement, Membership, Organisation
from reports.models import Batch, BatchLine, IssuedReport, SavedView
from tests.factories.adopted_plans import make_adopted
from tests.factories.assessments import complete, make_assessment, submit
from tests.factories.campaigns import make_campaign, make_open, part_of
from tests.factories.compared_world import Compared, compare_some
from tests.factories.evidence import (
    hand_in_with,
    make_attestation,
    make_bundle,
    make_figure,
    make_key,
    make_picture,
    make_run,
)
from tests.factories.folders import make_folder
from tests.factories.ledger import make_entry
from tests.factories.people import (
    make_bureau,
    make_consultancy,
    make_department,
    make_engagement,
    make_hospital,
    make_membership,
    make_person,
    make_user,
)
from tests.factories.rehearsals import make_case, make_photo, make_rehearsal
from tests.factories.reviewed_world import Reviewed, review_some
from tests.factories.rubrics import make_editions
from tests.factories.screenshots import make_picture_draft
from tests.factories.signing import make_scan, make_signature, make_signed
from tests.factories.tokens import make_token

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
    picture_draft: PictureDraft  # of the draft, item 01.01, begun by the colleague
    decision: EvidenceDecision  # in the draft, by the director
    submitted_decision: EvidenceDecision
    figure: SuppliedFigure  # in the draft, by the engineer
    submitted_figure: SuppliedFigure
    key: AttestationKey  # of the hospital
    attestation: Attestation  # of the hospital
    rehearsal: Rehearsal  # of the draft, going on
    submitted_rehearsal: Rehearsal
    fresh_case: RehearsalCase  # of item 01.01, drawn, nobody looked at it
    typed_case: RehearsalCase
    failed_case: RehearsalCase
    photo: RehearsalPhoto  # of the fresh case
    folder: FolderImport  # of the draft, by the owner, waits for a yes
    stored_folder: FolderImport  # of the draft, by the owner
    submitted_folder: FolderImport  # by the owner, stored
    older_import: OldWorkbookImport  # into the draft, by the owner
    consultancy: Organisation
    engagement: Engagement  # of the consultancy by the hospital
    token: ApiToken  # of the owner, for everything
    reviewed: Reviewed  # reviews in several states, of submissions of their own
    engaged: User  # consultant of the consultancy: sees what the hospital's own consultant sees
    campaign: Campaign  # of the bureau, open; hospital and neighbour are invited
    zone: CampaignZone  # of it, nobody is in it
    planned: Campaign  # of the bureau, a draft without hospitals
    closed: Campaign
    participation: Participation  # of the hospital in the open one
    notice: Notice  # to the owner
    export_template: ExportTemplate  # of the bureau
    view: SavedView  # of the bureau's manager
    adopted: AdoptedPlan  # from the draft, in force
    plan_task: PlanTask  # of the plan in force, made from the draft: item 01.01, the colleague's
    entry: LedgerEntry  # of the draft: the colleague's, item 01.01
    others_entry: LedgerEntry  # of the draft: nobody's yet
    signature: Signature  # of the draft: the owner's, over something else than it says now
    draft_scan: SealedScan
    submitted_scan: SealedScan
    compared: Compared
    batch: Batch  # of the bureau's manager, ended: the report of the submitted assessment


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
    rehearsal = make_rehearsal(draft, owner, outcomes={"01.01": ("", "failed")})
    fresh, failed = rehearsal.cases.all()
    consultancy = make_consultancy("示例咨询机构")
    reviewer = make_person(bureau, Role.REVIEWER, "reviewer")
    bureau_manager = make_person(bureau, Role.BUREAU_MANAGER, "bureau-manager")
    campaign = make_open(bureau, bureau_manager, [hospital, neighbour])
    closed = make_campaign(bureau, bureau_manager, title="2025年度工作（示例）")
    closed.state, closed.closed_at = Campaign.State.CLOSED, closed.created_at
    closed.save()
    adopted = make_adopted(draft, owner)
    submitted_report = _report(submitted, owner)
    signature = make_signature(draft, owner)
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
        reviewer=reviewer,
        bureau_manager=bureau_manager,
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
        submitted_report=submitted_report,
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
        rehearsal=rehearsal,
        submitted_rehearsal=make_rehearsal(submitted, owner),
        fresh_case=fresh,
        typed_case=make_case(rehearsal, owner, position=3, added_by=owner),
        failed_case=failed,
        photo=make_photo(fresh, owner),
        picture_draft=make_picture_draft(draft, colleague),
        folder=make_folder(draft, owner),
        stored_folder=make_folder(draft, owner, state="done"),
        submitted_folder=make_folder(submitted, owner, state="done"),
        older_import=OldWorkbookImport.objects.create(assessment=draft, file="a.xlsx", by=owner),
        reviewed=review_some(
            bureau, hospital, service, lead=owner, manager=bureau_manager, reviewer=reviewer
        ),
        consultancy=consultancy,
        engagement=make_engagement(consultancy, hospital, owner),
        token=make_token(owner)[0],
        engaged=make_person(consultancy, Role.CONSULTANT, "engaged"),
        campaign=campaign,
        zone=campaign.zones.create(name="第一批", opens_on=campaign.opens_on, closes_on=campaign.closes_on),
        planned=make_campaign(bureau, bureau_manager, title="2027年度工作（示例）"),
        closed=closed,
        participation=part_of(campaign, hospital),
        notice=Notice.objects.filter(user=owner).latest("pk"),
        export_template=ExportTemplate.objects.create(
            organisation=bureau,
            name="示例模板",
            columns=[{"key": "item", "heading": "项目"}],
            changed_by=bureau_manager,
        ),
        view=SavedView.objects.create(user=bureau_manager, name="示例", page="region"),
        adopted=adopted,
        plan_task=adopted.tasks.filter(item_code="01.01")[0],
        entry=make_entry(draft, owner, person=colleague),
        others_entry=make_entry(draft, owner),
        signature=signature,
        draft_scan=make_scan(signature.round, owner, signature.digest),
        submitted_scan=make_signed(submitted, director),
        compared=compare_some(bureau, hospital, neighbour, service, bureau_manager),
        batch=_batch(bureau, bureau_manager, submitted_report),
    )


def _batch(bureau: Organisation, by: User, report: IssuedReport) -> Batch:
    assessment = report.assessment
    assert assessment is not None
    batch = Batch.objects.create(
        organisation=bureau,
        made_by=by,
        edition=assessment.edition,
        year=2026,
        kind="gap",
        form="pdf",
        finished_at=report.finished_at,
    )
    BatchLine.objects.create(batch=batch, assessment=assessment, language="zh-hans", report=report)
    return batch


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
