"""config.yaml: read, filled in from the environment and ``--set``, checked whole; every problem with its place."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, SecretStr, ValidationError

from treasury_watch.config.models import (
    CHANNEL_KINDS,
    Channel,
    Config,
    Match,
    Route,
    SourceSettings,
    StatusPage,
    schema,
)
from treasury_watch.config.source_map import Loc, SourceMap
from treasury_watch.sources import SOURCES
from treasury_watch.user_error import UserError
from treasury_watch.yaml import file as yamlfile
from treasury_watch.yaml.file import Document
from treasury_watch.yaml.problem import Problem, did_you_mean

__all__ = ["DEFAULT_PATH", "Channel", "Config", "ConfigProblems", "load_config", "schema"]

DEFAULT_PATH = Path("config.yaml")
"""Where it is looked for; absent, the bot starts with SQLite under ``var`` and the console."""


class ConfigProblems(UserError):
    """Everything wrong with a config, found in one pass. The text is what a person is shown."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(problem.show() for problem in self.problems))


def load_config(
    path: Path = DEFAULT_PATH, overrides: Sequence[str] = (), environ: Mapping[str, str] | None = None
) -> Config:
    """
    The config at ``path``, with ``overrides`` (``key.key=value``) in place.

    Relative paths become relative to the file. Raises ConfigProblems; not for a channel's secret that is not set, which
    only who sends must have: it is among the ``missing``.
    """
    shown = path.as_posix()
    if path == DEFAULT_PATH and not path.exists():
        document = Document(shown, None, (), cut=False, text="")
    else:
        document = yamlfile.read(path, shown)
    written = SourceMap(document, os.environ if environ is None else environ, tuple(SOURCES))
    for override in overrides:
        written.override(override)
    config = _checked(written)
    if written.problems or config is None:
        raise ConfigProblems(written.problems)
    return _placed(config, path.absolute().parent)


def _checked(written: SourceMap) -> Config | None:
    values: dict[str, Any] = {key: value for key, value in written.values.items() if value is not None}
    config = _validated(values, written)
    routes = config.routes if config else _readable_routes(values)
    # Without routes every channel is used.
    used = {name for route in routes for name in route.to} if routes else set(_named(values))
    idle: dict[str, str] = {}
    missing: list[tuple[str, Problem]] = []
    for unset in written.unset:
        section, channel = (*unset.loc, "", "")[:2]
        if section != "channels" or not unset.name:
            written.say(unset.loc, unset.problem)
        elif channel not in used:
            idle[str(channel)] = unset.name
        else:
            missing.append((str(channel), written.problem(unset.loc, unset.problem)))
    if config is not None:
        _check_names(config, written)
    if written.problems:
        # Reported in the same pass, for whoever mends the rest of the file.
        written.problems += [problem for _, problem in missing]
    if config is None:
        return None
    routes = config.routes or (Route(to=tuple(config.channels)),)
    without = {*idle, *(name for name, _ in missing)}
    channels = {name: channel for name, channel in config.channels.items() if name not in without}
    shown = tuple(problem.show() for _, problem in missing)
    return config.model_copy(update={"channels": channels, "routes": routes, "unset": idle, "missing": shown})


def _named(values: Mapping[str, Any]) -> list[str]:
    channels = values.get("channels")
    return list(channels) if isinstance(channels, dict) else []


def _readable_routes(values: Mapping[str, Any]) -> tuple[Route, ...]:
    """Those routes that can be read: to know which channels are used though something else is wrong."""
    read: list[Route] = []
    for value in values.get("routes") or () if isinstance(values.get("routes"), list) else ():
        try:
            read.append(Route.model_validate(value))
        except ValidationError:
            continue  # reported already, with the rest of the file
    return tuple(read)


def _validated(values: dict[str, Any], written: SourceMap) -> Config | None:
    unset = {found.loc for found in written.unset}
    try:
        return Config.model_validate(_standing_in(values, unset))
    except ValidationError as error:
        for found in error.errors(include_url=False, include_input=False):
            _tell(found["loc"], found["type"], found["msg"], found.get("ctx", {}), written)
        return None


def _standing_in(values: Any, unset: set[Loc], loc: Loc = ()) -> Any:
    """A secret that is not set is reported as that alone: something of the right shape stands in for it."""
    if loc in unset:
        return "sqlite://" if loc == ("database",) else "https://unset.invalid/"
    if isinstance(values, dict):
        return {key: _standing_in(value, unset, (*loc, key)) for key, value in values.items()}
    if isinstance(values, list):
        return [_standing_in(value, unset, (*loc, number)) for number, value in enumerate(values)]
    return values


