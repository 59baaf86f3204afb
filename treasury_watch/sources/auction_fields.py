"""
From a row of text to an Auction, the same for every publisher.

TreasuryDirect, FiscalData and the result XML print the same auction under different names and in different spellings.
Each source file brings its rows under TreasuryDirect's names; here their text becomes numbers, days and times, once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal

from treasury_watch.core.auctions.model import CLASSES_SINCE, Auction, is_term, tenor
from treasury_watch.core.figures.datasets import SECURITY_TYPES
from treasury_watch.core.figures.periods import NEW_YORK
from treasury_watch.core.figures.published import Refusal
from treasury_watch.sources.days import read_day

Row = Mapping[str, object]
"""Field name -> what stood there, under TreasuryDirect's names."""

IDENTITY = ("cusip", "securityType", "securityTerm", "auctionDate", "offeringAmount", "reopening")
"""Without these there is no telling which auction it is."""

RESULTS = (
    *("issueDate", "maturityDate", "closingTimeCompetitive", "noncompetitiveTendersAccepted"),
    *("tips", "floatingRate", "cashManagementBillCMB", "interestRate", "spread", "firstInterestPeriod"),
    *("competitiveTendered", "primaryDealerTendered", "directBidderTendered", "indirectBidderTendered"),
    *("competitiveAccepted", "primaryDealerAccepted", "directBidderAccepted", "indirectBidderAccepted"),
    *("noncompetitiveAccepted", "fimaNoncompetitiveAccepted", "somaAccepted", "totalAccepted", "bidToCoverRatio"),
    *("highYield", "highDiscountRate", "highDiscountMargin", "highPrice", "unadjustedPrice"),
    *("averageMedianYield", "averageMedianDiscountRate", "averageMedianDiscountMargin"),
    *("lowYield", "lowDiscountRate", "lowDiscountMargin", "xmlFilenameCompetitiveResults"),
)
"""What figures are made of and checked by. Empty is fine (not published yet); a column that is gone is not."""

OPTIONAL = ("announcedCusip", "announcementDate", "auctionFormat", "type", "term", "updatedTimestamp")

_NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,12})?(?:[eE][+-]?\d{1,2})?")
_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:T00:00:00(?:\.0+)?)?")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?: ?([AP]M))?", re.IGNORECASE)
_FIRST, _LAST = date(1979, 1, 1), date(2130, 1, 1)
"""The first auction on record; no bond of our time runs beyond the other."""
_CUSIP = re.compile(r"[0-9A-Z]{9}")
_RATES = {
    "Bill": ("highDiscountRate", "averageMedianDiscountRate", "lowDiscountRate"),
    "FRN": ("highDiscountMargin", "averageMedianDiscountMargin", "lowDiscountMargin"),
    "Note": ("highYield", "averageMedianYield", "lowYield"),
}


_NAME = re.compile(r"[A-Za-z][A-Za-z -]{2,30}")


class UnknownSecurity(Refusal):
    """A row of a kind of security that was never seen: no damage, but nothing that is known how to read."""

    def __init__(self, source: str, name: str, where: str) -> None:
        super().__init__(source, "unknown-security", f"{name} is a kind of security not seen before", where=where)
        self.name = name


