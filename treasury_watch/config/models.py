"""What config.yaml can say: its keys, their types and their defaults. The JSON Schema is made from these."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    SecretStr,
    WithJsonSchema,
    create_model,
)

from treasury_watch.core.auctions.tails import percent_of, tenor_named
from treasury_watch.core.figures.datasets import SECURITY_TYPES
from treasury_watch.core.messages.message import ROUTED
from treasury_watch.core.rules.model import Severity
from treasury_watch.notifiers.registry import KINDS, ChannelKind
from treasury_watch.sources import SOURCES

_SEVERITY_WORDS = tuple(severity.word for severity in Severity)
_KIND_WORDS = tuple(kind.value for kind in ROUTED)
_DURATION = re.compile(r"(\d{1,6}) *(s|seconds?|min|minutes?|h|hours?|d|days?)", re.ASCII)
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_LISTEN = re.compile(r"(\[[0-9a-fA-F:]+\]|[A-Za-z0-9._-]+):(\d{1,5})", re.ASCII)
_HIGHEST_PORT = 65535
_DEFAULT_DATABASE = "sqlite:///var/treasury-watch.db"
_DATABASES = ("sqlite://", "postgresql+psycopg://", "postgresql://")


def read_duration(written: Any) -> Any:
    """``10 minutes`` as a timedelta. Raises ValueError."""
    if isinstance(written, timedelta):
        return written
    found = _DURATION.fullmatch(str(written).strip())
    if not found or not int(found[1]):
        raise ValueError("expected a number and its unit, such as 30 seconds, 10 minutes or 1 day")
    return timedelta(**{_UNITS[found[2][0]]: int(found[1])})


def _address(written: Any) -> Any:
    if not isinstance(written, str) or not re.fullmatch(r"https?://[^\s/]+\S*", written):
        raise ValueError("expected a web address that begins with https:// (or http://)")
    return written


def _secret_address(written: Any) -> Any:
    return written if isinstance(written, SecretStr) else _address(written)


def _database(written: Any) -> Any:
    if isinstance(written, str) and not written.startswith(_DATABASES):
        raise ValueError("expected sqlite:///FILE or postgresql+psycopg://USER:PASSWORD@HOST/NAME")
    return written


def _listen(written: Any) -> Any:
    found = _LISTEN.fullmatch(str(written).strip())
    if not found or not 0 <= int(found[2]) <= _HIGHEST_PORT:
        raise ValueError("expected an address and a port, such as 127.0.0.1:8080")
    return str(written).strip()


def _several(written: Any) -> Any:
    """One word, or a list of them."""
    return (written,) if isinstance(written, str) else written


def _filled(written: Any) -> Any:
    if isinstance(written, str) and not written.strip():
        raise ValueError("is empty")
    return written


Duration = Annotated[
    timedelta,
    BeforeValidator(read_duration),
    PlainSerializer(str),
    WithJsonSchema({"type": "string", "examples": ["10 minutes"]}),
]
Address = Annotated[str, BeforeValidator(_address)]
SecretAddress = Annotated[SecretStr, BeforeValidator(_secret_address)]
Secret = Annotated[SecretStr, BeforeValidator(_filled)]
Text = Annotated[str, BeforeValidator(_filled)]


def _one_or_more(one: dict[str, Any]) -> WithJsonSchema:
    return WithJsonSchema({"anyOf": [one, {"type": "array", "items": one}]})


Words = Annotated[tuple[str, ...], BeforeValidator(_several), _one_or_more({"type": "string"})]


def _day(written: Any) -> Any:
    try:
        return date.fromisoformat(str(written)).isoformat()
    except ValueError:
        raise ValueError(f'cannot read "{str(written)[:40]}" as a day; expected such as 2026-12-09') from None


Day = Annotated[str, BeforeValidator(_day)]
Tenor = Annotated[str, BeforeValidator(lambda written: tenor_named(str(written)))]
Yield = Annotated[
    Decimal,
    BeforeValidator(lambda written: percent_of(str(written))),
    PlainSerializer(str),
    WithJsonSchema({"type": ["number", "string"], "examples": [4.512]}),
]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class SourceSettings(_Model):
    """A source's own settings; what is absent keeps its default."""

    url: Address | None = Field(default=None, description="Where it is fetched from.")
    every: Duration | None = Field(default=None, description="How often to look, outside the minutes after a release.")
    enabled: bool | None = Field(default=None, description="false: it is not polled.")


