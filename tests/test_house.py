"""
The house rules that a reviewer would otherwise have to remember.

Imports run downward only, each library has its named door, the core touches nothing outside itself, and no committed
file carries a registry's host, a path of somebody's machine or a secret. Each guard is shown to fail before it is
trusted.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatchcase
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = "treasury_watch"

MAY_IMPORT: dict[str, tuple[str, ...]] = {
    room: tuple(re.findall(r"`([\w.]+)`", below))
    for room, below in re.findall(
        r"^\| `([\w.]+)` \|([^|]*)\|$", (ROOT / "docs" / "architecture.md").read_text("utf-8"), re.MULTILINE
    )
}
"""Room -> the rooms right below it: it may import those, and what they may. A table of docs/architecture.md."""

DOORS: dict[str, tuple[str, ...]] = {
    "apscheduler": ("service", "service.*"),
    "sqlalchemy": ("store", "store.*"),
    "psycopg": ("store", "store.*"),
    "requests": ("sources.http", "notifiers.slack_webhook"),
    "urllib3": ("sources.http", "notifiers.slack_webhook"),
    "yaml": ("yaml.*",),
    "slack_sdk": ("notifiers.slack*",),
    "pydantic": ("config", "config.*"),
    "matplotlib": ("analysis.plot",),
    "typer": ("cli", "cli.*"),
    "rich": ("cli", "cli.*", "notifiers.console", "demo"),
}
"""Library -> the only modules that may import it."""

CORE_LIBRARIES = {"numpy", "pandas"}
OUTSIDE_WORLD = {
    "asyncio", "glob", "http", "io", "locale", "logging", "multiprocessing", "os", "pathlib", "random", "secrets",
    "shutil", "signal", "socket", "sqlite3", "ssl", "subprocess", "tempfile", "threading", "time", "urllib",
}  # fmt: skip
CLOCK_CALLS = {"now", "utcnow", "today"}


def imports(source: str) -> Iterator[tuple[int, str]]:
    """Line and dotted name of everything a module imports, wherever in it the import stands."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: relative import; the house writes them out"
            origin = str(node.module)
            # ``from treasury_watch import store`` imports a room, not a name.
            yield from ((node.lineno, f"{origin}.{a.name}" if origin == PACKAGE else origin) for a in node.names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("import_module", "__import__")):
            named = node.args[0] if node.args else None
            if isinstance(named, ast.JoinedStr):
                named = named.values[0]  # a module of a room that is written out: f"treasury_watch.cli.{word}"
            yield node.lineno, named.value if isinstance(named, ast.Constant) else "<an import that cannot be read>"  # type: ignore[misc]  # a non-text name is no import


def room_of(dotted: str) -> str:
    """``treasury_watch.sources.http`` lies in the room ``sources``; the core has rooms of its own: ``core.rules``."""
    parts = dotted.removeprefix(f"{PACKAGE}.").split(".")
    return ".".join(parts[:2]) if ".".join(parts[:2]) in MAY_IMPORT else parts[0]


def rooms_below(room: str) -> set[str]:
    """All that a room may import: the rooms right below it, and whatever these may import."""
    below = set(MAY_IMPORT[room])
    return below.union(*(rooms_below(each) for each in below))


def complaints(module: str, source: str) -> list[str]:
    """
    What is wrong with a module's imports; empty if nothing is.

    ``module`` is dotted, without the package: ``sources.http``.
    """
    room = room_of(module)
    if room not in MAY_IMPORT:
        return [f"{module}: has no place in the house: add '{room}' to \"Who may import whom\" in docs/architecture.md"]
    found = []
    for line, name in sorted(set(imports(source))):
        library = name.partition(".")[0]
        where = f"{module}:{line}: imports {name}"
        if library == PACKAGE:
            below = rooms_below(room)
            if room_of(name) not in {room, PACKAGE, "__version__", *below}:
                found.append(
                    f"{where}: imports run downward only; {room} may use {', '.join(sorted(below)) or 'itself'}"
                )
        elif library in DOORS and not any(fnmatchcase(module, door) for door in DOORS[library]):
            found.append(f"{where}: {library} is imported only by {', '.join(DOORS[library])}")
        elif room.startswith("core") and library not in CORE_LIBRARIES | (sys.stdlib_module_names - OUTSIDE_WORLD):
            found.append(f"{where}: the core is pure: {', '.join(sorted(CORE_LIBRARIES))} and the quiet part of stdlib")
    if room.startswith("core"):
        found += [
            f"{module}:{node.lineno}: asks the clock with {node.func.attr}(); time is an argument"
            for node in ast.walk(ast.parse(source))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CLOCK_CALLS
        ]
    return found


def dotted(path: Path) -> str:
    parts = path.relative_to(ROOT / PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)


