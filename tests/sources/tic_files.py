"""
Small TIC files with made-up figures, in the publisher's exact layout, as the bytes a fetch would give.

Each builder takes what a test wants to be wrong and makes the rest right: sums hold, months run, lines are padded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random

from treasury_watch.bundled import bundled_releases
from treasury_watch.core.figures.datasets import AGGREGATES

HOLDERS = (
    "Japan", "United Kingdom", "China, Mainland", "Cayman Islands", "Belgium", "Luxembourg", "Canada", "France",
    "Ireland", "Taiwan", "Switzerland", "Singapore", "Hong Kong", "Norway", "India", "Brazil", "Saudi Arabia",
    "Korea, South", "Israel", "United Arab Emirates",
)  # fmt: skip

MONTH_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def months(newest: str, count: int) -> list[str]:
    """``count`` ISO months, newest first."""
    at = int(newest[:4]) * 12 + int(newest[5:7]) - 1
    return [f"{(at - back) // 12:04d}-{(at - back) % 12 + 1:02d}" for back in range(count)]


def _padded(lines: Sequence[Sequence[str]], tabs: int) -> bytes:
    return "".join("\t".join(line) + "\t" * (tabs + 1 - len(line)) + "\r\n" for line in lines).encode("ascii")


def _with_totals(values: Mapping[str, Sequence[float]], other: float) -> dict[str, list[str]]:
    """The values and the five lines below them, as printed."""
    across = list(zip(*values.values(), strict=True))
    totals = [sum(column) + other for column in across]
    bills = [round(total / 20, 1) for total in totals]
    bonds = [round(total / 3, 1) for total in totals]
    rows: dict[str, Sequence[float]] = {
        **values,
        "All Other": [other] * len(across),
        "Grand Total": totals,
        "Official": [bill + bond for bill, bond in zip(bills, bonds, strict=True)],
        "Bills": bills,
        "Bonds": bonds,
    }
    return {name: [f"{value:.1f}" for value in series] for name, series in rows.items()}


def table5(newest: str = "2026-04", values: Mapping[str, Sequence[float]] | None = None) -> bytes:
    """Table 5 with twenty holders over thirteen months, or with these values by holder, newest first."""
    if values is None:
        values = {
            name: [1200.4 - 55.3 * place - 1.7 * back * (-1) ** back for back in range(13)]
            for place, name in enumerate(HOLDERS)
        }
    count = len(next(iter(values.values())))
    rows = _with_totals(values, other=1854.2)
    rows["Of Which: Foreign Official"] = rows.pop("Official")
    rows["Of Which: Foreign Official Treasury Bills"] = rows.pop("Bills")
    rows["Of Which: Foreign Official T-Bonds & Notes"] = rows.pop("Bonds")
    lines = [
        ["Table 5: Major Foreign Holders of Treasury Securities"],
        ["Holdings at end of time period"],
        ["Billions of dollars"],
        ["Link: (where it stands)"],
        [],
        ["Country", *months(newest, count)],
        *([name, *cells] for name, cells in rows.items()),
        [],
        ["Notes:"],
        ["as reported on one form"],
        ['and on another, "Report of Customers\' U.S. Dollar Liabilities to Foreign Residents."'],
    ]
    return _padded(lines, 13)


def next_table5(
    newest: str, moved: Mapping[str, float] | None = None, revised: Mapping[tuple[str, str], float] | None = None
) -> bytes:
    """
    Table 5 as it could follow the bundled one, with made-up months up to ``newest``.

    ``moved`` gives holders their figures in the newest month, ``revised`` (holder, month) another one; what else is new
    drifts by tenths.
    """
    bundled = {
        (figure.entity, figure.period): figure.value
        for one in bundled_releases()
        if one.release.source == "tic.table5"
        for figure in one.release.figures
    }
    known_to = max(period for _, period in bundled)
    holders = [entity for entity, period in bundled if period == known_to and entity not in AGGREGATES]
    values: dict[str, list[float]] = {}
    for name in holders:
        series: list[float] = []
        for month in months(newest, 30)[::-1]:
            last = series[-1] if series else 0.0
            known = bundled.get((name, month), last + Random(f"{name} {month}").randrange(1, 30) / 10)
            series.append(round((revised or {}).get((name, month), known), 1))
        if moved and name in moved:
            series[-1] = moved[name]
        values[name] = series[:-14:-1]
    return table5(newest, values)


def history(
    *, first: int = 2010, last: int = 2012, stamp: str = "5/18/2026", holders: Sequence[str] = HOLDERS
) -> bytes:
    """
    The history, newest year first. Up to 2011 each June stands twice: the series that continues, then the older one.

    A holder has ``1000 - 40 x place + 10 x (year - 2000) + month`` billions; 50 less before June of a year up to 2011,
    and in the second June.
    """
    lines: list[list[str]] = [
        ["", "", "MAJOR FOREIGN HOLDERS OF TREASURY SECURITIES"],
        ["", "", "   (in billions of dollars)"],
        ["", "", "HOLDINGS 1/ AT END OF PERIOD"],
    ]
    for year in range(last, first - 1, -1):
        twice = year <= 2011
        columns = [(month, False) for month in range(12, 0, -1)]
        if twice:
            columns.insert(7, (6, True))
        values = {
            name: [
                1000.0 - 40 * place + 10 * (year - 2000) + month - (50 if twice and (old or month < 6) else 0)
                for month, old in columns
            ]
            for place, name in enumerate(holders)
        }
        rows = _with_totals(values, other=99.5)
        if twice:
            lines += [[], ["", *[""] * 6, "Series 17/", "Series"], ["", *[""] * 6, " XIII", " XII"]]
        lines += [
            ["", *(MONTH_NAMES[month - 1] for month, _ in columns)],
            ["Country", *[str(year)] * len(columns)],
            ["", *["------"] * len(columns)],
            *([f'"{name}"' if "," in name else name, *rows[name]] for name in (*holders, "All Other", "Grand Total")),
            [],
            ["Of which:"],
            ["  For. Official", *rows["Official"]],
            ["    Treasury Bills", *rows["Bills"]],
            ["    T-Bonds & Notes", *rows["Bonds"]],
            [],
        ]
    lines += [
        ["Department of the Treasury/Federal Reserve Board"],
        [stamp],
        [f'"({last} revised May 18, 2026)"'],
        [],
        ["*     Less than $50 million."],
        ['"1/  The data in this table include ""all"" of it."'],
    ]
    return _padded(lines, 13)


REGIONS = {
    "19992": ("Total Europe", {"10251": "Belgium", "13005": "United Kingdom"}),
    "29998": ("Canada", {}),
    "39942": ("Total Latin America", {"30309": "Brazil"}),
    "34401": ("Total Caribbean", {"36137": "Cayman Islands"}),
    "49999": ("Total Asia", {"42609": "Japan", "41408": "China, Mainland"}),
    "59994": ("Total Africa", {"55719": "South Africa"}),
    "69906": ("Total Other", {"60089": "Australia"}),
}

TABLE1_COLUMNS = [
    f"for_lt_{cls}_{kind}" for cls in ("total", "treas", "agcy", "corp", "eqty") for kind in ("pos", "net", "valchg")
]
TABLE3_COLUMNS = [
    "for_treas_pos", "for_treas_net", "for_lt_treas_pos", "for_lt_treas_net", "for_lt_treas_valchg", "for_st_treas_pos",
    "for_st_treas_net",
]  # fmt: skip


def _by_code(month: int) -> dict[str, tuple[str, int]]:
    """Code -> label and a number that adds up over regions, organisations and owners."""
    rows: dict[str, tuple[str, int]] = {}
    for place, (code, (label, countries)) in enumerate(REGIONS.items(), start=1):
        inside = {c: (name, 1000 * int(c[-3:]) + 10 * month) for c, name in countries.items()}
        rows |= inside
        rows[code] = (label, sum(value for _, value in inside.values()) + 100 * place + month)
    countries_total = sum(rows[code][1] for code in REGIONS)
    rows["69995"] = ("All Countries", countries_total)
    rows["72907"] = ("International", 500)
    rows["76929"] = ("Total Regional Orgs.", 300 + month)
    rows["79995"] = ("Total IROs", 800 + month)
    rows["99996"] = ("Grand Total", countries_total + 800 + month)
    rows["99990"] = ("Of Which: Foreign Official", countries_total // 2)
    rows["99991"] = ("Of Which: Foreign Non-Official", countries_total + 800 + month - countries_total // 2)
    rows["89991"] = ("Of Which: Asset-Backed Securities", 77)
    return rows


def _country_months(
    number: str, newest: str, count: int, columns: Sequence[str], cells: Mapping[str, int | str]
) -> bytes:
    """``cells`` gives a column the multiple of the code's number that it prints, or the very words."""
    width = len(columns) + 3
    signs = "A positive number for net U.S. sales to foreigners denotes an increase in a foreign position"
    said = [signs] if number == "1" else []
    lines: list[list[str]] = [[f"Table {number}: made up"], said, ["Millions of dollars"], []]
    lines += [
        ["Country", "Country Code", "Date", *["Holdings"] * len(columns)],
        ["country", "country_code", "date", *columns],
    ]
    numbers = [_by_code(count - back) for back in range(count)]
    for code in numbers[0]:
        for month, by_code in zip(months(newest, count), numbers, strict=True):
            label, value = by_code[code]
            printed = (
                str(by) if isinstance(by, str) else str(by * value) for by in (cells[column] for column in columns)
            )
            lines.append([label, code, month, *printed])
    end = "Definitions:" if number == "1" else "Notes:"
    lines += [[], [end], ["Euro area:  Austria, Belgium."]]
    return _padded(lines, width - 1)


