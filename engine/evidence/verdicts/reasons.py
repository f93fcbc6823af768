"""Why a verdict is what it is, and what would bring it further, in sentences."""

from __future__ import annotations

from collections.abc import Sequence

from engine.evidence.decisions import Decision
from engine.evidence.verdicts.values import Outcome, Spoke
from engine.rubric.values import Text

CONFIRM = Text(
    "由填报人以外的人员确认这些数据与条款有关，或采信一份看得见的材料。",
    "Somebody other than the claimant confirms that the data concern the clause, or a looked-at proof is accepted.",
)
ACCEPT_FIGURE = Text(
    "请评审人员采信医院自行填报的数字，或提供数据由程序计算。",
    "A reviewer accepts the figure the hospital typed, or the data is supplied and computed.",
)
ANCHOR = Text(
    "提供截图并注明所示记录的编号和时间，在数据中查到后由他人采信；或由现场核验认定。",
    "Hand in a screen with the number and time of the record it shows, found in the data and accepted by somebody else; or an on-site decision.",
)
TOO_FEW = Text(
    "相关记录太少，不作判定；时段内有足够记录后重新核验，或由现场核验认定。",
    "There are too few such records to judge; check again once the window has enough, or an on-site decision settles it.",
)
HAND_IN = Text(
    "提供截图、录屏或制度文件，由填报人以外的人员采信。",
    "Hand in a screen, a recording or a document, to be accepted by somebody other than the claimant.",
)
NEXT_VISIT = Text("整改后由下一次现场核验重新认定。", "Put it right; the next on-site visit decides again.")
NOTHING_ACCEPTED = Text(
    "本条看材料核验，尚无采信的材料。", "This clause is verified by looking; nothing has been accepted yet."
)
_NOT_APPLICABLE = Text(
    "与本条有关的核验在时段内都没有记录，无从核验。",
    "None of the checks for this clause has records in the window, so nothing can be verified.",
)


def of(speaking: Sequence[Spoke], outcome: Outcome) -> Text:
    """The sentences of the checks that decided, each with its name."""
    deciding = [each for each in speaking if each.outcome == outcome]
    if not deciding:
        return _NOT_APPLICABLE
    return Text(
        "".join(f"{each.label.zh}：{each.reason.zh}" for each in deciding),
        " ".join(f"{each.label.en}: {each.reason.en}" for each in deciding),
    )


def put_right(speaking: Sequence[Spoke]) -> Text:
    """How to mend what was refuted, by the library."""
    remedies = [each.remedy for each in speaking if each.outcome == "refuted" and each.remedy is not None]
    if not remedies:
        return Text(
            "请按不相符的记录逐条查找原因，整改后重新核验；如数据有特殊原因，由现场核验认定。",
            "Trace the records that do not conform, put them right and check again; where the data have a special reason, an on-site decision settles it.",
        )
    return Text(
        "".join(dict.fromkeys(each.zh for each in remedies)),
        " ".join(dict.fromkeys(each.en for each in remedies)),
    )


def supply(speaking: Sequence[Spoke]) -> Text:
    """What is missing for a check that could not be done."""
    waiting = [each for each in speaking if each.outcome == "could_not_check" and not each.below]
    missing = [each for each in waiting if not each.denominator]
    if missing:
        return Text(
            "补齐数据后重新核验：" + "".join(dict.fromkeys(each.reason.zh for each in missing)),
            "Supply the data and check again: " + " ".join(dict.fromkeys(each.reason.en for each in missing)),
        )
    if waiting:
        return TOO_FEW
    if any(each.below for each in speaking):
        return Text(
            "使相关数据达到要求后重新核验，或由现场核验认定。",
            "Bring the data of the item to the threshold and check again, or an on-site decision settles it.",
        )
    return Text(
        "时段内有相关记录后重新核验，或由现场核验认定。",
        "Check again once there are such records in the window, or an on-site decision settles it.",
    )


def on_site(decision: Decision) -> Text:
    zh = "相符" if decision.verdict == "supported" else "不符"
    return Text(
        f"现场核验认定{zh}：{decision.reason}", f"On site: {decision.verdict}. {decision.reason}".strip()
    )


def accepted(decision: Decision) -> Text:
    tail = f"：{decision.reason}" if decision.reason else "。"
    anchored = decision.kind == "anchored_evidence"
    return Text(
        f"{'已锚定的材料' if anchored else '材料'}已采信{tail}",
        f"{'Anchored evidence' if anchored else 'Evidence'} accepted{': ' + decision.reason if decision.reason else '.'}",
    )


def not_covered(reason: Text | None) -> Text:
    if reason is None:
        return Text("没有能核验本条的数据规则。", "No data check exists for this clause.")
    return Text(
        f"没有能核验本条的数据规则：{reason.zh}。", f"No data check exists for this clause: {reason.en}."
    )
