"""Table 5: figures as printed, or a refusal by name."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import shared_data
from tests.sources import tic_files
from tests.sources.tic_files import line_starting, lines_of, replaced
from treasury_watch.core.figures.datasets import HOLDINGS, TOTALS
from treasury_watch.core.figures.published import Refusal, Release
from treasury_watch.sources.tic_table5 import SOURCE, parse

Key = tuple[str, str, str]


def values(release: Release) -> dict[Key, float]:
    found = {(figure.dataset, figure.entity, figure.period): figure.value for figure in release.figures}
    assert len(found) == len(release.figures), "the same figure twice in one release"
    return found


def outcome(body: bytes) -> dict[Key, float] | str:
    """The figures, or the kind of the refusal."""
    try:
        return values(parse(body))
    except Refusal as refused:
        return refused.kind


def real() -> bytes:
    return shared_data("tic/slt_table5.2026-06-18.txt").read_bytes()


def test_the_release_of_june_2026_reads_as_printed() -> None:
    release = parse(real())
    found = values(release)
    assert (release.source, release.newest, release.stamped) == ("tic.table5", "2026-04", None)
    assert found[HOLDINGS, "Japan", "2026-04"] == 1209.9
    assert found[HOLDINGS, "China, Mainland", "2026-03"] == 652.3
    assert found[HOLDINGS, "Korea, South", "2025-04"] == 121.7
    assert found[TOTALS, "Grand Total", "2025-06"] == 9094.0
    assert found[TOTALS, "All Other", "2026-04"] == 1854.2
    assert found[TOTALS, "Foreign Official", "2026-04"] == 3906.5
    assert found[TOTALS, "Foreign Official Bills", "2026-04"] == 457.3
    assert found[TOTALS, "Foreign Official Bonds & Notes", "2025-04"] == 3493.5
    assert len(found) == 25 * 13


def test_no_figure_is_given_for_a_holder_outside_the_table() -> None:
    assert "Germany" not in {figure.entity for figure in parse(tic_files.table5()).figures}


def test_what_was_printed_is_kept_beside_the_value() -> None:
    body = replaced(tic_files.table5(), "\t1200.4\t", "\t1,200.4\t")
    figure = next(figure for figure in parse(body).figures if figure.entity == "Japan")
    assert (figure.value, figure.printed, figure.period) == (1200.4, "1,200.4", "2026-04")


# Each way in which a file can be wrong: what was done to it, the kind it is refused as, and words of the message.


def cut_at(label: str) -> Callable[[bytes], bytes]:
    return lambda body: b"".join(lines_of(body)[: line_starting(body, label)])


def without(label: str) -> Callable[[bytes], bytes]:
    return lambda body: b"".join(line for line in lines_of(body) if not line.startswith(label.encode()))


def swap(old: str, new: str) -> Callable[[bytes], bytes]:
    return lambda body: replaced(body, old, new)


def twice(label: str) -> Callable[[bytes], bytes]:
    return lambda body: b"".join(line * (2 if line.startswith(label.encode()) else 1) for line in lines_of(body))


WRONG: dict[str, tuple[Callable[[bytes], bytes], str, str]] = {
    "cut before the totals": (cut_at("Grand Total"), "truncated", "ends before its notes"),
    "cut before the notes": (cut_at("Notes:"), "truncated", "a line that says Notes:"),
    "cut in a line": (lambda body: body[: body.index(b"Norway") + 20], "truncated", "ends before its notes"),
    "no header": (without("Country"), "header", "no line begins with Country"),
    "two headers": (twice("Country"), "duplicate", "a second header"),
    "another table": (swap("Table 5:", "Table 1:"), "table", "calls itself Table 1"),
    "a month is skipped": (swap("\t2026-01\t", "\t2025-11\t"), "months", "2026-02 is followed by 2025-11"),
    "months run forwards": (swap("2026-04\t2026-03", "2026-03\t2026-04"), "months", "expected 2026-02"),
    "months of another layout": (swap("2026-04", "Apr-26"), "months", "'Apr-26' is not a month"),
    "a holder twice": (twice("Japan"), "duplicate", "'Japan' stands here for the second time"),
    "a total twice": (twice("Grand Total"), "duplicate", "'Grand Total'"),
    "a holder's line is gone": (without("Brazil"), "rows", "19 holders"),
    "no Grand Total": (without("Grand Total"), "rows", "no line for Grand Total"),
    "no official bills": (without("Of Which: Foreign Official Treasury"), "rows", "Foreign Official Bills"),
    "a value is missing": (swap("\t1200.4\t", "\t"), "cells", r"line 7 \(Japan\): 12 values"),
    "a value too many": (swap("\t1200.4\t", "\t1200.4\t1200.4\t"), "cells", "14 values"),
    "an empty cell": (swap("\t1200.4\t", "\t\t"), "sums", "2026-04"),
    "a word for a number": (swap("\t1200.4\t", "\tsoon\t"), "number", r"line 7 \(Japan\), 2026-04: cannot read 'soon'"),
    "a negative holding": (swap("\t1200.4\t", "\t-1200.4\t"), "number", "a negative holding"),
    "a changed digit": (swap("\t1200.4\t", "\t1202.4\t"), "sums", "2026-04: .*off by .*2"),
    "a changed total": (swap("Grand Total\t", "Grand Total\t1"), "sums", "2026-04"),
    "an absent total": (swap("Grand Total\t15355.2", "Grand Total\tn.a."), "sums", "not reported"),
    "official does not add up": (swap("Treasury Bills\t7", "Treasury Bills\t8"), "official", "bills and bonds"),
    "a damaged name": (swap("\r\nJapan\t", "\r\nJpan\t"), "label", "'Jpan'; expected perhaps 'Japan'"),
    "no name": (swap("\r\nJapan\t", "\r\n\t"), "label", "names nobody"),
}  # fmt: skip


@pytest.mark.parametrize("what", sorted(WRONG))
def test_a_wrong_file_is_refused_with_its_own_name(what: str) -> None:
    harm, kind, words = WRONG[what]
    with pytest.raises(Refusal, match=words) as refused:
        parse(harm(tic_files.table5()))
    assert (refused.value.source, refused.value.kind) == ("tic.table5", kind)


def test_a_value_that_is_not_reported_is_no_figure() -> None:
    small = {name: [5.0, 0.2 if name == "Israel" else 6.0] for name in tic_files.HOLDERS}
    found = values(parse(replaced(tic_files.table5(values=small), "Israel\t5.0\t0.2", "Israel\t5.0\t*")))
    assert (HOLDINGS, "Israel", "2026-03") not in found
    assert found[HOLDINGS, "Israel", "2026-04"] == 5.0


def test_what_rounding_explains_is_believed_and_mentioned_and_no_more() -> None:
    body = tic_files.table5()
    assert parse(replaced(body, "\t1200.4\t", "\t1200.7\t")).mentions == ()
    [mention] = parse(replaced(body, "\t1200.4\t", "\t1201.5\t")).mentions
    assert mention == "2026-04: holders and All Other are +1.1 bn off Grand Total, which rounding can do"
    with pytest.raises(Refusal, match=r"off by \+1\.2"):
        parse(replaced(body, "\t1200.4\t", "\t1201.6\t"))


def test_figures_are_kept_in_billions_whatever_unit_the_file_names() -> None:
    body = tic_files.table5()
    inside = re.sub(rb"(?<=\t)([0-9]+)\.([0-9])(?=[\t\r])", rb"\g<1>\g<2>00", body)
    in_millions = replaced(inside, "Billions of dollars", "Millions of dollars")
    assert values(parse(in_millions)) == values(parse(body))
    with pytest.raises(Refusal, match="no line names the unit"):
        parse(replaced(body, "Billions of dollars", "Money"))


def test_marks_are_neither_names_nor_figures() -> None:
    body = tic_files.table5()
    marked = body
    for old, new in (("Japan\t", "Japan 1/\t"), ("\t2026-03", "\t2026-03 r/"), ("\t1200.4\t", "\t1200.4 r\t")):
        marked = replaced(marked, old, new)
    assert values(parse(marked)) == values(parse(body))
    printed = {figure.printed for figure in parse(marked).figures}
    assert "1200.4 r" in printed, "what was revised is kept as such"


def test_a_new_kind_of_official_line_is_passed_over() -> None:
    body = replaced(tic_files.table5(), "\r\nNotes:", "\r\nOf Which: Foreign Official Agencies\t1.0\r\nNotes:")
    assert values(parse(body)) == values(parse(tic_files.table5()))


@settings(max_examples=150, deadline=None)
@given(
    st.randoms(use_true_random=False),
    st.sampled_from(["\r\n", "\n", "\r"]),
    st.sampled_from(["ascii", "utf-8-sig", "utf-16"]),
    st.booleans(),
    st.booleans(),
    st.sampled_from(["", " ", " 2/", "  17/"]),
)
def test_dress_never_changes_a_figure(
    rng: random.Random, ending: str, encoding: str, padded: bool, shuffled: bool, mark: str
) -> None:
    body = tic_files.table5()
    lines = body.decode().split("\r\n")
    start, stop = line_starting(body, "Japan"), line_starting(body, "All Other")
    holders = lines[start:stop]
    if shuffled:
        rng.shuffle(holders)
    dressed = [line.replace("\t", f"{mark}\t", 1) for line in holders]
    lines[start:stop] = [f'"{line}'.replace("\t", '"\t', 1) if rng.random() < 0.3 else line for line in dressed]
    text = ending.join(line if padded else line.rstrip("\t") for line in lines)
    assert values(parse(text.encode(encoding))) == values(parse(body))


def test_a_curly_quote_in_the_notes_does_not_cost_the_release() -> None:
    body = replaced(tic_files.table5(), "Customers'", "Customers~").replace(b"~", b"\x92")
    assert values(parse(body)) == values(parse(tic_files.table5()))


ROOM = 1.3
"""Gap of the sums as published (0.2 at most) and what rounding 21 figures explains: no larger change gets through."""


def changed_digit(rng: random.Random, body: bytes) -> bytes:
    start, stop = line_starting(body, "Country"), line_starting(body, "Notes:")
    lines = lines_of(body)
    offset, end = sum(map(len, lines[: start + 1])), sum(map(len, lines[:stop]))
    place = rng.choice([at for at in range(offset, end) if body[at : at + 1].isdigit()])
    digit = rng.choice([d for d in b"0123456789" if d != body[place]])
    return body[:place] + bytes([digit]) + body[place + 1 :]


@pytest.mark.slow("hundreds of damaged copies")
def test_no_changed_digit_is_believed_where_the_sums_can_see_it() -> None:
    body, rng = real(), random.Random(20261123)
    truth = values(parse(body))
    refused = 0
    for _ in range(2000):
        harmed = changed_digit(rng, body)
        found = outcome(harmed)
        if isinstance(found, str):
            assert found in {"sums", "official"}
            refused += 1
            continue
        assert found.keys() == truth.keys()
        differing = [(truth[key], found[key]) for key in truth if truth[key] != found[key]]
        assert len(differing) == 1
        assert abs(differing[0][0] - differing[0][1]) <= ROOM + 1e-9
    assert refused > 1400  # the rest are last digits, within what rounding leaves open


def harmed_somehow(rng: random.Random, body: bytes) -> bytes:
    """One accident of the kinds that happen to files."""
    lines = lines_of(body)
    at, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    accident = rng.randrange(11)
    if accident == 0:
        return body[: rng.randrange(len(body))]
    if accident == 1:
        del lines[at]
    elif accident == 2:
        lines.insert(other, lines[at])
    elif accident == 3:
        lines[at], lines[other] = lines[other], lines[at]
    elif accident == 4:
        lines[at] = lines[at][: rng.randrange(len(lines[at]) + 1)] + b"\r\n"
    elif accident == 5:  # two lines run into one
        lines[at] = lines[at].rstrip(b"\r\n")
    elif accident <= 8:
        cells = lines[at].rstrip(b"\r\n").split(b"\t")
        one, two = rng.randrange(len(cells)), rng.randrange(len(cells))
        if accident == 6:
            del cells[one]
        elif accident == 7:
            cells.insert(one, cells[two])
        else:
            cells[one] = rng.choice([b"", b"n.a.", b"*", b"-", b"0", b"0.0", cells[one] + b" 2/", b"<b>"])
        lines[at] = b"\t".join(cells) + b"\r\n"
    else:
        place = rng.randrange(len(body))
        junk = bytes([rng.choice(b"0123456789.,\t\r\n -*naJ\x00\x92\xff")])
        return body[:place] + junk + body[place + (accident == 9) :]
    return b"".join(lines)


@pytest.mark.slow("hundreds of damaged copies")
def test_whatever_happens_to_the_file_it_is_the_same_figures_or_a_named_refusal() -> None:
    body, rng = real(), random.Random(5)
    truth = values(parse(body))
    believed = 0
    for _ in range(2500):
        harmed = harmed_somehow(rng, body)
        found = outcome(harmed)
        if isinstance(found, str):
            assert found
            continue
        believed += 1
        gone, come = truth.keys() - found.keys(), found.keys() - truth.keys()
        assert not come
        assert all(entity.startswith("Foreign Official") for _, entity, _ in gone), "only `n.a.` there loses a figure"
        assert all(abs(found[key] - truth[key]) <= ROOM + 1e-9 for key in found)
        assert not any(found[key] == 0.0 for key in found)
    assert 200 < believed < 1900


def test_the_old_table_itself_is_refused_as_frozen() -> None:
    with pytest.raises(Refusal) as refused:
        parse(shared_data("tic/mfh.FROZEN-2023-03-15-release.txt").read_bytes())
    assert refused.value.kind == "frozen"


def test_the_history_at_this_address_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        parse(tic_files.history())
    assert refused.value.kind == "duplicate"  # a second header


def test_it_is_looked_at_every_few_minutes_and_is_on() -> None:
    assert SOURCE.enabled
    assert SOURCE.url.endswith("/tic/Documents/slt_table5.txt")
    assert SOURCE.every.total_seconds() <= 600
