"""What every TIC file is checked for before anything is read from it."""

from __future__ import annotations

import pytest

from tests.sources import tic_files
from treasury_watch.core.figures.published import Refusal
from treasury_watch.sources import SOURCES, tables

OLD_TABLE = (
    b"             MAJOR FOREIGN HOLDERS OF TREASURY SECURITIES\n"
    b"                         Jan     Dec\n"
    b"Country                 2023    2022\n"
    b"                      ------  ------\n"
    b"Japan                 1104.4  1076.3\n"
)

NOT_THE_FILE = {
    "nothing": (b"", "empty"),
    "blank lines": (b"\r\n \r\n", "empty"),
    "a web page": (b"<!DOCTYPE html>\n<html><head><title>Page not found</title></head></html>", "html"),
    "a web page after a comment": (b"\r\n  <!-- moved --><HTML></HTML>", "html"),
    "the old table": (OLD_TABLE, "frozen"),
    "a compressed body": (b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03Table", "encoding"),
    "UTF-16 without its mark": (tic_files.table5().decode().encode("utf-16-le"), "encoding"),
    "half a UTF-16 character": (b"\xff\xfeT\x00a", "encoding"),
    "some other text": (b"Service temporarily unavailable\n", "header"),
}


# The release dates are a web page: what is refused here is just what is read there.
@pytest.mark.parametrize("source", sorted(n for n in SOURCES if n.startswith("tic.t") or n == "tic.history"))
@pytest.mark.parametrize("what", sorted(NOT_THE_FILE))
def test_a_body_that_is_not_the_file_is_refused_for_what_it_is(source: str, what: str) -> None:
    body, kind = NOT_THE_FILE[what]
    if source == "tic.history" and kind == "header":
        kind = "truncated"  # the history is looked at from its stamp at the end
    with pytest.raises(Refusal) as refused:
        SOURCES[source].parse(body)
    assert (refused.value.kind, refused.value.source) == (kind, source)
    assert refused.value.expected


def test_the_old_table_is_recognised_as_frozen_and_the_message_says_what_to_do() -> None:
    with pytest.raises(
        Refusal, match=r"stood still since .* 2023-03-15; expected slt_table5\.txt: correct the source's url"
    ):
        SOURCES["tic.table5"].parse(OLD_TABLE)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("1209.9", 1209.9),
        ("1200", 1200.0),
        ("1,209.9", 1209.9),
        ("-23912", -23912.0),
        ("1209.9 2/", 1209.9),
        ("1209.9r", 1209.9),
    ],
)
def test_a_number_is_read_however_the_publisher_prints_it(cell: str, value: float) -> None:
    assert tables.number("s", cell, "line 1") == value


@pytest.mark.parametrize("cell", ["n.a.", "N.A.", "*", "--", ""])
def test_what_is_not_reported_is_absent_and_not_zero(cell: str) -> None:
    assert tables.number("s", cell, "line 1") is None


@pytest.mark.parametrize("cell", ["-", "12,09", "1.209,9", "12 09", "1e3", "nan", "inf", "1209.", "٣"])
def test_what_is_not_a_number_is_refused_where_it_stands(cell: str) -> None:
    with pytest.raises(Refusal, match=r"line 7 \(Japan\)") as refused:
        tables.number("s", cell, "line 7 (Japan)")
    assert refused.value.kind == "number"


@pytest.mark.parametrize("month", ["2026-13", "2026-4", "Apr-2026", "2025", "20260-4"])
def test_what_is_not_a_month_is_refused(month: str) -> None:
    with pytest.raises(Refusal) as refused:
        tables.months_fit("s", [month], "line 6")
    assert refused.value.kind == "months"


@pytest.mark.parametrize("label", ["Jpan", "China, Mainlnd", "Pxru", "Untied Kingdom", "Hong Kong?"])
def test_a_damaged_name_is_refused_since_its_holder_would_seem_to_have_left(label: str) -> None:
    with pytest.raises(Refusal, match="perhaps") as refused:
        tables.holder("s", label, "line 7")
    assert refused.value.kind == "label"


@pytest.mark.parametrize("label", ["Qatar", "Nigeria", "Iceland", "Iran", "Slovakia"])
def test_a_country_never_named_before_is_a_new_holder(label: str) -> None:
    assert tables.holder("s", label, "line 7") == label
