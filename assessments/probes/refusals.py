"""Sentences of refusals and notes: what, where, what to do. Never a value, never a header as it stood.

A header can be a row of data in a file without headers, so columns are named by their position.
"""

from __future__ import annotations

from engine.evidence.counts import FileRefused
from engine.rubric.values import Text


class FileProblem(Exception):
    """One file cannot be taken; the others go on."""

    def __init__(self, code: str, **parameters: object) -> None:
        super().__init__(code)
        self.code = code
        self.parameters = parameters

    def of(self, name: str) -> FileRefused:
        return refusal(self.code, name, **self.parameters)


class PackageRefused(Exception):
    """The package as a whole cannot be opened; nothing was kept."""

    def __init__(self, code: str, name: str, **parameters: object) -> None:
        self.refusal = refusal(code, name, **parameters)
        super().__init__(self.refusal.sentence.en)


def refusal(code: str, name: str, **parameters: object) -> FileRefused:
    zh, en = REFUSALS[code]
    return FileRefused(
        name, code, Text(zh.format(name=name, **parameters), en.format(name=name, **parameters))
    )


def note(code: str, **parameters: object) -> Text:
    zh, en = NOTES[code]
    return Text(zh.format(**parameters), en.format(**parameters))


def places(numbers: list[int], most: int = 10) -> str:
    """``3、7、12…`` without a word, so that both languages can use it."""
    shown = ", ".join(str(n) for n in numbers[:most])
    return f"{shown} …" if len(numbers) > most else shown


