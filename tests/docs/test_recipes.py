"""
The recipes of CONTRIBUTING.md, carried out on a copy of the tree.

With every step of a recipe the bot works; without any one of its files a check fails; and it touches no other file. A
new recipe is a ``Toy`` here.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import ROOT

RECIPES: dict[str, str] = dict(
    re.findall(r"^### (.+?)\n(.*?)(?=^##)", (ROOT / "CONTRIBUTING.md").read_text("utf-8"), re.MULTILINE | re.DOTALL)
)
MARK = "*Carried out by a test.*"
COPIED = ("treasury_watch", "tests", "rules", "docs")


def files_of(recipe: str) -> list[str]:
    """The files that the steps of a recipe name, in their order: those before each step's colon."""
    steps = re.findall(r"^\d\. (.*?):", recipe, re.MULTILINE)
    return [file for step in steps for file in re.findall(r"`([^`]+)`", step)]


@dataclass(frozen=True, kw_only=True)
class Toy:
    """
    Something small of the recipe's sort.

    ``adds`` says, for a file of the recipe, what goes before which line of it (of a new file: all of it). ``makes`` are
    the commands whose output is a file of the recipe. ``files`` are put beside the tree; ``does`` is a command, and
    ``says`` what it prints; ``tests`` are those of ours that hold everything together.
    """

    name: str
    adds: Mapping[str, tuple[tuple[str, str], ...]]
    makes: tuple[str, ...]
    does: str
    says: str
    tests: tuple[str, ...]
    files: Mapping[str, str]


NAMES = "tests/docs/test_names.py::test_the_tree_lists_every_module_once_and_no_other"
PAGE = "tests/test_default_rules.py::test_the_page_about_rules_says_what_the_checker_reads"
RULES_SCHEMA = "tests/test_default_rules.py::test_the_schema_editors_read_is_made_from_the_same_words"
CONFIG_SCHEMA = "tests/config/test_config.py::test_the_schema_that_editors_read_is_that_of_the_models"
DEFINED = "tests/core/rules/test_kinds.py::test_every_measure_has_a_definition_written_by_hand"
AT_THE_LINE = "tests/core/rules/test_at_the_line.py::test_no_measure_is_left_out"
WRITE_GRAMMAR = "-m treasury_watch.grammar"
WRITE_CONFIG = "bot.py schema config > treasury_watch/config.schema.json"
TREE = "docs/architecture.md"

