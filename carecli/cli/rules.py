"""`carecli rules`: a pack's alert rules in words, and how often they would have fired."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from carecli.cli.options import AS_OF, FORMAT, PACK, STORE, TZ, WHERE, asked, parse_where
from carecli.errors import UsageProblem

if TYPE_CHECKING:
    from carecli.cli.asking import Asking
    from carecli.metrics.facts import Facts
    from carecli.metrics.rules.alarms import Missing, Rule

LONGEST = 400


@click.group(epilog="Example: carecli rules test --pack care-package --days 28")
def rules() -> None:
    """The alert rules of the pack in force: in words, and replayed over past days.

    A rule is a table of [alerts] in a pack, and yours go into a pack of your own:

    \b
    [alerts.slow]
    metric = "asa"
    above = "60 s"                  # or at_least, below, at_most
    sustained = "15 min"            # in each interval of so long a time;
    every = "5 min"                 # or once a day: window = "7d", for = "3d"
    where = { queue = "Billing" }
    clears_below = "40 s"           # the alarm ends there,
    clears_after = 2                # after so many intervals in a row
    minimum_n = 5                   # an interval of fewer contacts says nothing

    `carecli check` says whose alarm is on.
    """


@rules.command("list", epilog="Example: carecli rules list --pack care-package")
@asked(PACK, TZ, FORMAT)
def list_(pack: str | None, tz: str | None, output: str) -> None:
    """Print the rules in words: when the alarm begins, when it ends, of which slice, where it is written."""
    from carecli.boards.rules import rule_line
    from carecli.cli.asking import asking
    from carecli.cli.printing import coloured, columns, put
    from carecli.metrics.rules.alarms import rules_of
    from carecli.text import json_text

    policy = asking(pack=pack, tz=tz).pack
    lines = [rule_line(policy, rule) for rule in rules_of(policy, {})]
    name = f"{policy.id} {policy.version}"
    if output == "json":
        from carecli.render.rules import rules_json

        put(json_text(rules_json(lines, name)))
        return
    from carecli.render.rules import render_rules_text

    put(render_rules_text(lines, name, width=columns(), color=coloured()))


@rules.command(epilog="Example: carecli rules test --try 'abandonment > 10% for 15min' --as-of last")
@click.argument("names", nargs=-1, metavar="[RULE]...")
@click.option("--days", type=click.IntRange(1, LONGEST), default=28, show_default=True, help="The last so many days.")
@click.option("--try", "tried", multiple=True, metavar="EXPR", help="A rule that is in no pack: its alarm's condition.")
@asked(STORE, AS_OF, PACK, TZ, WHERE, FORMAT)
def test(
    names: tuple[str, ...],
    days: int,
    tried: tuple[str, ...],
    store: str | None,
    as_of: str | None,
    pack: str | None,
    tz: str | None,
    where: tuple[str, ...],
    output: str,
) -> None:
    """Replay each rule over the last days: how often it would have fired, when, for how long, on how much data.

    The days end with that of --as-of. An interval counts what was known at its end; whole days count what is known as
    of --as-of. --try takes an expression of `carecli check`, with `for`, as the condition of an alarm.
    """
    from carecli.boards.header import local_time
    from carecli.boards.rules import ReplayPage, first_needed, replay_line
    from carecli.cli.asking import asking
    from carecli.cli.printing import coloured, columns, put
    from carecli.metrics.windows import parse_window

    circumstances = asking(store=store, as_of=as_of, pack=pack, tz=tz, where=parse_where(where))
    window = parse_window(f"{days}d", circumstances.as_of, circumstances.zone)
    found = [*_named(circumstances, names, bool(tried)), *(_tried(circumstances, text) for text in tried)]
    if not found:
        raise UsageProblem(
            f"the pack {circumstances.pack.id} has no alert rules", hint="--try 'abandonment > 8% for 15min'"
        )
    facts = facts_from(circumstances, first_needed(found, window))
    policy, zone = circumstances.pack, circumstances.zone
    lines = tuple(replay_line(facts, rule, window) for rule in found)
    page = ReplayPage(local_time(circumstances.as_of, zone), zone, f"{policy.id} {policy.version}", window, lines)
    if output == "json":
        from carecli.render.rules import replay_json
        from carecli.text import json_text

        put(json_text(replay_json(page)))
        return
    from carecli.render.rules import render_replay_text

    put(render_replay_text(page, width=columns(), color=coloured()))


def facts_from(circumstances: Asking, first: date) -> Facts:
    """The facts of the days from `first` to that of `as_of`."""
    from carecli.boards.needs import metric_needs
    from carecli.clocks.wall_time import local_date
    from carecli.metrics.facts import build_facts
    from carecli.metrics.windows import window_of

    at, zone, pack = circumstances.as_of, circumstances.zone, circumstances.pack
    window = window_of(first, max(first, local_date(at, ZoneInfo(zone))), zone)
    return build_facts(circumstances.load(metric_needs(as_of=at, zone=zone, pack=pack, window=window)), pack, at, zone)


def _named(circumstances: Asking, names: tuple[str, ...], others: bool) -> list[Rule | Missing]:
    """The rules of those names; all of the pack where none is named and none is tried."""
    from carecli.metrics.rules.alarms import rules_of

    if not names and others:
        return []
    held = {rule.name: rule for rule in rules_of(circumstances.pack, circumstances.where)}
    for name in names:
        if name not in held:
            raise UsageProblem(
                f"the pack {circumstances.pack.id} has no alert rule {name!r}",
                hint=f"it has {', '.join(held) or 'none'}",
            )
    return [held[name] for name in names or held]


def _tried(circumstances: Asking, text: str) -> Rule:
    from carecli.boards.rules import tried_rule
    from carecli.metrics.rules.language import parse

    rule = tried_rule(parse(text), circumstances.where)
    if rule is None:
        raise UsageProblem(f"{text!r}: a rule says for how long", hint="abandonment > 10% for 15min")
    return rule
