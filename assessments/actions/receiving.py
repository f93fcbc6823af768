"""Taking in a bundle of data files as proof, and what the screening job found in it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessments import jobs
from assessments.actions.shared_content import Content, keep_content
from assessments.models import Assessment, EvidenceBundle, EvidenceUse, ExtractFile
from assessments.places import refuse_unknown_place
from assessments.queries.verification.headers import head_of, names_to_keep
from assessments.trail import record_work
from assessments.verification_permissions import check_can_remove_bundle, check_can_upload
from engine.rubric.values import Text
from hospitals.refusals import Refusal
from hospitals.trail import record_here

State = EvidenceBundle.State
MOST_FILES = 200
#: Refusals that a mapping would lift: the names of the columns are worth remembering.
UNMAPPED = ("unknown_record", "no_known_column")
SILENT_AFTER = timedelta(minutes=5)
#: A screening that goes silent again so long after the upload is not handed over once more.
GIVEN_UP_AFTER = timedelta(hours=1)
BROKE_OFF = Text(
    "检查这批文件时出错，没有保存任何内容。可以仍然使用（重新检查一次）；再次出错时请移除，分批上传，或联系系统管理员。",
    "Looking through these files failed and nothing was kept. Use them all the same to try once more; if it fails again, remove "
    "them and upload fewer at a time, or ask the administrator.",
)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as the browser sent it; ``name`` may carry a folder (``messages/day1.hl7``)."""

    name: str
    file: File[bytes]