def test_the_table_of_imports_is_read_whole() -> None:
    rooms = {room_of(dotted(path)) for path in MODULES}
    assert set(MAY_IMPORT) == rooms
    assert {below for rooms_ in MAY_IMPORT.values() for below in rooms_} <= rooms
    assert MAY_IMPORT["cli"] == ("service", "demo")


MODULES = sorted(p for p in (ROOT / PACKAGE).rglob("*.py") if p != ROOT / PACKAGE / "__init__.py")


@pytest.mark.parametrize("path", MODULES, ids=dotted)
def test_imports_run_downward_and_libraries_come_in_by_their_doors(path: Path) -> None:
    assert complaints(dotted(path), path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("core.figures.panels", "from treasury_watch.store import database"),
        ("core.figures.panels", "def f():\n    import treasury_watch.sources.http"),
        ("core.figures.panels", "import requests"),
        ("core.figures.panels", "from pathlib import Path"),
        ("core.figures.panels", "from datetime import date\nTODAY = date.today()"),
        ("core.figures.panels", "import scipy"),
        ("sources.tic_table5", "from treasury_watch import store"),
        ("sources.tic_table5", "import requests.adapters"),
        ("sources.tic_table5", "from treasury_watch.notifiers import Sent"),
        ("notifiers.slack", "from treasury_watch.delivery import deliver_due"),
        ("rulefiles", "import yaml"),
        ("pipeline", "from sqlalchemy import select"),
        ("pipeline", "import importlib\nimportlib.import_module('sqlalchemy')"),
        ("delivery", "from treasury_watch.service import run"),
        ("service_clock", "import apscheduler"),
        ("core.rules.numbers", "from treasury_watch.core.judge import batch"),
    ],
)
def test_the_guard_sees_a_forbidden_import(module: str, source: str) -> None:
    assert complaints(module, source) != []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        (
            "core.figures.panels",
            "import numpy\nimport pandas as pd\nfrom datetime import date\nfrom treasury_watch.core import figures",
        ),
        ("sources.http", "import requests\nfrom treasury_watch.core.published import Refused"),
        ("notifiers.slack_webhook", "import requests"),
        ("notifiers.slack", "from slack_sdk import WebClient"),
        ("store.outbox", "from sqlalchemy import select\nfrom treasury_watch.store.schema import TABLES"),
        (
            "pipeline",
            "import treasury_watch\nfrom treasury_watch import bundled\nfrom treasury_watch.store import database",
        ),
        ("service", "import apscheduler.schedulers.blocking\nfrom treasury_watch.delivery import deliver_due"),
        ("cli", "import typer\nfrom rich import print\nfrom treasury_watch.service import run"),
    ],
)
def test_the_guard_lets_a_proper_import_pass(module: str, source: str) -> None:
    assert complaints(module, source) == []


def test_every_library_that_is_imported_is_declared_by_name() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    names = {re.split(r"[\[<>=!~; ]", each)[0].lower().replace("_", "-") for each in declared}
    providers = packages_distributions()
    undeclared = {
        f"{dotted(path)}: {library}"
        for path in MODULES
        for _, name in imports(path.read_text("utf-8"))
        if (library := name.partition(".")[0]) not in sys.stdlib_module_names | {PACKAGE}
        if not names & {d.lower().replace("_", "-") for d in providers.get(library, [library])}
    }
    assert undeclared == set()


LONGEST_FILE = 400


@pytest.mark.parametrize("path", MODULES, ids=dotted)
def test_a_file_has_one_job_and_a_noun_for_a_name(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= LONGEST_FILE
    # The publisher's own word, and the trade's for what connects the parts.
    assert not path.stem.endswith("ing") or path.stem in ("auctions_upcoming", "wiring")


def test_no_modules_import_each_other_in_a_circle() -> None:
    names = {f"{PACKAGE}.{dotted(path)}": path for path in MODULES}
    needs: dict[str, set[str]] = {name: set() for name in names}
    for name, path in names.items():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    module = f"{node.module}.{alias.name}"
                    needs[name] |= {module if module in names else str(node.module)} & names.keys() - {name}
    while free := {name for name, its in needs.items() if not its}:
        needs = {name: its - free for name, its in needs.items() if name not in free}
    assert needs == {}, "these import each other in a circle, or import one that does"


def test_a_class_name_stands_for_one_thing() -> None:
    named: dict[str, list[str]] = {}
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                named.setdefault(node.name, []).append(dotted(path))
    assert {name: where for name, where in named.items() if len(where) > 1} == {}
    assert [name for name in named if re.fullmatch(r"[A-Z][a-z]+ed", name)] == [], "a class is a noun"


INSIDE_FUNCTIONS = {
    "analysis.plot": 3,  # matplotlib takes half a second: for who draws
    "cli.rule_tests": 1,  # judging takes as long: for sound rules alone
    "start": 2,  # `alive` imports nothing else
}
"""Where imports stand inside functions, and how many; each says why beside it."""


def test_imports_stand_at_the_top_of_the_file() -> None:
    found: dict[str, int] = {}
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                count = sum(isinstance(inner, ast.Import | ast.ImportFrom) for inner in ast.walk(node))
                if count:
                    found[dotted(path)] = found.get(dotted(path), 0) + count
    assert found == INSIDE_FUNCTIONS
    assert sum(found.values()) <= 10


def committed() -> list[Path]:
    """Every file that git tracks, or would."""
    asked = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError) as problem:
        pytest.skip(f"what is committed cannot be listed here: {problem}")
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