class Fields:
    """One row, read field by field. What cannot be read is Refusal, with the auction and the field named."""

    def __init__(self, source: str, row: Row) -> None:
        self.source = source
        self.row = row
        self.where = " ".join(str(row.get(name)) for name in ("cusip", "auctionDate") if row.get(name)) or "a row"

    def refuse(self, kind: str, field: str, problem: str, expected: str) -> Refusal:
        """The refusal of this row for one of its fields."""
        return Refusal(self.source, kind, f"{field} {problem}", where=f"auction {self.where}", expected=expected)

    def require(self, names: tuple[str, ...]) -> None:
        """Refuse a row in which a field is not merely empty but gone: a renamed column must not read as unknown."""
        gone = [name for name in names if name not in self.row]
        if gone:
            raise self.refuse("fields", ", ".join(gone), "not in the row", "every field, empty where unknown")

    def text(self, name: str) -> str | None:
        """What stands there; None for the publishers' ways of writing nothing: absent, null, ``''``, ``'null'``."""
        value = self.row.get(name)
        if value is None:
            return None
        if not isinstance(value, str):
            raise self.refuse("type", name, f"is {value!r}", "text")
        value = value.strip()
        if not value.isprintable():
            raise self.refuse("text", name, f"is {value!r}", "text without control characters")
        return None if value in ("", "null") else value

    def needed(self, name: str) -> str:
        """What stands there, where nothing is not an answer."""
        value = self.text(name)
        if value is None:
            raise self.refuse("incomplete", name, "is empty", "a value")
        return value

    def number(self, name: str) -> Decimal | None:
        """A plain decimal; zero may come as ``0E-10``. No commas, signs of money, NaN or infinity."""
        value = self.text(name)
        if value is None:
            return None
        if _NUMBER.fullmatch(value) is None:
            raise self.refuse("number", name, f"is {value!r}", "a plain number such as 2.310000")
        return Decimal(value)

    def dollars(self, name: str) -> int | None:
        """Whole dollars, zero or more."""
        value = self.number(name)
        if value is None:
            return None
        if value < 0 or value != int(value) or value >= 10**14:
            raise self.refuse("number", name, f"is {value}", "whole dollars, zero or more")
        return int(value)

    def day(self, name: str) -> date | None:
        """A day, written ``2026-02-11`` or ``2026-02-11T00:00:00``."""
        value = self.text(name)
        if value is None:
            return None
        written = _DAY.fullmatch(value)
        try:
            day = date.fromisoformat(written[1]) if written else read_day(value)
        except ValueError:
            raise self.refuse("dates", name, f"is {value!r}", "a day such as 2026-02-11") from None
        if not _FIRST <= day <= _LAST:
            raise self.refuse("dates", name, f"is {value!r}", f"a day from {_FIRST} to {_LAST}")
        return day

    def clock(self, name: str) -> time | None:
        """A time of day, written ``01:00 PM`` or ``13:00``."""
        value = self.text(name)
        if value is None:
            return None
        written = _CLOCK.fullmatch(value)
        try:
            if written is None:
                raise ValueError  # noqa: TRY301  # one sentence for every way of not being a time
            hour, minute, half = int(written[1]), int(written[2]), (written[3] or "").upper()
            if half and not 1 <= hour <= 12:
                raise ValueError  # noqa: TRY301  # "13:00 PM"
            return time(hour % 12 + (12 if half == "PM" else 0) if half else hour, minute)
        except ValueError:
            raise self.refuse("time", name, f"is {value!r}", "a time such as 01:00 PM or 13:00") from None

    def instant(self, name: str) -> datetime | None:
        """A wall clock of New York without a zone, made aware."""
        value = self.text(name)
        if value is None:
            return None
        try:
            wall = datetime.fromisoformat(value)
        except ValueError:
            raise self.refuse("time", name, f"is {value!r}", "a time such as 2018-12-13T13:03:08") from None
        return wall if wall.tzinfo else wall.replace(tzinfo=NEW_YORK)

    def flag(self, name: str) -> bool | None:
        """Yes or No."""
        value = self.text(name)
        if value is None:
            return None
        if value.upper() not in ("YES", "NO", "Y", "N"):
            raise self.refuse("flag", name, f"is {value!r}", "Yes or No")
        return value.upper().startswith("Y")


