"""Tables 1 and 3: countries by their codes, Treasuries only, and lines that add up."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

import pytest

from tests.conftest import shared_data
from tests.sources import tic_files
from tests.sources.tic_files import line_starting, lines_of, replaced
from treasury_watch.core.figures import names
from treasury_watch.core.figures.published import Figure, Refusal, Release
from treasury_watch.sources import tic_table1

Key = tuple[str, str, str]
LONG, NET, VALUATION = "tic.long_term", "tic.net_long_term", "tic.valuation"


def by_key(release: Release) -> dict[Key, Figure]:
    found = {(figure.dataset, figure.entity, figure.period): figure for figure in release.figures}
    assert len(found) == len(release.figures), "the same figure twice in one release"
    return found


def values(release: Release) -> dict[Key, float]:
    return {key: figure.value for key, figure in by_key(release).items()}


def outcome(body: bytes) -> dict[Key, float] | str:
    """The figures, or the kind of the refusal."""
    try:
        return values(tic_table1.parse(body))
    except Refusal as refused:
        return refused.kind


def real() -> bytes:
    return shared_data("tic/slt_table1.2026-07-14.txt").read_bytes()


@pytest.fixture(scope="module")
def table1() -> Release:
    return tic_table1.parse(real())


def test_the_split_of_japans_march_2026_reads_as_printed(table1: Release) -> None:
    found = by_key(table1)
    assert (table1.newest, table1.stamped) == ("2026-05", None)
    net, valuation = found[NET, "Japan", "2026-03"], found[VALUATION, "Japan", "2026-03"]
    assert (net.value, net.printed) == (-23.933, "-23933")
    assert (valuation.value, valuation.printed) == (-17.955, "-17955")
    assert found[NET, "China, Mainland", "2026-03"].value == -29.997


def test_japan_was_a_net_buyer_over_2025(table1: Release) -> None:
    found = values(table1)
    assert round(sum(found[NET, "Japan", f"2025-{month:02d}"] for month in range(1, 13)), 1) == 65.0


def test_net_and_valuation_are_absent_before_february_2023_and_not_zero(table1: Release) -> None:
    months = {dataset: {f.period for f in table1.figures if f.dataset == dataset} for dataset in (LONG, NET, VALUATION)}
    assert min(months[LONG]) == "2020-01"
    assert min(months[NET]) == min(months[VALUATION]) == "2023-02"


def test_only_countries_and_two_totals_are_taken(table1: Release) -> None:
    entities = {figure.entity for figure in table1.figures}
    assert entities <= {*names.COUNTRY_CODES.values(), "Grand Total", "Foreign Official"}
    assert {"Grand Total", "Foreign Official", "Japan", "Cayman Islands", "Ireland"} <= entities
    assert not any(entity.startswith(("Total", "Memo", "Of Which", "All ")) for entity in entities)


def test_the_code_list_holds_every_country_of_the_real_file_and_nothing_else() -> None:
    printed = {}
    for line in real().decode("ascii").split("\r\n")[9:]:
        cells = line.split("\t")
        if len(cells) == 18 and cells[1]:
            printed[cells[1]] = cells[0]
    countries = {
        code: label
        for code, label in printed.items()
        if code[0] in "123456" and not label.startswith(("Total", "Memo", "All "))
    }
    assert countries == names.COUNTRY_CODES


def test_the_whole_file_is_taken_in_within_a_blink() -> None:
    body = real()
    quickest = min(_seconds(body) for _ in range(3))
    assert quickest < 0.3 * 3  # 0.1 s on a quiet machine; three times the promise before a busy one fails the test


def _seconds(body: bytes) -> float:
    started = time.perf_counter()
    tic_table1.parse(body)
    return time.perf_counter() - started


def test_a_made_up_table_reads_as_it_was_made() -> None:
    found = by_key(tic_table1.parse(tic_files.table1(newest="2026-01", count=3)))
    japan = 1000 * 609 + 10 * 3
    assert found[LONG, "Japan", "2026-01"].value == japan / 1000
    assert found[NET, "Japan", "2026-01"].value == -2 * japan / 1000
    assert found[VALUATION, "Japan", "2026-01"].printed == str(3 * japan)
    assert (LONG, "Japan", "2025-11") in found
    assert {entity for _, entity, _ in found} == {
        "Belgium", "United Kingdom", "Canada", "Brazil", "Cayman Islands", "Japan", "China, Mainland", "South Africa",
        "Australia", "Grand Total", "Foreign Official",
    }  # fmt: skip


def test_what_is_not_reported_is_no_figure() -> None:
    found = values(tic_table1.parse(tic_files.table1(for_lt_treas_net="n.a.", for_lt_treas_valchg="n.a.")))
    assert {dataset for dataset, _, _ in found} == {LONG}


def swap(old: str, new: str) -> Callable[[bytes], bytes]:
    return lambda body: replaced(body, old, new)


def without_line(start: str) -> Callable[[bytes], bytes]:
    def harm(body: bytes) -> bytes:
        lines = lines_of(body)
        del lines[line_starting(body, start)]
        return b"".join(lines)

    return harm


def twice(start: str) -> Callable[[bytes], bytes]:
    def harm(body: bytes) -> bytes:
        lines = lines_of(body)
        at = line_starting(body, start)
        return b"".join([*lines[:at], lines[at], *lines[at:]])

    return harm


def cut_at(start: str, bytes_more: int = 0) -> Callable[[bytes], bytes]:
    def harm(body: bytes) -> bytes:
        whole = sum(len(line) for line in lines_of(body)[: line_starting(body, start)])
        return body[: whole + bytes_more]

    return harm


WRONG: dict[str, tuple[Callable[[bytes], bytes], str, str]] = {
    "cut before the Grand Total": (cut_at("Grand Total"), "truncated", "before its Grand Total"),
    "cut in a line": (cut_at("Japan\t42609\t2026-03", 30), "cells", r"\(Japan\): 5 cells; expected 18"),
    "cut inside the Grand Total": (cut_at("Grand Total\t99996\t2026-03"), "truncated", "no line for 2026-03"),
    "cut after the header": (cut_at("Belgium"), "rows", "no line of figures"),
    "no header": (swap("country_code", "code"), "header", "country, country_code, date"),
    "a column is gone": (swap("for_lt_treas_net", "for_lt_treasury_net"), "header", "no column for_lt_treas_net"),
    "a column twice": (swap("for_lt_agcy_net", "for_lt_treas_net"), "header", "two columns for_lt_treas_net"),
    "another table": (swap("Table 1:", "Table 3:"), "table", "calls itself Table 3"),
    "a line is gone": (without_line("Japan\t42609\t2026-03"), "months", "Japan has no line for 2026-03"),
    "a month is gone": (lambda b: b.replace(b"\t2026-03\t", b"\t2025-03\t"), "months", "followed by 2026-02"),
    "a line twice": (twice("Japan\t42609\t2026-03"), "duplicate", "'2026-03' stands here for the second time"),
    "a month that is none": (lambda b: b.replace(b"\t2026-03\t", b"\t2026-3\t"), "months", "'2026-3' is not a month"),
    "a code that is none": (swap("42609", "4260A"), "label", "'4260A' is no country code"),
    "another's code": (swap("\t41408\t2026-05", "\t42609\t2026-05"), "label", "42609 beside 'China, M"),
    "names exchanged": (lambda b: b.replace(b"Japan\t", b"India\t"), "label", "code 42609 beside 'India'"),
    "a name damaged once": (swap("Japan\t42609\t2026-04", "Japna\t42609\t2026-04"), "label", "was 'Japan' before"),
    "a country's digit": (swap("Japan\t42609\t2026-05\t24361", "Japan\t42609\t2026-05\t24371"), "sums", "Japan 2026"),
    "a word for a number": (swap("2026-05\t2436160\t", "2026-05\tsoon\t"), "number", "_total_pos: cannot read 'soon'"),
    "an unknown unit": (swap("Millions of dollars", "Bushels of dollars"), "unit", "'Bushels of dollars'"),
    "no unit": (swap("Millions of dollars", "Whatever"), "unit", "no line names the unit"),
    "the signs turned": (swap("an increase in a", "a decrease in a"), "sign", "the sign of net sales has turned"),
    "no word on signs": (swap("A positive number", "A number"), "sign", "no line says what the sign"),
}  # fmt: skip


@pytest.mark.parametrize("what", sorted(WRONG))
def test_a_wrong_file_is_refused_with_its_own_name(what: str) -> None:
    harm, kind, words = WRONG[what]
    with pytest.raises(Refusal, match=words) as refused:
        tic_table1.parse(harm(tic_files.table1()))
    assert (refused.value.source, refused.value.kind) == ("tic.table1", kind)


@pytest.mark.parametrize("code", ["19992", "49999", "69995", "79995", "99991", "99996"])
def test_a_total_that_its_parts_do_not_give_is_refused(code: str) -> None:
    """Each line is right in itself; only the sums over codes can tell."""
    lines = []
    for line in lines_of(tic_files.table1()):
        cells = line.rstrip(b"\t\r\n").split(b"\t")
        if cells[1:3] == [code.encode(), b"2026-04"]:
            for place in (3, 6):  # the total and the Treasuries, by the same amount
                cells[place] = str(int(cells[place]) + 5).encode()
            line = b"\t".join(cells) + b"\r\n"
        lines.append(line)
    with pytest.raises(Refusal, match=f"2026-04: .*{code}.*off by") as refused:
        tic_table1.parse(b"".join(lines))
    assert refused.value.kind == "sums"


def test_a_new_spelling_beside_a_known_code_is_the_same_country() -> None:
    body = tic_files.table1().replace(b"United Kingdom\t", b"Great Britain\t")
    assert values(tic_table1.parse(body)) == values(tic_table1.parse(tic_files.table1()))


@pytest.mark.parametrize(
    "dress",
    [
        lambda body: body.replace(b"\r\n", b"\n"),
        lambda body: body.decode().encode("utf-8-sig"),
        lambda body: body.decode().encode("utf-16"),
        lambda body: body.replace(b"China, Mainland", b'"China, Mainland"'),
        lambda body: b"\r\n".join(line.rstrip(b"\t") for line in body.split(b"\r\n")),
        lambda body: body[: body.index(b"Definitions:")],
    ],
    ids=["LF", "BOM", "UTF-16", "quotes", "no padding", "no definitions"],
)
def test_dress_never_changes_a_figure(dress: Callable[[bytes], bytes]) -> None:
    assert values(tic_table1.parse(dress(tic_files.table1()))) == values(tic_table1.parse(tic_files.table1()))


def excerpt(body: bytes) -> bytes:
    """The real file's three newest months: small enough to be harmed a thousand times."""
    newest = (b"\t2026-05\t", b"\t2026-04\t", b"\t2026-03\t")
    lines = lines_of(body)
    end = line_starting(body, "Definitions:")
    return b"".join(lines[:9] + [line for line in lines[9:end] if any(m in line for m in newest)] + lines[end:])


