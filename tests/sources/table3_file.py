"""A Table 3 in the publisher's exact layout, made of a Table 1's long-term figures and a Table 5's holdings."""

from __future__ import annotations

from collections.abc import Mapping

TITLE = "Table 3: U.S. Treasury Securities Held by Foreign Residents 1/"
HUMAN = ("Country", "Country Code", "Date", "Holdings", "Net U.S. Sales", "Holdings", "Net U.S. Sales",
         "Valuation Change", "Holdings", "Net U.S. Sales")  # fmt: skip
MACHINE = ("country", "country_code", "date", "for_treas_pos", "for_treas_net", "for_lt_treas_pos", "for_lt_treas_net",
           "for_lt_treas_valchg", "for_st_treas_pos", "for_st_treas_net")  # fmt: skip

_REGIONS = ("19992", "34401", "39942", "49999", "59994")
_FIRST_FLOW = "2023-02"


def table3_of(table1: bytes, holdings: Mapping[tuple[str, str], float], newest: str) -> bytes:
    """
    The lines of a real Table 1 up to ``newest`` as those of a Table 3.

    ``holdings`` are (code, month) -> billions of dollars of bills and bonds; who is not in it holds a million of bills.
    Net sales of bills are as much as is held of them. Regions and organisations add up.
    """
    rows = []
    for line in table1.decode("ascii").split("\r\n")[9:]:
        cells = line.split("\t")
        if len(cells) == 18 and cells[1] and cells[2] <= newest:
            rows.append((cells[0], cells[1], cells[2], *cells[6:9]))
    long_term = {(code, month): position for _, code, month, position, _, _ in rows}
    bills: dict[tuple[str, str], int] = {}
    for code, month in long_term:
        held = holdings.get((code, month))
        printed = long_term[code, month]
        bills[code, month] = 1 if held is None or printed == "n.a." else round(held * 1000) - int(printed)
    for month in {month for _, month in bills}:
        whole, official = bills["99996", month], bills["99990", month]
        bills |= {("99991", month): whole - official, ("72907", month): 2, ("76929", month): 3, ("79995", month): 5}
        bills |= {("69995", month): whole - 5, **{(region, month): 10 for region in _REGIONS}}
        bills["69906", month] = whole - 5 - 10 * len(_REGIONS) - bills["29998", month]
    lines: list[tuple[str, ...]] = [
        (TITLE,),
        ("All Countries and International and Regional Organizations",),
        ("Millions of dollars",),
    ]
    lines += [("Link: https://ticdata.treasury.gov/slt_table3.txt",), (), (), (), HUMAN, MACHINE]
    lines[6] = ("", "", "", *["U.S. Treasuries"] * 2, *["Long-Term"] * 3, *["Short-Term"] * 2)
    for label, code, month, position, net, valuation in rows:
        lines.append((label, code, month, *_cells(position, net, valuation, bills[code, month], month)))
    lines += [(), ("Notes:",), ("1/  Bills are securities of an original maturity of one year or less.",)]
    return "\r\n".join("\t".join([*line, *[""] * (10 - len(line))]) for line in lines).encode("ascii")


def _cells(position: str, net: str, valuation: str, bills: int, month: str) -> tuple[str, ...]:
    if position == "n.a.":
        return ("n.a.",) * 7
    nets = (str(int(net) + bills), str(bills)) if month >= _FIRST_FLOW else ("n.a.", "n.a.")
    return (str(int(position) + bills), nets[0], position, net, valuation, str(bills), nets[1])
