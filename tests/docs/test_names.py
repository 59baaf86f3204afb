"""What the documents name is there, and what is there is named: a page that lags behind the code is worse than none."""

from __future__ import annotations

import ast
import re
import tomllib
from functools import cache
from pathlib import Path

import pytest

from tests.conftest import ROOT
from treasury_watch.cli.app import COMMANDS
from treasury_watch.core.figures.datasets import DATASETS
from treasury_watch.core.rules.conditions import CONDITIONS
from treasury_watch.core.rules.measures import MEASURES
from treasury_watch.store.schema import TABLES

PACKAGE = ROOT / "treasury_watch"
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text("utf-8")
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text("utf-8")
DECISIONS = sorted(path for path in (ROOT / "docs" / "decisions").glob("*.md"))
PAGES = [ROOT / "CONTRIBUTING.md", ROOT / "docs" / "architecture.md", ROOT / "docs" / "glossary.md", *DECISIONS]
PLACES = (ROOT, PACKAGE, PACKAGE / "core", ROOT / "tests", ROOT / "docs")
"""Where a path of a document may begin."""


def spans(text: str) -> list[str]:
    """What stands in back-quotes, and the lines of shell blocks."""
    shell = [line for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL) for line in block.splitlines()]
    prose = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    return [*(" ".join(one.split()) for one in re.findall(r"`([^`]+)`", prose)), *shell]