REFUSALS: dict[str, tuple[str, str]] = {
    # the package as a whole
    "not_a_package": (
        "{name}既不是文件夹，也不是可以读取的数据文件或zip。请把导出的文件放进一个文件夹，或打成zip。",
        "{name} is neither a folder nor a data file or zip that can be read. Put the exported files into a folder or a zip.",
    ),
    "empty_package": (
        "{name}里没有数据文件。请放入以记录类型命名的CSV、Parquet或XLSX文件，例如lab_report.csv。",
        "There is no data file in {name}. Put in CSV, Parquet or XLSX files named by record type, such as lab_report.csv.",
    ),
    "bad_manifest": (
        "package.yaml第{line}行有误：{zh}。请改正后重新提交；整个数据包未读取。",
        "package.yaml, line {line}: {en}. Correct it and hand the package in again; nothing was read.",
    ),
    "other_hospital": (
        "package.yaml写明这是“{stated}”的数据包，而这里是“{expected}”。如果提交错了，请换成本院的数据包；如确为本院（例如更名），请确认后继续。",
        "package.yaml says that this package belongs to “{stated}”, but this is “{expected}”. Hand in your own hospital's package, or confirm that it is the same hospital (renamed, for instance).",
    ),
    "other_window": (
        "package.yaml的统计时段为{stated}，评估的统计时段为{expected}。请按评估时段重新导出；也可确认后继续，届时只计评估时段内的记录。",
        "The window in package.yaml is {stated}, that of the assessment {expected}. Export the assessment's window again, or confirm to go on: then only rows inside the assessment's window count.",
    ),
    # archives
    "damaged_archive": (
        "压缩包{name}已损坏，不能解开。请重新打包后再提交。",
        "The archive {name} is damaged and cannot be unpacked. Make it again and hand it in.",
    ),
    "encrypted_archive": (
        "压缩包{name}有密码，不能读取。请打成不带密码的zip；传输保密请用院内规定的方式。",
        "The archive {name} is protected by a password. Make a zip without one.",
    ),
    "too_many_entries": (
        "压缩包{name}有{count}个文件，超过上限{most}个。请只保留所需的导出文件，或分成几个包。",
        "The archive {name} has {count} files, more than the limit of {most}. Keep only the exports needed, or split it.",
    ),
    "unpacks_too_large": (
        "压缩包{name}解开后超过{most}GB，没有解开。请分批提交，或在院内运行核验。",
        "The archive {name} would unpack to more than {most} GB and was not unpacked. Hand it in in parts, or run the checks at the hospital.",
    ),
    "ratio_too_high": (
        "{name}的压缩比异常（解开后是原来的{ratio}倍以上），像是压缩炸弹，没有解开。请重新导出。",
        "{name} unpacks to more than {ratio} times its size, like an archive bomb, and was not unpacked. Export it again.",
    ),
    "archive_in_archive": (
        "{name}是包在压缩包里的压缩包，没有读取。请解开后只打一层zip。",
        "{name} is an archive inside the archive and was not read. Unpack it and zip one level only.",
    ),
    "unsafe_path": (
        "{name}的路径指向文件夹之外，没有解开。请用普通的相对路径重新打包。",
        "The path of {name} leads outside the folder; it was not unpacked. Pack again with plain relative paths.",
    ),
    "symlink": (
        "{name}是链接而不是文件，没有读取。请放入文件本身。",
        "{name} is a link, not a file, and was not read. Put in the file itself.",
    ),
    "same_name": (
        "{name}在压缩包里出现两次，无法判断哪个有效。请只保留一个。",
        "{name} stands in the archive twice, so it is unclear which one counts. Keep only one.",
    ),
    # which record a file is
    "unknown_record": (
        "{name}的文件名不是记录类型，也不在映射中，没有读取。请改名为“记录类型@系统.csv”（例如lab_report@LIS.csv），或在映射中写明。",
        "The name of {name} is no record type and the mapping does not know it; it was not read. Rename it to record@SYSTEM.csv (lab_report@LIS.csv, say) or add it to the mapping.",
    ),
    "mapping_unknown_record": (
        "映射把{name}写成记录类型“{record}”，目录中没有这种记录。请在映射中改正。",
        "The mapping makes {name} the record type “{record}”, which the catalogue does not have. Correct the mapping.",
    ),
    "unknown_format": (
        "{name}不是可以读取的格式。请导出为CSV、Parquet或XLSX；接口消息放在messages文件夹，扩展名为hl7、json或ndjson。",
        "{name} is not in a format that can be read. Export CSV, Parquet or XLSX; interface messages go into the folder messages as hl7, json or ndjson.",
    ),
    "not_what_it_says": (
        "{name}的内容是{real_zh}，与扩展名不符，没有读取。请改成正确的扩展名，或重新导出。",
        "The content of {name} is {real_en}, which its extension does not say; it was not read. Correct the extension or export it again.",
    ),
    # content
    "empty_file": (
        "{name}是空文件。请重新导出；如果确实没有这类记录，请删去该文件并申报“无此业务”。",
        "{name} is empty. Export it again; if the hospital has no such records, leave the file out and declare so.",
    ),
    "unreadable": (
        "{name}不能打开（没有读取权限，或被其他程序占用）。请检查后重新提交。",
        "{name} cannot be opened (no permission, or another program holds it). Check it and hand it in again.",
    ),
    "wrong_encoding": (
        "{name}在约第{line}行有既不是UTF-8也不是GB18030的字节。请用UTF-8重新导出。",
        "{name} has bytes around line {line} that are neither UTF-8 nor GB18030. Export it as UTF-8.",
    ),
    "nul_bytes": (
        "{name}含有空字节（NUL），不是文本，可能已损坏。请重新导出。",
        "{name} contains NUL bytes; it is no text or is damaged. Export it again.",
    ),
    "no_known_column": (
        "{name}的表头里没有一列是记录类型“{record}”的字段。请让第一行为字段名（例如{example}），或在映射中写明列的对应。",
        "No column of {name} is a field of the record type “{record}”. Let the first row hold field names ({example}, say) or map the columns.",
    ),
    "duplicate_header": (
        "{name}的第{columns}列都对应字段{field}，无法判断哪一列有效。请删去多余的列，或在映射中只保留一列。",
        "Columns {columns} of {name} all stand for the field {field}, so it is unclear which counts. Remove the others, or map only one.",
    ),
    "ragged_rows": (
        "{name}有{count}行的列数与表头不符（例如第{rows}行），超过5%，多半是分隔符或引号有误。请加上引号后重新导出，或改用Parquet。",
        "{count} rows of {name} do not have as many columns as the header (row {rows}, for instance), more than 5 %: the delimiter or the quoting is probably wrong. Export it with quotes, or as Parquet.",
    ),
    "unclosed_quote": (
        "{name}第{row}行的引号没有成对，其后的内容无法分辨。请把字段内的引号写成两个引号，或改用Parquet。",
        "A quotation mark in row {row} of {name} is not closed, so what follows cannot be told apart. Write quotes inside a field twice, or use Parquet.",
    ),
    "damaged_file": (
        "{name}已损坏或不完整，不能读取。请重新导出。",
        "{name} is damaged or incomplete and cannot be read. Export it again.",
    ),
    "encrypted_workbook": (
        "工作簿{name}有密码，不能读取。请去掉密码后另存，或导出为CSV。",
        "The workbook {name} is protected by a password. Save it without one, or export CSV.",
    ),
    "workbook_too_large": (
        "工作簿{name}的表格范围有{cells}万个单元格，超过上限{most}万，没有读取。请导出为CSV或Parquet。",
        "The sheet in the workbook {name} spans {cells} ten thousand cells, more than the limit of {most}; it was not read. Export CSV or Parquet.",
    ),
    "no_sheet": (
        "工作簿{name}里没有数据表。请把数据放在第一个工作表，第一行为字段名。",
        "The workbook {name} has no sheet with data. Put the data on the first sheet, field names in its first row.",
    ),
    "scientific_notation": (
        "{name}的{field}列有{count}行被表格软件写成科学计数法（例如第{rows}行），编号的末几位已经丢失，不能核对。请把该列设为文本后从系统重新导出。",
        "{count} rows of the column {field} in {name} were turned into scientific notation by a spreadsheet program (row {rows}, for instance): the last digits of the numbers are lost. Set the column to text and export it from the system again.",
    ),
    "bad_datetime_format": (
        "映射给{name}写的时间格式不能使用。请用例如%Y%m%d%H%M%S的写法，或删去让系统识别。",
        "The time format that the mapping gives for {name} cannot be used. Write it like %Y%m%d%H%M%S, or leave it out to have it detected.",
    ),
    "same_export_twice": (
        "{name}与{other}完全相同，是同一次导出交了两次，只计{other}。两个系统的数据请分别从各自的系统导出。",
        "{name} is the same as {other}: one export handed in twice. Only {other} counts. Export the data of two systems from each system.",
    ),
    "unknown_table": (
        "数据库里没有表{name}，或没有读取权限。请在映射中改正表名，或授予只读权限。",
        "There is no table {name} in the database, or no permission to read it. Correct the mapping, or grant reading.",
    ),
    "no_messages": (
        "{name}里没有能读出的消息。请提交HL7 v2或FHIR R4的原始消息。",
        "No message could be read in {name}. Hand in the original HL7 v2 or FHIR R4 messages.",
    ),
    "bad_dictionary": (
        "字典{name}没有编码列和名称列。请让表头为code,name（或编码,名称）。",
        "The dictionary {name} has no columns for code and name. Let its header be code,name.",
    ),
    "identifies_person": (
        "{name}含有可识别个人的内容：{zh}。文件没有保存，已删除。请用散列工具处理或删去后重新导出。",
        "{name} holds what identifies persons: {en}. It was not kept and has been deleted. Replace it by tokens (hashing helper) or leave it out.",
    ),
    "cannot_read": (
        "{name}不能读取（引擎报告{kind}）。请检查文件后重新导出。",
        "{name} cannot be read (the engine reports {kind}). Check the file and export it again.",
    ),
}

