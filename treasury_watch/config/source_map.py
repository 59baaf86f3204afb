"""
config.yaml as written: what ``${NAME}`` stands for, what ``--set`` changes, and the place of everything.

No secret leaves this file but as the value it belongs to: excerpts shown with a problem have theirs blotted out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from treasury_watch.config.models import OPEN_SETTINGS
from treasury_watch.yaml import file as yamlfile
from treasury_watch.yaml.file import Document
from treasury_watch.yaml.nodes import Entries, Listing, Node, Scalar, walk
from treasury_watch.yaml.problem import Problem

Loc = tuple[str | int, ...]

_NAMED = re.compile(r"\$\{([^{}]*)\}")
_NAME = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?", re.DOTALL)
_LIKE_A_SECRET = re.compile(r"xox\w-\S+|https?://\S+|postgresql\S+|(?<=: )[\"']?[^\s\"'${}\[\],]{12,}")
_MOST_SECRET = 10_000


class UnsetVariable(NamedTuple):
    """A variable that a value needs and nobody has set."""

    loc: Loc
    name: str
    problem: str


class SourceMap:
    """One config file with its overrides: plain values by place, and the place of every value."""

    def __init__(self, document: Document, environ: Mapping[str, str], names: Sequence[str]) -> None:
        self._document = document
        self._environ = environ
        self._names = names
        self._nodes: dict[Loc, Node] = {}
        self._keys: dict[Loc, Scalar] = {}
        self._origin: dict[Loc, str] = {}
        self.values: Any = {}
        self.unset: list[UnsetVariable] = []
        self.problems: list[Problem] = []
        self._secret_lines = _secrets_by_line(document)
        for fault in document.faults:
            self._add(fault.line, fault.column, fault.problem)
        if isinstance(document.root, Entries):
            self.values = self._expanded(document.root, ())
        elif document.root is not None:
            self._add(document.root.line, document.root.column, 'expected keys such as "channels:" with their values')

    def override(self, written: str) -> None:
        """``sources.tic.table5.url=https://…`` put in place of what the file says."""
        path, equals, text = written.partition("=")
        shown = f"--set {path.strip()}"
        if not equals or not path.strip():
            self.problems.append(
                Problem("--set", 0, 0, "", f'"{path[:40]}" is not KEY=VALUE; expected such as {_EXAMPLE}')
            )
            return
        loc = self._path(path.strip())
        document = yamlfile.parse(text.encode("utf-8", "replace"), shown)
        # A value that is not YAML of its own (it begins with "@", say) is meant as the text it is.
        node = document.root if document.root is not None and not document.faults else Scalar(text, False, 0, 0)
        holder = self.values
        for step in loc[:-1]:
            if not isinstance(holder, dict) or not isinstance(holder.setdefault(step, {}), dict):
                self.problems.append(Problem(shown, 0, 0, "", f'"{step}" holds no keys'))
                return
            holder = holder[step]
        if not isinstance(holder, dict):
            self.problems.append(Problem(shown, 0, 0, "", "there is no such key"))
            return
        for known in [known for known in self._nodes if known[: len(loc)] == loc]:
            del self._nodes[known]
        self.unset = [unset for unset in self.unset if unset.loc[: len(loc)] != loc]
        for depth in range(1, len(loc) + 1):
            if loc[:depth] not in self._nodes:
                self._origin[loc[:depth]] = shown
        self._origin[loc] = shown
        holder[loc[-1]] = self._expanded(node, loc)

    def say(self, loc: Loc, problem: str, *, at_key: bool = False) -> None:
        """Note a mistake at a place."""
        self.problems.append(self.problem(loc, problem, at_key=at_key))

    def problem(self, loc: Loc, problem: str, *, at_key: bool = False) -> Problem:
        """What is wrong at a place, or at the nearest place around it that is written."""
        known: Loc = ()
        shown = [str(step) for step in loc]
        for step in loc:
            # A union's own tag stands in the places that pydantic gives; nothing is written there.
            if (*known, step) in self._nodes or (*known, step) in self._origin:
                known = (*known, step)
        origin = next(
            (self._origin[known[:depth]] for depth in range(len(known), 0, -1) if known[:depth] in self._origin), ""
        )
        said = f"{'.'.join(shown)}: {problem}" if shown else problem
        if origin:
            return Problem(origin, 0, 0, "", said)
        node: Node | None = self._keys.get(known) if at_key else None
        node = node or self._nodes.get(known) or self._keys.get(known)
        return self._problem(node.line if node else 0, node.column if node else 0, said)

    def has(self, loc: Loc) -> bool:
        """Whether something is written at this place."""
        return loc in self._nodes or loc in self._origin

    def _add(self, line: int, column: int, problem: str) -> None:
        self.problems.append(self._problem(line, column, problem))

    def _problem(self, line: int, column: int, problem: str) -> Problem:
        (made,) = self._document.problems([(line, column, "", problem)])
        return Problem(made.file, line, column, "", problem, self._blotted(made.excerpt, line))

    def _blotted(self, excerpt: str, line: int) -> str:
        for column, secret in self._secret_lines.get(line, ()):
            at = excerpt.find(secret[:200], column)
            end = at + len(secret) if at >= 0 else len(excerpt)
            at = at if at >= 0 else column
            excerpt = excerpt[:at] + "*" * (min(end, len(excerpt)) - at) + excerpt[end:]
        # Where reading stopped nobody can say what is a secret: whatever looks like one is taken for it.
        return _LIKE_A_SECRET.sub(_stars, excerpt) if self._document.cut else excerpt

    def _path(self, path: str) -> Loc:
        """Keys may hold dots themselves (``tic.table5``): the longest known name that fits is one step."""
        steps: list[str] = []
        rest = path
        while rest:
            known = [loc[-1] for loc in self._nodes if loc[:-1] == tuple(steps)]
            known += self._names if steps == ["sources"] else []
            fitting = [str(name) for name in known if rest == name or rest.startswith(f"{name}.")]
            step = max(fitting, key=len, default=rest.partition(".")[0])
            steps.append(step)
            rest = rest[len(step) :].removeprefix(".")
        return tuple(steps)

    def _expanded(self, node: Node, loc: Loc) -> Any:
        if loc:
            self._nodes[loc] = node
        if isinstance(node, Entries):
            read: dict[str, Any] = {}
            for key, value in node.items:
                self._keys[*loc, key.text] = key
                read[key.text] = self._expanded(value, (*loc, key.text))
            return read
        if isinstance(node, Listing):
            return [self._expanded(item, (*loc, number)) for number, item in enumerate(node.items)]
        if not isinstance(node, Scalar):
            return None
        if "${" not in node.text:
            return node.value
        return node._replace(text=self._filled(node.text, loc)).value

    def _filled(self, text: str, loc: Loc) -> str:
        def value(found: re.Match[str]) -> str:
            named = _NAME.fullmatch(found[1])
            if not named:
                self.unset.append(UnsetVariable(loc, "", "cannot read ${…}; expected ${NAME} or ${NAME:-default}"))
                return ""
            name, default = named.groups()
            try:
                known = self._variable(name)
            except OSError as error:
                said = f"the file that {name}_FILE names cannot be read ({error.strerror or type(error).__name__})"
                self.unset.append(UnsetVariable(loc, name, said))
                return ""
            if known is None and default is None:
                said = f"{name} is not set; set it in the environment, or {name}_FILE to a file that holds it"
                self.unset.append(UnsetVariable(loc, name, said))
            return known if known is not None else default or ""

        return _NAMED.sub(value, text)

    def _variable(self, name: str) -> str | None:
        # An empty variable is how compose files pass on one that is not set.
        if self._environ.get(name):
            return self._environ[name]
        path = self._environ.get(f"{name}_FILE")
        if not path:
            return None
        with Path(path).open(encoding="utf-8", errors="replace") as file:
            return file.read(_MOST_SECRET).strip() or None


def _stars(found: re.Match[str]) -> str:
    return "*" * len(found.group())


_OPEN_SECTIONS = frozenset(("rules", "sources", "routes", "status_page", "log_level"))
_EXAMPLE = "--set sources.tic.table5.every='1 minute'"


def _secrets_by_line(document: Document) -> dict[int, list[tuple[int, str]]]:
    """By line, every value that could be a secret: all but what is known to be none."""
    found: dict[int, list[tuple[int, str]]] = {}
    root = document.root
    for key, node in root.items if isinstance(root, Entries) else ():
        for scalar in _hidden(key.text, node):
            if "${" not in scalar.text and scalar.text:
                found.setdefault(scalar.line, []).append((scalar.column, scalar.text))
    return found


def _hidden(section: str, node: Node) -> Iterator[Scalar]:
    if section in _OPEN_SECTIONS:
        return
    if section != "channels" or not isinstance(node, Entries):
        yield from walk(node)
        return
    for _, channel in node.items:
        if not isinstance(channel, Entries):
            yield from walk(channel)
            continue
        for key, value in channel.items:
            if key.text not in OPEN_SETTINGS:
                yield from walk(value)
