"""Whose line is whose in Tables 1 and 3: additions are said and read past, nothing known goes in silence."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.conftest import shared_data
from tests.sources import tic_files
from tests.sources.tic_files import lines_of, replaced
from treasury_watch.core.figures.names import COUNTRY_CODES, OTHER_LINES
from treasury_watch.core.figures.published import Refusal, Release
from treasury_watch.sources import tic_table1

Harm = Callable[[bytes], bytes]


def values(release: Release) -> dict[tuple[str, str, str], float]:
    return {figure[:3]: figure.value for figure in release.figures}


def said(body: bytes) -> list[str]:
    return [note.says for note in tic_table1.parse(body).notes]


def real() -> bytes:
    """The real file's four newest months."""
    body = shared_data("tic/slt_table1.2026-07-14.txt").read_bytes()
    kept = (b"\t2026-05\t", b"\t2026-04\t", b"\t2026-03\t", b"\t2026-02\t")
    lines = lines_of(body)
    return b"".join(
        line
        for number, line in enumerate(lines)
        if number < 9 or not line.split(b"\t")[2:3][0].startswith(b"20") or any(month in line for month in kept)
    )


def of(code: str, body: bytes) -> list[bytes]:
    return [line for line in lines_of(body) if line.split(b"\t")[1:2] == [code.encode()]]


def added(lines: list[bytes], body: bytes) -> bytes:
    """Lines more, before the first country."""
    every = lines_of(body)
    at = next(place for place, line in enumerate(every) if line.split(b"\t")[2:3] == [b"2026-05"])
    return b"".join([*every[:at], *lines, *every[at:]])


def relabelled(label: str, code: str, lines: list[bytes]) -> list[bytes]:
    return [b"\t".join([label.encode(), code.encode(), *line.split(b"\t")[2:]]) for line in lines]


def without(code: str, body: bytes) -> bytes:
    gone = set(of(code, body))
    return b"".join(line for line in lines_of(body) if line not in gone)


def test_every_code_of_the_real_file_is_known() -> None:
    assert said(real()) == []
    codes = {line.split(b"\t")[1].decode() for line in lines_of(real())[9:] if line.split(b"\t")[1].strip()}
    assert codes - COUNTRY_CODES.keys() - {"99996", "99990"} == OTHER_LINES


@pytest.mark.parametrize("code", ["15288", "17001", "42609", "16713"])
@pytest.mark.parametrize("months", [4, 1])
def test_a_new_country_is_read_past_and_said_once_under_whichever_code(code: str, months: int) -> None:
    body = added(relabelled("Kosovo", code, of("10189", real())[:months]), real())
    assert values(tic_table1.parse(body)) == values(tic_table1.parse(real()))
    assert said(body) == [f"Kosovo ({code}) is new in Table 1: read past until it has a name here."]


def test_a_new_kind_of_owner_is_read_past_and_waits_for_no_name() -> None:
    body = added(relabelled("Of Which: Stablecoin Issuers", "84031", of("84018", real())), real())
    assert values(tic_table1.parse(body)) == values(tic_table1.parse(real()))
    assert said(body) == ["Of Which: Stablecoin Issuers (84031) is new in Table 1: read past."]


def test_what_stands_in_the_lines_of_a_new_country_harms_nobody() -> None:
    line = of("10189", real())[0]
    odd = b"\t".join([b"Kosovo", b"17001", b"2026-05", b"soon", *line.split(b"\t")[4:]])
    assert values(tic_table1.parse(added([odd], real()))) == values(tic_table1.parse(real()))


def test_a_known_country_under_another_code_is_taken_by_its_name() -> None:
    body = real().replace(b"\t42609\t", b"\t42700\t")
    assert values(tic_table1.parse(body)) == values(tic_table1.parse(real()))
    assert said(body) == ["Japan now has the code 42700, was 42609."]


def test_a_code_that_passed_to_a_new_country_leaves_the_old_one_its_name() -> None:
    moved = real().replace(b"\t42609\t", b"\t42700\t")
    body = added(relabelled("Kosovo", "42609", of("10189", real())), moved)
    assert values(tic_table1.parse(body)) == values(tic_table1.parse(real()))
    assert len(said(body)) == 2


def test_a_known_country_under_a_second_code_is_read_once() -> None:
    body = added(relabelled("Japan", "42700", of("10189", real())), real())
    assert values(tic_table1.parse(body)) == values(tic_table1.parse(real()))
    assert said(body) == ["Japan also stands under the code 42700 in Table 1: only 42609 is read."]


def test_a_new_spelling_is_the_same_country_and_said() -> None:
    body = real().replace(b"United Kingdom\t", b"Great Britain\t")
    assert values(tic_table1.parse(body)) == values(tic_table1.parse(real()))
    assert said(body) == ["United Kingdom (13005) is called Great Britain in Table 1: taken as United Kingdom."]


def test_a_country_that_is_gone_is_said() -> None:
    assert said(without("42609", real())) == ["Japan (42609) is no longer in Table 1."]


def test_a_country_that_begins_later_is_read_and_said() -> None:
    gone = of("10189", real())[2:]
    body = b"".join(line for line in lines_of(real()) if line not in gone)
    found = values(tic_table1.parse(body))
    assert {month for _, name, month in found if name == "Austria"} == {"2026-05", "2026-04"}
    assert said(body) == ["Austria begins in 2026-04 in Table 1."]


