"""config.yaml: what it says, where its secrets come from, and how its mistakes are told."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from treasury_watch.config import Config, ConfigProblems, load_config, schema
from treasury_watch.config.models import CHANNEL_KINDS, read_duration
from treasury_watch.core.judge.alert import AlertKind
from treasury_watch.core.messages.message import ROUTED
from treasury_watch.notifiers.registry import KINDS
from treasury_watch.sources import SOURCES

ROOT = Path(__file__).resolve().parents[2]
TOKEN = "-".join(("xoxb", "1234567890", "abcdefGHIJKL"))  # put together here, so that no file holds one

HANDBOOK = """database: sqlite:///var/treasury-watch.db
rules: rules
sources:
  tic.table5: {url: "https://example.org/slt_table5.txt", every: 10 minutes, enabled: true}
channels:
  console: {kind: console}
  desk: {kind: slack, token: "${SLACK_BOT_TOKEN}", channel: C0123456789, api: "https://slack.com/api/"}
  room: {kind: slack-webhook, url: "${SLACK_WEBHOOK_URL}"}
routes:
  - {match: {severity: [high, critical]}, to: [desk]}
  - {to: [console]}
status_page: {listen: "127.0.0.1:8080"}
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder one stands in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def loaded(text: str, *overrides: str, **environ: str) -> Config:
    Path("config.yaml").write_text(text, encoding="utf-8")
    return load_config(Path("config.yaml"), overrides, environ)


def told(text: str, *overrides: str, **environ: str) -> list[str]:
    with pytest.raises(ConfigProblems) as raised:
        loaded(text, *overrides, **environ)
    return [problem.show() for problem in raised.value.problems]


# What it says


def test_the_config_of_the_handbook_is_read(place: Path) -> None:
    config = loaded(HANDBOOK, SLACK_BOT_TOKEN=TOKEN)
    assert config.database_url == f"sqlite:///{place}/var/treasury-watch.db"
    assert config.rules == place / "rules"
    table5 = config.source("tic.table5")
    assert (table5.url, table5.every, table5.enabled) == (
        "https://example.org/slt_table5.txt",
        timedelta(minutes=10),
        True,
    )
    assert config.channels["desk"].settings() == {
        "token": TOKEN,
        "channel": "C0123456789",
        "api": "https://slack.com/api/",
    }
    assert config.status_page is not None
    assert (config.status_page.host, config.status_page.port) == ("127.0.0.1", 8080)
    assert config.unset == {"room": "SLACK_WEBHOOK_URL"}
    assert list(config.channels) == ["console", "desk"]


def test_a_source_that_is_not_named_keeps_its_own_settings(place: Path) -> None:
    config = loaded("sources: {tic.table5: {enabled: false}}\n")
    assert config.source("tic.table5").enabled is False
    assert config.source("tic.table5").url == SOURCES["tic.table5"].url
    assert config.source("auctions.treasurydirect").every == SOURCES["auctions.treasurydirect"].every
    with pytest.raises(KeyError):
        config.source("tic.table9")


def test_without_a_file_the_bot_starts_with_sqlite_and_the_console(place: Path) -> None:
    config = load_config(environ={})
    assert config.database_url == f"sqlite:///{place}/var/treasury-watch.db"
    assert config.rules == place / "rules"
    assert config.channels_for(severity="info", rule="x", source="tic.table5", kind="fired") == ("console",)


def test_a_file_that_was_named_and_is_absent_is_a_problem(place: Path) -> None:
    with pytest.raises(ConfigProblems, match=r"other\.yaml: is not a file"):
        load_config(Path("other.yaml"), environ={})


def test_the_config_that_comes_with_the_bot_works_without_any_account() -> None:
    config = load_config(ROOT / "config.yaml", environ={})
    assert list(config.channels) == ["console"]
    assert config.unset == {"desk": "SLACK_BOT_TOKEN", "room": "SLACK_WEBHOOK_URL"}
    assert config.rules == ROOT / "rules"


def test_relative_paths_are_relative_to_the_file(place: Path) -> None:
    (place / "etc").mkdir()
    (place / "etc" / "bot.yaml").write_text("rules: mine\ndatabase: sqlite:///x.db?timeout=5\n")
    config = load_config(Path("etc/bot.yaml"), environ={})
    assert config.rules == place / "etc" / "mine"
    assert config.database_url == f"sqlite:///{place}/etc/x.db?timeout=5"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("sqlite:////var/x.db", "sqlite:////var/x.db"),
        ("'sqlite://'", "sqlite://"),
        ("'sqlite:///:memory:'", "sqlite:///:memory:"),
        ("postgresql://watch@db/watch", "postgresql+psycopg://watch@db/watch"),
        ("postgresql+psycopg://watch@db/watch", "postgresql+psycopg://watch@db/watch"),
    ],
)
def test_a_database_that_is_no_relative_file_stays_where_it_is(place: Path, written: str, read: str) -> None:
    assert loaded(f"database: {written}\n").database_url == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("10 minutes", timedelta(minutes=10)),
        ("1 minute", timedelta(minutes=1)),
        ("30s", timedelta(seconds=30)),
        ("1 second", timedelta(seconds=1)),
        ("2 h", timedelta(hours=2)),
        ("1 day", timedelta(days=1)),
    ],
)
def test_a_span_of_time_is_a_number_and_its_unit(written: str, read: timedelta) -> None:
    assert read_duration(written) == read


