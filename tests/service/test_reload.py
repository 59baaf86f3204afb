"""Rules edited under a running bot: what is in force, what the operator is told, what is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.made_up import JAPAN, keep, release, store_of
from tests.pipeline.story import messages
from treasury_watch.core.rules.model import Rule
from treasury_watch.pipeline.context import Context
from treasury_watch.pipeline.rules import last_good
from treasury_watch.rulefiles import digest, read_folder
from treasury_watch.service.reload import RuleReload, apply_reload, load_rules, reload_rules
from treasury_watch.sources import SOURCES
from treasury_watch.store.alerts import open_episodes, told_alerts
from treasury_watch.store.database import Engine, open_store, reading
from treasury_watch.store.rule_versions import kept_files, versions

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)

CUT = """  - id: cut
    title: "{holder} cut {measure} in {period}"
    data: tic.holdings
    only: {holder: Japan}
    measure: {change: 1 month}
    fire: {below: -20bn}
"""
FLOOR = """  - id: floor
    title: "{holder} at {value}"
    data: tic.holdings
    only: {holder: Japan}
    fire: {below: 1.1tn}
    mode: until_clear
"""
BROKEN = CUT.replace("below", "belw")


class Bot:
    """What a running bot has of rules: a store, a folder, the desk in force."""

    def __init__(self, folder: Path) -> None:
        self.rules = folder / "rules"
        self.rules.mkdir()
        self.url = f"sqlite:///{folder}/bot.db"
        self.engine = store_of({"Japan": JAPAN}, self.url)
        keep(self.engine, release({"Japan": JAPAN}), NOW - timedelta(days=9))
        self.context = context_of(())
        self.read: RuleReload | None = None
        self.now = NOW

    def write(self, name: str, *rules: str) -> None:
        (self.rules / name).write_text("rules:\n" + "".join(rules), encoding="utf-8")

    def start(self) -> RuleReload:
        self.engine = open_store(self.url)
        self.read = load_rules(self.engine, context_of(()), read_folder(self.rules))
        return self._take(self.read, None)

    def edit(self) -> RuleReload:
        assert self.read is not None
        before, self.read = self.read, reload_rules(self.engine, self.context, read_folder(self.rules))
        return self._take(self.read, before.book.problems)

    def _take(self, read: RuleReload, trouble: Any) -> RuleReload:
        self.now += timedelta(minutes=1)
        self.context = context_of(read.rules)
        apply_reload(self.engine, self.context, read, trouble, self.now)
        return read

    def in_force(self) -> dict[str, float]:
        return {rule.id: rule.fire.a for rule in self.context.rules}

    def told(self) -> list[str]:
        """What the operator was told, headline by headline."""
        with reading(self.engine) as conn:
            return [each["title"] for each in told_alerts(conn) if each["kind"] == "operator"]

    def texts(self) -> list[str]:
        """The operator's messages below their headlines."""
        with reading(self.engine) as conn:
            return [message.sections[0].text for message in messages(conn)]


def context_of(rules: Sequence[Rule]) -> Context:
    return Context(
        rules=tuple(rules),
        digests={rule.id: digest(rule) for rule in rules},
        route=lambda *_: ("room",),
        sources=SOURCES,
    )


@pytest.fixture
def bot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bot:
    monkeypatch.chdir(tmp_path)
    made = Bot(tmp_path)
    made.write("holders.yaml", CUT)
    made.write("floors.yaml", FLOOR)
    made.start()
    return made


def test_a_first_start_tells_nothing_of_its_rules(bot: Bot) -> None:
    assert bot.in_force() == {"cut": -20.0, "floor": 1100.0}
    assert bot.told() == []


def test_an_edit_is_told_with_what_it_would_have_changed(bot: Bot) -> None:
    bot.write("holders.yaml", CUT.replace("-20bn", "-30bn"))
    bot.edit()
    assert bot.told() == ["Rules: cut: below −20bn → −30bn; would have fired 3.0 → 2.0 a year"]
    assert bot.in_force()["cut"] == -30.0