@cache
def words_of_code() -> frozenset[str]:
    """Every name that the package defines, and every text in its code: words of rules, of config, tables, commands."""
    found: set[str] = set(tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"])
    found.update(re.findall(r'"(\w+)\(', (ROOT / "pyproject.toml").read_text("utf-8")))  # pytest's marks
    for path in [*PACKAGE.rglob("*.py"), ROOT / "tests" / "test_house.py", ROOT / "tests/core/rules/test_kinds.py"]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.ClassDef() | ast.FunctionDef():
                    found.add(node.name)
                case ast.Name(ctx=ast.Store()):
                    found.add(node.id)
                case ast.arg() | ast.keyword():
                    found.add(node.arg or "")
                case ast.Constant(value=str(text)):
                    found.add(text)
    return frozenset(found)


def exists(name: str) -> bool:
    """Whether a name of a document is one that somebody finds."""
    first, _, rest = name.partition(" ")
    if first == "make":
        targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
        return not rest or rest.split()[0] in targets
    if rest and first in ("python", "bot.py", "treasury-watch"):
        words = name.split()
        if "-m" in words:
            return (ROOT / words[words.index("-m") + 1].replace(".", "/")).exists()
        return next(word for word in words if word not in ("python", "bot.py", "treasury-watch")) in COMMANDS
    if "/" in name or re.search(r"\.(py|md|yaml|json|toml)$", name):
        pattern = re.sub(r"<\w+>", "*", name).rstrip("/")
        return any(list(place.glob(pattern)) for place in PLACES)
    if rest:
        return exists(first)
    bare = name.removesuffix("()").rpartition(".")[2] if name[:1].isupper() else name
    dotted = PACKAGE / name.replace(".", "/")
    return name.startswith("--") or bare in words_of_code() or dotted.is_dir() or dotted.with_suffix(".py").exists()


NO_NAMES = re.compile(
    r"\d{4}-\d{2}(-\d{2})?|\.venv|\. \.venv.*|treasury_watch/|ARGS=.*|## <version>|v<version>|<name>\.SOURCE|x = .*"
)
"""Dates, examples and placeholders."""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_names_is_there(page: Path) -> None:
    text = page.read_text("utf-8")
    # A page of decisions quotes rules, configs and messages: of it only files and folders are looked up.
    names = [name for name in spans(text) if not NO_NAMES.fullmatch(name)]
    if page in DECISIONS:
        names = [name for name in names if re.fullmatch(r"[\w./-]+/[\w./-]*|[\w./-]+\.(py|yaml)", name)]
    assert [name for name in names if not exists(name)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_says_to_be_in_a_file_is_in_it(page: Path) -> None:
    text = " ".join(page.read_text("utf-8").split())
    for name, file in re.findall(r"`(\w+)`[^`.,;:]{0,24} (?:in|of) `([\w/]+\.py)`", text):
        (path,) = {found for place in PLACES for found in place.glob(file)}
        assert re.search(rf"^\s*(def |class )?{name}\b", path.read_text("utf-8"), re.MULTILINE), f"{name} in {file}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_link_of_a_page_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", page.read_text("utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_a_file_that_the_code_names_is_there() -> None:
    gone = [
        f"{path.relative_to(PACKAGE)}: {name}"
        for path in PACKAGE.rglob("*.py")
        for name in re.findall(r"(?<![\w/*.{-])(?:\w+/)*\w+\.(?:py|md)\b", path.read_text("utf-8"))
        if not exists(name) and not (path.parent / name).exists()
    ]
    assert gone == []


def test_a_name_that_is_gone_is_seen() -> None:
    assert exists("ingest")
    assert exists("store/outbox.py")
    assert exists("make quick ARGS=tests/core")
    assert not any(
        map(exists, ["take_in", "store/incidents.py", "make slowly", "python bot.py fare", "core.incidents"])
    )


def modules_of(tree: str) -> list[str]:
    """The modules that a tree lists, dotted."""
    found: list[str] = []
    rooms: list[str] = []
    for line in tree.splitlines():
        indent, names = re.match(r"( *)(.+?)(?:  |$)", line).groups()  # type: ignore[union-attr]  # it matches any line
        rooms = rooms[: len(indent) // 2]
        if names.endswith("/"):
            rooms.append(names.rstrip("/"))
        else:
            found += [".".join([*rooms, name]) for name in names.split(", ")]
    return found


def test_the_tree_lists_every_module_once_and_no_other() -> None:
    (tree,) = re.findall(r"```text\n(start.*?)```", ARCHITECTURE, re.DOTALL)
    there = {".".join(path.relative_to(PACKAGE).with_suffix("").parts) for path in PACKAGE.rglob("*.py")}
    assert sorted(modules_of(tree)) == sorted(name for name in there if not name.endswith("__init__"))


def test_the_way_of_a_release_has_eight_steps_and_a_function_at_each() -> None:
    way = ARCHITECTURE.partition("## The way of a release")[2].partition("## ")[0]
    steps = re.split(r"^\d\. ", way, flags=re.MULTILINE)[1:]
    assert len(steps) == 8
    assert all(re.search(r"`\w+`\s+in\s+`[\w/]+\.py`|`\w+`\s+\(|`ingest_bytes`", step) for step in steps)


def test_every_table_is_described_with_its_writer() -> None:
    rows = re.findall(r"^\| `(\w+)` \|[^|]*\|([^|]*)\|[^|]*\|$", ARCHITECTURE, re.MULTILINE)
    assert sorted(table for table, _ in rows) == sorted(TABLES.tables)
    for table, writers in rows:
        for file in re.findall(r"`([\w/]+\.py)`", writers):
            assert re.search(rf"\b{table}\b", (PACKAGE / file).read_text("utf-8")), f"{table} by {file}"


def test_every_decision_is_in_the_index() -> None:
    index = (ROOT / "docs" / "decisions" / "README.md").read_text("utf-8")
    assert {path.name for path in DECISIONS} - {"README.md"} == set(re.findall(r"\[([\w-]+\.md)\]", index))


TERMS = re.findall(r"^\| \*\*(.+?)\*\* \|", GLOSSARY, re.MULTILINE)


@pytest.mark.parametrize("name", DATASETS)
def test_what_a_dataset_measures_is_in_the_glossary(name: str) -> None:
    words = {word for term in TERMS for word in re.split(r"\W+", term.lower())}
    assert name.partition(".")[2].partition("_")[0] in words


SAYS = [
    *(kind.help for kind in MEASURES.values()),
    *(kind.help for kind in CONDITIONS.values()),
    *(its.says for its in DATASETS.values()),
]


@pytest.mark.parametrize("says", SAYS)
def test_a_term_in_the_help_of_data_and_kinds_is_in_the_glossary(says: str) -> None:
    terms = re.findall(r"[A-Z]\w+(?: [A-Z]\w+)*|[a-z]+(?:-[a-z]+)+", says)
    named = ", ".join(TERMS).lower()
    assert [term for term in terms if not term.startswith("Treasur") and term.lower() not in named] == []
