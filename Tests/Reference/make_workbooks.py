"""Makes Tests/Fixtures/workbooks: small coding sheets with the shapes and typing faults of the real ones.

    python Tests/Reference/make_workbooks.py

Needs nothing but Python; the same bytes every time. No row is from a real sheet: subjects, clips, frame numbers and
emotions are made up, only columns and kinds of faults are those of the releases.
"""

import pathlib
import zipfile
from xml.sax.saxutils import escape, quoteattr

FOLDER = pathlib.Path(__file__).parent.parent / "Fixtures" / "workbooks"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def column(index):
    """0 is A, 26 is AA."""
    name = ""
    index += 1
    while index:
        index, letter = divmod(index - 1, 26)
        name = chr(65 + letter) + name
    return name


class Rich(str):
    """A text that is stored as several runs, with a reading that is no part of it."""


class Inline(str):
    """A text that stands in its cell."""


class Strings:
    def __init__(self):
        self.items = []

    def index(self, text):
        if text not in self.items:
            self.items.append(text)
        return self.items.index(text)

    def xml(self):
        def item(text):
            if isinstance(text, Rich):
                half = len(text) // 2
                return (f'<si><r><rPr><b/></rPr><t xml:space="preserve">{escape(text[:half])}</t></r>'
                        f'<r><t xml:space="preserve">{escape(text[half:])}</t></r>'
                        '<rPh sb="0" eb="1"><t>reading</t></rPh></si>')
            return f'<si><t xml:space="preserve">{escape(text)}</t></si>'

        return f'{HEAD}<sst xmlns="{MAIN}">{"".join(item(text) for text in self.items)}</sst>'


def cell(row, index, value, strings):
    place = f'r="{column(index)}{row}"'
    if value is None:
        return f'<c {place} s="1"/>'
    if isinstance(value, bool):
        return f'<c {place} t="b"><v>{int(value)}</v></c>'
    if isinstance(value, (int, float)):
        return f"<c {place}><v>{value}</v></c>"
    if isinstance(value, Inline):
        return f'<c {place} t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    return f'<c {place} t="s"><v>{strings.index(value)}</v></c>'


def sheet(rows, strings):
    """rows: number to values; a row without values is written too, as spreadsheets do."""
    lines = "".join(
        f'<row r="{number}">' + "".join(cell(number, i, value, strings) for i, value in enumerate(values)) + "</row>"
        for number, values in sorted(rows.items()))
    return f'{HEAD}<worksheet xmlns="{MAIN}"><sheetData>{lines}</sheetData></worksheet>'