def test_several_edits_are_one_message(bot: Bot) -> None:
    bot.write("holders.yaml", CUT.replace("-20bn", "-30bn"), CUT.replace("id: cut", "id: other"))
    (bot.rules / "floors.yaml").unlink()
    read = bot.edit()
    assert bot.told() == ["Rules: 3 changed"]
    assert [str(one) for one in read.plans] == [
        "cut: below −20bn → −30bn; would have fired 3.0 → 2.0 a year",
        "other: new; would have fired 3.0 a year",
        "floor: removed; would have fired 1.0 a year",
    ]


def test_a_removed_rule_closes_its_incident_and_comes_back_without_telling_it_again(bot: Bot) -> None:
    def standing(engine: Engine) -> list[tuple[str, bool]]:
        with reading(engine) as conn:
            return [(incident.rule, incident.silent) for incident in open_episodes(conn)]

    assert standing(bot.engine) == [("floor", True)]
    text = (bot.rules / "floors.yaml").read_text()
    bot.write("floors.yaml")
    bot.edit()
    assert standing(bot.engine) == []
    (bot.rules / "floors.yaml").write_text(text)
    bot.edit()
    assert standing(bot.engine) == [("floor", True)]


def test_a_broken_file_keeps_its_last_good_rules_and_the_others_go_on(bot: Bot) -> None:
    bot.write("holders.yaml", BROKEN)
    bot.write("floors.yaml", FLOOR.replace("1.1tn", "1.0tn"))
    bot.edit()
    assert bot.in_force() == {"cut": -20.0, "floor": 1000.0}
    assert bot.told()[0] == "Rules: 1 mistake in rules/holders.yaml"


def test_every_mistake_is_in_the_operators_message_and_told_once(bot: Bot) -> None:
    bot.write("holders.yaml", BROKEN, "  - id: nobody\n")
    read = bot.edit()
    assert len(read.book.problems) == 4
    bot.edit()
    assert bot.told() == ["Rules: 4 mistakes in rules/holders.yaml"]


def test_a_new_file_with_a_mistake_is_told_not_to_be_in_force(bot: Bot) -> None:
    bot.write("new.yaml", BROKEN.replace("id: cut", "id: new"))
    bot.edit()
    assert bot.told() == ["Rules: 1 mistake in rules/new.yaml"]
    [text] = bot.texts()
    assert text.startswith("No rule of these files is in force until this is mended")


def test_an_edit_that_its_own_example_gainsays_is_told_so(bot: Bot) -> None:
    example = """    tests:
      - name: twenty-one is a cut
        series: {Japan: 1021bn 1000bn}
        start: 2025-01
        expect: [{at: 2025-02, fires: {Japan: notice}}]
"""
    bot.write("holders.yaml", CUT + example)
    bot.edit()
    bot.write("holders.yaml", CUT.replace("-20bn", "-30bn") + example)
    bot.edit()
    *_, text = bot.texts()
    assert text == "cut: its own examples do not come out any more; `test` shows which"


def test_a_mended_file_is_told_together_with_what_changed(bot: Bot) -> None:
    bot.write("holders.yaml", BROKEN)
    bot.edit()
    bot.write("holders.yaml", CUT)
    bot.edit()
    assert bot.told()[1:] == ["Rules: all clear"]


def test_a_restart_with_a_broken_file_runs_its_last_good_rules_and_says_so(bot: Bot) -> None:
    bot.write("holders.yaml", CUT.replace("-20bn", "-30bn"))
    bot.edit()
    bot.write("holders.yaml", BROKEN)
    read = bot.start()
    assert bot.in_force() == {"cut": -30.0, "floor": 1100.0}
    assert read.unknown == ()
    assert bot.told()[-1] == "Rules: 1 mistake in rules/holders.yaml"