# Who is told


ROUTES = """channels: {a: {kind: console}, b: {kind: console}, c: {kind: console}}
routes:
  - {match: {kind: operator}, to: [c]}
  - {match: {severity: [high, critical]}, to: [a], also: true}
  - {match: {rule: japan-*}, to: [b, a]}
  - {match: {source: [tic.table5]}, to: []}
  - {to: [c]}
"""


@pytest.mark.parametrize(
    ("severity", "rule", "source", "kind", "to"),
    [
        ("high", "japan-floor", "tic.table5", "operator", ("c",)),
        ("high", "japan-floor", "tic.table5", "fired", ("a", "b")),
        ("notice", "japan-floor", "tic.table5", "fired", ("b", "a")),
        ("critical", "china-cut", "tic.table5", "fired", ("a",)),
        ("notice", "china-cut", "tic.table5", "fired", ()),
        ("notice", "weak-cover", "auctions.treasurydirect", "fired", ("c",)),
        ("high", "weak-cover", "auctions.treasurydirect", "fired", ("a", "c")),
    ],
)
def test_the_first_route_that_matches_is_the_last_unless_it_says_also(
    place: Path, severity: str, rule: str, source: str, kind: str, to: tuple[str, ...]
) -> None:
    assert loaded(ROUTES).channels_for(severity=severity, rule=rule, source=source, kind=kind) == to


def test_without_routes_every_channel_is_told(place: Path) -> None:
    config = loaded("channels: {a: {kind: console}, b: {kind: console}}\n")
    assert config.channels_for(severity="info", rule="x", source="yields", kind="digest") == ("a", "b")


# Secrets


def test_a_secret_comes_from_the_environment_or_the_file_it_names(place: Path) -> None:
    (place / "token").write_text(TOKEN + "\n")
    for environ in ({"SLACK_BOT_TOKEN": TOKEN}, {"SLACK_BOT_TOKEN_FILE": str(place / "token"), "SLACK_BOT_TOKEN": ""}):
        assert loaded(HANDBOOK, **environ).channels["desk"].settings()["token"] == TOKEN


def test_a_default_stands_in_for_a_variable_that_is_not_set(place: Path) -> None:
    table5 = '{enabled: "${ON:-false}", every: "${N:-5} minutes"}'
    text = 'database: "${DB:-sqlite:///other.db}"\nsources: {tic.table5: ' + table5 + "}\n"
    config = loaded(text)
    assert config.database_url.endswith("/other.db")
    assert config.source("tic.table5").every == timedelta(minutes=5)
    assert config.source("tic.table5").enabled is False
    assert loaded(text, DB="sqlite:////x.db", ON="true").source("tic.table5").enabled is True


def test_a_secret_is_missed_exactly_where_a_route_uses_it_and_its_channel_is_left_out(place: Path) -> None:
    config = loaded(HANDBOOK)
    assert list(config.channels) == ["console"]
    assert list(config.missing) == [
        "config.yaml:7:29: channels.desk.token: SLACK_BOT_TOKEN is not set; set it in the environment, or "
        "SLACK_BOT_TOKEN_FILE to a file that holds it\n"
        '  desk: {kind: slack, token: "${SLACK_BOT_TOKEN}", channel: C0123456789, api: "https://slack.com/api/"}\n'
        "                             ^"
    ]
    without_routes = HANDBOOK.partition("routes:")[0]
    assert len(loaded(without_routes).missing) == 2


def test_a_secret_file_that_cannot_be_read_is_named(place: Path) -> None:
    (problem,) = loaded(HANDBOOK, SLACK_BOT_TOKEN_FILE="absent").missing
    assert "the file that SLACK_BOT_TOKEN_FILE names cannot be read (No such file or directory)" in problem


def test_a_variable_the_database_needs_is_never_done_without(place: Path) -> None:
    (problem,) = told("database: ${DB}\n")
    assert problem.startswith("config.yaml:1:10: database: DB is not set")