def table1(newest: str = "2026-05", count: int = 4, **cells: int | str) -> bytes:
    """Table 1: holdings are the code's number, net minus twice, valuation three times it, but for ``cells``."""
    by_kind = {"pos": 1, "net": -2, "valchg": 3}
    plain: dict[str, int | str] = {}
    for column in TABLE1_COLUMNS:
        plain[column] = by_kind[column.rsplit("_", 1)[1]] * (4 if "_total_" in column else 1)
    return _country_months("1", newest, count, TABLE1_COLUMNS, plain | cells)


def table3(newest: str = "2026-05", count: int = 4, columns: Sequence[str] = TABLE3_COLUMNS) -> bytes:
    """Table 3: bills are the code's number, long-term twice it, net minus that, valuation five times it."""
    by_name: dict[str, int | str] = {
        "for_treas_pos": 3, "for_treas_net": -3,
        "for_lt_treas_pos": 2, "for_lt_treas_net": -2, "for_lt_treas_valchg": 5,
        "for_st_treas_pos": 1, "for_st_treas_net": -1,
    }  # fmt: skip
    return _country_months("3", newest, count, columns, {column: by_name.get(column, 0) for column in columns})


def replaced(body: bytes, old: str, new: str) -> bytes:
    """The body with the first ``old`` as ``new``; the test is wrong, not the bot, if ``old`` is not in it."""
    assert old.encode() in body, f"{old!r} is not in the file that the test would change"
    return body.replace(old.encode(), new.encode(), 1)


def lines_of(body: bytes) -> list[bytes]:
    """The lines with their ends."""
    return body.splitlines(keepends=True)


def line_starting(body: bytes, label: str) -> int:
    """The place (0 is the first) of the line that begins with this label."""
    found = [place for place, line in enumerate(lines_of(body)) if line.startswith(label.encode())]
    assert found, f"no line begins with {label!r}"
    return found[0]
