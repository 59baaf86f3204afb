"""A hundred thousand rules judged, in a process of its own so that its memory is theirs alone. Prints JSON."""

from __future__ import annotations

import json
import resource
import sys

from bench.measuring import timed
from bench.rules import generated
from treasury_watch.bundled import bundled_releases
from treasury_watch.core.figures.datasets import HOLDINGS
from treasury_watch.core.figures.published import Change
from treasury_watch.core.judge.news import judge
from treasury_watch.core.judge.told import ToldLog
from treasury_watch.pipeline.view import view_of
from treasury_watch.store.database import open_store, reading, writing
from treasury_watch.store.release_writer import store_release

RULES = 100_000


def main() -> None:
    """Judge the newest release by so many rules, as it is judged live."""
    engine = open_store("sqlite://")
    with writing(engine) as conn:
        for old in bundled_releases():
            store_release(conn, old.release, None, released_at=old.released_at, seen_at=old.released_at, bundled=True)
    rules = generated(RULES)
    with reading(engine) as conn:
        view = view_of(conn, {HOLDINGS}, rules)
    month = view.months.labels[-1]
    values = ((holder, view.value(HOLDINGS, holder, month)) for holder in view.panel(HOLDINGS).columns)
    changes = [Change(HOLDINGS, holder, month, None, value) for holder, value in values if value is not None]
    seconds, judged = timed(lambda: judge(rules, view, changes, ToldLog()), repeat=2)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(json.dumps({"seconds": seconds, "megabytes": memory, "alerts": len(judged.alerts)}))


if __name__ == "__main__":
    main()