MARKED: dict[str, Harm] = {
    "a leading zero": lambda b: b.replace(b"\t42609\t", b"\t042609\t"),
    "blanks and quotes around codes": lambda b: b.replace(b"\t42609\t", b'\t "42609"  \t'),
    "an apostrophe before codes": lambda b: b.replace(b"\t42609\t", b"\t'42609\t"),
    "a footnote on a label": lambda b: b.replace(b"Japan\t", b"Japan 1/\t"),
    "revised, on a label": lambda b: b.replace(b"Japan\t", b'"Japan (r)  "\t'),
    "a mark in one line alone": lambda b: replaced(b, "Japan\t", "Japan r/\t"),
    "a hard space on labels": lambda b: b.replace(b"Japan\t", b"Japan\xc2\xa0\t"),
    "preliminary, on months": lambda b: b.replace(b"\t2026-05\t", b"\t2026-05p\t"),
    "revised, on months": lambda b: b.replace(b"\t2026-05\t", b"\t2026-05 (r) \t"),
    "a footnote on months": lambda b: b.replace(b"\t2026-05\t", b'\t"2026-05 1/"\t'),
    "a hard space on figures": lambda b: b.replace(b"\t3967\t", b"\t\xc2\xa03967\xc2\xa0\t"),
    "revised, on figures": lambda b: b.replace(b"\t3967\t", b"\t3967 r\t"),
    "quotes and commas on figures": lambda b: b.replace(b"\t3967\t", b'\t"3,967"\t'),
    "a mark on the unit": lambda b: b.replace(b"Millions of dollars", b'"(In millions of U.S. dollars) 2/"'),
}


@pytest.mark.parametrize("what", sorted(MARKED))
def test_marks_are_no_names_and_no_figures(what: str) -> None:
    body = MARKED[what](real())
    assert body != real()
    assert values(tic_table1.parse(body)) == values(tic_table1.parse(real()))
    assert said(body) == []


@pytest.mark.parametrize(("unit", "factor"), [("Thousands", 1000), ("Billions", 0.001), ("Trillions", 0.000001)])
def test_figures_are_billions_whatever_the_unit_of_the_file(unit: str, factor: float) -> None:
    lines = []
    for line in lines_of(real()):
        cells = line.rstrip(b"\r\n").split(b"\t")
        if cells[2].startswith(b"20"):
            cells[3:] = [cell if cell == b"n.a." else f"{int(cell) * factor:.6f}".encode() for cell in cells[3:]]
        lines.append(b"\t".join(cells) + b"\r\n")
    body = b"".join(lines).replace(b"Millions of dollars", f"{unit} of dollars".encode())
    assert values(tic_table1.parse(body)) == values(tic_table1.parse(real()))


WRONG: dict[str, tuple[Harm, str, str]] = {
    "a damaged name": (lambda b: replaced(b, "Japan\t", "Japna\t"), "label", "was 'Japan' before"),
    "a damaged name and another code": (
        lambda b: b.replace(b"Japan\t42609", b"Japna\t42700"), "label", "unknown name 'Japna'.*perhaps 'Japan'",
    ),
    "another's name": (lambda b: b.replace(b"Japan\t", b"India\t"), "label", "code 42609 beside 'India'"),
    "a country's name beside a total's code": (
        lambda b: without("42609", b).replace(b"Total Asia\t", b"Japan\t"), "label", "code 49999 beside 'Japan'",
    ),
    "one line under another code": (lambda b: replaced(b, "\t42609\t", "\t42608\t"), "months", "Japan has no line"),
    "two codes for a name": (
        lambda b: replaced(b, "\t42609\t", "\t42700\t").replace(b"\t42609\t", b"\t42701\t"), "label", "under two codes",
    ),
    "two new names of one code": (
        lambda b: replaced(b, "Japan\t", "Nippon\t").replace(b"Japan\t", b"Edo Land\t"), "label", "was 'Nippon' before",
    ),
    "nobody's name": (lambda b: b.replace(b"Japan\t", b"--\t"), "label", "names nobody"),
    "no Grand Total": (lambda b: without("99996", b), "rows", "no line of Grand Total"),
    "a line of the middle lost": (
        lambda b: b.replace(of("10189", b)[1], b""), "months", "Austria has no line for 2026-04",
    ),
    "the newest lines lost": (lambda b: b.replace(of("10189", b)[0], b""), "months", "Austria has no line for 2026-05"),
    "a total that begins later": (lambda b: b.replace(of("99996", b)[-1], b""), "months", "Grand Total has no line"),
    "cut short": (lambda b: b[: b.index(b"Japan\t42609\t2026-03")], "truncated", "before its Grand Total"),
    "two units": (lambda b: replaced(b, "Link:", "Billions of dollars\tLink:"), "unit", "two units"),
    "another currency": (
        lambda b: replaced(b, "Millions of dollars", "Millions of euros"), "unit", "'Millions of euros'",
    ),
    "a negative sign turned": (
        lambda b: replaced(b, "A positive number", "A negative number"), "sign", "sign of net sales has turned",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", sorted(WRONG))
def test_a_contradiction_is_refused_by_name(what: str) -> None:
    harm, kind, words = WRONG[what]
    with pytest.raises(Refusal, match=words) as refused:
        tic_table1.parse(harm(real()))
    assert refused.value.kind == kind


def test_the_made_up_table_has_nothing_to_say() -> None:
    assert said(tic_files.table1()) == []
