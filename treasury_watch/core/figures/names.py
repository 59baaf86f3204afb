"""
Who holds: the one place where every spelling of a holder becomes one name.

The Treasury's files have spelt the same holder in several ways since 2000 (``Korea``, ``"Korea, South "``,
``Belgium  5/``). Series, rules and messages use the names below and no others. Also here: which holders are groups
that are no longer published, and where a series breaks without anyone having bought or sold.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from treasury_watch.core.figures.datasets import AGGREGATES, GRAND_TOTAL
from treasury_watch.core.figures.published import Period

COUNTRY_CODES: dict[str, str] = {
    "10189": "Austria",
    "10251": "Belgium",
    "10405": "Cyprus",
    "10502": "Denmark",
    "10707": "Finland",
    "10804": "France",
    "11002": "Germany",
    "11207": "Greece",
    "11401": "Ireland",
    "11509": "Italy",
    "11703": "Luxembourg",
    "12009": "Monaco",
    "12106": "Netherlands",
    "12203": "Norway",
    "12319": "Portugal",
    "12505": "Spain",
    "12602": "Sweden",
    "12688": "Switzerland",
    "12807": "Turkey",
    "13005": "United Kingdom",
    "13006": "Guernsey",
    "13007": "Jersey",
    "13218": "Serbia",
    "15202": "Bulgaria",
    "15288": "Czech Republic",
    "15504": "Hungary",
    "15768": "Poland",
    "15806": "Romania",
    "16101": "Russia",
    "16403": "Ukraine",
    "16543": "Kazakhstan",
    "29998": "Canada",
    "30104": "Argentina",
    "30155": "Barbados",
    "30228": "Anguilla",
    "30309": "Brazil",
    "30406": "Chile",
    "30503": "Colombia",
    "30589": "Costa Rica",
    "30708": "Cuba",
    "31003": "Ecuador",
    "31208": "Guatemala",
    "31607": "Jamaica",
    "31704": "Mexico",
    "31887": "Panama",
    "32204": "Peru",
    "32409": "Trinidad and Tobago",
    "32603": "Uruguay",
    "32719": "Venezuela",
    "35254": "Aruba",
    "35319": "Bahamas",
    "35602": "Bermuda",
    "35807": "British Virgin Islands",
    "36137": "Cayman Islands",
    "36188": "Curacao",
    "37303": "Saint Kitts and Nevis",
    "41408": "China, Mainland",
    "42005": "Hong Kong",
    "42102": "India",
    "42218": "Indonesia",
    "42501": "Israel",
    "42609": "Japan",
    "43001": "Korea, South",
    "43109": "Kuwait",
    "43419": "Lebanon",
    "43605": "Malaysia",
    "44709": "Pakistan",
    "44806": "Philippines",
    "45608": "Saudi Arabia",
    "46019": "Singapore",
    "46205": "Syria",
    "46302": "Taiwan",
    "46418": "Thailand",
    "46604": "United Arab Emirates",
    "53201": "Liberia",
    "53805": "Mauritius",
    "54003": "Morocco",
    "55719": "South Africa",
    "57002": "Egypt",
    "60089": "Australia",
    "61689": "New Zealand",
}
"""The countries of Tables 1 and 3 by code. Every other code there is a total, a memo or a kind of owner."""

AGGREGATE_CODES: dict[str, str] = {"99996": GRAND_TOTAL, "99990": "Foreign Official"}
"""The only totals that are taken from Tables 1 and 3, so that an alert on them can be split as well."""

OTHER_LINES: frozenset[str] = frozenset(
    {
        *("19992", "39942", "34401", "49999", "59994", "69906", "69995", "16713", "16721"),  # regions and memos
        *("72907", "76929", "79995", "99991"),  # organisations, the non-official part
        *("82643", "82644", "82645", "82651", "82652", "82653", "82678", "82679", "82680"),  # kinds of owner
        *("82686", "82687", "82688", "84018", "84019", "84020", "89991", "89992", "89993"),  # and of security
    }
)
"""Every other code of Table 1 as of July 2026: a code that is neither here nor above is new."""

GROUPED: frozenset[str] = frozenset({"Oil Exporters", "Caribbean Banking Centers"})
"""Holders that were groups of countries. Their members stand alone since, so a group's last figure is not an exit."""

GROUPED_UNTIL: Period = "2016-02"
"""The last month the Treasury published the groups for. The history file's own re-issues name them only to 2011-12."""

