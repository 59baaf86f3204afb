"""What the bot makes of a publisher that is slow, broken, elsewhere, or lying."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import requests

from tests.standins.publisher import (
    Publisher,
    cut_off,
    dribble,
    gzipped,
    hang_up,
    page,
    publisher,
    silence,
    unchanged_if,
)
from treasury_watch.sources import http
from treasury_watch.sources.http import Fetcher, FetchError, fetch, shown

TABLE = b"Country\t2026-09\nJapan\t1131.2\n"
NOW = datetime(2026, 9, 16, 20, 0, tzinfo=UTC)


@pytest.fixture
def treasury() -> Iterator[Publisher]:
    with publisher() as standin:
        yield standin


@pytest.fixture
def over() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()


class Patience:
    """A sleep that keeps what it was asked for and does not wait."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.slept.append(seconds)


def fetcher(sleep: Patience | None = None, **settings: float) -> Fetcher:
    limit = int(settings.get("limit", 1_000_000))
    return Fetcher(
        timeouts=(1.0, settings.get("silence", 1.0)),
        deadline=settings.get("deadline", 30.0),
        limit=limit,
        sleep=sleep or Patience(),
        now=lambda: NOW,
    )


def problem(url: str, sleep: Patience | None = None, **settings: float) -> FetchError:
    with fetcher(sleep, **settings) as asking, pytest.raises(FetchError) as caught:
        asking.fetch(url)
    return caught.value


def test_a_file_arrives_whole(treasury: Publisher) -> None:
    fetched = fetch(treasury.serve("/table", page(200, TABLE)))
    assert (fetched.status, fetched.body, fetched.host) == ("new", TABLE, "127.0.0.1")