def auction_of(source: str, row: Row, *, required: tuple[str, ...] = (*IDENTITY, *RESULTS)) -> Auction:
    """
    The auction that a row describes, held or only announced.

    Raises Refusal: ``fields`` (a column is gone), ``incomplete``, ``type``, ``number``, ``dates``, ``time``, ``flag``,
    ``tenor`` (the row contradicts itself about what was sold).
    """
    fields = Fields(source, row)
    fields.require(required)
    cusip = fields.needed("cusip")
    if _CUSIP.fullmatch(cusip) is None:
        raise fields.refuse("cusip", "cusip", f"is {cusip!r}", "nine letters and digits")
    kind = _kind(fields)
    term = fields.needed("securityTerm").title()
    if not is_term(term):
        raise fields.refuse("tenor", "securityTerm", f"is {term!r}", "a term such as 13-Week or 9-Year 10-Month")
    day = fields.day("auctionDate")
    if day is None:
        raise fields.refuse("incomplete", "auctionDate", "is empty", "the day of the auction")
    normal = fields.text("term")
    # A cash management bill has no tenor to be normalised to, and the panic of 2008 is an exception to the rule.
    if normal is not None and kind != "CMB" and normal != tenor(kind, term, day) and term != "6-Year 7-Month":
        raise fields.refuse("tenor", "term", f"is {normal!r}", f"{tenor(kind, term, day)!r} from {term!r}")
    stop, median, low = _rates(fields, kind, alone=day >= CLASSES_SINCE)
    format_ = fields.text("auctionFormat")
    file = fields.text("xmlFilenameCompetitiveResults")
    return Auction(
        cusip=cusip,
        type=kind,
        term=term,
        day=day,
        reopening=bool(fields.flag("reopening")),
        announced_cusip=fields.text("announcedCusip"),
        announced=fields.day("announcementDate"),
        issued=fields.day("issueDate"),
        matures=fields.day("maturityDate"),
        closing=fields.clock("closingTimeCompetitive"),
        offering=fields.dollars("offeringAmount"),
        noncompetitive_allowed=fields.flag("noncompetitiveTendersAccepted"),
        single_price=format_ is None or format_.replace("-", " ").upper() == "SINGLE PRICE",
        regular_coupons=fields.text("firstInterestPeriod") in (None, "Normal"),
        competitive_tendered=fields.dollars("competitiveTendered"),
        dealer_tendered=fields.dollars("primaryDealerTendered"),
        direct_tendered=fields.dollars("directBidderTendered"),
        indirect_tendered=fields.dollars("indirectBidderTendered"),
        competitive=fields.dollars("competitiveAccepted"),
        dealer=fields.dollars("primaryDealerAccepted"),
        direct=fields.dollars("directBidderAccepted"),
        indirect=fields.dollars("indirectBidderAccepted"),
        noncompetitive=fields.dollars("noncompetitiveAccepted"),
        fima=fields.dollars("fimaNoncompetitiveAccepted"),
        soma=fields.dollars("somaAccepted"),
        total=fields.dollars("totalAccepted"),
        bid_to_cover=fields.number("bidToCoverRatio"),
        stop=stop,
        median=median,
        low=low,
        price=fields.number("unadjustedPrice" if kind == "TIPS" else "highPrice"),
        coupon=fields.number("interestRate"),
        spread=fields.number("spread"),
        results_file=file and file.rpartition(".")[0],
        updated=fields.instant("updatedTimestamp"),
    )


def _kind(fields: Fields) -> str:
    """Bill, CMB, Note, Bond, TIPS or FRN, from the flags; TreasuryDirect's own ``type`` must say the same."""
    law = fields.needed("securityType").title()
    if law not in ("Bill", "Note", "Bond") and _NAME.fullmatch(law):
        raise UnknownSecurity(fields.source, law, fields.where)
    if law not in ("Bill", "Note", "Bond"):
        raise fields.refuse("tenor", "securityType", f"is {law!r}", "Bill, Note or Bond")
    flagged = [
        kind
        for kind, name in (("TIPS", "tips"), ("FRN", "floatingRate"), ("CMB", "cashManagementBillCMB"))
        if fields.flag(name)
    ]
    if len(flagged) > 1 or (flagged and (flagged[0] == "CMB") != (law == "Bill")):
        raise fields.refuse("tenor", "securityType", f"is {law} and {' and '.join(flagged)}", "one kind of security")
    kind = flagged[0] if flagged else law
    said = fields.text("type")
    in_days = fields.needed("securityTerm").upper().endswith("-DAY")
    if in_days and {kind, said} == {"Bill", "CMB"}:
        return "CMB"  # one of the two says so, and a term in days bears it out
    if said is not None and said not in SECURITY_TYPES and _NAME.fullmatch(said):
        raise UnknownSecurity(fields.source, said, fields.where)
    if said is not None and said != kind:
        raise fields.refuse(
            "tenor", "type", f"is {said!r}", f"{kind!r} from its flags, one of {', '.join(SECURITY_TYPES)}"
        )
    return kind


def _rates(fields: Fields, kind: str, *, alone: bool) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
    """
    Stop, median and low, by what the type is sold at.

    ``alone``: a rate of another type shows that the row is mislabelled, and is refused.
    """
    own = {"CMB": "Bill", "Bond": "Note", "TIPS": "Note"}.get(kind, kind)
    for other, names in _RATES.items():
        if alone and other != own and fields.number(names[0]) is not None:
            raise fields.refuse("tenor", names[0], f"is filled for a {kind}", f"{_RATES[own][0]} alone")
    if alone and kind != "TIPS" and fields.number("unadjustedPrice") is not None:
        raise fields.refuse("tenor", "unadjustedPrice", f"is filled for a {kind}", "nothing: only TIPS have one")
    stop, median, low = (fields.number(name) for name in _RATES[own])
    return stop, median, low