_ONLY_IN_HISTORY = ("Belgium-Luxembourg", "El Salvador", "Iraq", "Oman", "Vietnam")
"""Named in the history of holdings, without a code in Table 1."""

HOLDERS: tuple[str, ...] = tuple(sorted({*COUNTRY_CODES.values(), *_ONLY_IN_HISTORY, *GROUPED}))
"""Every holder that a TIC file can yield."""

_OTHER_SPELLINGS = {
    "carib bnkng ctrs": "Caribbean Banking Centers",
    "china": "China, Mainland",
    "curaçao": "Curacao",
    "czechia": "Czech Republic",
    "for. official": "Foreign Official",
    "korea": "Korea, South",
    "of which: foreign official": "Foreign Official",
    "of which: foreign official t-bonds & notes": "Foreign Official Bonds & Notes",
    "of which: foreign official treasury bills": "Foreign Official Bills",
    "south korea": "Korea, South",
    "t-bonds & notes": "Foreign Official Bonds & Notes",
    "treasury bills": "Foreign Official Bills",
    "turkiye": "Turkey",
    "türkiye": "Turkey",
    "viet nam": "Vietnam",
}

_NAMES = {name.casefold(): name for name in (*HOLDERS, *AGGREGATES)} | _OTHER_SPELLINGS
_MARKS = re.compile(r"(?:\s*\b[0-9]{1,2}/|\s*\([rp]\)|\s+[rp]/?|\s*[*])+$", re.IGNORECASE)
"""Footnotes, revised and preliminary: ``2/``, ``(r)``, ``r/``, ``p``, ``*`` at the end of a label or a month."""


def without_marks(text: str) -> str:
    """A label or a month without the marks at its end, quotes and spare spaces."""
    return _MARKS.sub("", " ".join(text.replace('"', " ").split())).rstrip()


def canonical(label: str) -> str:
    """
    The one name of a holder or aggregate, however a file spells it.

    Marks (``2/``, ``(r)``), quotes, capitals and spare spaces do not count. A label that is nobody's known spelling
    comes back clean but otherwise as it was: the reader of the file decides whether to believe it.
    """
    clean = without_marks(label)
    return _NAMES.get(clean.casefold(), clean)


def entity_words(name: str) -> str:
    """Whose figure, as people say it. A group is named by an id (``china-complex``); all others have names already."""
    return name.replace("-", " ") if name.islower() else name


def listed(names: Sequence[str], most: int = 12) -> str:
    """Names one after another, those with a comma quoted; of many the first, and how many more there are."""
    shown = ", ".join(f'"{name}"' if "," in name else name for name in names[:most])
    return f"{shown} … and {len(names) - most} more" if len(names) > most else shown


class Break(NamedTuple):
    """A month whose change against the month before is not trading. No ``entities`` means every one."""

    period: Period
    entities: frozenset[str]
    reason: str

    def concerns(self, entity: str) -> bool:
        """Tell whether this entity's series is broken here."""
        return not self.entities or entity in self.entities


_EVERYONE: frozenset[str] = frozenset()

_BREAKS = (
    Break("2000-03", _EVERYONE, "the series restarts from the March 2000 benchmark survey"),
    *(
        Break(f"{year}-06", _EVERYONE, f"the series restarts from the annual survey of June {year}")
        for year in range(2002, 2012)
    ),
    Break(
        "2002-06",
        frozenset({"Belgium", "Luxembourg", "Belgium-Luxembourg"}),
        "until May 2002 the Belgium line includes Luxembourg; before 2002 both stand as Belgium-Luxembourg",
    ),
    Break("2011-09", _EVERYONE, "bonds and notes are counted anew by the custodians' report (form SLT)"),
    Break("2011-12", _EVERYONE, "from here on bonds and notes come from the monthly custodians' report (form SLT)"),
    Break("2012-01", GROUPED, "the history file names the members of the groups one by one from here on"),
    Break("2016-03", GROUPED, "groups of countries are no longer published; their members are named one by one"),
    Break("2021-06", _EVERYONE, "about 295 bn of bonds entered the total that nobody traded"),
    Break("2025-03", frozenset({"El Salvador", "All Other"}), "holdings were reclassified to El Salvador"),
)
BREAKS: tuple[Break, ...] = tuple(sorted(_BREAKS, key=lambda known: known.period))
"""
Known breaks of what is held, oldest first.

What is bought or re-priced has none: it is published from 2023-02 on and is absent before.
"""
