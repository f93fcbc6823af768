"""What the gap report says beyond the card: what is only shown, the evidence with fingerprints, the peers."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from assessments.models import Assessment, EvidenceBundle, EvidenceDecision
from audit.models import Event
from hospitals.access import Role
from hospitals.models import Organisation
from hospitals.refusals import Refusal
from reports.exhibits import Exhibit, exhibits_of
from reports.models import IssuedReport, PeerSharing, YearlyResult
from reports.queries import reports_of
from reports.regional.benchmark import benchmark_of
from reports.regional.sharing import share_peers
from reports.standing import standing_of, with_evidence
from reports.view_models.report import GapReport, gap_report
from reports.view_models.report.peers import peer_part
from reports.view_models.report.register import exhibit_register
from rubrics.models import Edition
from rubrics.queries import get_rubric
from tests.factories.assessments import complete, make_assessment
from tests.factories.evidence import make_bundle, make_picture
from tests.factories.people import make_hospital, make_person
from tests.factories.verified import facade_run
from tests.reports.test_region_filling import frozen
from tests.web.test_region_pages import lay

pytestmark = pytest.mark.django_db


@pytest.fixture
def assessment(hospital: Organisation, owner: User) -> Assessment:
    found = make_assessment(hospital, owner, edition="emr-2018", target_level=3)
    complete(found, owner)
    return found


def told(assessment: Assessment, reader: User, *, inside: bool = True) -> GapReport:
    standing = standing_of(assessment, submitted_only=False)
    assert standing is not None
    return gap_report(
        with_evidence(assessment, standing), 3, inside=inside, exhibits=exhibits_of(assessment, reader)
    )


def test_without_data_nobody_is_called_a_facade_and_nobody_is_cleared(
    assessment: Assessment, owner: User
) -> None:
    part = told(assessment, owner).facade
    assert (part.state, part.rows, part.loops, part.notes) == ("no_data", (), (), ())
    assert "不等于有问题，也不等于没有问题" in part.said[0]


def test_a_refuted_clause_and_a_broken_loop_are_told_as_not_connected(
    assessment: Assessment, owner: User
) -> None:
    facade_run(assessment, owner)
    part = told(assessment, owner).facade
    assert part.state == "found" and part.rows and part.loops and part.warnings
    assert all(row.hollow and row.degree == "基本没有接通" for row in part.rows)  # 10 of 100 agree
    assert str(len(part.rows)) in part.said[0] and part.notes


def by_kind(found: tuple[Exhibit, ...]) -> dict[str, list[Exhibit]]:
    kinds: dict[str, list[Exhibit]] = {}
    for one in found:
        kinds.setdefault(one.kind, []).append(one)
    return kinds


def test_the_register_lists_everything_with_its_fingerprint_and_what_was_decided(
    assessment: Assessment, owner: User
) -> None:
    pictures = [make_picture(assessment, owner, clause=f"01.01.1-{n}", item="01.01") for n in (1, 2, 3)]
    decided = EvidenceDecision.Kind
    for picture, kind in zip(pictures, (decided.ACCEPTED, decided.QUESTIONED), strict=False):
        EvidenceDecision.objects.create(
            assessment=assessment, item_code="01.01", level=1, clause_n=1, kind=kind, attachment=picture,
            reason="示例理由", by=owner,
        )  # fmt: skip
    gone = timezone.make_aware(datetime(2026, 10, 9, 9))
    make_bundle(assessment, owner, state=EvidenceBundle.State.DESTROYED, destroyed_at=gone)
    run = facade_run(assessment, owner)
    register = exhibit_register(exhibits_of(assessment, owner))
    states = {row.sha256: (row.review, row.places) for row in register.rows if row.kind == "附件"}
    assert [states[picture.sha256][0] for picture in pictures] == ["accepted", "questioned", "not_looked_at"]
    assert states[pictures[0].sha256][1] == "01.01.1-1"
    kept = {row.kind: row for row in register.rows}
    assert kept["证据包"].sha256 == "1" * 64 and kept["数据文件"].sha256 == "2" * 64
    assert "原始数据已于2026-10-09销毁" in kept["证据包"].note and kept["证据包"].by == owner.name
    assert kept["核验"].sha256 == run.digest
    assert [row.number for row in register.rows] == [f"E{n}" for n in range(1, len(register.rows) + 1)]


def test_outside_the_hospital_raw_extracts_names_and_later_pictures_stay_out(
    assessment: Assessment, owner: User, bureau: Organisation, stranger: User
) -> None:
    early = make_picture(assessment, owner)
    make_bundle(assessment, owner)
    facade_run(assessment, owner)
    reviewer = make_person(bureau, Role.REVIEWER)
    assert exhibits_of(assessment, reviewer) == ()  # a draft
    Assessment.objects.filter(pk=assessment.pk).update(status="submitted", submitted_at=timezone.now())
    assessment.refresh_from_db()
    make_picture(assessment, owner)  # added after the submission
    kinds = by_kind(exhibits_of(assessment, reviewer))
    assert set(kinds) == {"attachment"}  # the run was not handed in
    assert [one.sha256 for one in kinds["attachment"]] == [early.sha256]
    assert not kinds["attachment"][0].by
    assert exhibits_of(assessment, stranger) == ()


def test_a_bureau_does_not_find_what_the_hospital_made_for_itself(
    hospital: Organisation, owner: User, bureau: Organisation
) -> None:
    reviewer = make_person(bureau, Role.REVIEWER)
    snapshot = frozen(hospital, owner, Edition.objects.get(key="emr-2018"), 2026, 2)
    own, outside, older = (
        IssuedReport.objects.create(
            assessment=snapshot.assessment, snapshot=snapshot, language="en", requested_by=owner, basis=basis
        )
        for basis in ({"inside": True}, {"inside": False}, None)
    )
    assert set(reports_of(snapshot.assessment, reviewer)) == {outside, older}
    assert set(reports_of(snapshot.assessment, owner)) == {own, outside, older}


@pytest.fixture
def manager(bureau: Organisation) -> User:
    return make_person(bureau, Role.BUREAU_MANAGER)


def ranked(bureau: Organisation, manager: User, count: int) -> YearlyResult:
    made = lay(bureau, manager, count, grade="3A", beds=900, hospital_type="general")
    make_hospital(parent=bureau, grade="2A")
    return YearlyResult.objects.select_related("snapshot__assessment__edition").get(hospital=made[3])


def test_peers_are_told_only_where_the_bureau_shares_them_and_never_by_name(
    bureau: Organisation, manager: User, client: Client
) -> None:
    own = ranked(bureau, manager, 7)
    assessment = own.snapshot.assessment
    assert benchmark_of(assessment, own.snapshot).why == "not_shared"
    client.force_login(manager)
    assert client.post("/region/peers/share/", {"shared": "yes"}).status_code == 302
    assert client.get("/region/ranking/").context["page"].shares
    assert Event.objects.filter(verb="peers.shared").count() == 1
    found = benchmark_of(assessment, own.snapshot)
    assert (found.why, found.others) == ("", 6) and found.place is not None
    assert (found.place.rank, found.place.of, found.place.percentile) == (2, 7, 85)  # 4 3 2 1 1 0 0
    assert found.middle_level == 1 and found.at_least is not None
    assert [round(found.at_least[level] * 7) for level in (1, 2, 3, 4)] == [5, 3, 2, 1]
    draft = benchmark_of(assessment, None)
    assert draft.place is None and draft.others == 6
    part = peer_part(found, get_rubric(assessment.edition))
    assert part is not None and "列第2位" in part.said
    others = set(YearlyResult.objects.exclude(pk=own.pk).values_list("hospital__name", flat=True))
    assert not any(name in str(part) for name in others)


def test_a_hospital_with_fewer_than_five_others_gets_a_sentence(bureau: Organisation, manager: User) -> None:
    own = ranked(bureau, manager, 5)
    share_peers(by=manager, bureau=bureau, shared=True)
    found = benchmark_of(own.snapshot.assessment, own.snapshot)
    assert (found.why, found.items, found.place, found.at_least) == ("too_few", (), None, None)


def test_only_the_manager_of_the_bureau_decides_about_sharing(bureau: Organisation, manager: User) -> None:
    reviewer = make_person(bureau, Role.REVIEWER)
    with pytest.raises(Refusal, match="管理员决定"):
        share_peers(by=reviewer, bureau=bureau, shared=True)
    share_peers(by=manager, bureau=bureau, shared=True)
    share_peers(by=manager, bureau=bureau, shared=True)
    share_peers(by=manager, bureau=bureau, shared=False)
    assert list(Event.objects.filter(verb__startswith="peers.").values_list("verb", flat=True)) == [
        "peers.shared", "peers.kept-back",
    ]  # fmt: skip
    assert not PeerSharing.objects.get(bureau=bureau).shared
