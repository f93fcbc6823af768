"""What the name of a column says, in both languages: whose names it may hold, and what it can never be."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

PERSON = re.compile(
    r"姓名|患者$|病人$|联系人|家属|监护人|医师(?!.*(编码|代码|工号|编号))|医生(?!.*(编码|代码|工号|编号))|护士(?!.*(编码|代码|工号|编号))"
    r"|药师|技师|操作[员人]|签名|签字|[者人]姓名|作者|执行人|采集人|审核人|报告人|记录人"
    r"|(^|_)(patient|physician|doctor|nurse|staff|person|full|real|family|given|first|last|contact|guardian|mother|father|spouse)_?name"
    r"|(physician|nurse|prescriber|reporter|verifier|acquirer|assessor|assistant|anesthetist)_name"
    r"|^(name|xm|xingming|brxm|hzxm|ysxm|author|signer|surgeon|consultant|therapist|recorder|operator|collector|handler|performer|viewer)$"
    r"|pharmacist|signature$|(_by|_reporter)$|^notified_party$",
    re.IGNORECASE,
)
CATALOGUED = re.compile(
    r"编码|代码|科室|病区|药品|药物|药名|诊断|疾病|检验|检查|项目|标本|手术名|器械|耗材|材料|途径|频次|单位|规格|剂型|类型|类别|分类|状态|级别|部位"
    r"|方式|方法|结果|结论|参考|性别|民族|职业|籍贯|机构|医院名|厂家|产地|系统|设备|血型|血液|费用|名称"
    r"|(_|^)(code|dept|ward|department|campus|status|type|kind|class|category|setting|level|route|frequency|unit|usage|value|range|result|method|measure|mode|channel|topic|system|bed_no|sex|item)$"
    r"|(item|drug|diagnosis|surgery|specimen|blood|exam|lab|vital|system|event|institution|prescription|order|procedure|disease|hospital|dictionary|entry|ward|dept|department)_(item_)?name"
    r"|body_part|_uid$|^entry_name$|description$|^prescription_name$|(_at|_date|_time)$",
    re.IGNORECASE,
)
NUMBER = re.compile(
    r"单号|编号|流水号|序号|条码|条形码|申请号|报告号|标本号|医嘱号|处方号|编码|代码|_no$|_nos?$|_uid$|_code$|barcode|serial|(?<!patient)(?<!encounter)(?<!account)_id$|^id$",
    re.IGNORECASE,
)
PERSON_ID = re.compile(
    r"患者(标识|编号|id|号)|病人(标识|编号|id|号)|(patient|encounter|account|person)_?(id|no)|住院号|门诊号|病案号|就诊(号|标识)|mrn|卡号",
    re.IGNORECASE,
)
DOCUMENT = re.compile(
    r"护照|通行证|证件|身份|台胞|passport|travel_?(document|permit)|id_?(card|document|number)", re.IGNORECASE
)
NETWORK = re.compile(r"(^|[_ ])ip([_ ]|$)|ip地址|终端地址|网络地址|ipv4", re.IGNORECASE)

IDENTIFYING = re.compile(
    r"身份证|证件号|护照|通行证|手机|电话|联系方式|住址|地址(?!类)|家庭|户口|姓名|联系人|邮箱|微信|qq号|银行卡|卡号|社保号|医保号|车牌|生日|照片"
    r"|id_?card|identity|passport|mobile|phone|telephone|(^|_)tel(_|$)|address|email|e-mail|wechat|bank_?card|card_?(no|number)|(patient|real|full|contact|family|given|first|last)_?name|^name$|^xm$|^sfzh?$|^lxdh$|^sjh$|^jtzz$|ssn|photo",
    re.IGNORECASE,
)
HARMLESS = re.compile(r"类型|类别|标志|是否|来源|科室电话|ip地址|mac地址|_type$|_flag$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Hint:
    person: bool  # may hold names of persons
    catalogued: bool  # names of things: never judged as names
    number: bool  # numbers of business records
    person_id: bool  # numbers of patients and visits
    document: bool
    network: bool


@lru_cache(maxsize=4096)
def hint_of(column: str) -> Hint:
    bare = column.strip()
    person = bool(PERSON.search(bare))
    person_id = bool(PERSON_ID.search(bare))
    return Hint(
        person=person,
        catalogued=not person and bool(CATALOGUED.search(bare)),
        number=not person_id and bool(NUMBER.search(bare)),
        person_id=person_id,
        document=bool(DOCUMENT.search(bare)),
        network=bool(NETWORK.search(bare)),
    )


def names_a_person(column: str) -> bool:
    """Whether the name of a column that nobody asked for says that it identifies a person."""
    return bool(IDENTIFYING.search(column)) and not HARMLESS.search(column)
