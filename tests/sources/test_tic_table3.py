"""Table 3: bills apart, in its own layout, with what Tables 1 and 5 say as well."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.conftest import shared_data
from tests.sources import tic_files
from tests.sources.table3_file import table3_of
from tests.sources.tic_files import line_starting, lines_of, replaced
from treasury_watch.core.figures import names
from treasury_watch.core.figures.published import Refusal, Release
from treasury_watch.core.plausibility.cross_check import COMPARED, LONG_TERM, LONG_TERM_NET, POSITION, VALUATION
from treasury_watch.core.plausibility.doubt import Doubt
from treasury_watch.sources import SOURCES, tic_table1, tic_table3, tic_table5
from treasury_watch.sources.source import Known

Key = tuple[str, str, str]
ASKED, KEPT = {"tic.net", "tic.net_bills"}, {POSITION, LONG_TERM, LONG_TERM_NET, VALUATION}
CODES = {name: code for code, name in (names.COUNTRY_CODES | names.AGGREGATE_CODES).items()}


def values(release: Release) -> dict[Key, float]:
    return {figure[:3]: figure.value for figure in release.figures}


def test_it_is_read_by_default() -> None:
    assert SOURCES["tic.table3"] is tic_table3.SOURCE
    assert tic_table3.SOURCE.enabled
    # What is kept to compare with is nobody's to ask for: a second message would be sent for it.
    assert tic_table3.SOURCE.datasets == ASKED
    assert tic_table3.SOURCE.compared == COMPARED


def test_it_gives_all_treasuries_and_bills_bought_or_sold() -> None:
    release = tic_table3.parse(tic_files.table3())
    found = {figure[:3]: figure for figure in release.figures}
    japan = 1000 * 609 + 10 * 4
    assert found["tic.net", "Japan", "2026-05"].value == -3 * japan / 1000
    assert found["tic.net_bills", "Japan", "2026-05"].printed == str(-japan)
    assert ("tic.net", "Grand Total", "2026-05") in found
    assert ("tic.net_bills", "Foreign Official", "2026-05") in found
    assert {dataset for dataset, _, _ in found} == ASKED | KEPT


def test_it_is_read_by_its_names_in_whatever_order_they_stand() -> None:
    mixed = [*reversed(tic_files.TABLE3_COLUMNS), "for_treas_of_a_new_kind"]
    assert values(tic_table3.parse(tic_files.table3(columns=mixed))) == values(tic_table3.parse(tic_files.table3()))


def moved(start: str, column: int, by: int) -> Callable[[bytes], bytes]:
    """One figure of a line is another; ``column`` counts from 0 after country, code and date."""

    def harm(body: bytes) -> bytes:
        lines = lines_of(body)
        at = line_starting(body, start)
        cells = lines[at].split(b"\t")
        cells[column + 3] = b"%d" % (int(cells[column + 3]) + by)
        return b"".join([*lines[:at], b"\t".join(cells), *lines[at + 1 :]])

    return harm


WRONG: dict[str, tuple[Callable[[bytes], bytes], str, str]] = {
    "net of all unknown": (lambda b: replaced(b, "for_treas_net", "for_t_net"), "header", "no column for_treas_net"),
    "net of bills unknown": (lambda b: replaced(b, "st_treas_net", "st_net"), "header", "no column for_st_treas_net"),
    "Table 1": (lambda _: tic_files.table1(), "table", "calls itself Table 1"),
    "positions": (moved("Japan\t42609\t2026-05", 5, 500), "sums", "for_lt_treas_pos [+] for_st_treas_pos against"),
    "nets": (moved("Japan\t42609\t2026-05", 3, 2), "sums", "for_lt_treas_net [+] for_st_treas_net against"),
    "another sign": (
        lambda b: replaced(b, "Millions", "A positive number denotes a decrease in foreign positions\r\nMillions"),
        "sign",
        "sign of net sales has turned",
    ),
    "no unit": (lambda b: replaced(b, "Millions of dollars", ""), "unit", "no line names the unit"),
    "no end": (lambda b: b[: b.index(b"Grand Total")], "truncated", "before its Grand Total and its notes"),
}


@pytest.mark.parametrize("what", sorted(WRONG))
def test_what_is_no_table_3_is_refused_by_name(what: str) -> None:
    harm, kind, words = WRONG[what]
    with pytest.raises(Refusal, match=words) as refused:
        tic_table3.parse(harm(tic_files.table3()))
    assert (refused.value.source, refused.value.kind) == ("tic.table3", kind)


@pytest.mark.parametrize("end", ["Notes:", "Definitions:", '"Notes:"', "NOTES: 1/ below"])
def test_either_end_is_an_end(end: str) -> None:
    body = replaced(tic_files.table3(), "Notes:", end)
    assert values(tic_table3.parse(body)) == values(tic_table3.parse(tic_files.table3()))


def real_table1() -> bytes:
    return shared_data("tic/slt_table1.2026-07-14.txt").read_bytes()


@pytest.fixture(scope="module")
def known() -> Known:
    """What Tables 1 and 5 say of the months to 2026-04, in which both of them are."""
    table5 = tic_table5.parse(shared_data("tic/slt_table5.2026-06-18.txt").read_bytes())
    figures = (*tic_table1.parse(real_table1()).figures, *table5.figures)
    return {figure[:3]: figure.value for figure in figures if figure.period <= "2026-04"}


def exact(known: Known, newest: str = "2026-04") -> bytes:
    """A Table 3 in the exact layout with the real figures of the other two."""
    held = {
        (CODES[name], month): value
        for (dataset, name, month), value in known.items()
        if dataset in ("tic.holdings", "tic.totals") and name in CODES
    }
    return table3_of(real_table1(), held, newest)


def test_the_exact_layout_with_the_real_figures_is_read_whole_and_believed(known: Known) -> None:
    release = tic_table3.parse(exact(known))
    found = values(release)
    assert (release.newest, release.notes) == ("2026-04", ())
    same = {LONG_TERM: "tic.long_term", LONG_TERM_NET: "tic.net_long_term", VALUATION: "tic.valuation"}
    for dataset, other in same.items():
        mine = {key[1:]: value for key, value in found.items() if key[0] == dataset}
        assert mine == {key[1:]: value for key, value in known.items() if key[0] == other}
    assert {key[1:] for key in found if key[0] == "tic.net_bills"} == {
        key[1:] for key in known if key[0] == "tic.net_long_term"
    }
    assert tic_table3.SOURCE.doubts(known, release.figures) == []


def doubts(body: bytes, known: Known) -> list[Doubt]:
    return tic_table3.SOURCE.doubts(known, tic_table3.parse(body).figures)


def test_one_whose_long_term_columns_are_exchanged_is_doubted(known: Known) -> None:
    lines = []
    for line in lines_of(exact(known)):
        cells = line.split(b"\t")
        if cells[2][:2] == b"20" and b"n.a." not in cells:
            net, valuation = int(cells[6]), int(cells[7])
            cells[6:8] = b"%d" % valuation, b"%d" % net
            cells[4] = b"%d" % (int(cells[4]) - net + valuation)
        lines.append(b"\t".join(cells))
    found = doubts(b"".join(lines), known)
    assert [doubt.kind for doubt in found] == ["table-1"]
    assert "are not those of Table 1 of the same release" in found[0].says
    assert found[0].odd[0].entity == "Grand Total"


def test_one_whose_totals_are_not_those_of_table_5_is_doubted(known: Known) -> None:
    less = {key: value - 40 if key[1] == "Grand Total" else value for key, value in known.items()}
    found = doubts(exact(less), known)
    assert [doubt.kind for doubt in found] == ["table-5"]
    assert {odd.entity for odd in found[0].odd} == {"Grand Total"}
    assert all(odd.was is not None and round(odd.was - odd.now) == 40 for odd in found[0].odd)


def test_one_that_is_a_release_ahead_of_the_others_is_believed(known: Known) -> None:
    older = {key: value for key, value in known.items() if key[2] <= "2026-03"}
    revised = {key: value * 1.03 if key[2] == "2025-12" else value for key, value in older.items()}
    assert doubts(exact(known), revised) == []