TOYS = {
    "A measure": Toy(
        name="doubled",
        adds={
            "treasury_watch/core/rules/measures.py": (
                (
                    "MEASURES: Final = registry(\n",
                    """DOUBLED: Final = MeasureKind(
    word="doubled",
    also_written=(),
    takes=Takes.NOTHING,
    least=1,
    help="twice the figure",
    compute=lambda frame, _: 2 * frame.values,
    reads=parts.own_row,
    missing=parts.nothing_missing,
    across_break=AcrossBreak.STANDS,
    measured_in=MeasuredIn.DATA,
    fits=parts.fits_all,
    signed=False,
    ranked=True,
    move=Move.NEVER,
    split_over=parts.one_month,
    span=lambda *_: "twice the figure",
    workings=parts.no_workings,
)

""",
                ),
                ("    VALUE, CHANGE,", "    DOUBLED,\n"),
            ),
            "tests/core/rules/test_kinds.py": (
                ('    "value": lambda', '    "doubled": lambda of, row, _: 2 * of[0][row],\n'),
            ),
            "tests/core/rules/test_at_the_line.py": (
                (
                    '    "value": Line(',
                    '    "doubled": Line(Measure("doubled"), "550", 1100.0, "549.9", "550.1", 1),\n',
                ),
            ),
        },
        makes=(WRITE_GRAMMAR,),
        files={
            "toy/toy.yaml": """\
rules:
  - id: toy
    title: "{holder}: {measure}"
    data: tic.holdings
    only: {holder: Japan}
    measure: doubled
    fire: {above: 5bn}
    tests:
      - name: twice three is above five
        series: {Japan: 2bn 3bn}
        start: 2025-01
        expect: [{at: 2025-02, fires: {Japan: notice}}]
"""
        },
        does="bot.py test toy/toy.yaml",
        says="all passed",
        tests=(DEFINED, AT_THE_LINE, PAGE, RULES_SCHEMA),
    ),
    "A condition": Toy(
        name="about",
        adds={
            "treasury_watch/core/rules/conditions.py": (
                (
                    "CONDITIONS: Final = registry(\n",
                    """ABOUT: Final = ConditionKind(
    word="about",
    also_written=(),
    takes=Takes.LEVEL,
    help="within one of the level",
    words="about",
    threshold=lambda said, _: said,
    side=Side.NEITHER,
    reduce=_itself,
    compare=lambda values, a, _: abs(values - a) <= 1,
    satisfied=lambda asked: [Interval(asked.a - 1, True, asked.a + 1, True)],
    sharper=lambda _, __: False,
    shortfall=lambda value, a, _: abs(value - a) - 1,
    reads=_own_row,
    missing="",
    fits=_fits_all,
)

""",
                ),
                ("    BELOW, ABOVE,", "    ABOUT,\n"),
            )
        },
        makes=(WRITE_GRAMMAR,),
        files={
            "toy/toy.yaml": """\
rules:
  - id: toy
    title: "{holder} at {value}"
    data: tic.holdings
    only: {holder: Japan}
    fire: {about: 5bn}
    tests:
      - name: within one of five
        series: {Japan: 7bn 6bn}
        start: 2025-01
        expect: [{at: 2025-02, fires: {Japan: notice}}]
"""
        },
        does="bot.py test toy/toy.yaml",
        says="all passed",
        tests=(PAGE, RULES_SCHEMA),
    ),
    "A source": Toy(
        name="toy_totals",
        adds={
            "treasury_watch/sources/<name>.py": (
                (
                    "",
                    '''"""A toy: one figure a line."""

from __future__ import annotations

from datetime import timedelta

from treasury_watch.core.figures.published import Figure, Release
from treasury_watch.sources.source import Source


def parse(body: bytes) -> Release:
    """Read ``2026-06 1000.0``."""
    period, printed = body.decode().split()
    figure = Figure("tic.totals", "Grand Total", period, float(printed), printed)
    return Release(source="toy.totals", newest=period, figures=(figure,))


SOURCE = Source(
    name="toy.totals",
    title="Toy totals",
    url="https://example.org/toy",
    every=timedelta(hours=1),
    parse=parse,
    datasets=frozenset({"tic.totals"}),
    enabled=False,
)
''',
                ),
            ),
            "treasury_watch/sources/__init__.py": (
                ("    yields,\n", "    toy_totals,\n"),
                ("        yields.SOURCE,\n", "        toy_totals.SOURCE,\n"),
            ),
            TREE: (("  yields            the daily", "  toy_totals        a toy\n"),),
        },
        makes=(WRITE_CONFIG,),
        files={"toy.txt": "2026-06 1000.0"},
        does="bot.py ingest toy.totals toy.txt --released 2026-08-15",
        says="data to 2026-06",
        tests=(NAMES, CONFIG_SCHEMA),
    ),
    "A channel": Toy(
        name="toy",
        adds={
            "treasury_watch/notifiers/<kind>.py": (
                (
                    "",
                    '''"""A toy: prints headlines."""

from __future__ import annotations

import sys
from datetime import datetime

from treasury_watch.core.messages.message import Message
from treasury_watch.notifiers import Receipt


class Toy:
    """A channel that says who it greets."""

    searchable = False

    def __init__(self, *, greets: str) -> None:
        self._greets = greets

    def send(self, message: Message, key: str) -> Receipt:
        """Print the headline."""
        sys.stdout.write(f"{self._greets}! {message.headline}\\n")
        return Receipt()

    def find(self, key: str, since: datetime) -> Receipt | None:
        """Never finds."""
        return None
''',
                ),
            ),
            "treasury_watch/notifiers/registry.py": (
                (
                    '    "slack": Channel',
                    '    "toy": ChannelKind("toy.Toy", "A toy.", (Setting("greets", "Whom."),)),\n',
                ),
            ),
            TREE: (("  slack             a Slack bot", "  toy               a toy\n"),),
        },
        makes=(WRITE_CONFIG,),
        files={"config.yaml": "channels: {toy: {kind: toy, greets: hello}}\n"},
        does="bot.py send-test toy",
        says="hello! Treasury Watch: test message",
        tests=(NAMES, CONFIG_SCHEMA),
    ),
    "A command": Toy(
        name="toy",
        adds={
            "treasury_watch/cli/<name>.py": (
                (
                    "",
                    '''"""``toy``: a toy."""

from __future__ import annotations

from treasury_watch.cli.output import say

EXAMPLES = ("bot.py toy",)


def toy() -> None:
    """Say hello."""
    say("hello")
''',
                ),
            ),
            "treasury_watch/cli/app.py": (('    "run": "Start', '    "toy": "Say hello.",\n'),),
            TREE: (("  app               the table", "  toy\n"),),
        },
        makes=(),
        files={},
        does="bot.py toy",
        says="hello",
        tests=(NAMES, "tests/cli/test_errors.py::test_every_command_has_help_with_an_example_and_no_type_of_python"),
    ),
}


