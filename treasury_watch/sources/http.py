"""
All fetching: one polite, conditional GET that ends in time with a whole body, or an error that says what went wrong.

Nothing here knows what a file means, keeps anything, or writes a log. Validators (ETag, Last-Modified) are handed back
for the caller to store in the transaction that commits the release; a crash between the two then costs one more
download, never a release. Query strings appear in no error: they may hold a key.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import random
import socket
import time
import zlib
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Final, Literal, Protocol
from urllib.parse import urljoin, urlsplit, urlunsplit

import requests
import urllib3

from treasury_watch import __version__

PUBLISHERS: Final = ("treasury.gov", "treasurydirect.gov")
"""Where a publisher may redirect to, subdomains included, beside the host that was configured."""

CONTACT_VARIABLE: Final = "TREASURY_WATCH_CONTACT"
"""Environment variable with an address (mail or page) that the publisher can turn to; part of the User-Agent."""

_MEGABYTE: Final = 1_000_000
_CHUNK: Final = 64 * 1024
_REDIRECTS: Final = {301, 302, 303, 307, 308}
_MOST_REDIRECTS: Final = 5
_TRY_AGAIN: Final = {408, 425, 429}
_GZIP: Final = 16 + zlib.MAX_WBITS

# urllib3 writes path and query of every request at DEBUG, and a query may hold a key.
for _name in ("urllib3", "urllib3.connectionpool"):
    logging.getLogger(_name).setLevel(logging.INFO)


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchResult:
    """
    What a publisher answered.

    ``unchanged`` (a 304) has no body and the validators that were sent. ``host`` is the one that answered, after
    redirects.
    """

    status: Literal["new", "unchanged"]
    body: bytes
    validators: str
    """JSON of ETag, Last-Modified and the address they belong to; pass it to the next fetch. May be empty."""
    host: str


class Fetch(Protocol):
    """How bytes are fetched: ``Fetcher.fetch``."""

    def __call__(self, url: str, *, validators: str = "") -> FetchResult: ...


class FetchError(Exception):
    """
    No body that could be believed.

    ``kind`` is a stable short name: ``dns``, ``refused``, ``timeout``, ``tls``, ``network``, ``http-404`` (any status),
    ``redirect``, ``too-large``, ``cut-off``, ``encoding``, ``url``. ``retryable``: a later poll may well succeed
    without anybody doing anything.
    """

    def __init__(self, problem: str, kind: str, *, retryable: bool) -> None:
        super().__init__(problem)
        self.problem = problem
        self.kind = kind
        self.retryable = retryable


class Fetcher:
    """
    A session with a publisher: kept-alive connections, limits, and retries with growing, jittered pauses.

    ``timeouts`` are seconds to connect and seconds of silence; ``deadline`` is for the whole fetch, retries and pauses
    included; ``limit`` is bytes of body, unpacked. Not for several threads at once: give each its own.
    """

    def __init__(
        self,
        *,
        timeouts: tuple[float, float] = (5.0, 20.0),
        deadline: float = 90.0,
        limit: int = 20 * _MEGABYTE,
        tries: int = 3,
        sleep: Callable[[float], object] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._timeouts = timeouts
        self._deadline = deadline
        self._limit = limit
        self._tries = tries
        self._sleep = sleep
        self._monotonic = monotonic
        self._now = now
        self._session = requests.Session()
        self._session.headers.update({"User-Agent": user_agent(), "Accept": "*/*", "Accept-Encoding": "gzip"})
        # Without an auth of its own requests would look for one in the user's ~/.netrc and send it.
        self._session.auth = _no_auth

    def __enter__(self) -> Fetcher:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connections."""
        self._session.close()

    def fetch(self, url: str, *, validators: str = "", allowed_hosts: Collection[str] = ()) -> FetchResult:
        """
        GET ``url`` unless it still is what ``validators`` describe.

        ``allowed_hosts`` are further hosts that a redirect may lead to, beside the host of ``url`` and Treasury's own.
        Raises FetchError.
        """
        known = _known(url, validators)
        ends = self._monotonic() + self._deadline
        for attempt in range(1, self._tries + 1):
            try:
                return self._once(url, known, validators, frozenset(allowed_hosts), ends)
            except _Trouble as trouble:
                pause = trouble.pause if trouble.pause is not None else _pause(attempt)
                last = attempt == self._tries or not trouble.again
                if last or self._monotonic() + pause >= ends:
                    tried = f" (tried {attempt} times)" if attempt > 1 else ""
                    # From None: what requests says in its own error holds the whole address.
                    raise FetchError(
                        f"{shown(url)}: {trouble.problem}{tried}", trouble.kind, retryable=trouble.retryable
                    ) from None
                self._sleep(pause)
        raise AssertionError("a fetch ends with an answer or an error")  # the last turn above always raises

    def _once(
        self, url: str, known: dict[str, str], validators: str, allowed: frozenset[str], ends: float
    ) -> FetchResult:
        origin = _checked(url)
        at = url
        for _ in range(_MOST_REDIRECTS + 1):
            with self._answer(at, known, ends) as answer:
                status = answer.status_code
                if status in _REDIRECTS:
                    at = _next_address(at, answer.headers.get("Location", ""), origin, allowed)
                    continue
                host = urlsplit(at).hostname or ""
                if status == 304 and known:
                    return FetchResult(status="unchanged", body=b"", validators=validators, host=host)
                if status != 200:
                    raise self._refused(answer)
                body = self._body(answer, ends)
                return FetchResult(status="new", body=body, validators=_validators(url, answer), host=host)
        raise _Trouble(f"redirected more than {_MOST_REDIRECTS} times; expected the file", "redirect")

    def _answer(self, at: str, known: dict[str, str], ends: float) -> requests.Response:
        connect, silence = self._timeouts
        left = max(ends - self._monotonic(), 0.1)
        try:
            return self._session.get(
                at,
                headers=known,
                stream=True,
                allow_redirects=False,
                timeout=(min(connect, left), min(silence, left)),
            )
        except requests.exceptions.SSLError:
            raise _Trouble("no trusted TLS connection; expected a valid certificate for this host", "tls") from None
        except requests.exceptions.ConnectTimeout:
            raise _Trouble(f"no connection within {connect:g} s", "timeout", again=True) from None
        except requests.exceptions.Timeout:
            raise _Trouble(f"connected, but no answer within {silence:g} s", "timeout", again=True) from None
        except requests.exceptions.ConnectionError as error:
            raise _connection_trouble(error) from None
        except requests.exceptions.RequestException as error:
            raise _Trouble(f"could not be asked ({type(error).__name__})", "network") from None

    def _refused(self, answer: requests.Response) -> _Trouble:
        status = answer.status_code
        again = status >= 500 or status in _TRY_AGAIN
        said = f"answered {status} {answer.reason or ''}".rstrip()
        pause = _retry_after(answer.headers.get("Retry-After", ""), self._now()) if again else None
        if pause is not None:
            said += f" and asked to wait {pause:.0f} s"
        return _Trouble(f"{said}; expected 200", f"http-{status}", again=again, pause=pause)

    def _body(self, answer: requests.Response, ends: float) -> bytes:
        announced = answer.headers.get("Content-Length", "")
        if announced.isdecimal() and int(announced) > self._limit:
            raise self._too_large(f"announces {int(announced):,} bytes")
        body = bytearray()
        try:
            for piece in self._unpacked(answer):
                body += piece
                if len(body) > self._limit:
                    raise self._too_large("goes on")
                if self._monotonic() > ends:
                    raise _Trouble(f"still sending after {self._deadline:g} s; {len(body):,} bytes so far", "timeout")
        except urllib3.exceptions.ReadTimeoutError:
            raise _Trouble(f"fell silent after {len(body):,} bytes", "timeout", again=True) from None
        except urllib3.exceptions.SSLError:
            raise _Trouble(f"TLS broke after {len(body):,} bytes", "cut-off", again=True) from None
        except urllib3.exceptions.HTTPError:
            raise _cut_off(len(body), announced) from None
        return bytes(body)

    def _unpacked(self, answer: requests.Response) -> Iterator[bytes]:
        encoding = answer.headers.get("Content-Encoding", "identity").strip().lower()
        if encoding in ("", "identity"):
            yield from _pieces(answer)
        elif encoding in ("gzip", "x-gzip"):
            yield from self._gunzipped(answer)
        else:
            raise _Trouble(f"is packed as {encoding!r}; expected gzip or nothing", "encoding")

    def _gunzipped(self, answer: requests.Response) -> Iterator[bytes]:
        # By hand: urllib3 gives out a gzip stream that stops early as if it were whole, and unpacks without a limit.
        unpacker = zlib.decompressobj(_GZIP)
        for packed in _pieces(answer):
            rest = packed
            while rest and not unpacker.eof:
                try:
                    yield unpacker.decompress(rest, _MEGABYTE)
                except zlib.error:
                    raise _Trouble("says gzip but is not; expected a readable body", "encoding", again=True) from None
                rest = unpacker.unconsumed_tail
        yield unpacker.flush()
        if not unpacker.eof:
            raise _Trouble("the gzip stream stops early; expected its end", "cut-off", again=True)

    def _too_large(self, how: str) -> _Trouble:
        return _Trouble(f"{how}, over the limit of {self._limit:,} bytes", "too-large")


