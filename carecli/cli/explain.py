"""`carecli explain`: where a number comes from, down to the rows."""

from __future__ import annotations

from functools import partial

import click

from carecli.cli.options import AS_OF, FORMAT, PACK, STORE, TZ, WHERE, WINDOW, asked, parse_where


@click.command(epilog="Example: carecli explain service_level --where queue=Billing --window 2025-05-12")
@click.argument("metric_id", metavar="ID")
@asked(STORE, AS_OF, WINDOW, PACK, TZ, WHERE, FORMAT)
@click.option("--rows", type=click.Choice(["first", "all"]), default="first", show_default=True, help="How many ids.")
def explain(
    metric_id: str,
    store: str | None,
    as_of: str | None,
    window: str | None,
    pack: str | None,
    tz: str | None,
    where: tuple[str, ...],
    output: str,
    rows: str,
) -> None:
    """Show where a number comes from: formula, pack key, window, what was left out, input files and the very rows."""
    from carecli.boards.header import header_of
    from carecli.boards.needs import metric_needs
    from carecli.cli.asking import asking
    from carecli.cli.printing import coloured, columns, put
    from carecli.metrics.dictionary import metric_named
    from carecli.metrics.evaluate import explain as explained
    from carecli.metrics.facts import build_facts
    from carecli.metrics.windows import parse_window
    from carecli.store.rows import files_of, natural_ids

    metric = metric_named(metric_id)
    circumstances = asking(store=store, as_of=as_of, pack=pack, tz=tz, where=parse_where(where))
    at, zone, policy = circumstances.as_of, circumstances.zone, circumstances.pack
    path = circumstances.settings.store
    span = parse_window(window or "7d", at, zone, circumstances.settings.week_start)
    snapshot = circumstances.load(metric_needs(as_of=at, zone=zone, pack=policy, window=span))
    explanation = explained(build_facts(snapshot, policy, at, zone), metric.id, window=span, where=circumstances.where)
    header = header_of(
        snapshot, policy, board="explain", title=metric.title, window=span, as_of=at, where=circumstances.where
    )
    files = list(dict.fromkeys(file for table, ids in explanation.rows.items() for file in files_of(path, table, ids)))

    if output == "json":
        from carecli.render.structured import explanation_json
        from carecli.text import json_text

        limit = None if rows == "all" else 500
        put(
            json_text(
                explanation_json(explanation, header, natural_ids=partial(natural_ids, path), files=files, limit=limit)
            )
        )
    else:
        from carecli.render.figures import render_explanation_text

        put(
            render_explanation_text(
                explanation,
                header,
                natural_ids=partial(natural_ids, path),
                files=files,
                width=columns(),
                color=coloured(),
            )
        )
