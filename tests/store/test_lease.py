"""Whether a lease's holder is certain to be gone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.standins.slack import ROOT
from treasury_watch.store import lease
from treasury_watch.store.lease import at_work, is_gone

pytestmark = pytest.mark.skipif(not Path("/proc/self/ns").is_dir(), reason="needs /proc to judge another process")

_HOLD = """
import sys, time
from treasury_watch.store.lease import at_work
with at_work() as me:
    print(me, flush=True)
    time.sleep(60)
"""


def test_a_holder_at_work_is_not_gone_and_one_whose_run_ended_is() -> None:
    with at_work() as me, at_work() as other:
        assert not is_gone(me)
        assert me != other
    assert is_gone(me)


def test_a_run_that_ended_in_an_error_is_gone() -> None:
    with pytest.raises(RuntimeError), at_work() as me:
        raise RuntimeError
    assert is_gone(me)


def test_another_process_is_gone_once_it_is_killed_even_before_anybody_buries_it() -> None:
    with subprocess.Popen([sys.executable, "-c", _HOLD], cwd=ROOT, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        name = holder.stdout.readline().strip()
        assert not is_gone(name)
        os.kill(holder.pid, signal.SIGKILL)
        ends = time.monotonic() + 5
        while not is_gone(name) and time.monotonic() < ends:
            time.sleep(0.01)
        assert is_gone(name)  # still a zombie: nobody has waited for it
    assert is_gone(name)


def test_a_later_process_with_the_same_id_is_not_the_holder() -> None:
    with at_work() as me:
        place, pid, start, run = me.rsplit(":", 3)
        assert is_gone(f"{place}:{pid}:{int(start) - 1}:{run}")


@pytest.mark.parametrize("place", ["another-host/boot/pid:[1]", ""])
def test_a_holder_elsewhere_cannot_be_judged(place: str) -> None:
    assert not is_gone(f"{place}:1:1:run")


def test_without_proc_only_this_process_is_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease, "_PROC", ROOT / "no-such-folder")
    lease._place.cache_clear()
    try:
        with at_work() as me:
            assert not is_gone(me)
        assert is_gone(me)
        assert not is_gone(f"{os.uname().nodename}/other:1::run")
    finally:
        lease._place.cache_clear()
