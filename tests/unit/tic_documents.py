"""Small documents in the shapes of the TIC publisher, with invented figures.

Belongs here: how each file is laid out, so that a test can break one thing. Does not belong here: real figures.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pandas as pd

from orchestration.sources import tic

NOW = dt.datetime(2024, 9, 30, 12, tzinfo=dt.UTC)
MONTHS = ("2024-06", "2024-05", "2024-04")
HOLDERS = (
    ("Denmark", "10502"),
    ("China, Mainland", "41408"),
    ("Grand Total", "99996"),
    ("Of Which: Foreign Official", "99990"),
    ("Of Which: Foreign Non-Official", "99991"),
)
TABLE_3_NAMES = (
    "country",
    "country_code",
    "date",
    "for_treas_pos",
    "for_treas_net",
    "for_lt_treas_pos",
    "for_lt_treas_net",
    "for_lt_treas_valchg",
    "for_st_treas_pos",
    "for_st_treas_net",
)
TABLE_1_NAMES = (
    "country",
    "country_code",
    "date",
    *(
        f"for_lt_{group}_{suffix}"
        for group in ("total", "treas", "agcy", "corp", "eqty")
        for suffix in ("pos", "net", "valchg")
    ),
)


def parse(dataset: str, text: str | bytes) -> pd.DataFrame:
    """The figures of a document, given as text or bytes."""
    return tic.figures(dataset, text if isinstance(text, bytes) else text.encode("utf-8"))


def figure(frame: pd.DataFrame, **key: str) -> float:
    """The one figure that a key names; `month` is YYYY-MM."""
    wanted = pd.Series(data=True, index=frame.index)
    if "month" in key:
        wanted &= frame["month_end"].dt.strftime("%Y-%m") == key.pop("month")
    for column, value in key.items():
        wanted &= frame[column] == value
    assert wanted.sum() == 1, f"{wanted.sum()} rows for {key}"
    return float(frame.loc[wanted, "value"].iloc[0])


def tabbed(lines: Sequence[Sequence[str]], width: int, end: str = "\r\n") -> str:
    """Lines of cells, padded with tabs to one width, as the publisher writes them."""
    return "".join("\t".join([*cells, *[""] * (width - len(cells))]) + end for cells in lines)


def _slt(title: str, names: Sequence[str], months: Sequence[str], holders: Sequence[tuple[str, str]]) -> str:
    lines: list[list[str]] = [
        [title],
        ["All Countries and International and Regional Organizations"],
        ["A positive number for net U.S. sales to foreigners denotes an increase in a foreign position"],
        ["Millions of dollars"],
        ["Link: https://publisher.example/slt_table.txt"],
        [],
        ["", "", "", *["Group"] * (len(names) - 3)],
        ["Country", "Country Code", "Date", *["Holdings"] * (len(names) - 3)],
        list(names),
    ]
    for holder, (name, code) in enumerate(holders, start=1):
        for month_number, month in enumerate(months):
            figures = [str(1000 * holder + 100 * month_number + index) for index in range(len(names) - 3)]
            lines.append([name, code, month, *figures])
    lines += [[], ["Notes:"], ["1/ Invented."], [], ["Column definitions:"], ["for_treas_pos: 1 + 5"]]
    return tabbed(lines, len(names))


def table_3(months: Sequence[str] = MONTHS, holders: Sequence[tuple[str, str]] = HOLDERS) -> str:
    """Table 3: holder h, month m back from the newest, column c holds 1000 h + 100 m + c."""
    return _slt("Table 3: U.S. Treasury Securities Held by Foreign Residents 1/", TABLE_3_NAMES, months, holders)


def table_1(months: Sequence[str] = MONTHS, holders: Sequence[tuple[str, str]] = HOLDERS) -> str:
    """Table 1, filled like table 3."""
    return _slt("Table 1: U.S. Long-Term Securities Held by Foreign Residents", TABLE_1_NAMES, months, holders)


def table_5(months: Sequence[str] = MONTHS) -> str:
    """Table 5: row r, month m back from the newest holds 10 r + m."""
    rows = (
        "Japan",
        "China, Mainland",
        "All Other",
        "Grand Total",
        "Of Which: Foreign Official",
        "Of Which: Foreign Official Treasury Bills",
        "Of Which: Foreign Official T-Bonds & Notes",
    )
    lines: list[list[str]] = [
        ["Table 5: Major Foreign Holders of Treasury Securities"],
        ["Holdings at end of time period"],
        ["Billions of dollars"],
        ["Link: https://publisher.example/slt_table5.txt"],
        [],
        ["Country", *months],
    ]
    lines += [
        [name, *(f"{10 * row + month:.1f}" for month in range(len(months)))] for row, name in enumerate(rows, start=1)
    ]
    lines += [[], ["Notes:"], ["Invented."]]
    return tabbed(lines, 1 + len(months))


_BLOCK_2012 = (
    ["", "Mar", "Feb", "Jan", ""],
    ["Country", "2012", "2012", "2012", ""],
    ["", "------", "------", "------", ""],
    ["", "", "", "", ""],
    ['"China, Mainland"', "90", "91.5", "92", ""],
    ["United Kingdom", "50", "*", "52", ""],
    ["All Other", "9", "9.1", "9.2", ""],
    ["Grand Total", "149", "152.6", "153.2", ""],
    ["", "", "", "", ""],
    ["Of which:", "", "", "", ""],
    ["For. Official", "100", "100.1", "100.2", ""],
    ["Treasury Bills", "40", "40.1", "40.2", ""],
    ["T-Bonds & Notes", "60", "60", "60", ""],
    ["", "", "", "", ""],
)


def _block_2011() -> list[list[str]]:
    months = ("Dec", "Nov", "Oct", "Sep", "Aug", "Jul", "Jun", "Jun", "May", "Apr", "Mar", "Feb", "Jan")
    rows = {
        '"China, Mainland"': 100,
        "United Kingdom 2/": 200,
        "Belgium  5/": 300,
        '"Korea, South "': 350,
        "Oil Exporters 3/": 400,
        "Carib Bnkng Ctrs 4/": 500,
        "All Other": 600,
        "Grand Total": 2450,
        "  For. Official": 700,
        "    Treasury Bills": 250,
        "    T-Bonds & Notes": 450,
    }
    figures = [[name, *(f"{level + index}.0" for index in range(13))] for name, level in rows.items()]
    return [
        ["", "Series 17/", "Series", "", "", "", "", "Series 16/", "Series"],
        ["", " XIII", " XII", "", "", "", "", " XII", " XI"],
        ["", *months],
        ["Country", *["2011"] * 13],
        ["", *["------"] * 13],
        *figures[:8],
        [],
        ["Of which:"],
        *figures[8:],
        [],
    ]


def history() -> str:
    """mfhhis01: three months of 2012, the double June of 2011; column c of a row of 2011 holds its level + c."""
    lines = [
        ["", "", "MAJOR FOREIGN HOLDERS OF TREASURY SECURITIES"],
        ["", "", "", "    (in billions of dollars)"],
        ["", "", "", "HOLDINGS 1/ AT END OF PERIOD"],
        [],
        *_BLOCK_2012,
        *_block_2011(),
        ["Department of the Treasury/Federal Reserve Board"],
        ["5/18/2013"],
        ['"(2012 revised May 18, 2013)"'],
        [],
        ["*     Less than $50 million."],
        ['"1/  Invented, and quoted where there are ""commas"", "'],
    ]
    return tabbed([list(line) for line in lines], 14)


REPORT_3D_MONTHS = ("2012-02", "2012-01", "2011-12", "2011-09")


def report_3d(months: Sequence[str] = REPORT_3D_MONTHS) -> str:
    """Report 3D: cells cut by position, notes with quotes that no CSV reader takes."""
    lines = [
        '""',
        '"",""',
        '"TABLE 3D:  U.S",". Treasury Secu","rities Held by","Foreign Residen","ts 1/"',
        '"","Millio","ns of dollars"',
        '""',
        '"","","","Total U.S.","Long-term","Short-term"',
        '"","","","Treasury  U.S",". Treasury  U.S",". Treasury"',
        '"","","","Securities","Securities","Securities"',
        '""',
        '"","","","----------","----------","----------"',
        '""',
        *(f'"Denmark",10502,"{month}","9,{index}00","8,{index}00",1000' for index, month in enumerate(months)),
        *(f'"Guernsey",13006,"{month}","n.a.",{index},"n.a."' for index, month in enumerate(months)),
        '"Of which Foreign Official",99990,"2012-02","n.a.","n.a.","n.a."',
        *(f'"Grand Total",99996,"{month}","1,234,567","1,234,000",567' for month in months),
        '""',
        '"Notes:"',
        '"1/ Invented,","and cut",","Aggregate"',
        '"Holdings of Long-Term Securiti","es by U.S. and","Foreign Residen","ts." Holdings o","f short"',
        '""Report of Customers\' U.S. Dol","lar Liabilities"',
    ]
    return "".join(line + "\r\n" for line in lines)


def transactions(months: Sequence[str] = MONTHS) -> str:
    """Form S: holder h, month m back from the newest, column c holds 10000 h + 100 m + c."""
    dashes = [" ----------"] * 15
    words = ["notes", "agencies", "bonds", "stocks", "Bonds", "Stocks"]
    lines: list[list[str]] = [
        ["", "", "", '"U.S. Transactions with Foreigners in Long-term Domestic and Foreign Securities, by Type "'],
        ["", "", "", "", "", "", "All amounts in millions of dollars."],
        [],
        ["", "", "", "   Gross purchases by foreigners from U.S. residents", *[""] * 6, "Gross sales by foreigners to"],
        ["", "", "", *["---------------"] * 12],
        ["Country", "Country", "End of", *words, *words],
        ["name", "code", "month", *(f"[{column}]" for column in range(1, 13))],
        dashes,
    ]
    for holder, (name, code) in enumerate((("Denmark", "10502"), ("Grand Total", "99996")), start=1):
        for month_number, month in enumerate(months):
            figures = [f'"{10_000 * holder + 100 * month_number + column:,}"' for column in range(1, 13)]
            lines.append([name, code, month, *figures])
    return tabbed(lines, 15)


_SURVEY_TERMS = ["Total", *["Long-term"] * 5, *["Short-term"] * 4]
_SURVEY_TYPES = [
    "Total securities",
    "Equity",
    "Total long-term Debt",
    "Treasury Debt",
    "Agency debt",
    "Corporate debt",
    "Total short-term debt",
    "Treasury debt",
    "Agency debt",
    "Corporate debt",
]


def survey(dates: tuple[str, str, str] = ("Jun-24", "Mar-00", "Dec-74")) -> str:
    """The survey history: a date of ten columns, one of six, one of three; column c of row r holds 100 r + c."""
    terms = [*_SURVEY_TERMS, *_SURVEY_TERMS[:6], "Long-term", "Long-term", "Long-term"]
    types = [*_SURVEY_TYPES, "Total (1)", *_SURVEY_TYPES[1:6]]
    types += ['"Total long-term securities (1, 3, 4)"', "Equity (4)", "Debt (3)"]
    header = [*[dates[0]] * 10, *[dates[1]] * 6, *[dates[2]] * 3]
    rows = (("10502", "Denmark"), ("41408", '"China, Mainland (20)"'), ("63908", "All Other"), ("99996", "Total"))
    lines: list[list[str]] = [
        ["Foreign Holdings of U.S. Securities at the end of the period shown"],
        [" "],
        ['"For release April 30, 2024"'],
        ["", "", *header],
        ["", "Millions of dollars.", *terms],
        ["Country code", "Countries and Regions", *types],
    ]
    lines += [
        [code, name, *(str(100 * row + column) for column in range(len(types)))]
        for row, (code, name) in enumerate(rows, start=1)
    ]
    lines += [
        [" "],
        ["Department of the Treasury/Federal Reserve Board"],
        ["23-Apr-24"],
        ["Notes:"],
        ['"(1)  Invented."'],
    ]
    return tabbed(lines, len(types) + 2)


CALENDAR = """release_date,data_month_text,next_data_month,next_release_scheduled
2024-07-18,May 2024,June 2024,"August 15, 2024"
2024-08-15,June,"July,","September 18, 2024"
2024-09-18,July 2024,August 2024,"October 17, 2024"
"""

DOCUMENTS = {
    "slt_table3": table_3(),
    "slt_table1": table_1(),
    "slt_table5": table_5(),
    "mfhhis01": history(),
    "slt3d_globl": report_3d(),
    "s1_globl": transactions(),
    "shlhistdat": survey(),
    "release_calendar": CALENDAR,
}