def test_a_bot_that_starts_again_and_again_says_once_a_day_what_is_wrong(bot: Bot) -> None:
    bot.write("holders.yaml", BROKEN)
    for _ in range(3):
        bot.start()
    assert bot.told() == ["Rules: 1 mistake in rules/holders.yaml"]
    bot.now += timedelta(days=1)
    bot.start()
    assert len(bot.told()) == 2


def test_a_file_that_never_was_good_is_named_as_unknown_at_a_start(bot: Bot) -> None:
    bot.write("new.yaml", BROKEN)
    assert bot.start().unknown == ("rules/new.yaml",)


def test_a_restart_without_the_folder_runs_all_that_was_in_force(bot: Bot) -> None:
    for path in bot.rules.iterdir():
        path.unlink()
    bot.rules.rmdir()
    bot.start()
    assert bot.in_force() == {"cut": -20.0, "floor": 1100.0}


def test_broken_groups_leave_the_rules_that_use_them_as_they_were(bot: Bot) -> None:
    grouped = CUT.replace("only: {holder: Japan}", "combine: {sum: pair}").replace("{holder}", "Both")
    (bot.rules / "groups.yaml").write_text("groups:\n  pair: [Japan, India]\n")
    bot.write("holders.yaml", grouped)
    bot.edit()
    (bot.rules / "groups.yaml").write_text("groups:\n  pair: [Japan, Indai]\n")
    bot.start()
    (cut,) = [rule for rule in bot.context.rules if rule.id == "cut"]
    assert cut.combine is not None
    assert cut.combine.members == ("Japan", "India")


def test_a_rule_that_moved_out_of_a_file_that_broke_is_the_one_of_its_new_file_after_a_restart(bot: Bot) -> None:
    bot.write("holders.yaml", BROKEN.replace("id: cut", "id: other"))
    bot.write("moved.yaml", CUT.replace("-20bn", "-40bn"))
    bot.edit()
    bot.start()
    assert bot.in_force() == {"cut": -40.0, "floor": 1100.0}
    with reading(bot.engine) as conn:
        assert {rule.id for rule in last_good(conn, "rules").rules} == {"cut", "floor"}


def test_edits_made_while_the_bot_was_down_are_told_when_it_starts(bot: Bot) -> None:
    bot.write("holders.yaml", CUT.replace("-20bn", "-30bn"))
    bot.start()
    bot.start()
    assert bot.told() == ["Rules: cut: below −20bn → −30bn; would have fired 3.0 → 2.0 a year"]


def test_every_version_of_a_rule_is_kept_with_its_text_and_the_hash_of_it(bot: Bot) -> None:
    bot.write("holders.yaml", CUT.replace("-20bn", "-30bn"))
    bot.edit()
    bot.write("holders.yaml", CUT.replace("-20bn", "-30bn") + "    why: Custody.\n")
    bot.edit()
    bot.edit()
    bot.write("holders.yaml")
    bot.edit()
    with reading(bot.engine) as conn:
        found = versions(conn, "cut")
    assert [version.text.count("Custody") for version in found] == [0, 0, 1, 0]
    assert [version.removed for version in found] == [False, False, False, True]
    assert len({version.sha256 for version in found}) == 4
    assert found[0].digest != found[1].digest == found[2].digest
    assert found[0].text == CUT.rstrip()
    assert [version.noted_at for version in found] == sorted(version.noted_at for version in found)


def test_the_kept_text_of_a_file_that_is_gone_goes_with_it(bot: Bot) -> None:
    (bot.rules / "floors.yaml").unlink()
    bot.edit()
    with reading(bot.engine) as conn:
        assert list(kept_files(conn)) == ["holders.yaml"]


def test_a_rule_put_to_sleep_says_what_it_would_have_gone_on_to_tell(bot: Bot) -> None:
    bot.write("holders.yaml", CUT + "    enabled: false\n")
    bot.edit()
    assert bot.told() == ["Rules: cut: enabled true → false; would have fired 3.0 a year → asleep"]
    assert replace(bot.context.rules[-1], enabled=True).id == "cut"