def receive_bundle(
    *,
    by: User,
    assessment: Assessment,
    uploads: Sequence[Upload],
    title: str = "",
    clause: str = "",
    replaces: EvidenceBundle | None = None,
    run_after: bool = False,
) -> EvidenceBundle:
    """Store the files and hand them to screening. Nothing is counted before that is through.

    ``run_after``: start a run of the checks when nothing stands against it then.

    Raises Refusal with one sentence; then neither rows nor files stay behind.
    """
    item = clause[:5]
    check_can_upload(by, assessment, item=item, assignment=_assignment_of(assessment, item))
    refuse_unknown_place(assessment, item, clause)
    if not uploads:
        raise Refusal(_("没有收到文件。请选择或拖入数据文件。"))
    if len(uploads) > MOST_FILES:
        raise Refusal(_("一次最多上传%(most)s个文件；文件更多时请打成一个zip。") % {"most": MOST_FILES})
    size = sum(upload.file.size for upload in uploads)
    if size > settings.EXTRACT_MAX_BYTES:
        raise Refusal(
            _("这批文件共%(size)sMB，超过上限%(most)sMB。请分批上传，或在院内运行核验后提交核验证明。")
            % {"size": size // 2**20, "most": settings.EXTRACT_MAX_BYTES // 2**20}
        )
    names = [_clean_path(upload.name) for upload in uploads]
    if len(set(names)) < len(names):
        raise Refusal(_("有两个文件同名。请改名后再上传。"))
    kept: list[ExtractFile] = []
    try:
        return _receive(
            by, assessment, tuple(zip(names, uploads, strict=True)), title, clause, replaces, run_after, kept
        )
    except BaseException:
        for extract in kept:
            extract.file.storage.delete(extract.file.name or "")
        raise


@transaction.atomic
def _receive(
    by: User,
    assessment: Assessment,
    named: Sequence[tuple[str, Upload]],
    title: str,
    clause: str,
    replaces: EvidenceBundle | None,
    run_after: bool,
    kept: list[ExtractFile],
) -> EvidenceBundle:
    today = timezone.localdate()
    bundle = EvidenceBundle.objects.create(
        hospital=assessment.hospital,
        title=title.replace("\x00", "").strip()[:120] or named[0][0][:120],
        revision=replaces.revision + 1 if replaces else 1,
        replaces=replaces,
        effective_from=assessment.window_from,
        effective_to=assessment.window_to,
        keep_until=today + timedelta(days=settings.EXTRACT_KEEP_DAYS),
        uploaded_by=by,
        run_after=run_after,
        heard_at=timezone.now(),
    )
    EvidenceUse.objects.create(bundle=bundle, assessment=assessment, clause_code=clause, added_by=by)
    if replaces is not None:
        EvidenceUse.objects.filter(bundle=replaces, assessment=assessment).delete()
    digests = hashlib.sha256()
    for name, upload in sorted(named, key=lambda pair: pair[0]):
        extract = ExtractFile(bundle=bundle, path=name, size=upload.file.size, sha256=_digest(upload.file))
        digests.update(f"{extract.sha256}  {name}\n".encode())
        extract.file.save(name, upload.file, save=False)
        kept.append(extract)
        extract.save()
    bundle.sha256 = digests.hexdigest()
    bundle.save(update_fields=["sha256"])
    record_work(
        verb="evidence.received",
        by=by,
        assessment=assessment,
        item=clause[:5],
        facts={
            "bundle": str(bundle.public_id),
            "files": len(named),
            "sha256": bundle.sha256,
            **({"clause": clause} if clause else {}),
            **({"replaced": str(replaces.public_id)} if replaces else {}),
        },
    )
    jobs.enqueue(jobs.SCREEN, bundle.pk)
    return bundle


@transaction.atomic
def use_bundle(*, by: User, assessment: Assessment, bundle: EvidenceBundle, clause: str = "") -> EvidenceUse:
    """Hand in a bundle once more: for another assessment of the hospital, or for one clause.

    The bundle and its window stay as they are. Raises Refusal when its raw data are gone or refused,
    or when it is handed in there already.
    """
    item = clause[:5]
    check_can_upload(by, assessment, item=item, assignment=_assignment_of(assessment, item))
    refuse_unknown_place(assessment, item, clause)
    held = EvidenceBundle.objects.select_for_update().get(pk=bundle.pk)
    if held.hospital_id != assessment.hospital_id:
        raise Refusal(_("这个证据包属于另一家医院。"))
    if held.state != State.KEPT:
        raise Refusal(
            _("证据包“%(title)s”%(state)s，不能再次使用。")
            % {"title": held.title, "state": held.get_state_display()}
        )
    use, new = EvidenceUse.objects.get_or_create(
        bundle=held, assessment=assessment, clause_code=clause, defaults={"added_by": by}
    )
    if not new:
        raise Refusal(_("这个证据包已经用在这里。"))
    record_work(
        verb="evidence.used",
        by=by,
        assessment=assessment,
        item=item,
        facts={"bundle": str(held.public_id), **({"clause": clause} if clause else {})},
    )
    return use


def claim_bundle(bundle_id: int) -> EvidenceBundle | None:
    """Take a bundle for screening; None when another worker has it or it is through."""
    now = timezone.now()
    taken = (
        EvidenceBundle.objects.filter(pk=bundle_id, state__in=[State.RECEIVED, State.SCREENING])
        .exclude(state=State.SCREENING, heard_at__gte=now - SILENT_AFTER)
        .update(state=State.SCREENING, heard_at=now)
    )
    return (
        EvidenceBundle.objects.select_related("hospital", "uploaded_by").get(pk=bundle_id) if taken else None
    )


def note_sign_of_life(bundle: EvidenceBundle) -> None:
    """Say that the screening still runs, so that nobody hands the bundle over again."""
    EvidenceBundle.objects.filter(pk=bundle.pk).update(heard_at=timezone.now())


@dataclass(frozen=True, slots=True)
class Screened:
    """What screening found in one file. ``refusal``: ``{"code", "zh", "en"}``, empty when it may stay."""

    path: str
    sha256: str
    size: int
    record: str = ""
    system: str = ""
    rows: int | None = None
    refusal: Mapping[str, str] | None = None
    notes: tuple[Mapping[str, str], ...] = ()
    content: File[bytes] | None = None  # a member of an archive, to be kept as a file of its own


@transaction.atomic
def finish_screening(
    *,
    bundle: EvidenceBundle,
    found: Sequence[Screened],
    manifest: Mapping[str, Any],
    content: Content | None = None,
    by: User | None = None,
) -> EvidenceBundle:
    """Keep what may stay (``by`` None: the worker does), delete what was refused (the reason stays, the content does not), say so."""
    held = EvidenceBundle.objects.select_for_update().get(pk=bundle.pk)
    if held.state != State.SCREENING:
        return held
    before = {extract.path: extract for extract in held.files.all()}
    for one in found:
        extract = before.pop(one.path, None) or ExtractFile(bundle=held, path=one.path)
        extract.size, extract.sha256 = one.size, one.sha256
        extract.record, extract.source_system, extract.rows = one.record, one.system, one.rows
        extract.refusal, extract.notes = dict(one.refusal or {}), [dict(note) for note in one.notes]
        if one.refusal:
            extract.header = _header(extract) if one.refusal.get("code") in UNMAPPED else []
            _drop(extract)
        else:
            if one.content is not None:
                extract.file.save(one.path, one.content, save=False)
            extract.header = _header(extract)
        extract.save()
    for left in before.values():  # an archive whose members stand for it now
        _drop(left)
        left.delete()
    refused = [one for one in found if one.refusal]
    held.state = State.REFUSED if len(refused) == len(found) else State.KEPT
    held.manifest = dict(manifest)
    held.save(update_fields=["state", "manifest"])
    if content is not None and held.state == State.KEPT:
        keep_content(bundle=held, content=content)
    for use in held.uses.select_related("assessment__hospital")[:1]:
        if refused:
            record_work(
                verb="evidence.refused",
                by=by,
                assessment=use.assessment,
                facts={
                    "bundle": str(held.public_id),
                    "files": len(refused),
                    "reasons": sorted({str((one.refusal or {}).get("code", "")) for one in refused}),
                },
            )
    return held


def ask_about(*, bundle: EvidenceBundle, code: str, sentence: Text) -> None:
    """Stop the screening with a question: another hospital's package or content, another window, an
    export handed in before, something unforeseen."""
    EvidenceBundle.objects.filter(pk=bundle.pk, state=State.SCREENING).update(
        state=State.ASKED, doubt={"code": code, "zh": sentence.zh, "en": sentence.en}
    )


@transaction.atomic
def confirm_bundle(*, by: User, assessment: Assessment, bundle: EvidenceBundle) -> None:
    """Answer the question with yes: the package is taken all the same, and the trail says who said so."""
    check_can_remove_bundle(by, bundle)
    check_can_upload(by, assessment)
    held = EvidenceBundle.objects.select_for_update().get(pk=bundle.pk)
    if held.state != State.ASKED:
        raise Refusal(_("这个证据包没有等待确认的问题。"))
    held.confirmed = [*dict.fromkeys((*held.confirmed, held.doubt["code"]))]
    held.state, held.heard_at = State.RECEIVED, timezone.now()
    held.save(update_fields=["confirmed", "state", "heard_at"])
    record_work(
        verb="evidence.confirmed",
        by=by,
        assessment=assessment,
        facts={"bundle": str(held.public_id), "reason": held.doubt["code"]},
    )
    jobs.enqueue(jobs.SCREEN, held.pk)


@transaction.atomic
def remove_bundle(*, by: User, assessment: Assessment, bundle: EvidenceBundle) -> None:
    """Take a bundle out of an assessment; its raw data are destroyed when nothing uses it any more."""
    check_can_remove_bundle(by, bundle)
    check_can_upload(by, assessment)
    removed, _detail = EvidenceUse.objects.filter(bundle=bundle, assessment=assessment).delete()
    if not removed:
        raise Refusal(_("这个证据包已经移除。"))
    record_work(
        verb="evidence.removed", by=by, assessment=assessment, facts={"bundle": str(bundle.public_id)}
    )
    if not bundle.uses.exists():
        destroy_raw(by=by, bundle=bundle, assessment=assessment)


@transaction.atomic
def destroy_raw(
    *, by: User | None, bundle: EvidenceBundle, assessment: Assessment | None = None, why: str = ""
) -> None:
    """Destroy the raw files; digests, row counts and every count made from them stay.

    ``by`` None: their days are over. ``assessment`` None: nothing uses the bundle any more, the event
    stands with the hospital. ``why``: the reason a person gave.
    """
    held = EvidenceBundle.objects.select_for_update().get(pk=bundle.pk)
    if held.state == State.DESTROYED:
        return
    for extract in held.files.all():
        _drop(extract)
        extract.save(update_fields=["file"])
    held.state, held.destroyed_at = State.DESTROYED, timezone.now()
    held.destroyed_by, held.destroyed_why = by, why
    held.save(update_fields=["state", "destroyed_at", "destroyed_by", "destroyed_why"])
    facts = {"bundle": str(held.public_id), "sha256": held.sha256, **({"reason": why} if why else {})}
    if assessment is not None:
        record_work(verb="evidence.destroyed", by=by, assessment=assessment, facts=facts)
    else:
        record_here(verb="evidence.destroyed", by=by, subject=held.hospital, facts=facts)


def destroy_overdue(*, today: date | None = None) -> int:
    """Destroy the raw data of every bundle whose days are over; how many."""
    today = today or timezone.localdate()
    at_work = Q(state=State.SCREENING, heard_at__gte=timezone.now() - SILENT_AFTER)
    overdue = EvidenceBundle.objects.filter(keep_until__lt=today).exclude(state=State.DESTROYED)
    number = 0
    for bundle in overdue.exclude(at_work).prefetch_related("uses__assessment__hospital"):
        use = next(iter(bundle.uses.all()), None)
        destroy_raw(by=None, bundle=bundle, assessment=use.assessment if use is not None else None)
        number += 1
    return number


def requeue_bundles(*, now: datetime) -> int:
    """Hand over again what no worker took or a worker left lying; ask where that goes on for long."""
    silent = EvidenceBundle.objects.filter(state=State.SCREENING, heard_at__lt=now - SILENT_AFTER)
    for bundle in silent.filter(uploaded_at__lt=now - GIVEN_UP_AFTER)[:20]:
        ask_about(bundle=bundle, code="broke_off", sentence=BROKE_OFF)
    lost = EvidenceBundle.objects.filter(
        state__in=[State.RECEIVED, State.SCREENING], heard_at__lt=now - SILENT_AFTER
    ).values_list("pk", flat=True)[:20]
    for number in lost:
        jobs.enqueue(jobs.SCREEN, number)
    return len(lost)


def _drop(extract: ExtractFile) -> None:
    """Delete the content once the transaction is through; until then nothing is lost."""
    if extract.file:
        storage, name = extract.file.storage, str(extract.file.name)
        transaction.on_commit(lambda: storage.delete(name))
        extract.file = ""


def _header(extract: ExtractFile) -> list[str]:
    """Names of columns, so that a mapping can be made although the file itself is gone."""
    if not extract.file:
        return []
    head = head_of(Path(extract.file.path), extract.path, screened=not extract.refusal)
    return names_to_keep(head, extract.path)


def _digest(file: File[bytes]) -> str:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def _clean_path(name: str) -> str:
    """A relative path without tricks, at most two folders deep, as shown and as the probes see it."""
    parts = [
        part.strip() for part in PurePosixPath(name.replace("\\", "/")).parts if part not in ("/", "..", ".")
    ]
    cleaned = "/".join("".join(c for c in part if c.isprintable())[:120] for part in parts[-3:])
    if not cleaned:
        raise Refusal(_("有一个文件没有名称。请改名后再上传。"))
    return cleaned


def _assignment_of(assessment: Assessment, item: str) -> Any:
    return assessment.assignments.filter(item_code=item).first() if item else None