@pytest.mark.slow("hundreds of damaged copies")
def test_a_changed_digit_of_a_treasuries_column_is_refused_or_is_what_rounding_leaves() -> None:
    body, rng = excerpt(real()), random.Random(3)
    truth, lines = values(tic_table1.parse(body)), lines_of(body)
    last = line_starting(body, "Of Which: Foreign Non-Official\t")
    for _ in range(700):
        at = rng.randrange(9, last)
        cells = lines[at].split(b"\t")
        place = rng.choice((6, 7, 8))
        if not cells[place].lstrip(b"-").isdigit():
            continue
        digits = list(cells[place].decode())
        which = rng.choice([i for i, digit in enumerate(digits) if digit.isdigit()])
        digits[which] = rng.choice("0123456789")
        cells[place] = "".join(digits).encode()
        found = outcome(b"".join([*lines[:at], b"\t".join(cells), *lines[at + 1 :]]))
        if isinstance(found, str):
            assert found == "sums"
        else:
            assert found.keys() == truth.keys()
            assert all(abs(found[key] - truth[key]) <= 0.0025 + 1e-9 for key in truth)


def test_wherever_the_file_is_cut_what_is_read_is_right() -> None:
    body, rng = excerpt(real()), random.Random(11)
    truth = values(tic_table1.parse(body))
    refused = 0
    for _ in range(400):
        found = outcome(body[: rng.randrange(len(body))])
        if isinstance(found, str):
            refused += 1
            continue
        assert found.items() <= truth.items()
        assert {entity for _, entity, _ in truth.keys() - found.keys()} <= {"Foreign Official"}
    assert refused > 300