class _Channel(_Model):
    kind: str

    def settings(self) -> dict[str, Any]:
        """What ``notifiers.registry.make`` takes, secrets in the clear: for that one use."""
        said = {name: getattr(self, name) for name in type(self).model_fields if name != "kind"}
        return {
            name: value.get_secret_value() if isinstance(value, SecretStr) else value
            for name, value in said.items()
            if value is not None
        }


def _channel_model(word: str, kind: ChannelKind) -> type[_Channel]:
    """The keys that a channel of a kind has in the file, from its settings."""
    literal: Any = Literal
    fields: dict[str, Any] = {"kind": (literal[word], Field(description="What it is."))}
    for setting in kind.settings:
        shape: Any = _SHAPES[setting.secret, setting.address]
        said = Field(description=setting.says) if setting.required else Field(None, description=setting.says)
        fields[setting.name] = (shape if setting.required else shape | None, said)
    name = f"{word.title().replace('-', '')}Channel"
    return create_model(name, __base__=_Channel, __doc__=kind.says, **fields)


_SHAPES = {(False, False): Text, (False, True): Address, (True, False): Secret, (True, True): SecretAddress}
"""Of a setting that is or is no secret, is or is no address."""
CHANNEL_KINDS = {word: _channel_model(word, kind) for word, kind in KINDS.items()}
OPEN_SETTINGS = frozenset({"kind"} | {one.name for kind in KINDS.values() for one in kind.settings if not one.secret})
"""Settings of channels that may be shown."""
if TYPE_CHECKING:
    SeverityWord = str
    KindWord = str
    TypeWord = str
    Channel = _Channel
else:
    SeverityWord, KindWord, TypeWord = Literal[_SEVERITY_WORDS], Literal[_KIND_WORDS], Literal[SECURITY_TYPES]
    Channel = Annotated[Union[tuple(CHANNEL_KINDS.values())], Field(discriminator="kind")]  # noqa: UP007 - of a table


class Match(_Model):
    """Which messages a route is for. A key that is absent matches all."""

    severity: Annotated[
        tuple[SeverityWord, ...],
        BeforeValidator(_several),
        _one_or_more({"enum": [*_SEVERITY_WORDS]}),
    ] = Field(default=(), description="One severity, or a list of them.")
    rule: Words = Field(default=(), description="Rule ids; * stands for anything, as in japan-*.")
    source: Words = Field(default=(), description="Sources by name.")
    kind: Annotated[
        tuple[KindWord, ...],
        BeforeValidator(_several),
        _one_or_more({"enum": [*_KIND_WORDS]}),
    ] = Field(default=(), description=f"Kinds of message: {', '.join(_KIND_WORDS)}.")

    def takes(self, *, severity: str, rule: str, source: str, kind: str) -> bool:
        """Whether an alert is one of these."""
        return (
            (not self.severity or severity in self.severity)
            and (not self.rule or any(fnmatchcase(rule, pattern) for pattern in self.rule))
            and (not self.source or source in self.source)
            and (not self.kind or kind in self.kind)
        )


class Route(_Model):
    """Which messages go to which channels. The first route that matches ends the search; also: true continues."""

    match: Match = Field(default=Match(), description="Which alerts; absent: all.")
    to: Words = Field(description="Channels by name; [] for nobody.")
    also: bool = Field(default=False, description="true: the routes below are asked as well.")