def test_no_secret_is_seen_in_the_config_or_its_problems(place: Path) -> None:
    password = "correct-horse-battery"
    config = loaded(
        HANDBOOK,
        "database=postgresql://u:" + password + "@h/n",
        SLACK_BOT_TOKEN=TOKEN,
        SLACK_WEBHOOK_URL="https://hooks.example.org/" + password,
    )
    for seen in (repr(config), str(config), config.model_dump_json(), repr(config.channels["desk"])):
        assert TOKEN not in seen
        assert password not in seen
    mistakes = [
        f"channels: {{desk: {{kind: slack, tokn: {TOKEN}, channel: C1}}}}\n",
        f"channels: {{desk: {{kind: slck, token: {TOKEN}, channel: C1}}}}\n",
        f"channels:\n  desk: {{kind: slack, token: {TOKEN}, channel: C1\nroutes: []\n",
        f"channels: {{desk: {TOKEN}}}\n",
        f"channels: {{room: {{kind: slack-webhook, url: ftp://{password}/x}}}}\n",
        f"channels: {{room: {{kind: slack-webhook, url: {password}, bad: 1}}}}\n",
        f"database: mysql://u:{password}@h/n\n",
        f"databse: postgresql://u:{password}@h/n\n",
    ]
    for text in mistakes:
        said = "\n".join(told(text))
        assert TOKEN not in said
        assert password not in said
    with pytest.raises(ConfigProblems) as raised:
        loaded("{}\n", f"channels.desk.token={TOKEN}", f"database=mysql://{password}")
    assert TOKEN not in str(raised.value)
    assert password not in str(raised.value)


# --set


@pytest.mark.parametrize(
    ("override", "read"),
    [
        ("sources.tic.table5.url=http://127.0.0.1:9/t5.txt", "http://127.0.0.1:9/t5.txt"),
        ("sources.tic.table5={url: http://127.0.0.1:9/t5.txt}", "http://127.0.0.1:9/t5.txt"),
    ],
)
def test_set_changes_a_key_that_holds_dots_itself(place: Path, override: str, read: str) -> None:
    assert loaded(HANDBOOK, override, SLACK_BOT_TOKEN=TOKEN).source("tic.table5").url == read
    assert loaded("rules: rules\n", override).source("tic.table5").url == read


def test_set_replaces_adds_and_heals(place: Path) -> None:
    config = loaded(
        HANDBOOK,
        "channels.desk.token=" + TOKEN,
        "routes=[{to: [desk]}]",
        "status_page.listen=0.0.0.0:80",
        "database=sqlite://",
    )
    assert config.channels_for(severity="info", rule="x", source="yields", kind="fired") == ("desk",)
    assert config.status_page is not None
    assert config.status_page.port == 80
    assert config.database_url == "sqlite://"


@pytest.mark.parametrize(
    ("override", "problem"),
    [
        ("sources.tic.table5.evry=1 minute", '--set sources.tic.table5.evry: sources.tic.table5.evry: unknown key'),
        ("sources.tic.table5.every=soon", "--set sources.tic.table5.every: sources.tic.table5.every: expected"),
        ("rules", '--set: "rules" is not KEY=VALUE'),
        ("database.url=x", '--set database.url: "database" holds no keys'),
    ],
)  # fmt: skip
def test_a_mistake_in_set_is_told_as_one(place: Path, override: str, problem: str) -> None:
    (said,) = told("database: sqlite://\n", override)
    assert said.startswith(problem)