def fetch(url: str, *, validators: str = "", allowed_hosts: Collection[str] = ()) -> FetchResult:
    """One GET with a session of its own; see ``Fetcher.fetch``."""
    with Fetcher() as fetcher:
        return fetcher.fetch(url, validators=validators, allowed_hosts=allowed_hosts)


def shown(url: str) -> str:
    """Give an address as it may be shown: no user, no password, no query."""
    parts = urlsplit(url)
    query = "…" if parts.query else ""
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, query, ""))


def user_agent() -> str:
    """Name, version, purpose, and whom to turn to where TREASURY_WATCH_CONTACT says."""
    # A line break in a header would be refused with an error that nobody connects to this variable.
    contact = " ".join(os.environ.get(CONTACT_VARIABLE, "").split())
    purpose = "watches public TIC and auction data for changes"
    return f"treasury-watch/{__version__} ({purpose}{'; contact: ' + contact if contact else ''})"


class _Trouble(Exception):
    """One try that failed. ``again``: worth another try at once; ``pause``: seconds the publisher asked for."""

    def __init__(self, problem: str, kind: str, *, again: bool = False, pause: float | None = None) -> None:
        super().__init__(problem)
        self.problem = problem
        self.kind = kind
        self.again = again
        self.pause = pause

    @property
    def retryable(self) -> bool:
        return self.again or self.kind == "timeout"


