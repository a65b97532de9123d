"""`carecli dict`: the metric dictionary under a pack, and its lint."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from carecli.cli.options import PACK, asked

if TYPE_CHECKING:
    from carecli.boards.dictionary import DictionaryPage

FORMAT = click.option(
    "--format",
    "output",
    type=click.Choice(["text", "json", "markdown", "html"]),
    default="text",
    show_default=True,
    help="What to print.",
)


class ShowUnlessNamed(click.Group):
    """A group whose command `show` may be left out: `carecli dict asa` is `carecli dict show asa`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args[:1] not in ([name] for name in (*self.commands, *ctx.help_option_names)):
            args = ["show", *args]
        return super().parse_args(ctx, args)


@click.group(
    "dict",
    cls=ShowUnlessNamed,
    options_metavar="[METRIC]...",
    subcommand_metavar="[OPTIONS] | lint [OPTIONS]",
    epilog="Example: carecli dict asa aht --pack prestige --format markdown",
)
def dictionary() -> None:
    """The metric dictionary: what each number is, and what the pack promises of it.

    Without a metric all of them are printed. `carecli dict show --help` lists the options.
    """


@dictionary.command(epilog="Example: carecli dict --format html > dictionary.html")
@click.argument("metric_ids", nargs=-1, metavar="[METRIC]...")
@asked(PACK, FORMAT)
def show(metric_ids: tuple[str, ...], pack: str | None, output: str) -> None:
    """Print the definitions of metrics, all where none is named, as one page.

    Formula, source tables, unit, direction, window, target, what is left out, minimum n, owner and version.
    """
    from carecli.boards.dictionary import dictionary_page
    from carecli.cli.asking import asking
    from carecli.cli.printing import put
    from carecli.metrics.dictionary import METRICS, metric_named

    named = [metric_named(metric_id) for metric_id in dict.fromkeys(metric_ids)]
    page = dictionary_page(named or METRICS.values(), asking(pack=pack).pack)
    put(_rendered(page, output))


@dictionary.command(epilog="Example: carecli dict lint --pack prestige")
@asked(PACK)
def lint(pack: str | None) -> int:
    """Say what is missing in the dictionary, one line each: a field, or the metric a pack has a target for.

    Exit code 1 if anything is.
    """
    from carecli.cli.asking import asking
    from carecli.cli.printing import put
    from carecli.metrics.dictionary import METRICS
    from carecli.metrics.dictionary_lint import lint_dictionary
    from carecli.text import clean

    policy = asking(pack=pack).pack
    problems = lint_dictionary(METRICS.values(), policy)
    put("\n".join(clean(problem, limit=500) for problem in problems) or f"complete: {len(METRICS)} metrics")
    return 1 if problems else 0


def _rendered(page: DictionaryPage, output: str) -> str:
    match output:
        case "json":
            from carecli.render.dictionary_structured import dictionary_json
            from carecli.text import json_text

            return json_text(dictionary_json(page))
        case "markdown":
            from carecli.render.dictionary_markdown import render_dictionary_markdown

            return render_dictionary_markdown(page)
        case "html":
            from carecli.render.dictionary_html import render_dictionary_html

            return render_dictionary_html(page)
    from carecli.cli.printing import coloured, columns
    from carecli.render.dictionary import render_dictionary_text

    return render_dictionary_text(page, width=columns(), color=coloured())
