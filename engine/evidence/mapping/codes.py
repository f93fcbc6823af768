"""Local codes and what they normalise to: 住院, I and 2 are inpatient; 是, Y and 1 are true."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from engine.evidence.catalogue.values import Field
from engine.evidence.mapping.names import folded

TRUE = frozenset({"true", "t", "1", "是", "有", "y", "yes", "真", "已"})
FALSE = frozenset({"false", "f", "0", "否", "无", "n", "no", "假", "未", "不是"})

#: Field key -> normalised code -> what hospitals write.
_WRITTEN: dict[str, str] = {
    "care_setting": "inpatient=住院 住院病人 住院患者 i ip inp inpatient 在院 病房; "
    "outpatient=门诊 门诊病人 门诊患者 o op outp outpatient; "
    "emergency=急诊 急诊病人 急诊患者 e ed er emergency 急救; checkup=体检 体检者 健康体检 p pe checkup",
    "order_class": "medication=药品 药疗 西药 中药 中成药 药物 用药 drug med medication; "
    "lab=检验 化验 lab; exam=检查 放射 超声 exam; treatment=治疗 treatment; nursing=护理 nursing; "
    "surgery=手术 surgery operation; blood=输血 用血 血液 blood; other=其他 其它 other 膳食 嘱托",
    "channel": "counter=窗口 人工窗口 柜台 现场 counter window; consulting_room=诊间 医生站 consulting_room; "
    "kiosk=自助机 自助终端 自助 kiosk; app=app 手机app 手机 掌上医院; web=网站 官网 网页 web; "
    "mini_program=小程序 微信 微信小程序 公众号 支付宝 wechat alipay; phone=电话 114 12320 phone tel; "
    "ward=病区 病房 护士站 ward; regional_platform=区域平台 平台 区域 上级平台; other=其他 其它 other",
    "appointment_kind": "visit=挂号 就诊 门诊 visit; exam=检查 exam; lab=检验 采血 lab; treatment=治疗 treatment; "
    "day_surgery=日间手术 day_surgery; admission=住院 入院 admission; home_service=上门服务 家庭服务",
    "appointment_status": "booked=已预约 预约 预约成功 待就诊 booked; attended=已就诊 已到诊 已取号 完成 已完成 attended; "
    "cancelled=已取消 取消 退号 已退号 cancelled canceled; no_show=爽约 失约 未到 过号 no_show noshow",
    "registration_status": "registered=已挂号 挂号 待就诊 registered; visited=已就诊 已接诊 就诊 visited; "
    "cancelled=已退号 退号 已取消 取消 cancelled canceled; no_show=爽约 未就诊 no_show",
    "payment_status": "success=成功 支付成功 已支付 交易成功 success paid ok; failed=失败 支付失败 failed fail; "
    "refunded=已退款 退款 退费 已退费 refunded refund",
    "charge_status": "settled=已结算 结算 已收费 已缴费 settled paid; refunded=已退费 退费 退款 refunded; "
    "unpaid=未结算 未收费 未缴费 待缴费 欠费 unpaid",
    "payment_method": "mobile=微信 支付宝 移动支付 手机支付 扫码 wechat alipay mobile; card=银行卡 刷卡 院内卡 就诊卡 card pos; "
    "cash=现金 cash; insurance=医保 医保支付 insurance; credit=信用支付 先诊疗后付费 信用 credit",
    "payment_kind": "registration=挂号 挂号费; care=诊疗 诊疗费 门诊 门诊缴费; drug=药费 药品; exam=检查 检验 检查费; "
    "inpatient=住院 住院结算; deposit=预交金 押金 住院预交金; delivery=配送 配送费; convenience=便利服务",
    "referral_direction": "in=转入 上转 接收 in; out=转出 下转 out",
    "referral_status": "pending=待审核 待接收 申请中 pending; accepted=已接收 接收 同意 accepted; "
    "rejected=拒绝 已拒绝 退回 rejected; withdrawn=撤销 已撤销 撤回 withdrawn",
    "arrival_mode": "ambulance=救护车 120 ambulance; walk_in=自行来院 步行 自行 walk_in; transfer=转院 转诊 transfer",
    "slot_action": "lock=锁号 占号 预占 lock; release=释放 解锁 放号 release; use=使用 取号 use",
    "recipient_role": "patient=患者 病人 patient; family=家属 family; staff=职工 医护 staff; "
    "manager=管理人员 管理者 manager; primary_physician=基层医生 家庭医生",
    "queue_kind": "visit=候诊 就诊 visit; exam=检查 exam; lab_collection=采血 标本采集 lab; treatment=治疗 treatment; "
    "pharmacy=取药 药房 pharmacy; cashier=缴费 收费 cashier",
    "query_result": "found=成功 有结果 查到 found; empty=无结果 无数据 空 empty; error=失败 错误 异常 error",
    "signed_kind": "medical_note=病历 文书 medical_note; nursing_record=护理记录 护理; report=报告 report; "
    "order=医嘱 order; other=其他 其它 other",
    "login_result": "success=成功 success ok; failed=失败 failure fail failed",
    "clinician_response": "accepted=接受 采纳 已采纳 accepted; modified=修改 已修改 modified; "
    "overridden=坚持 忽略 强制通过 继续 overridden override; none=无 未处理 none",
    "access_origin": "inside=院内 内网 inside; outside=院外 外网 outside; "
    "other_institution=外院 其他机构 other_institution; patient=患者 本人 patient",
    "scan_target": "patient=腕带 患者 病人 patient; drug=药品 输液 drug; specimen=标本 样本 specimen; blood=血袋 血液 blood",
    "alert_target": "order=医嘱 order; prescription=处方 prescription; lab_request=检验申请 检验; "
    "exam_request=检查申请 检查; report=报告; record=病历; other=其他",
    "contract_status": "active=有效 已签约 签约 在签 active; ended=终止 已解约 解约 到期 ended",
    "admission_order_status": "waiting=待入院 等待 候床 waiting; admitted=已入院 入院 admitted; "
    "cancelled=取消 已取消 作废 cancelled",
    "backup_cycle": "none=无 不备份 none; weekly=每周 周 weekly; daily=每日 每天 日 daily; realtime=实时 realtime",
}


def _read(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for group in text.split(";"):
        code, _, words = group.strip().partition("=")
        for word in words.split():
            found.setdefault(folded(word), code)
    return found


WRITTEN: dict[str, dict[str, str]] = {key: _read(text) for key, text in _WRITTEN.items()}

_TIME = re.compile(
    r"\s*\d{4}\D?\d{1,2}\D?\d{1,2}日?([T\s]*\d{1,2}([:：时]?\d{2}){0,2}.*)?\s*|\s*\d{12,17}\s*"
)
_SERIAL = re.compile(r"\s*\d{5}(\.\d+)?\s*")
_NUMBER = re.compile(r"\s*[-+]?[\d,]+(\.\d+)?\s*")


def normalised(field: Field, value: str) -> str | None:
    """The normalised code a value stands for, ``true`` or ``false`` for bool fields; None: unknown."""
    text = folded(value)
    if field.type == "bool":
        return "true" if text in TRUE else "false" if text in FALSE else None
    for code in field.values:
        if text == folded(code):
            return code
    written = WRITTEN.get(field.key, {}).get(text)
    return written if written in field.values else None


def propose_values(field: Field, samples: Iterable[str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """(their code -> normalised code, values nobody recognises) for a field with normalised codes.

    Numbers such as 1 and 2 mean something else in every hospital and are left to a person, but for
    truth values. Other fields give nothing.
    """
    if not field.values and field.type != "bool":
        return {}, ()
    found: dict[str, str] = {}
    unknown: list[str] = []
    for value in dict.fromkeys(sample.strip() for sample in samples):
        if not value:
            continue
        code = normalised(field, value)
        if code is None:
            unknown.append(value)
        else:
            found[value] = code
    return found, tuple(unknown)


def looks_like(field: Field, samples: Sequence[str]) -> float | None:
    """Share of the filled samples that could be values of the field; None where the type says nothing."""
    filled = [value for value in samples if value.strip()]
    if not filled:
        return None
    if field.type in ("datetime", "date"):
        hits = sum(bool(_TIME.fullmatch(value) or _SERIAL.fullmatch(value)) for value in filled)
    elif field.type == "number":
        hits = sum(bool(_NUMBER.fullmatch(value)) for value in filled)
    elif field.type == "bool":
        hits = sum(normalised(field, value) is not None for value in filled)
    elif field.type in ("string", "code"):
        # A full time stamp is no code and no text.
        hits = sum(not (_TIME.fullmatch(value) and ":" in value) for value in filled)
    else:
        return None
    return hits / len(filled)