def state(tree: Path) -> dict[str, bytes]:
    """Every file of a tree but those that running it leaves behind."""
    return {
        str(path.relative_to(tree)): path.read_bytes()
        for path in tree.rglob("*")
        if path.is_file() and not {"__pycache__", "var", ".hypothesis"} & set(path.relative_to(tree).parts)
    }


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the tree, without what a recipe cannot need."""
    copy = tmp_path / "tree"
    left_out = shutil.ignore_patterns("__pycache__", "golden", "data.*", "standins", "stories", "*.sql")
    for folder in COPIED:
        shutil.copytree(ROOT / folder, copy / folder, ignore=left_out)
    for file in ("bot.py", "config.yaml", "pyproject.toml", "Makefile", "CONTRIBUTING.md", "README.md", "CHANGELOG.md"):
        shutil.copy(ROOT / file, copy / file)
    return copy


def run(tree: Path, words: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a tree, as somebody would type it after ``python``."""
    command, _, target = words.partition(" > ")
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(tree), "COLUMNS": "200"}
    environment.pop("PYTEST_ADDOPTS", None)
    done = subprocess.run(
        [sys.executable, *command.split()], cwd=tree, env=environment, capture_output=True, text=True, check=False
    )
    if target and done.returncode == 0:
        (tree / target).write_text(done.stdout, encoding="utf-8")
    return done


def works(tree: Path, toy: Toy) -> str:
    """What is wrong with the toy's command in a tree; empty where it does what it should."""
    done = run(tree, toy.does)
    return "" if done.returncode == 0 and toy.says in done.stdout else f"{toy.does}: {done.stdout}{done.stderr}"


def holds(tree: Path, toy: Toy) -> str:
    """What our tests say of the tree; empty where nothing."""
    done = run(tree, f"-m pytest -q -x -p no:cacheprovider {' '.join(toy.tests)}")
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_every_recipe_says_which_files_it_touches_and_they_are_there() -> None:
    assert set(TOYS) == {title for title, text in RECIPES.items() if MARK in text}
    for title, recipe in RECIPES.items():
        named = files_of(recipe)
        assert named, title
        assert [file for file in named if "<" not in file and not (ROOT / file).exists()] == [], title


@pytest.mark.slow("copies the tree and runs commands in it, once with each file of the recipe left out")
@pytest.mark.parametrize("title", TOYS)
def test_a_recipe_works_and_names_every_file_that_it_needs_and_no_other(title: str, tree: Path) -> None:
    toy = TOYS[title]
    for file, text in toy.files.items():
        (tree / file).parent.mkdir(exist_ok=True)
        (tree / file).write_text(text, encoding="utf-8")
    before = state(tree)
    for file, additions in toy.adds.items():
        path = tree / re.sub(r"<\w+>", toy.name, file)
        text = path.read_text("utf-8") if path.exists() else ""
        for anchor, addition in additions:
            assert text.count(anchor) == 1 or not anchor, f"{file}: {anchor}"
            text = text.replace(anchor, addition + anchor) if anchor else addition
        path.write_text(text, encoding="utf-8")
    for command in toy.makes:
        made = run(tree, command)
        assert made.returncode == 0, made.stderr
    after = state(tree)
    named = [re.sub(r"<\w+>", toy.name, file) for file in files_of(RECIPES[title])]
    assert {name for name in after if before.get(name) != after[name]} == set(named)
    assert works(tree, toy) == ""
    assert holds(tree, toy) == ""
    for name in named:
        # Not needed: a step that could be left out and nothing would say so.
        if name in before:
            (tree / name).write_bytes(before[name])
        else:
            (tree / name).unlink()
        # Without code the command fails; a test sees the rest.
        checks = (works, holds) if name.startswith("treasury_watch/") and name.endswith(".py") else (holds, works)
        assert any(check(tree, toy) for check in checks), f"{title}: {name} is named and not needed"
        (tree / name).write_bytes(after[name])
