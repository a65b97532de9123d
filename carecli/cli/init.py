"""`carecli init`: the first start in the terminal, and what both it and the app's first screen do with the answers."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import click

from carecli import config
from carecli.cli.options import parse_where
from carecli.config import THEMES
from carecli.errors import CareError
from carecli.policy.first_choices import OWN_PACK, FirstChoices, checked, own_pack, pack_hours


@click.command(epilog="Example: carecli init --yes --tz Europe/Berlin --hours 'Mon-Fri 08:00-20:00' --holidays DE-BE")
@click.option("--tz", "zone", metavar="ZONE", help="The reporting zone, such as Europe/Berlin.")
@click.option("--pack", metavar="NAME", help="Care programme: a name, or a TOML file.")
@click.option("--hours", metavar="HOURS", help="Opening hours: 'Mon-Fri 09:00-18:00; Sat 10:00-14:00'.")
@click.option("--holidays", metavar="CODE", help="Public holidays that close the day: DE, or DE-BE for a state.")
@click.option("--exports", metavar="PATH", help="A file or folder of exports to import now.")
@click.option("--where", metavar="DIM=VALUE", multiple=True, help="Your queue, or one other slice, for every question.")
@click.option("--theme", type=click.Choice(THEMES), help="Colours of the app.")
@click.option("--yes", is_flag=True, help="Ask nothing: what no option says stays as it is.")
def init(
    zone: str | None,
    pack: str | None,
    hours: str | None,
    holidays: str | None,
    exports: str | None,
    where: tuple[str, ...],
    theme: str | None,
    yes: bool,
) -> int:
    """Set carecli up: zone, opening hours, holidays, care programme, exports and your queue.

    Run it again to change an answer. Only the keys asked for are changed in config.toml; hours and holidays that differ
    from the programme's go into a pack of your own that extends it.
    """
    before = proposed()
    country, _, subdivision = (holidays or "").partition("-")
    typed = replace(
        before,
        zone=zone or before.zone,
        pack=pack or before.pack,
        hours=hours or "",
        country=country,
        subdivision=subdivision,
        exports=exports or "",
        where=parse_where(where) if where else before.where,
        theme=theme or before.theme,
    )
    choices = checked(typed) if yes else _asked(typed)
    for line in apply_choices(choices):
        click.echo(line)
    return import_exports(choices)


def proposed() -> FirstChoices:
    """The settings in force, as answers."""
    settings = config.load()
    return FirstChoices(settings.tz, settings.pack, where=settings.where, theme=settings.theme)


def _asked(typed: FirstChoices) -> FirstChoices:
    """Every question in turn, the answer so far as its default; once more where something makes no sense."""
    while True:
        typed = _ask_all(typed)
        try:
            return checked(typed)
        except CareError as problem:
            click.echo(f"{problem.message}. {problem.hint or ''}".rstrip(), err=True)


def _ask_all(typed: FirstChoices) -> FirstChoices:
    zone = click.prompt("Time zone of your reports", default=typed.zone)
    pack = click.prompt("Care programme (carecli pack list)", default=typed.pack)
    hours = click.prompt("Opening hours", default=typed.hours or "; ".join(_hours_of(pack)))
    code = "-".join(part for part in (typed.country, typed.subdivision) if part)
    holidays = click.prompt("Public holidays, such as DE or DE-BE (empty: none)", default=code, show_default=bool(code))
    queue = click.prompt("Your queue (empty: as it is)", default=typed.where.get("queue", ""), show_default=False)
    exports = click.prompt("Exports to import now (empty: none)", default=typed.exports, show_default=False)
    country, _, subdivision = holidays.strip().partition("-")
    return replace(
        typed,
        zone=zone.strip(),
        pack=pack.strip(),
        hours=hours,
        country=country,
        subdivision=subdivision,
        where={**typed.where, **({"queue": queue.strip()} if queue.strip() else {})},
        exports=exports.strip(),
    )


def _hours_of(pack: str) -> list[str]:
    """The hours of a pack; none where there is no such pack, which is said when all is answered."""
    try:
        return pack_hours(pack)
    except CareError:
        return []


def apply_choices(choices: FirstChoices) -> list[str]:
    """Write the settings, and a pack of one's own where hours or holidays differ; what was changed, in lines."""
    from carecli.cli.config_writing import change_settings

    path, pack, said = config.config_file(), choices.pack, []
    if choices.differs:
        own = _write_own_pack(path.parent / "packs", choices)
        pack = own.stem
        said.append(f"{own}: extends {choices.pack}")
    texts = {"tz": choices.zone, "pack": pack}
    if choices.theme != THEMES[0] or "theme" in config.read_settings(path):
        texts["theme"] = choices.theme
    changed = change_settings(path, texts, {"where": dict(choices.where)})
    return [*said, f"{path}:", *(f"  {line}" for line in changed or ["nothing to change"])]


def _write_own_pack(folder: Path, choices: FirstChoices) -> Path:
    """The new file. One that is there is never written over: it may say more by now."""
    from carecli.files import write_whole

    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    content = own_pack(choices).encode()
    for name in (OWN_PACK, *(f"{OWN_PACK}-{number}" for number in range(2, 1000))):
        path = folder / f"{name}.toml"
        if not path.exists():
            write_whole(path, content)
        if path.read_bytes() == content:
            return path
    raise CareError(f"{folder} holds too many packs already")


def import_exports(choices: FirstChoices) -> int:
    """Import from what was named, each file with its line; then how to go on. The exit code of the import."""
    if not choices.exports:
        click.echo("next: carecli import FILE..., or carecli demo to look around in invented data", err=True)
        return 0
    from carecli.cli.importing import as_text, exit_code
    from carecli.intake.importing import ImportRequest, import_files

    settings = config.load()
    request = ImportRequest(
        settings.store, settings.key_file, int(time.time()), mappings=settings.mappings, zones=settings.zones
    )
    folder, results = Path(choices.exports).expanduser(), []
    for result in import_files([folder], request):
        results.append(result)
        click.echo(as_text(result))
    click.echo(f"next: carecli opens the app; carecli watch {folder} imports what comes in later", err=True)
    return exit_code(results)
