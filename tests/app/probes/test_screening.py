"""Screening finds what identifies a person and nothing else, and never says the value."""

from __future__ import annotations

import hashlib
import random
import uuid

import duckdb
import pytest

from assessments.probes.screening import Hit, screen_file_name, screen_header, screen_table, screen_values
from assessments.probes.screening.detectors import is_token, looks_like_name, luhn_holds, resident_id_holds

RESIDENT = "11010519491231002X"
CARD = "6222020200112233000"
NAMES = ["张伟", "王芳", "李秀英", "欧阳建国", "刘洋", "陈丽", "杨 静", "赵敏", "黄志强", "周杰"]


def card(stem: str = "622202020011223300") -> str:
    return next(stem + str(digit) for digit in range(10) if luhn_holds(stem + str(digit)))


def table(**columns: list[str | None]) -> tuple[Hit, ...]:
    connection = duckdb.connect()
    names = list(columns)
    connection.execute(
        "CREATE TABLE t (zp_row BIGINT, " + ", ".join(f'"{name}" VARCHAR' for name in names) + ")"
    )
    rows = [(number, *row) for number, row in enumerate(zip(*columns.values(), strict=True), 1)]
    connection.executemany("INSERT INTO t VALUES (" + ", ".join("?" * (len(names) + 1)) + ")", rows)
    return screen_table(connection, "t", names)


def kinds(values: list[str | None], column: str = "备注") -> set[str]:
    """What both ways of screening find: the table's and the sample's agree."""
    in_table = {(hit.kind, hit.row) for hit in table(**{column: values})}
    in_sample = {(hit.kind, hit.row) for hit in screen_values(column, values)}
    assert in_table == in_sample
    return {kind for kind, _ in in_table}


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (RESIDENT, "resident_id"),
        ("患者身份证" + RESIDENT + "，已核对", "resident_id"),
        (RESIDENT.lower(), "resident_id"),
        ("'" + RESIDENT, "resident_id"),
        ("１１０１０５１９４９１２３１００２Ｘ", "resident_id"),
        ("1101051949\u200b1231002X", "resident_id"),
        ("1.10105E+17", "resident_id"),
        ("110105491231002", "resident_id_15"),
        ("13812345678", "mobile"),
        ("联系电话138-1234-5678。", "mobile"),
        ("+86 138 1234 5678", "mobile"),
        ("１３８１２３４５６７８", "mobile"),
        ("1.3812345678E+10", "mobile"),
        ("0571-87654321", "landline"),
        (card(), "bank_card"),
        ("someone@example.org", "email"),
        ("10.2.3.4", "ip"),
        ("浙江省杭州市西湖区文三路138号2栋301室", "address"),
        ("家住青山村三组12号，独居。县人民路5号", "address"),
        ("车牌浙A·12345", "plate"),
    ],
)
def test_what_identifies_a_person_is_found(value: str, kind: str) -> None:
    assert kind in kinds(["无", value, None, "正常"])


@pytest.mark.parametrize(
    "value",
    [
        "110105194912310021",  # wrong check character
        "19010519491231002X",  # no such province
        "2.02601E+17",
        "20260105080000",
        "2026-01-05 08:00:00",
        "1.2.840.113619.2.55.3.13812345678.4.6222020200112233000",
        "v1.2.3.4",
        "门诊三楼5号诊室",
        "东区2号楼3层",
        "体温36.5，心率80次/分",
        "O13812345678901",
        "头孢呋辛酯片0.25g*12片",
        "XA10BAE021A010010201650",
    ],
)
def test_what_only_resembles_it_is_not_found(value: str) -> None:
    assert not kinds([value])


def test_tokens_never_hit() -> None:
    made = [hashlib.sha256(str(n).encode()).hexdigest() for n in range(1000)]
    made += [hashlib.md5(str(n).encode(), usedforsecurity=False).hexdigest().upper() for n in range(1000)]
    made += [str(uuid.UUID(int=random.Random(n).getrandbits(128))) for n in range(1000)]
    made += ["0123" * 8, "1381234567800000000000000000abcd"]
    assert not table(patient_id=made, patient_name=made[::-1], 备注=made)
    assert all(is_token(token) for token in made[:2000])


@pytest.mark.parametrize(
    "column", ["patient_name", "姓名", "col7", "requesting_physician_name", "collector", "接诊医师"]
)
def test_a_column_of_real_names_is_found_by_content(column: str) -> None:
    (hit,) = table(**{column: [*NAMES, "示例", None]})
    assert (hit.kind, hit.column, hit.row) == ("name", column, 1)
    assert hit.share > 0.8


def test_a_few_names_among_other_words_are_no_column_of_names() -> None:
    assert not table(col7=[*NAMES[:3], *["高血压", "糖尿病", "肺炎", "胃炎", "骨折", "贫血", "甲亢", "中风"]])


