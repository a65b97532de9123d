"""Runs the centre and writes the exports: `python -m carecli.demo.write --out sample_data`."""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from carecli.demo import (
    SAMPLE_END,
    SAMPLE_SEED,
    SAMPLE_START,
    asterisk,
    business,
    calls,
    case_log,
    chat,
    costs,
    customers,
    forecasts,
    incidents,
    people,
    quality,
    reasons,
    surveys,
    talkdesk,
    zendesk,
)
from carecli.demo.cases import cases
from carecli.demo.desk import EmailDesk
from carecli.demo.files import Export
from carecli.demo.floor import Contact
from carecli.demo.opening import ZONE, epoch
from carecli.demo.scenario import Scenario
from carecli.demo.shifts import Block, planned, worked
from carecli.demo.simulation import LiveDays, Simulation
from carecli.demo.tickets import Ticket

LIVE_FILE = "live/queue_log"


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everything that happened, before anybody exports it."""

    scenario: Scenario
    plan: list[Block]
    live: LiveDays
    desk: EmailDesk
    tickets: list[Ticket]


def run(scenario: Scenario) -> Outcome:
    """Simulate the period, warm-up included."""
    plan = planned(scenario)
    blocks = worked(scenario, plan)
    live = Simulation(scenario, blocks).run()
    desk = EmailDesk(scenario.stream("desk"), blocks)
    return Outcome(scenario, plan, live, desk, cases(scenario, live.contacts, desk))


def start_of(end: datetime, weeks: int) -> date:
    """The first local day of a run of that many weeks ending with the day of `end`."""
    return end.astimezone(ZONE).date() - timedelta(days=7 * weeks - 1)


def write_exports(folder: Path, *, seed: int, start: date, end: datetime, compress: bool = True) -> list[Path]:
    """Write every system's export of [start, end] below `folder`; the paths written, in order."""
    export = Export(folder, compress)
    with _without_collector():
        _write_all(run(Scenario.of(seed, start, end)), export)
    return export.written


@contextmanager
def _without_collector() -> Iterator[None]:
    """Millions of small objects and hardly a cycle: searching for cycles would take a quarter of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _write_all(happened: Outcome, export: Export) -> None:
    scenario, live = happened.scenario, happened.live
    codes = reasons.Reasons(scenario)
    talkdesk.write(scenario, live.contacts, export)
    asterisk.write(scenario, live.contacts, live.states, export)
    chat.write(scenario, live.contacts, codes, export)
    zendesk.write(scenario, happened.tickets, export)
    people.write(scenario, happened.plan, live.states, happened.desk, export)
    quality.write(scenario, live.contacts, export)
    _write_around(happened, codes, export)


def _write_around(happened: Outcome, codes: reasons.Reasons, export: Export) -> None:
    """What other departments know: it draws from streams of its own, so the files above don't depend on it."""
    scenario, known = happened.scenario, customers.Customers(happened.scenario)
    tickets = zendesk.exported(scenario, happened.tickets)
    by_phone, by_chat = (
        calls.finished(scenario, happened.live.contacts),
        chat.finished(scenario, happened.live.contacts),
    )
    contacts = [*by_phone, *by_chat]
    calling = sorted({contact.arrival.customer for contact in contacts})
    reasons.write(codes, tickets, export)
    calls.write(scenario, codes, known, contacts, export)
    customers.write(known, calling, {ticket.customer for ticket in tickets}, export)
    case_log.write(scenario, tickets, export)
    surveys.write(scenario, known, contacts, calling, export)
    incidents.write(scenario, tickets, export)
    business.write(business.Ledger(scenario, codes, known).events(tickets, calling), export)
    costs.write(scenario, export)
    forecasts.write(scenario, export)


def live_events(seed: int, start: date, since: datetime) -> Iterator[tuple[datetime, str, str]]:
    """(when, relative file, text to append) for the rest of the local day of `since`, in order of time.

    The calls are those of all voice queues in the run that began at `start`, as one queue_log.
    """
    scenario = Scenario.of(seed, start, since)
    plan = planned(scenario)
    contacts: list[Contact] = Simulation(scenario, worked(scenario, plan)).run().contacts
    until = epoch(scenario.last_day + timedelta(days=1))
    for at, line in asterisk.lines_after(contacts, scenario.end, until):
        yield datetime.fromtimestamp(at, ZONE), LIVE_FILE, f"{line}\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line of this module."""
    parser = argparse.ArgumentParser(prog="python -m carecli.demo.write", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder to write to")
    parser.add_argument("--seed", type=int, default=SAMPLE_SEED)
    parser.add_argument("--weeks", type=int, help="whole weeks ending with the last day; default: the sample's")
    parser.add_argument("--plain", action="store_true", help="do not compress")
    given = parser.parse_args(arguments)
    start = SAMPLE_START if given.weeks is None else start_of(SAMPLE_END, given.weeks)
    written = write_exports(given.out, seed=given.seed, start=start, end=SAMPLE_END, compress=not given.plain)
    size = sum(path.stat().st_size for path in written)
    sys.stderr.write(f"{len(written)} files, {size / 1e6:.2f} MB in {given.out}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