NOTES: dict[str, tuple[str, str]] = {
    "ragged_rows": (
        "{count}行的列数与表头不符，没有计入：第{rows}行。",
        "{count} rows do not have as many columns as the header and were left out: row {rows}.",
    ),
    "outside_window": (
        "{count}行（{share}%）的时间在统计时段之外，没有计入。请核对导出的时间条件。",
        "{count} rows ({share} %) lie outside the window and were left out. Check the time condition of the export.",
    ),
    "unparsed_times": (
        "{count}个时间认不出来，按空值计：{fields}。可在映射中写明时间格式。",
        "{count} times could not be read and count as empty: {fields}. The mapping can state the format.",
    ),
    "unparsed_flags": (
        "{count}个是否值认不出来，按空值计。请用是/否、1/0、Y/N或true/false，或在映射中写明对照。",
        "{count} truth values could not be read and count as empty. Use 是/否, 1/0, Y/N or true/false, or map the values.",
    ),
    "unknown_values": (
        "{field}列有{count}行的取值不在规定的代码中。请在映射中写明对照。",
        "{count} rows of the column {field} hold values that are not among its codes. Map the values.",
    ),
    "unknown_columns": (
        "第{columns}列不是该记录类型的字段，没有读取。",
        "Columns {columns} are no fields of this record type and were not read.",
    ),
    "absent_columns": (
        "映射中有{count}列在文件里没有：{fields}。",
        "{count} columns of the mapping are not in the file: {fields}.",
    ),
    "leading_zeros": (
        "{field}列是数字，长短不一且没有以0开头的，编码的前导零可能已被表格软件去掉。请核对后以文本导出。",
        "The column {field} holds numbers of different length, none with a leading zero: a spreadsheet program may have removed leading zeros. Check it and export it as text.",
    ),
    "numbers_as_codes": (
        "{field}列有{count}行在工作簿里是数字，编码的前导零如有则已丢失。请把该列设为文本后重新导出。",
        "{count} cells of the column {field} are numbers in the workbook: leading zeros, if there were any, are lost. Set the column to text and export again.",
    ),
    "same_rows": (
        "各行与{other}完全相同，而两者写明来自不同系统。请确认两份数据确由两个系统分别导出。",
        "All rows equal those of {other}, yet both are said to come from different systems. Confirm that two systems exported them.",
    ),
    "same_records": (
        "{count}条记录在{other}里也有（编号相同、内容不同），两边都计入，编号唯一的规则会因此不符。请核对以哪份为准，移除或换掉另一份。",
        "{count} records are in {other} too (same number, other content). Both count, and rules that ask for unique numbers fail. Decide which file is right, and remove or replace the other.",
    ),
    "malformed_messages": (
        "{count}条消息不完整或读不出来：第{rows}条。",
        "{count} messages are malformed: number {rows}.",
    ),
    "possible_identity": (
        "{zh}：请确认不是个人身份信息。",
        "{en}: make sure that this identifies nobody.",
    ),
    "declared_absent": (
        "package.yaml申报没有{record}，数据包里却有这类文件；以文件为准。",
        "package.yaml declares that there is no {record}, yet the package has such files; the files count.",
    ),
    "other_hospital": (
        "package.yaml写的医院是“{stated}”，已由提交人确认为本院。",
        "package.yaml names the hospital “{stated}”; whoever handed it in confirmed that it is this one.",
    ),
    "other_window": (
        "package.yaml的统计时段为{stated}，按评估的统计时段{expected}计。",
        "The window in package.yaml is {stated}; the assessment's, {expected}, was used.",
    ),
}