def _no_auth(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _checked(url: str) -> str:
    """Give the host of an address that can be fetched."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise _Trouble("cannot be fetched; expected an address such as https://ticdata.treasury.gov/...", "url")
    return parts.hostname


def _next_address(at: str, location: str, origin: str, allowed: frozenset[str]) -> str:
    if not location:
        raise _Trouble("redirected without saying where to", "redirect")
    target = urljoin(at, location)
    parts = urlsplit(target)
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https") or (parts.scheme == "http" and urlsplit(at).scheme == "https"):
        raise _Trouble(f"redirected to {shown(target)}; expected https to stay https", "redirect")
    known = host == origin or host in allowed
    if not known and not any(host == owner or host.endswith(f".{owner}") for owner in PUBLISHERS):
        raise _Trouble(
            f"redirected to {host}; expected {origin} or a host under {' or '.join(PUBLISHERS)}."
            f" If the publisher has moved, set the source's url",
            "redirect",
        )
    return target


def _pieces(answer: requests.Response) -> Iterator[bytes]:
    # read1 hands over what has come; read would wait for a full chunk, past any deadline, for a server that dribbles.
    while piece := answer.raw.read1(_CHUNK, decode_content=False):
        yield piece


def _cut_off(got: int, announced: str) -> _Trouble:
    expected = f"; expected {int(announced):,}" if announced.isdecimal() else ""
    return _Trouble(f"the connection ended after {got:,} bytes{expected}", "cut-off", again=True)


def _connection_trouble(error: requests.exceptions.ConnectionError) -> _Trouble:
    causes = list(_causes(error))
    if any(isinstance(cause, (socket.gaierror, urllib3.exceptions.NameResolutionError)) for cause in causes):
        return _Trouble("the host's name cannot be resolved", "dns", again=True)
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        return _Trouble("the host refused the connection", "refused", again=True)
    return _Trouble("the connection broke before an answer came", "network", again=True)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Unfold an error and what lies inside it: urllib3 hides the socket's own word in arguments and ``reason``."""
    seen: set[int] = set()
    waiting: list[BaseException] = [error]
    while waiting:
        each = waiting.pop()
        if id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        inside = (each.__cause__, each.__context__, getattr(each, "reason", None), *each.args)
        waiting += [inner for inner in inside if isinstance(inner, BaseException)]


def _pause(attempt: int) -> float:
    """Seconds before the next try: about 1, 2, 4, never the same for two bots at once."""
    return float(2 ** (attempt - 1)) * random.uniform(0.75, 1.25)  # noqa: S311 - spreads load, guards nothing


def _retry_after(header: str, now: datetime) -> float | None:
    """Seconds that a Retry-After asks for, given as seconds or as a date; None where it says neither."""
    text = header.strip()
    if text.isdecimal():
        return float(text)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max((until.replace(tzinfo=until.tzinfo or UTC) - now).total_seconds(), 0.0)


def _address_mark(url: str) -> str:
    # A digest, because the validators are stored and the query may hold a key.
    return hashlib.sha256(url.encode()).hexdigest()[:16]


def _validators(url: str, answer: requests.Response) -> str:
    kept = {"etag": answer.headers.get("ETag", ""), "last_modified": answer.headers.get("Last-Modified", "")}
    said = {name: value for name, value in kept.items() if value}
    return json.dumps({"for": _address_mark(url), **said}) if said else ""


def _known(url: str, validators: str) -> dict[str, str]:
    """
    Give the headers that make the GET conditional.

    Empty when the validators belong to another address: a source pointed elsewhere must be read in full, whatever its
    new server thinks of the old one's ETag.
    """
    try:
        kept = json.loads(validators) if validators else {}
    except ValueError:
        kept = {}
    if not isinstance(kept, dict) or kept.get("for") != _address_mark(url):
        return {}
    headers = {"If-None-Match": kept.get("etag"), "If-Modified-Since": kept.get("last_modified")}
    return {name: value for name, value in headers.items() if isinstance(value, str) and value}