# Spelled in halves, so that this file is not its own first finding.
REGISTRIES = re.compile(
    r"pypi\.(?:org|io)|python" r"hosted\.org|npm" r"js\.(?:org|com)|yarn" r"pkg\.com|deb\.deb" r"ian\.org|"
    r"docker" r"\.io|quay" r"\.io|ghcr" r"\.io|--(?:extra-)?index" r"-url|--find" r"-links",
    re.IGNORECASE,
)  # fmt: skip
MACHINE_PATHS = re.compile(r"(?<![\w.$}/-])/(?:work|root|home|Users|mnt|opt/(?:wheels|pypi))" r"/|[A-Z]:\\\\?Users")
SECRETS = re.compile(
    r"xox[abeprs]-\d{9,}-\d{9,}-\w{20,}|xapp-\d-\w{9,}-\d{9,}-\w{20,}|/services/T\w{8,}/B\w{8,}/(?!(\w)\1{10})\w{20,}"
    r"|gh[opsu]_\w{30,}|AKIA[A-Z0-9]{16}|-----BEGIN [A-Z ]*PRIVATE" r" KEY-----"
)  # fmt: skip
GUARDS = [
    pytest.param(REGISTRIES, id="registry hosts"),
    pytest.param(MACHINE_PATHS, id="machine paths"),
    pytest.param(SECRETS, id="secrets"),
]


@pytest.mark.parametrize("forbidden", GUARDS)
def test_no_committed_file_carries(forbidden: re.Pattern[str]) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}"  # never the text itself: it may be the secret
        for path in committed()
        for number, line in enumerate(path.read_bytes().decode("utf-8", "replace").splitlines(), 1)
        if forbidden.search(line)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("guard", "text"),
    [
        (REGISTRIES, '"resolved": "https://registry.npm' + 'js.org/emulate"'),
        (REGISTRIES, "--extra-index" + "-url https://example.org/simple"),
        (REGISTRIES, "FROM docker" + ".io/library/python"),
        (MACHINE_PATHS, "cd /wo" + "rk/main"),
        (MACHINE_PATHS, 'DATA = "/ho' + 'me/ann/data"'),
        (SECRETS, "xoxb-" + "123456789012-" * 2 + "a1B2c3D4e5F6g7H8i9J0k1L2"),
        (SECRETS, "https://hooks.slack.com/services/T0A1B2C3D/B0A1B2C3D/" + "a1B2c3D4e5F6g7H8i9J0k1L2"),
        (SECRETS, "-----BEGIN RSA PRIVATE" + " KEY-----"),
    ],
)
def test_the_guard_sees_what_must_not_be_committed(guard: re.Pattern[str], text: str) -> None:
    assert guard.search(text)


@pytest.mark.parametrize(
    "text",
    [
        "apscheduler==3.11.3 \\",
        "https://ticdata.treasury.gov/resource-center/data-chart-center/tic/Documents/slt_table5.txt",
        "volumes: [./rules:/etc/treasury-watch/rules:ro]",
        "https://example.org/home/page and ../shared/data",
        "SLACK_BOT_TOKEN=xoxb-test",
        "https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX",
    ],
)
def test_the_guards_let_ordinary_text_pass(text: str) -> None:
    assert not any(guard.search(text) for guard in (REGISTRIES, MACHINE_PATHS, SECRETS))


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock", "requirements-build.lock"])
def test_every_locked_package_has_a_hash(lock: str) -> None:
    lines = (ROOT / lock).read_text("utf-8").replace("\\\n", " ").splitlines()
    assert lines
    assert [line for line in lines if "==" not in line or "--hash=sha256:" not in line] == []


def test_the_tests_run_on_the_versions_that_are_shipped() -> None:
    def pins(lock: str) -> set[str]:
        return set(re.findall(r"^\S+==\S+(?: ;[^\\]*)?", (ROOT / lock).read_text("utf-8"), re.MULTILINE))

    assert pins("requirements.lock") <= pins("requirements-dev.lock")
