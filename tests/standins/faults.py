"""
Everything that goes wrong between the bot and Slack, on request: a proxy that lies.

Each method (``chat.postMessage``, ``services`` for webhooks) takes its faults in turn; without one left it passes
things through. What matters most is *when*: before the message was posted, or after.
"""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
import urllib.request
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.error import HTTPError


class Reply(NamedTuple):
    status: int
    body: bytes
    headers: dict[str, str]


class Exchange:
    """One request on its way. ``forward`` posts it for real; a fault decides whether and when, and what is said."""

    def __init__(self, handler: BaseHTTPRequestHandler, target: str, body: bytes) -> None:
        self.handler = handler
        self.body = body
        self._target = target

    def forward(self) -> Reply:
        headers = {
            name: value for name, value in self.handler.headers.items() if name.lower() not in ("host", "connection")
        }
        asked = urllib.request.Request(self._target + self.handler.path, data=self.body, headers=headers)
        try:
            with urllib.request.urlopen(asked, timeout=10) as answer:
                return Reply(answer.status, answer.read(), {"Content-Type": answer.headers["Content-Type"]})
        except HTTPError as error:
            return Reply(error.code, error.read(), {"Content-Type": error.headers["Content-Type"]})

    def say(self, reply: Reply, *, announced: int | None = None) -> None:
        self.handler.send_response(reply.status)
        for name, value in reply.headers.items():
            self.handler.send_header(name, value)
        self.handler.send_header("Content-Length", str(len(reply.body) if announced is None else announced))
        self.handler.end_headers()
        self.handler.wfile.write(reply.body)

    def hang_up(self) -> None:
        self.handler.close_connection = True

    def reset(self) -> None:
        """Close with a TCP reset instead of a goodbye."""
        self.handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.handler.connection.close()
        self.handler.close_connection = True


Fault = Callable[[Exchange], None]


def pass_through(exchange: Exchange) -> None:
    exchange.say(exchange.forward())


def lost_reply(exchange: Exchange) -> None:
    exchange.forward()
    exchange.hang_up()


def reset_after(exchange: Exchange) -> None:
    exchange.forward()
    exchange.reset()


def reset_before(exchange: Exchange) -> None:
    exchange.reset()


def cut_reply(exchange: Exchange) -> None:
    reply = exchange.forward()
    exchange.say(reply._replace(body=reply.body[:20]), announced=len(reply.body))


def half_a_reply(exchange: Exchange) -> None:
    reply = exchange.forward()
    exchange.say(reply._replace(body=reply.body[:20]))


def error_after(status: int, body: bytes = b"upstream error") -> Fault:
    def fault(exchange: Exchange) -> None:
        exchange.forward()
        exchange.say(Reply(status, body, {}))

    return fault


def error_before(status: int, body: bytes = b"upstream error", **headers: str) -> Fault:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda exchange: exchange.say(Reply(status, body, named))


def slack_error(error: str, **more: object) -> Fault:
    """Slack's own refusal: a 200 that is not ``ok``."""
    answer: dict[str, Any] = {"ok": False, "error": error, **more}
    return error_before(200, json.dumps(answer).encode(), Content_Type="application/json")


def slow_reply(seconds: float) -> Fault:
    def fault(exchange: Exchange) -> None:
        reply = exchange.forward()
        time.sleep(seconds)
        exchange.say(reply)

    return fault


def then(act: Callable[[], object], *, posted: bool) -> Fault:
    """Do something (kill the sender) before or after the message is posted, then hang up."""

    def fault(exchange: Exchange) -> None:
        if posted:
            exchange.forward()
        act()
        exchange.hang_up()

    return fault


class FaultyPath:
    """Where the bot is sent instead of Slack. ``asked`` counts what came in by method."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.asked: dict[str, int] = defaultdict(int)
        self.bodies: list[bytes] = []
        self._faults: dict[str, deque[Fault]] = defaultdict(deque)

    @property
    def api(self) -> str:
        return f"{self.url}/api/"

    def next(self, method: str, *faults: Fault) -> None:
        """What happens to the next requests of this method."""
        self._faults[method].extend(faults)

    def take(self, method: str) -> Fault:
        self.asked[method] += 1
        waiting = self._faults[method]
        return waiting.popleft() if waiting else pass_through


@contextmanager
def faulty_path(target: str) -> Iterator[FaultyPath]:
    """Run one in front of ``target`` for as long as the block lasts."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            parts = self.path.strip("/").split("/")
            path.bodies.append(body)
            fault = path.take(parts[1] if parts[0] == "api" else parts[0])
            try:
                fault(Exchange(self, target, body))
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True  # the bot was killed, or stopped waiting

        def finish(self) -> None:
            try:
                super().finish()
            except (OSError, ValueError):
                self.close_connection = True  # reset already

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
            """Keep the test's output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    path = FaultyPath(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield path
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