def workbook(name, sheets, parts=None):
    strings = Strings()
    contents = {}
    for index, rows in enumerate(sheets.values(), 1):
        contents[f"xl/worksheets/sheet{index}.xml"] = sheet(rows, strings)
    listed = "".join(f'<sheet name={quoteattr(title)} sheetId="{i}" r:id="rId{i}"/>'
                     for i, title in enumerate(sheets, 1))
    contents["xl/workbook.xml"] = (
        f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>{listed}</sheets></workbook>')
    links = "".join(f'<Relationship Id="rId{i}" Type="{RELATIONS}/worksheet" Target="worksheets/sheet{i}.xml"/>'
                    for i in range(1, len(sheets) + 1))
    links += f'<Relationship Id="rId99" Type="{RELATIONS}/sharedStrings" Target="/xl/sharedStrings.xml"/>'
    if "xl/styles.xml" in (parts or {}):
        links += f'<Relationship Id="rId98" Type="{RELATIONS}/styles" Target="styles.xml"/>'
    contents["xl/_rels/workbook.xml.rels"] = f'{HEAD}<Relationships xmlns="{PACKAGE}">{links}</Relationships>'
    contents["xl/sharedStrings.xml"] = strings.xml()
    contents.update(parts or {})
    with zipfile.ZipFile(FOLDER / name, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in sorted(contents.items()):
            archive.writestr(zipfile.ZipInfo(path), text, zipfile.ZIP_DEFLATED, 9)


def casme2():
    """Nine columns, two of them blank; subjects are numbers; `/` as apex; the mistyped offset in the 61st row."""
    rows = {1: ["Subject", "Filename", None, "OnsetFrame", "ApexFrame", "OffsetFrame", None, "Action Units",
                "Estimated Emotion"]}
    clips = [
        (1, "EP02_01f", 46, 49, 56, "4+L10", "disgust"),
        (1, "EP03_02", 131, "/", 141, 12, "happiness"),
        (2, "EP02_01f", 20, 24, 30, "?", Rich("others")),       # the same name as subject 1's
        (5, "EP09_05f", 13, 13, 19, 4, "Repression "),         # apex = onset
        (5, "EP10_10", 7, 12, 15, "R1+2", "surprise"),         # not on disk
        (6, "EP11_01", 7, 12, 15, "1", "fear"),                # in no class, and not on disk
    ]
    clips += [(9, f"EP18_{i:02}", 10, 12, 16, 7, "sadness") for i in range(60 - len(clips))]
    clips += [(17, "EP05_03f", 81, 84, 31, 4, "others")]       # index 60: 31 should be 91
    for index, (subject, name, onset, apex, offset, units, emotion) in enumerate(clips):
        rows[index + 2] = [subject, name, None, onset, apex, offset, None, units, emotion]
    rows[len(clips) + 4] = ["A remark of the coders", None]
    workbook("casme2.xlsx", {"Sheet1": rows, "Sheet2": {}})


def samm():
    """Notes before the header in row 14; a sheet of other movements before it; subjects are texts; spaces in names."""
    header = ["Subject", "Filename", "Inducement Code", "Onset Frame", "Apex Frame", "Offset Frame", "Duration",
              "Micro", "Action Units", "Estimated Emotion", "Objective Classes", "Notes"]
    clips = [
        ["006", "006_1_2", 1, 5562, 5566, 5572, 11, "Micro - 1/2", "AU4+7", "Anger", 1, None],
        ["006", "006_1_3", 1, 10, 30, 16, 7, "Micro - 1/2", "(R6 or R12)+R15", "Other", 4, "apex typed wrong"],
        ["007", "007_3_1", 3, 5, 8, 12, 8, "Micro - 1/2", 12, "Others", 4, None],
        ["011", "011_6_1", 6, 20, 22, 25, 6, "Micro - 1/2", "AU12", "Happiness", 2, None],
        ["011", "011_6_2", 6, 30, 32, 36, 7, "Micro - 1/2", "AU1", "Fear", 2, None],
    ]
    notes = {number: [f"Note {number}"] for number in range(1, 14)}
    micro = notes | {14: header} | {15 + i: values for i, values in enumerate(clips)}
    macro = notes | {14: header, 15: ["035", "035_7_5", 7, 1, 2, 3, 3, "Macro", "AU12", "Happiness", 1, None]}
    workbook("samm.xlsx", {"MACRO_ONLY": macro, "MICRO_ONLY": micro})


def mmew():
    """Columns in another order; a blank offset, an apex behind the offset, numbers counted from the clip's start."""
    rows = {1: [Inline("Estimated Emotion"), Inline("Subject"), Inline("Filename"), Inline(" Onset frame"),
                Inline("ApexFrame"), Inline("OffsetFrame"), Inline("remarks"), Inline("Action Units")]}
    clips = [
        ["happiness", "S03", "S03-01-001", 1, 4, 8, None, "12"],
        ["surprise", 3, "S03-02-001", 2, 9, 6, None, 1.0],
        ["others", "S11", "S11-05-002", 1, 3, None, True, None],
        ["disgust", "s11", "S11-04-001", 1, 3, 6, None, "9"],
    ]
    for index, values in enumerate(clips):
        rows[index + 2] = [Inline(value) if isinstance(value, str) else value for value in values]
    workbook("mmew.xlsx", {"MMEW": rows})


def casme_squared():
    """Three sheets without headers: expressions of both kinds, several in one recording; then the two naming rules."""
    clips = [
        (1, "disgust1_1", 5, 9, 14, "4+7", "negative", "micro-expression", "disgust"),
        (1, "disgust1_2", 18, 21, 0, 12, "positive", "micro-expression", "happiness"),   # no offset
        (1, "happy1_1", 3, 0, 9, None, "positive", "macro-expression", "happiness"),     # no apex
        (2, "disgust1_1", 2, 0, 8, "1+2", "surprise", "micro-expression", "surprise"),   # the same name, no apex
        (2, "disgust1_2", 10, 0, 0, 4, "others", "micro-expression", "helpless"),        # neither: no end
        (2, "anger1_1", 1, 2, 4, 4, "negative", "micro-expression", "anger"),            # not on disk
    ]
    workbook("casme_squared.xlsx", {
        "CASFEcode_final": {i: list(values) for i, values in enumerate(clips, 1)},
        "naming rule1": {1: [15, "s15", 1], 2: [16, "s16", 2]},
        "naming rule2": {1: [101, "disgust1"], 2: ["0401", "anger1"], 3: [502, "happy1"]}})


def computed():
    """A hidden draft before the sheet; computed numbers, a formula without a value, merged cells, dates, a filter."""
    header = ["Subject", "Filename", "Onset Frame", "Apex Frame", "Offset Frame", "Action Units", "Estimated Emotion"]
    clips = [
        [1, "a", 46.00000000000001, 56, 86, "4", "happiness"],
        [None, "b", 46, 59, 70, "4", "disgust"],
        [None, "c", 46, 59, None, "4", "disgust"],
        [2, "d", 46, 59, 70, 42370, "surprise"],
    ]
    rows = {1: header} | {2 + i: values for i, values in enumerate(clips)}
    strings = Strings()
    text = sheet(rows, strings)
    text = text.replace('<c r="E4" s="1"/>', '<c r="E4"><f>D4+40</f><v/></c>')
    text = text.replace('<c r="F5"><v>', '<c r="F5" s="2"><v>').replace('<row r="5">', '<row r="5" hidden="1">')
    text = text.replace("</sheetData>", '</sheetData><mergeCells count="1"><mergeCell ref="A2:A4"/></mergeCells>')
    workbook("computed.xlsx", {"draft": rows, "Sheet1": rows}, {
        "xl/worksheets/sheet2.xml": text, "xl/sharedStrings.xml": strings.xml(),
        "xl/styles.xml": f'{HEAD}<styleSheet xmlns="{MAIN}"><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>'
                         '<cellXfs><xf numFmtId="0"/><xf numFmtId="0"/><xf numFmtId="16"/></cellXfs></styleSheet>',
        "xl/workbook.xml":
            f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><workbookPr date1904="1"/><sheets>'
            '<sheet name="draft" sheetId="1" state="hidden" r:id="rId1"/>'
            '<sheet name="Sheet1" sheetId="2" r:id="rId2"/></sheets></workbook>'})


def hostile():
    """What a reader must refuse."""
    rows = {1: ["Subject"]}
    laughs = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10}">' for i in range(1, 10))
    workbook("entities.xlsx", {"Sheet1": rows}, {
        "xl/sharedStrings.xml": f'<?xml version="1.0"?><!DOCTYPE sst [<!ENTITY e0 "lol">{laughs}]>'
                                '<sst><si><t>&e9;</t></si></sst>'})
    workbook("bomb.xlsx", {"Sheet1": rows}, {"xl/worksheets/sheet1.xml": " " * (40 << 20)})
    workbook("cells.xlsx", {"Sheet1": rows}, {
        "xl/worksheets/sheet1.xml":
            "<worksheet><sheetData>" + "".join(f'<row><c r="XFD{i}"><v>1</v></c></row>' for i in range(1, 200))
            + "</sheetData></worksheet>"})
    # Small files that say the same thing often: in many sheets, or in many cells.
    lists = (f'<workbook xmlns:r="{RELATIONS}"><sheets>'
             + "".join(f'<sheet name="S{i}" sheetId="{i + 1}" r:id="rId1"/>' for i in range(256))
             + "</sheets></workbook>")
    workbook("sheets.xlsx", {"Sheet1": rows}, {
        "xl/workbook.xml": lists,
        "xl/worksheets/sheet1.xml":
            "<worksheet><sheetData>" + "<row><c><v>1</v></c></row>" * 30000 + "</sheetData></worksheet>"})
    workbook("texts.xlsx", {"Sheet1": rows}, {
        "xl/sharedStrings.xml": f'<sst><si><t>{"x" * 30000}</t></si></sst>',
        "xl/worksheets/sheet1.xml":
            "<worksheet><sheetData>" + ("<row>" + '<c t="s"><v>0</v></c>' * 100 + "</row>") * 500
            + "</sheetData></worksheet>"})
    workbook("parts.xlsx", {"Sheet1": rows}, {
        "xl/workbook.xml": lists, "xl/worksheets/sheet1.xml": f'<worksheet>{" " * (7 << 20)}</worksheet>'})
    workbook("outside.xlsx", {"Sheet1": rows}, {
        "xl/_rels/workbook.xml.rels":
            f'<Relationships><Relationship Id="rId1" Type="{RELATIONS}/worksheet" Target="-x*[a]"/></Relationships>'})


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for make in (casme2, samm, mmew, casme_squared, computed, hostile):
        make()
