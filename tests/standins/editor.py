"""
VS Code as far as YAML is concerned: the language server inside its YAML extension, asked over its own protocol.

It reads the same schemas from the same modelines. What an editor adds is the drawing of it.
"""

from __future__ import annotations

import itertools
import json
import queue
import subprocess
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from tests.standins.node import node_for

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / ".cache/yaml-language-server/node_modules/yaml-language-server/bin/yaml-language-server"
_PATIENCE = 20.0
# No catalogue of schemas is asked over a network: what is opened names its own.
_SETTINGS = {"yaml": {"schemaStore": {"enable": False}, "hoverSchemaSource": False}}


class Remark(NamedTuple):
    """What is underlined, and the words that appear over it. ``line`` counts from 1."""

    line: int
    marked: str
    says: str


class Editor:
    """Files are opened with the text that is given, whatever the disk holds."""

    def __init__(self, server: subprocess.Popen[bytes]) -> None:
        self._server = server
        self._numbers = itertools.count(1)
        self._told: queue.Queue[dict[str, Any]] = queue.Queue()
        self._remarks: dict[str, list[dict[str, Any]]] = {}
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def start(self) -> None:
        """Agree on what both can do."""
        able = {
            "workspace": {"configuration": True},
            "textDocument": {"completion": {"completionItem": {"documentationFormat": ["markdown"]}}},
        }
        self._ask("initialize", {"processId": None, "rootUri": None, "capabilities": able})
        self._tell("initialized", {})

    def end(self) -> None:
        """Stop the server, and hear it out: its pipe may be closed only when nobody reads it."""
        self._server.kill()
        self._listener.join()

    def remarks(self, path: Path, text: str | None = None) -> list[Remark]:
        """What the editor underlines in a file, from its first line down."""
        return self.all_remarks({path: path.read_text("utf-8") if text is None else text})[path]

    def all_remarks(self, texts: Mapping[Path, str]) -> dict[Path, list[Remark]]:
        """The same of many files, which are looked at together."""
        opened = {path: self._open(path, text) for path, text in texts.items()}
        self._wait(opened.values())
        for address in opened.values():
            self._close(address)
        return {path: _read(self._remarks[opened[path]], text) for path, text in texts.items()}

    def offered(self, path: Path, text: str) -> dict[str, str]:
        """What is offered where a bar (|) stands in the text: each word with its explanation."""
        answer = self._at_the_bar("textDocument/completion", path, text)
        return {item["label"]: _words(item.get("documentation")) for item in answer["items"]}

    def inserted(self, path: Path, text: str) -> dict[str, str]:
        """What each word that is offered at the bar would write there."""
        answer = self._at_the_bar("textDocument/completion", path, text)
        return {item["label"]: item.get("textEdit", {}).get("newText", item["label"]) for item in answer["items"]}

    def hover(self, path: Path, text: str) -> str:
        """What appears over the word that a bar (|) stands in."""
        answer = self._at_the_bar("textDocument/hover", path, text)
        return _words(answer["contents"]).replace("\\", "") if answer else ""  # as it is drawn

    def _at_the_bar(self, method: str, path: Path, text: str) -> Any:
        before, _, after = text.partition("|")
        address = self._open(path, before + after)
        place = {"line": before.count("\n"), "character": len(before.rpartition("\n")[2])}
        answer = self._ask(method, {"textDocument": {"uri": address}, "position": place})
        self._close(address)
        return answer

    def _open(self, path: Path, text: str) -> str:
        # The server speaks of a file for a while after it was closed: each opening has a name of its own in its folder.
        address = path.with_name(f"{path.stem}-{next(self._numbers)}{path.suffix}").as_uri()
        opened = {"uri": address, "languageId": "yaml", "version": 1, "text": text}
        self._tell("textDocument/didOpen", {"textDocument": opened})
        return address

    def _close(self, address: str) -> None:
        self._tell("textDocument/didClose", {"textDocument": {"uri": address}})

    def _wait(self, addresses: Iterable[str]) -> None:
        missing = set(addresses)
        ends = time.monotonic() + _PATIENCE
        while missing := missing - set(self._remarks):
            self._take(ends, f"nothing was said of {len(missing)} files")

    def _ask(self, method: str, asked: object) -> Any:
        number = next(self._numbers)
        self._send({"id": number, "method": method, "params": asked})
        ends = time.monotonic() + _PATIENCE
        while True:
            told = self._take(ends, f"{method} was not answered")
            if told.get("id") == number and "method" not in told:
                assert "error" not in told, told["error"]
                return told["result"]

    def _tell(self, method: str, said: object) -> None:
        self._send({"method": method, "params": said})

    def _take(self, ends: float, otherwise: str) -> dict[str, Any]:
        """The next message; what the server asks or tells by itself is dealt with on the way."""
        try:
            told = self._told.get(timeout=max(ends - time.monotonic(), 0.01))
        except queue.Empty:
            raise AssertionError(f"the editor's server: {otherwise} in {_PATIENCE:g} seconds") from None
        if told.get("method") == "textDocument/publishDiagnostics":
            self._remarks.setdefault(told["params"]["uri"], told["params"]["diagnostics"])
        elif "method" in told and "id" in told:
            self._send({"id": told["id"], "result": self._answer(told)})
        return told

    def _answer(self, asked: dict[str, Any]) -> object:
        if asked["method"] != "workspace/configuration":
            return None
        return [_SETTINGS.get(item.get("section", "")) for item in asked["params"]["items"]]

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0"} | message).encode()
        assert self._server.stdin
        self._server.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self._server.stdin.flush()

    def _listen(self) -> None:
        stream = self._server.stdout
        assert stream
        length = 0
        while line := stream.readline():
            name, _, said = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(said)
            elif not line.strip() and len(body := stream.read(length)) == length:
                self._told.put(json.loads(body))


def _read(found: list[dict[str, Any]], text: str) -> list[Remark]:
    lines = text.splitlines() or [""]
    read = []
    for one in found:
        start, end = one["range"]["start"], one["range"]["end"]
        line = lines[start["line"]] if start["line"] < len(lines) else ""
        until = end["character"] if end["line"] == start["line"] else len(line)
        read.append(Remark(start["line"] + 1, line[start["character"] : until], one["message"]))
    return sorted(read)


def _words(written: Any) -> str:
    return str(written["value"] if isinstance(written, dict) else written or "")


@contextmanager
def editor() -> Iterator[Editor]:
    """Start one; the test skips where it cannot be had."""
    node = node_for(PROGRAM, "yaml-language-server", "the language server behind YAML in VS Code")
    with subprocess.Popen(
        [str(node), str(PROGRAM), "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as server:
        opened = Editor(server)
        try:
            opened.start()
            yield opened
        finally:
            opened.end()
