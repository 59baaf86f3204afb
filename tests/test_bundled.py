"""The history that comes with the bot: what is in it, and that it is what the publishers printed."""

from __future__ import annotations

import gzip
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from scripts import bundle_history
from tests.conftest import shared_data
from treasury_watch import bundled
from treasury_watch.core.auctions.model import Auction
from treasury_watch.core.figures.datasets import DATASETS
from treasury_watch.sources import SOURCES

RELEASES = {bundle.release.source: bundle for bundle in bundled.bundled_releases()}


def printed(source: str, dataset: str, entity: str, period: str) -> str:
    [found] = [f.printed for f in RELEASES[source].release.figures if f[:3] == (dataset, entity, period)]
    return found


@pytest.mark.parametrize(
    ("source", "dataset", "entity", "period", "expected"),
    [
        ("tic.table5", "tic.holdings", "Japan", "2026-04", "1209.9"),
        ("tic.table5", "tic.holdings", "China, Mainland", "2026-03", "652.3"),
        ("tic.table5", "tic.totals", "Grand Total", "2025-06", "9094.0"),
        ("tic.history", "tic.holdings", "Japan", "2002-06", "349.2"),  # of two printings the one that continues
        ("tic.history", "tic.holdings", "Japan", "2025-12", "1185.5"),
        ("tic.table1", "tic.net_long_term", "Japan", "2026-03", "-23933"),
        ("auctions.treasurydirect", "auction.dealer_share", "20-Year Bond", "2023-08-23", "11.4"),
        ("auctions.treasurydirect", "auction.direct_share", "20-Year Bond", "2023-08-23", "20.2"),
        ("auctions.treasurydirect", "auction.indirect_share", "20-Year Bond", "2023-08-23", "68.4"),
        ("auctions.treasurydirect", "auction.bid_to_cover", "7-Year Note", "2021-02-25", "2.04"),
    ],
)
def test_a_bundled_figure_is_as_the_publisher_printed_it(
    source: str, dataset: str, entity: str, period: str, expected: str
) -> None:
    assert printed(source, dataset, entity, period) == expected


def test_values_are_in_the_unit_of_their_dataset() -> None:
    values = {(f.dataset, f.entity, f.period): f.value for r in RELEASES.values() for f in r.release.figures}
    assert values["tic.net_long_term", "Japan", "2026-03"] == -23.933
    assert values["tic.holdings", "Japan", "2026-04"] == 1209.9
    assert round(values["auction.dealer_share", "20-Year Bond", "2023-08-23"], 1) == 11.4


def test_each_bundled_release_says_where_and_when_it_was_published() -> None:
    assert [(r.release.source, r.released_at, r.release.newest) for r in RELEASES.values()] == [
        ("auctions.treasurydirect", datetime(2024, 2, 8, 18, 4, 23, tzinfo=UTC), "2024-02-08"),
        ("tic.history", datetime(2026, 5, 18, 20, 0, tzinfo=UTC), "2025-12"),
        ("tic.table5", datetime(2026, 6, 18, 20, 0, tzinfo=UTC), "2026-04"),
        ("tic.table1", datetime(2026, 7, 14, 20, 0, tzinfo=UTC), "2026-05"),
    ]
    for bundle in RELEASES.values():
        release = bundle.release
        assert bundle.page == SOURCES[release.source].url
        assert release.newest == max(figure.period for figure in release.figures)
        assert {figure.dataset for figure in release.figures} <= SOURCES[release.source].datasets & DATASETS.keys()


def test_no_figure_stands_twice_in_a_bundled_release() -> None:
    for bundle in RELEASES.values():
        assert len({figure[:3] for figure in bundle.release.figures}) == len(bundle.release.figures)


def test_the_whole_bundle_stays_under_a_megabyte() -> None:
    assert sum(path.stat().st_size for path in bundled.FOLDER.glob("*.gz")) < 1_000_000


