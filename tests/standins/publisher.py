"""
A publisher on this machine that misbehaves on request.

``Publisher.serve(path, answer)`` says what a path does; an answer is a function that writes to the handler. Every
request that came in is kept in ``asked``.
"""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

Answer = Callable[[BaseHTTPRequestHandler], None]


class Asked(NamedTuple):
    """One request as it came in."""

    path: str
    headers: Mapping[str, str]


class Publisher:
    """Answers by path; a path given several answers gives them in turn and stays with the last."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.asked: list[Asked] = []
        self._answers: dict[str, list[Answer]] = {}

    def serve(self, path: str, *answers: Answer) -> str:
        """Say what the path answers; gives its address."""
        self._answers[path] = list(answers)
        return self.url + path

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        self.asked.append(Asked(handler.path, dict(handler.headers)))
        waiting = self._answers.get(handler.path.partition("?")[0], [page(404, b"not here")])
        (waiting.pop(0) if len(waiting) > 1 else waiting[0])(handler)


def page(status: int, body: bytes = b"", **headers: str) -> Answer:
    """A whole answer. Header names are written with underscores."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def gzipped(body: bytes, *, keep: int | None = None) -> Answer:
    """A gzip answer; ``keep`` cuts the stream while the Content-Length still agrees."""
    return page(200, gzip.compress(body)[:keep], Content_Encoding="gzip")


def cut_off(body: bytes, announced: int) -> Answer:
    """An answer that announces more than it sends."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(announced))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def unchanged_if(etag: str, body: bytes) -> Answer:
    """304 for whoever shows the ETag, the body for everybody else."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        known = handler.headers.get("If-None-Match") == etag
        (page(304) if known else page(200, body, ETag=etag, Last_Modified="Wed, 16 Sep 2026 20:00:00 GMT"))(handler)

    return answer


def hang_up(handler: BaseHTTPRequestHandler) -> None:
    """Close the connection without a word."""
    handler.close_connection = True


def silence(until: threading.Event) -> Answer:
    """Say nothing until the test is over."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        until.wait(10)

    return answer


def dribble(piece: bytes, until: threading.Event, pause: float = 0.02) -> Answer:
    """Send a body that never ends, a little at a time."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        while not until.wait(pause):
            handler.wfile.write(piece)

    return answer


@contextmanager
def publisher() -> Iterator[Publisher]:
    """Run one for as long as the block lasts."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            try:
                standin.answer(self)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True  # the bot hung up first, as it should on too much

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
            """Keep the test's output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    standin = Publisher(server.server_port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield standin
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