@pytest.mark.parametrize(
    "words",
    [
        "心血管内科 肾内科 方便门诊 康复科 金山病区 白内障中心 安宁疗护科 石景山院区 马鞍山病区 急诊科 全科 东院",
        "黄芪 白术 白芍 甘草 杜仲 何首乌 沙参 麦冬 牛膝 石膏 黄连 党参 熊胆粉 金银花 马齿苋 苏木 连翘 车前子 万古霉素 华法林 左氧氟沙星 顺铂 汤剂 安定片",
        "高血压 白血病 黄疸 石棉肺 马方综合征 甘油三酯 白蛋白 白细胞 葡萄糖 尿素氮 钾 钠 谷草转氨酶 谷丙转氨酶 单核细胞 血红蛋白 平均血小板体积 总胆红素",
        "静脉滴注 口服 肌内注射 每日三次 阳性 阴性 未见异常 正常 平车 步行 已婚 汉族 农民 工人 男 女 国家医保 自费",
    ],
    ids=["departments", "drugs", "diagnoses and tests", "codes"],
)
def test_words_of_medicine_are_no_names_even_in_an_unknown_column(words: str) -> None:
    assert not [hit for hit in screen_values("col7", words.split()) if hit.kind == "name"]
    assert not table(col7=list(words.split()))


@pytest.mark.parametrize(
    "column",
    ["drug_name", "dept", "diagnosis_name", "result_item_name", "科室名称", "药品名称", "entry_name"],
)
def test_columns_of_names_of_things_are_never_judged_as_names(column: str) -> None:
    assert not table(**{column: list(NAMES)})


def test_order_numbers_that_look_like_telephones_are_none() -> None:
    run = [str(13_900_000_000 + n) for n in range(500)]
    assert not table(order_no=run)
    mixed = [f"1{'3456789'[n % 7]}{n % 10}{n:08d}" for n in range(500)]
    assert [hit.kind for hit in table(patient_id=mixed)] == ["mobile"]


def test_order_numbers_that_pass_luhn_by_chance_are_no_bank_cards() -> None:
    dice = random.Random(7)
    numbers = ["4" + "".join(str(dice.randrange(10)) for _ in range(15)) for _ in range(2000)]
    assert not table(request_no=numbers)
    assert [hit.kind for hit in table(备注=numbers[:100])] == ["bank_card"]


def test_identity_numbers_used_as_numbers_of_records_are_found() -> None:
    made = []
    for number in range(60):
        stem = f"1101051949{number % 12 + 1:02d}{number % 28 + 1:02d}{number:03d}"
        made.append(next(stem + last for last in "0123456789X" if resident_id_holds(stem + last)))
    (hit,) = table(order_no=made)
    assert (hit.kind, hit.row, hit.share) == ("resident_id", 1, 1.0)


def test_the_row_is_the_first_and_the_share_counts_filled_values() -> None:
    (hit,) = table(备注=["无", None, "电话13812345678", "13912345678", "", "x"])
    assert (hit.row, hit.share) == (3, pytest.approx(2 / 5))


def test_a_passport_needs_the_column_to_say_so() -> None:
    assert not table(备注=["E12345678"])
    assert {hit.kind for hit in table(护照号=["E12345678"])} == {"passport"}


def test_a_warning_is_no_refusal() -> None:
    assert [hit.warning for hit in table(备注=["110105491231002"])] == [True]


def test_unknown_headers_that_name_a_person_are_hits_and_known_ones_are_not() -> None:
    header = [
        "patient_name",
        "手机号",
        "家庭住址",
        "lab_item_code",
        "联系电话",
        "id_card",
        "标本号",
        "证件类型",
    ]
    assert [hit.column for hit in screen_header(header, known=["patient_name"])] == [
        "手机号",
        "家庭住址",
        "联系电话",
        "id_card",
    ]


def test_a_header_that_is_a_value_is_named_by_its_place() -> None:
    hits = screen_header(["a", "13812345678", RESIDENT])
    assert [(hit.kind, hit.column) for hit in hits] == [("mobile", "#2"), ("resident_id", "#3")]


@pytest.mark.parametrize(("name", "expected"), [
    ("王芳_检验.csv", {"name"}), ("病人13812345678.xlsx", {"mobile"}), ("lab_report@LIS.csv", set()), ("检验报告2026年1月.xlsx", set()),
    ("dictionary/staff.csv", set()), ("门诊处方-20260105080000.csv", set()), (RESIDENT + ".csv", {"resident_id"}),
])  # fmt: skip
def test_file_names_are_screened(name: str, expected: set[str]) -> None:
    assert {hit.kind for hit in screen_file_name(name)} == expected


def test_no_hit_ever_says_the_value() -> None:
    values: list[str | None] = [RESIDENT, "13812345678", card(), "someone@example.org", *NAMES]
    said = (
        repr(table(姓名=values))
        + repr(screen_values("姓名", values))
        + repr(screen_header([str(v) for v in values]))
    )
    for value in values:
        assert str(value) not in said


def test_few_distinct_values_are_grouped_and_counted_by_rows() -> None:
    values: list[str | None] = ["正常", "13812345678"] * 600
    (hit,) = table(备注=values)
    assert (hit.share, hit.row) == (0.5, 2)


@pytest.mark.parametrize("name", NAMES)
def test_names_look_like_names(name: str) -> None:
    assert looks_like_name(name)