def test_no_month_is_missing_from_the_history_of_the_total() -> None:
    months = {f.period for f in RELEASES["tic.history"].release.figures if f.entity == "Grand Total"}
    assert len(months) == 310
    assert (min(months), max(months)) == ("2000-03", "2025-12")


@pytest.mark.parametrize("tenor", ["2-Year Note", "3-Year Note", "5-Year Note", "7-Year Note", "10-Year Note"])
def test_the_auctions_before_are_just_those_before(tenor: str) -> None:
    # A note is sold every month: over two months between two of them would be a gap, and "the 12 before" a mixture.
    days = sorted(
        {date.fromisoformat(f.period) for r in RELEASES.values() for f in r.release.figures if f.entity == tenor}
    )
    assert len(days) >= bundle_history._SHORTEST
    assert max(after - before for before, after in pairwise(days)) <= timedelta(days=45)


@pytest.mark.slow("every file of the publishers, parsed")
def test_the_bundle_is_what_the_publishers_files_give_today() -> None:
    folder = shared_data("tic").parent
    for wanted in bundle_history.WANTED:
        shared_data(wanted)
    made = {
        f"{each.release.source}.csv.gz": bundle_history.text_of(each) for each in bundle_history.publications(folder)
    }
    kept = {path.name: gzip.decompress(path.read_bytes()).decode() for path in bundled.FOLDER.glob("*.gz")}
    assert made == kept


@pytest.mark.slow("every file of the publishers, parsed")
def test_what_is_read_back_is_what_the_parsers_gave() -> None:
    folder = shared_data("tic").parent
    for wanted in bundle_history.WANTED:
        shared_data(wanted)
    for each in bundle_history.publications(folder):
        assert RELEASES[each.release.source].release.figures == tuple(sorted(each.release.figures))


def test_a_damaged_bundle_is_refused_with_its_file_and_row(tmp_path: Path) -> None:
    whole = gzip.decompress((bundled.FOLDER / "tic.table5.csv.gz").read_bytes()).decode()
    damaged = tmp_path / "tic.table5.csv.gz"
    damaged.write_bytes(gzip.compress(whole.replace(",1209.9,", ",12O9.9,").encode()))
    with pytest.raises(ValueError, match=r"tic\.table5\.csv\.gz, row \d+: .*12O9\.9.*make bundle"):
        bundled.bundled_releases(tmp_path)
    damaged.write_bytes(gzip.compress(whole.replace("# source: tic.table5\n", "").encode()))
    with pytest.raises(ValueError, match="source"):
        bundled.bundled_releases(tmp_path)


def auction(day: str, cusip: str, term: str = "10-Year", kind: str = "Note") -> Auction:
    return Auction(cusip=cusip, type=kind, term=term, day=date.fromisoformat(day), reopening=False)


def monthly(first: int, count: int) -> list[Auction]:
    days = [f"{2015 + n // 12}-{n % 12 + 1:02d}-10" for n in range(first, first + count)]
    return [auction(day, f"C{day}") for day in days]


def as_listed(each: Auction) -> dict[str, str]:
    return {"CUSIP": each.cusip, "Security Type": "Note", "Security Term": each.term, "Auction Date": each.period}


def test_only_the_auctions_after_the_last_gap_are_kept() -> None:
    whole = monthly(0, 40)
    held = [as_listed(each) for each in whole]
    lacking_one = whole[:20] + whole[21:]
    assert bundle_history.unbroken(whole, held) == whole
    assert bundle_history.unbroken(lacking_one, held) == whole[21:]


def test_a_tenor_that_was_simply_sold_less_often_has_no_gap() -> None:
    whole = monthly(0, 40)
    seldom = whole[:20] + whole[24:]
    assert bundle_history.unbroken(seldom, [as_listed(each) for each in seldom]) == seldom


def test_too_few_auctions_to_judge_one_by_are_left_out() -> None:
    few = monthly(0, bundle_history._SHORTEST - 1)
    assert bundle_history.unbroken(few, [as_listed(each) for each in few]) == []