# Mistakes


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("databse: x\n", 'config.yaml:1:0: databse: unknown key "databse" (did you mean "database"?)'),
        ("sources: {tic.table6: {enabled: true}}\n", 'config.yaml:1:10: sources.tic.table6: no source "tic.table6"'),
        ("sources: {tic.table5: {evry: 1 h}}\n", 'config.yaml:1:23: sources.tic.table5.evry: unknown key "evry"'),
        ("sources: {tic.table5: {every: 10}}\n", "config.yaml:1:30: sources.tic.table5.every: expected a number and"),
        ("sources: {tic.table5: {url: x}}\n", "config.yaml:1:28: sources.tic.table5.url: expected a web address"),
        ("sources: {tic.table5: {enabled: maybe}}\n", "config.yaml:1:32: sources.tic.table5.enabled: expected true or"),
        ("channels: {desk: {token: x}}\n", "config.yaml:1:11: channels.desk: kind is missing; expected one of console"),
        ("channels: {a: {kind: slak}}\n", 'config.yaml:1:21: channels.a.kind: unknown kind "slak"'),
        ("channels: {a: {kind: slack, token: x}}\n", "config.yaml:1:11: channels.a: channel is missing"),
        ("channels: {a: {kind: console, x: 1}}\n", 'config.yaml:1:30: channels.a.x: unknown key "x"'),
        ("routes: [{to: [consol]}]\n", 'config.yaml:1:15: routes.0.to.0: no channel "consol"'),
        ("routes: [{match: {severity: loud}, to: []}]\n", "config.yaml:1:28: routes.0.match.severity"),
        ("routes: [{match: {kind: fire}, to: []}]\n", "config.yaml:1:24: routes.0.match.kind"),
        ("routes: [{match: {source: tic}, to: []}]\n", 'config.yaml:1:26: routes.0.match.source.0: no source "tic"'),
        ("routes: [{to: [console]}, {to: []}]\n", "config.yaml:1:26: routes.1: is never reached"),
        ("routes: [{match: {}}]\n", "config.yaml:1:9: routes.0: to is missing"),
        ("status_page: {listen: 8080}\n", "config.yaml:1:22: status_page.listen: expected an address and a port"),
        ("database: mysql://x\n", "config.yaml:1:10: database: expected sqlite:///FILE or postgresql+psycopg://"),
        ("rules: [a]\n", "config.yaml:1:7: rules: expected the path of a folder"),
        ("- a\n", 'config.yaml:1:0: expected keys such as "channels:"'),
        ("rules: a\nrules: b\n", 'config.yaml:2:0: key "rules" stands twice (first in line 1); keep one'),
        ('database: "${DB-X}"\n', "config.yaml:1:10: database: cannot read ${…}; expected"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_at_its_place(place: Path, text: str, problem: str) -> None:
    said = told(text)
    assert len(said) == 1, said
    assert said[0].startswith(problem)


def test_all_mistakes_are_told_at_once(place: Path) -> None:
    text = (
        "databse: x\nsources: {tic.table5: {every: soon}}\nchannels: {a: {kind: slack, token: '${T}', channel: C1}}\n"
    )
    assert len(told(text)) == 3


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=100)
@given(st.text(max_size=80) | st.text('ab:{}[]${}-\n "', max_size=60))
def test_any_text_is_a_config_or_problems(place: Path, text: str) -> None:
    Path("config.yaml").write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        load_config(Path("config.yaml"), environ={})
    except ConfigProblems as raised:
        assert raised.problems  # noqa: PT017 (a config is the other right answer)


@given(st.text(max_size=40))
def test_any_override_is_taken_or_told(text: str) -> None:
    try:
        load_config(ROOT / "config.yaml", (text, f"channels.x={text}", f"sources.{text}"), environ={})
    except ConfigProblems as raised:
        assert raised.problems  # noqa: PT017 (a config is the other right answer)


# The same words everywhere


def test_channels_are_those_that_can_be_made() -> None:
    assert set(CHANNEL_KINDS) == set(KINDS)
    for kind, made in KINDS.items():
        fields = CHANNEL_KINDS[kind].model_fields
        assert set(fields) == {"kind", *(setting.name for setting in made.settings)}
        needed = {name for name in fields if name != "kind" and fields[name].is_required()}
        assert needed == {setting.name for setting in made.settings if setting.required}


def test_kinds_of_messages_are_those_of_alerts() -> None:
    assert {kind.value for kind in ROUTED} == {kind.value for kind in AlertKind} | {"operator", "digest", "auction"}


def test_the_schema_that_editors_read_is_that_of_the_models() -> None:
    kept = (ROOT / "treasury_watch" / "config.schema.json").read_text(encoding="utf-8")
    assert json.loads(kept) == schema()
    assert "unset" not in kept
    assert "missing" not in kept


def test_when_issued_yields_are_read_by_day_and_tenor(place: Path) -> None:
    config = loaded("when_issued:\n  2026-12-09: {10-Year: 4.512, 30-year tips: 2.1%}\n")
    assert config.when_issued_yields == {
        ("10-Year Note", "2026-12-09"): Decimal("4.512"),
        ("30-Year TIPS", "2026-12-09"): Decimal("2.1"),
    }


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("{2026-13-09: {10-Year: 4.512}}", 'cannot read "2026-13-09" as a day; expected such as 2026-12-09'),
        ("{2026-12-09: {11-Year: 4.512}}", 'no tenor "11-Year"; expected such as 10-Year'),
        ("{2026-12-09: {10-Year: 45.12}}", '"45.12" is no yield that Treasuries trade at'),
        ("{2026-12-09: {10-Year: high}}", 'cannot read "high" as a yield; expected percent such as 4.512'),
    ],
)
def test_a_when_issued_yield_that_cannot_be_one_is_a_problem_in_its_place(
    place: Path, written: str, problem: str
) -> None:
    with pytest.raises(ConfigProblems) as caught:
        loaded(f"when_issued: {written}\n")
    assert problem in str(caught.value)
    assert "[key]" not in str(caught.value)


def test_which_auctions_are_told_without_a_rule_is_a_list_of_types(place: Path) -> None:
    assert loaded("").auction_cards == ("Note", "Bond", "TIPS", "FRN")
    assert loaded("auction_cards: [Note, Bill]\n").auction_cards == ("Note", "Bill")