class StatusPage(_Model):
    """Where the status page listens."""

    listen: Annotated[str, BeforeValidator(_listen)] = Field(
        description="Address and port, such as 127.0.0.1:8080; 0.0.0.0:8080 for every network of the machine."
    )

    @property
    def host(self) -> str:
        """The address without its port."""
        return self.listen.rpartition(":")[0].strip("[]")

    @property
    def port(self) -> int:
        """The port."""
        return int(self.listen.rpartition(":")[2])


class Config(_Model):
    """The whole of config.yaml, every secret and path in place."""

    database: Annotated[SecretStr, BeforeValidator(_database)] = Field(
        default=SecretStr(_DEFAULT_DATABASE),
        description="Where releases, alerts and the outbox are kept: sqlite:///FILE or postgresql+psycopg://…",
    )
    rules: Path = Field(default=Path("rules"), description="The folder of rule files.")
    sources: dict[str, SourceSettings] = Field(default={}, description="Settings of sources by name.")
    channels: dict[str, Channel] = Field(
        default={"console": CHANNEL_KINDS["console"](kind="console")}, description="Where messages can go."
    )
    routes: tuple[Route, ...] = Field(
        default=(), description="Which messages go where, tried in order; absent: every message to every channel."
    )
    status_page: StatusPage | None = Field(default=None, description="The status page; absent: none.")
    when_issued: dict[Day, dict[Tenor, Yield]] = Field(
        default={},
        description="When-issued yields at the close in percent, by the auction's day and tenor, to make tails of.",
    )
    auction_cards: Annotated[
        tuple[TypeWord, ...],
        BeforeValidator(_several),
        _one_or_more({"enum": ["Bill", "CMB", "Note", "Bond", "TIPS", "FRN"]}),
    ] = Field(
        default=("Note", "Bond", "TIPS", "FRN"),
        description="Types of security whose every auction gets a message; the others only when a rule fires.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="How much the log says."
    )
    unset: dict[str, str] = Field(default={}, exclude=True)
    """Channels that no route uses and whose secret is not there: channel -> variable. Never written."""
    missing: tuple[str, ...] = Field(default=(), exclude=True)
    """What is not set of channels that a route uses, each as a problem is shown: who sends insists. Never written."""

    @property
    def database_url(self) -> str:
        """The database in the clear: for opening it, never for printing."""
        return self.database.get_secret_value()

    def channels_for(self, *, severity: str, rule: str, source: str, kind: str) -> tuple[str, ...]:
        """The channels that get a message, in the order of the routes, each once."""
        told: dict[str, None] = {}
        for route in self.routes:
            if route.match.takes(severity=severity, rule=rule, source=source, kind=kind):
                told |= dict.fromkeys(route.to)
                if not route.also:
                    break
        return tuple(told)

    @property
    def when_issued_yields(self) -> dict[tuple[str, str], Decimal]:
        """Every when-issued yield given: (tenor, day) -> percent."""
        return {(tenor, day): said for day, tenors in self.when_issued.items() for tenor, said in tenors.items()}

    def source(self, name: str) -> SourceSettings:
        """A source's settings with its own defaults filled in. Raises KeyError for a name that is no source."""
        own, said = SOURCES[name], self.sources.get(name, SourceSettings())
        return SourceSettings(
            url=said.url or own.url,
            every=said.every or own.every,
            enabled=own.enabled if said.enabled is None else said.enabled,
        )


def schema() -> dict[str, Any]:
    """The JSON Schema of config.yaml, every key described."""
    made = Config.model_json_schema()
    for ours in ("unset", "missing"):
        made["properties"].pop(ours)
    made["properties"]["database"]["default"] = _DEFAULT_DATABASE
    sources = made["properties"]["sources"]
    settings = sources.pop("additionalProperties")
    sources |= {
        "properties": {name: settings | {"description": source.title} for name, source in SOURCES.items()},
        "additionalProperties": False,
    }
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | made