_WORDS = {
    "string_type": "expected a text",
    "bool_type": "expected true or false",
    "bool_parsing": "expected true or false",
    "dict_type": "expected keys with their values",
    "model_type": "expected keys with their values",
    "model_attributes_type": "expected keys with their values",
    "tuple_type": "expected a list",
    "path_type": "expected the path of a folder",
}


def _tell(loc: Loc, kind: str, message: str, context: Mapping[str, Any], written: SourceMap) -> None:
    """One of pydantic's errors in this house's words. Never the value: it could be a secret."""
    loc = tuple(step for number, step in enumerate(loc) if not _is_tag(loc, number) and step != "[key]")
    name = str(loc[-1]) if loc else ""
    match kind:
        case "extra_forbidden":
            known = _keys_of(loc[:-1])
            said = f'unknown key "{name}"{did_you_mean(name, known, "expected " + ", ".join(known))}'
            written.say(loc, said, at_key=True)
        case "missing":
            written.say(loc[:-1], f"{name} is missing", at_key=True)
        case "union_tag_not_found":
            written.say(loc, f"kind is missing; expected one of {', '.join(CHANNEL_KINDS)}", at_key=True)
        case "union_tag_invalid":
            tag = str(context.get("tag", ""))[:40]
            expected = "expected one of " + ", ".join(CHANNEL_KINDS)
            written.say((*loc, "kind"), f'unknown kind "{tag}"{did_you_mean(tag, CHANNEL_KINDS, expected)}')
        case "literal_error":
            written.say(loc, f"expected {context.get('expected', 'another word')}")
        case _:
            written.say(loc, _WORDS.get(kind, message.removeprefix("Value error, ")))


def _is_tag(loc: Loc, number: int) -> bool:
    """``channels, desk, slack, token``: pydantic puts the kind of the channel among the keys."""
    return number == 2 and loc[0] == "channels" and loc[2] in CHANNEL_KINDS


def _keys_of(loc: Loc) -> tuple[str, ...]:
    """The keys that may stand at a place."""
    model: type[BaseModel] = Config
    match loc:
        case ("sources", _):
            model = SourceSettings
        case ("channels", _):
            every = dict.fromkeys(name for kind in CHANNEL_KINDS.values() for name in kind.model_fields)
            return tuple(every)
        case ("routes", _):
            model = Route
        case ("routes", _, "match"):
            model = Match
        case ("status_page",):
            model = StatusPage
    return tuple(name for name in model.model_fields if name not in ("unset", "missing"))


def _check_names(config: Config, written: SourceMap) -> None:
    """Names that one part of the file has of another, and routes that nothing reaches."""
    for name in config.sources:
        if name not in SOURCES:
            said = f'no source "{name}"{did_you_mean(name, SOURCES, "expected one of " + ", ".join(SOURCES))}'
            written.say(("sources", name), said, at_key=True)
    channels = "expected one of " + ", ".join(config.channels)
    ended = False
    for number, route in enumerate(config.routes):
        loc: Loc = ("routes", number)
        if ended:
            written.say(
                loc, "is never reached: a route above matches everything; add also: true to that, or move it down"
            )
        ended = ended or (route.match == Match() and not route.also)
        for place, name in enumerate(route.to):
            if name not in config.channels:
                said = f'no channel "{name}"{did_you_mean(name, config.channels, channels)}'
                written.say((*loc, "to", place), said)
        for place, name in enumerate(route.match.source):
            if name not in SOURCES:
                written.say((*loc, "match", "source", place), f'no source "{name}"{did_you_mean(name, SOURCES)}')


def _placed(config: Config, home: Path) -> Config:
    """Relative paths made relative to the config file, wherever the bot is started from."""
    return config.model_copy(
        update={"rules": home / config.rules, "database": SecretStr(_database_of(config.database_url, home))}
    )


def _database_of(url: str, home: Path) -> str:
    if url.startswith("postgresql://"):
        return "postgresql+psycopg://" + url.removeprefix("postgresql://")
    file, question, options = url.removeprefix("sqlite:///").partition("?")
    if not url.startswith("sqlite:///") or file in ("", ":memory:") or file.startswith("file:"):
        return url
    return f"sqlite:///{(home / file).as_posix()}{question}{options}"