def test_the_publisher_is_told_who_asks_and_whom_to_turn_to(
    treasury: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(http.CONTACT_VARIABLE, "desk@example.org\n")
    fetch(treasury.serve("/table", page(200, TABLE)))
    agent = treasury.asked[0].headers["User-Agent"]
    assert agent.startswith("treasury-watch/")
    assert agent.endswith("contact: desk@example.org)")


def test_an_unchanged_file_is_not_sent_again(treasury: Publisher) -> None:
    url = treasury.serve("/table", unchanged_if('"v1"', TABLE))
    first = fetch(url)
    second = fetch(url, validators=first.validators)
    assert (second.status, second.body, second.validators) == ("unchanged", b"", first.validators)
    assert treasury.asked[1].headers["If-Modified-Since"] == "Wed, 16 Sep 2026 20:00:00 GMT"


def test_validators_of_another_address_are_not_shown_to_it(treasury: Publisher) -> None:
    first = fetch(treasury.serve("/old", page(200, TABLE, ETag='"same"')))
    moved = fetch(treasury.serve("/new", unchanged_if('"same"', TABLE)), validators=first.validators)
    assert moved.status == "new"


@pytest.mark.parametrize("unreadable", ["{", "[]", "null", '{"etag": "x"}'])
def test_unreadable_validators_cost_a_download_and_nothing_else(treasury: Publisher, unreadable: str) -> None:
    assert fetch(treasury.serve("/table", page(200, TABLE)), validators=unreadable).body == TABLE


def test_a_304_that_nobody_asked_for_is_an_error(treasury: Publisher) -> None:
    assert problem(treasury.serve("/table", page(304))).kind == "http-304"


def test_a_dead_address_with_a_hundred_kilobytes_of_html_is_a_404(treasury: Publisher) -> None:
    url = treasury.serve("/gone", page(404, b"<html>" + b"x" * 100_000))
    error = problem(url)
    assert (error.kind, error.retryable, len(treasury.asked)) == ("http-404", False, 1)
    assert url in error.problem
    assert "expected 200" in error.problem


def test_a_passing_fault_is_tried_again_with_growing_pauses(treasury: Publisher) -> None:
    url = treasury.serve("/table", page(503), hang_up, page(200, TABLE))
    pauses = Patience()
    with fetcher(pauses) as asking:
        assert asking.fetch(url).body == TABLE
    assert len(pauses.slept) == 2
    assert pauses.slept[1] > pauses.slept[0] > 0


def test_a_lasting_fault_is_given_up_after_a_few_tries(treasury: Publisher) -> None:
    error = problem(treasury.serve("/table", page(503)))
    assert (error.kind, error.retryable, len(treasury.asked)) == ("http-503", True, 3)
    assert "tried 3 times" in error.problem


@pytest.mark.parametrize(("asked", "waited"), [("7", 7.0), ("Wed, 16 Sep 2026 20:00:05 GMT", 5.0)])
def test_the_publisher_may_ask_for_a_pause(treasury: Publisher, asked: str, waited: float) -> None:
    pauses = Patience()
    with fetcher(pauses) as asking:
        asking.fetch(treasury.serve("/table", page(429, Retry_After=asked), page(200, TABLE)))
    assert pauses.slept == [waited]


def test_a_pause_past_the_deadline_is_left_to_the_next_poll(treasury: Publisher) -> None:
    pauses = Patience()
    error = problem(treasury.serve("/table", page(429, Retry_After="3600")), pauses)
    assert (error.kind, error.retryable, pauses.slept) == ("http-429", True, [])
    assert "asked to wait 3600 s" in error.problem


def test_a_retry_after_that_says_nothing_is_no_reason_to_fail(treasury: Publisher) -> None:
    url = treasury.serve("/table", page(503, Retry_After="soon"), page(200, TABLE))
    with fetcher() as asking:
        assert asking.fetch(url).body == TABLE


def test_a_body_shorter_than_announced_is_cut_off(treasury: Publisher) -> None:
    error = problem(treasury.serve("/table", cut_off(TABLE, announced=5_000)))
    assert (error.kind, error.retryable) == ("cut-off", True)
    assert "expected 5,000" in error.problem


def test_a_gzip_body_is_unpacked(treasury: Publisher) -> None:
    assert fetch(treasury.serve("/table", gzipped(TABLE * 100_000))).body == TABLE * 100_000
    assert treasury.asked[0].headers["Accept-Encoding"] == "gzip"


def test_a_gzip_stream_that_stops_early_is_cut_off(treasury: Publisher) -> None:
    assert problem(treasury.serve("/table", gzipped(bytes(range(256)) * 50, keep=-20))).kind == "cut-off"


def test_a_body_that_says_gzip_and_is_not_is_refused(treasury: Publisher) -> None:
    assert problem(treasury.serve("/table", page(200, TABLE, Content_Encoding="gzip"))).kind == "encoding"


def test_a_packing_nobody_asked_for_is_refused(treasury: Publisher) -> None:
    assert problem(treasury.serve("/table", page(200, TABLE, Content_Encoding="br"))).kind == "encoding"


def test_a_body_over_the_limit_is_refused_before_it_is_read(treasury: Publisher) -> None:
    error = problem(treasury.serve("/table", page(200, b"x" * 2_000)), limit=1_000)
    assert (error.kind, error.retryable) == ("too-large", False)
    assert "2,000 bytes, over the limit of 1,000" in error.problem


def test_a_body_that_never_ends_is_refused_at_the_limit(treasury: Publisher, over: threading.Event) -> None:
    assert problem(treasury.serve("/table", dribble(b"x" * 400, over)), limit=1_000).kind == "too-large"


def test_a_small_file_that_unpacks_to_a_huge_one_is_refused(treasury: Publisher) -> None:
    assert problem(treasury.serve("/table", gzipped(b"\0" * 50_000_000)), limit=2_000_000).kind == "too-large"


def test_a_body_that_dribbles_is_given_up_at_the_deadline(treasury: Publisher, over: threading.Event) -> None:
    error = problem(treasury.serve("/table", dribble(b"x", over)), deadline=0.3)
    assert (error.kind, error.retryable, len(treasury.asked)) == ("timeout", True, 1)


def test_a_publisher_that_says_nothing_is_a_timeout(treasury: Publisher, over: threading.Event) -> None:
    error = problem(treasury.serve("/table", silence(over)), silence=0.1)
    assert (error.kind, error.retryable) == ("timeout", True)


def test_a_connection_closed_without_a_word_is_a_network_fault(treasury: Publisher) -> None:
    error = problem(treasury.serve("/table", hang_up))
    assert (error.kind, error.retryable) == ("network", True)


def test_a_closed_port_is_refused() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    error = problem(f"http://127.0.0.1:{port}/table")
    assert (error.kind, error.retryable) == ("refused", True)


def test_a_name_nobody_knows_is_a_dns_fault() -> None:
    error = problem("http://no-such-publisher.invalid/table")
    assert (error.kind, error.retryable) == ("dns", True)


def test_http_spoken_where_tls_was_expected_is_a_tls_fault(treasury: Publisher) -> None:
    error = problem(treasury.url.replace("http://", "https://") + "/table")
    assert (error.kind, error.retryable) == ("tls", False)


def test_a_redirect_on_the_same_host_is_followed(treasury: Publisher) -> None:
    treasury.serve("/new", page(200, TABLE))
    assert fetch(treasury.serve("/old", page(302, Location="/new"))).body == TABLE


def test_a_redirect_to_a_stranger_is_not_followed(treasury: Publisher) -> None:
    error = problem(treasury.serve("/old", page(302, Location="http://treasury.gov.example.org/table")))
    assert (error.kind, error.retryable) == ("redirect", False)
    assert "treasury.gov.example.org" in error.problem


def test_a_redirect_to_a_host_that_was_allowed_is_followed(treasury: Publisher) -> None:
    elsewhere = treasury.serve("/new", page(200, TABLE)).replace("127.0.0.1", "localhost")
    url = treasury.serve("/old", page(301, Location=elsewhere))
    assert problem(url).kind == "redirect"
    assert fetch(url, allowed_hosts={"localhost"}).host == "localhost"


@pytest.mark.parametrize(
    ("at", "location", "leads_to"),
    [
        ("https://ticdata.treasury.gov/a", "/b", "https://ticdata.treasury.gov/b"),
        ("https://ticdata.treasury.gov/a", "https://home.treasury.gov/b", "https://home.treasury.gov/b"),
        ("http://mirror.example.org/a", "https://mirror.example.org/a", "https://mirror.example.org/a"),
        ("https://mirror.example.org/a", "https://www.treasurydirect.gov/b", "https://www.treasurydirect.gov/b"),
        ("https://ticdata.treasury.gov/a", "http://ticdata.treasury.gov/b", None),
        ("https://ticdata.treasury.gov/a", "https://eviltreasury.gov/b", None),
        ("https://ticdata.treasury.gov/a", "file:///etc/hostname", None),
        ("https://ticdata.treasury.gov/a", "", None),
    ],
)
def test_where_a_redirect_may_lead(at: str, location: str, leads_to: str | None) -> None:
    origin = str(at.split("/")[2])
    if leads_to is None:
        with pytest.raises(http._Trouble) as caught:
            http._next_address(at, location, origin, frozenset())
        assert caught.value.kind == "redirect"
    else:
        assert http._next_address(at, location, origin, frozenset()) == leads_to


def test_a_redirect_in_a_circle_ends(treasury: Publisher) -> None:
    error = problem(treasury.serve("/old", page(302, Location="/old")))
    assert (error.kind, len(treasury.asked)) == ("redirect", 6)


@pytest.mark.parametrize("url", ["file:///etc/hostname", "ftp://example.org/x", "ticdata.treasury.gov/x", ""])
def test_only_http_is_fetched(url: str) -> None:
    assert problem(url).kind == "url"


def test_a_key_in_the_address_is_in_no_error_no_log_and_no_validator(
    treasury: Publisher, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    fetched = fetch(treasury.serve("/table", page(200, TABLE, ETag='"v1"')) + "?api_key=hush")
    treasury.serve("/broken", cut_off(TABLE, announced=5_000))
    told = [problem(f"{treasury.url}/{path}?api_key=hush") for path in ("gone", "broken")] + [
        problem("http://user:hush@no-such-publisher.invalid/x?api_key=hush")
    ]
    assert treasury.asked[0].path.endswith("?api_key=hush")
    assert "hush" not in "".join([str(told), *map(str, told), caplog.text, fetched.validators])
    assert all(error.__cause__ is None for error in told)


def test_an_address_is_shown_without_user_password_and_query() -> None:
    assert shown("https://me:pw@example.org:8443/a/b?k=v#f") == "https://example.org:8443/a/b?…"


def test_the_users_own_netrc_is_not_sent(
    treasury: Publisher, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path_factory.mktemp("home") / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password hush\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    url = treasury.serve("/table", page(200, TABLE))
    requests.get(url, timeout=5)
    fetch(url)
    assert ["Authorization" in asked.headers for asked in treasury.asked] == [True, False]
