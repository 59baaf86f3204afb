"""
A thousand different rules, drawn with a fixed seed.

Levels are such as people set: a rule fires a few times a year over all holders, not every month.
"""

from __future__ import annotations

import random

from treasury_watch.core.figures.datasets import HOLDINGS
from treasury_watch.core.rules.model import Among, Condition, Measure, Mode, Rule, Severity

_MEASURES = (
    *[(Measure("change", n), -30.0 * n**0.5, -90.0 * n**0.5) for n in (1, 2, 3, 6, 12)],
    (Measure("percent_change", 1), -15.0, -40.0),
    (Measure("zscore", 12), -3.5, -7.0),
    (Measure("value"), 5.0, 120.0),
)


def generated(count: int, seed: int = 7) -> list[Rule]:
    """That many rules on holdings, of every holder: a third until_clear, some with levels, some among the top 20."""
    draw = random.Random(seed)  # noqa: S311 (rules for a benchmark, not secrets)
    return [_rule(number, draw) for number in range(count)]


def _rule(number: int, draw: random.Random) -> Rule:
    measure, mild, sharp = _MEASURES[number % len(_MEASURES)]
    level = round(draw.uniform(mild, sharp), 1)
    sharper = Condition("below", round(level * (1.5 if level < 0 else 0.5), 1))
    return Rule(
        id=f"generated-{number}",
        title="{holder} {measure} in {period}",
        data=HOLDINGS,
        each="holder",
        measure=measure,
        fire=Condition("below", level),
        levels=((Severity.HIGH, sharper),) if number % 4 == 0 else (),
        among=Among(20) if number % 5 == 0 else None,
        # A level told again each month would be a rule that nobody keeps.
        mode=Mode.UNTIL_CLEAR if number % 3 == 0 or measure.kind == "value" else Mode.EACH_RELEASE,
    )


def as_yaml(rules: list[Rule]) -> str:
    """The rules as a person would write them."""
    lines = ["rules:"]
    for rule in rules:
        unit = {"percent_change": "%", "zscore": ""}.get(rule.measure.kind, "bn")
        months = f"{rule.measure.n} month{'s' * (rule.measure.n != 1)}"
        lines += [
            f"  - id: {rule.id}",
            f'    title: "{rule.title}"',
            f"    data: {rule.data}",
            "    each: holder",
            f"    measure: {f'{{{rule.measure.kind}: {months}}}' if rule.measure.n else rule.measure.kind}",
            f"    fire: {{below: {rule.fire.a}{unit}}}",
            f"    mode: {rule.mode}",
        ]
        if rule.among:
            lines.append(f"    among: {{top: {rule.among.top}, ranked: previous}}")
        lines += [f"    levels: {{{severity.word}: {level.a}{unit}}}" for severity, level in rule.levels]
    return "\n".join(lines) + "\n"
