"""
kill -9 at random instants of a run: the next one tells the same alerts, each once.

Eight instants by default; ``TREASURY_WATCH_KILLS=50`` draws fifty, which takes some minutes.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from tests.conftest import shared_data
from tests.standins.publisher import page, publisher
from tests.standins.slack import local_slack
from tests.stories.bot import Bot, answers, install, serves
from tests.stories.next_month import next_month
from tests.stories.test_first_month import EXPECTED, NEWEST, REVISED

KILLS = int(os.environ.get("TREASURY_WATCH_KILLS", "8"))


@pytest.mark.slow("eight starts that are killed, and eight that go on")
def test_killed_at_any_instant_and_run_again_each_alert_is_told_once(tmp_path: Path) -> None:
    table5 = shared_data("tic/slt_table5.2026-06-18.txt").read_bytes()
    history = shared_data("tic/mfhhis01.stamp-2026-05-18.txt").read_bytes()
    auctions = shared_data("auctions/treasurydirect_auctioned.bonds-2016-2018.json").read_bytes()
    draw = random.Random(20260714)
    killed_midway = 0
    with publisher() as treasury, local_slack() as slack:
        serves(treasury, table5, history, auctions)
        settled = install(tmp_path / "settled", treasury)
        settled.run("run", "--once")
        answers(treasury, page(200, next_month(table5, NEWEST, REVISED)))
        begun = time.monotonic()
        whole = _copy(settled, tmp_path / "whole")
        whole.run("run", "--once")
        lasts = time.monotonic() - begun
        assert whole.alerts() == EXPECTED
        for number in range(KILLS):
            channel = slack.new_channel(f"kill-{number}")
            folder = tmp_path / f"kill-{number}"
            shutil.copytree(settled.folder, folder)
            bot = install(folder, treasury, slack=(slack.api, channel))
            running = subprocess.Popen(
                bot.command("run", "--once"), cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            # Half of the instants fall where the work is done: after the imports.
            time.sleep(draw.uniform(0, lasts) if number % 2 else draw.uniform(lasts * 0.5, lasts))
            killed_midway += running.poll() is None
            running.kill()
            running.wait()
            bot.run("run", "--once")
            assert bot.alerts() == EXPECTED
            texts = [message["text"] for message in slack.messages(channel)]
            assert len(texts) == 1, texts
            assert "Japan" in texts[0]
            shutil.rmtree(folder)
    assert killed_midway >= KILLS // 2, f"only {killed_midway} of {KILLS} were killed before they ended"


def _copy(bot: Bot, folder: Path) -> Bot:
    shutil.copytree(bot.folder, folder)
    return Bot(folder)
