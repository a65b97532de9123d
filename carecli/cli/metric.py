"""`carecli metric`: any metric by any dimension."""

from __future__ import annotations

import click

from carecli.cli.options import AS_OF, BY, FORMAT, PACK, STORE, TZ, WHERE, WINDOW, asked, parse_by, parse_where


@click.command(epilog="Example: carecli metric service_level asa --by channel,queue --window 7d")
@click.argument("metric_ids", nargs=-1, required=True, metavar="ID...")
@asked(STORE, AS_OF, WINDOW, PACK, TZ, WHERE, BY, FORMAT)
@click.option("--totals", is_flag=True, help="Also the figure over all slices, computed anew from the rows.")
def metric(
    metric_ids: tuple[str, ...],
    store: str | None,
    as_of: str | None,
    window: str | None,
    pack: str | None,
    tz: str | None,
    where: tuple[str, ...],
    by: str,
    output: str,
    totals: bool,
) -> None:
    """Print metrics over a window, sliced as you like.

    No data is no number: a figure without one says why. `carecli explain ID` shows where it comes from.
    """
    from carecli.boards.header import header_of
    from carecli.boards.needs import metric_needs
    from carecli.cli.asking import asking
    from carecli.cli.printing import coloured, columns, put
    from carecli.metrics.dictionary import metric_named
    from carecli.metrics.evaluate import figures
    from carecli.metrics.facts import build_facts
    from carecli.metrics.windows import parse_window

    ids = [metric_named(metric_id).id for metric_id in metric_ids]
    circumstances = asking(store=store, as_of=as_of, pack=pack, tz=tz, where=parse_where(where))
    at, zone, policy = circumstances.as_of, circumstances.zone, circumstances.pack
    span = parse_window(window or "7d", at, zone, circumstances.settings.week_start)
    snapshot = circumstances.load(metric_needs(as_of=at, zone=zone, pack=policy, window=span))
    facts = build_facts(snapshot, policy, at, zone)
    slices = parse_by(by)
    found = figures(facts, ids, window=span, by=slices, where=circumstances.where)
    if totals and slices:
        found += figures(facts, ids, window=span, where=circumstances.where)
    header = header_of(
        snapshot, policy, board="metric", title=", ".join(ids), window=span, as_of=at, where=circumstances.where
    )
    if output == "json":
        from carecli.render.structured import figures_json
        from carecli.text import json_text

        put(json_text(figures_json(found, header)))
    else:
        from carecli.render.figures import render_figures_text

        put(render_figures_text(found, header, width=columns(), color=coloured()))
