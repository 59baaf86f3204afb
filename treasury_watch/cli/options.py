"""Options that several commands have, said once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

ConfigPath = Annotated[
    Path, typer.Option("--config", metavar="FILE", help="The config file. Default: config.yaml.", show_default=False)
]
Overrides = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="Override a key of the config, such as log_level=debug."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]
Since = Annotated[
    str, typer.Option("--since", metavar="MONTH", help="Count alerts from this month on.", show_default=False)
]
Until = Annotated[
    str, typer.Option("--until", metavar="MONTH", help="Count alerts up to this month.", show_default=False)
]
CONFIG = Path("config.yaml")
