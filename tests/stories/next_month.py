"""A next month of Table 5, made from the real one: a new column, three revised cells, one holder out of the top 20."""

from __future__ import annotations

from treasury_watch.core.figures.periods import month_after

_FIRST, _LAST = 6, 31  # the lines of holders, All Other and the totals
_OFFICIAL = "Of Which: Foreign Official"
NEWCOMER = "Germany"
LEFT = "United Arab Emirates"


def next_month(body: bytes, newest: dict[str, float], revised: dict[tuple[str, str], float]) -> bytes:
    """
    The release after ``body``, whose sums hold.

    ``newest`` are the new month's figures of some holders (the others drift by tenths), ``revised`` are (holder, month)
    -> new figure. The smallest holder leaves; Germany comes in its place with figures near its own.
    """
    lines = [line.split("\t") for line in body.decode("ascii").split("\r\n")]
    months = [month_after(lines[5][1], 1), *lines[5][1:13]]
    table = {cells[0]: [float(cell) for cell in (cells[1], *cells[1:13])] for cells in lines[_FIRST:_LAST]}
    left = table.pop(LEFT)
    table[NEWCOMER] = [round(113.0 - step / 2, 1) for step in range(13)]
    holders = [name for name in table if name != "Grand Total" and not name.startswith(("All Other", "Of Which"))]
    for place, name in enumerate(holders):
        table[name][0] = newest.get(name, round(table[name][0] + 0.1 * (place % 5 + 1), 1))
    for (name, month), value in revised.items():
        table[name][months.index(month)] = value
    other = table["All Other"]
    for column in range(13):
        other[column] = round(other[column] + left[column] - table[NEWCOMER][column], 1)
        table["Grand Total"][column] = round(sum(table[name][column] for name in holders) + other[column], 1)
    holders.sort(key=lambda name: -table[name][0])
    names = [*holders, *(name for name in table if name not in holders)]
    rows = [["Country", *months], *([name, *(f"{value:.1f}" for value in table[name])] for name in names)]
    made = lines[:5] + rows + lines[_LAST:]
    return "\r\n".join("\t".join(cells) for cells in made).encode("ascii")
