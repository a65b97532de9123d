"""Legs: service level, waits, handle times, abandonment (R5-R13, R25, R26, R32)."""

from __future__ import annotations

from fractions import Fraction

from tests.oracle.plain.registry import OF_LEGS, SECOND, counted, metric


@metric("offered", "count", OF_LEGS)
def offered(facts, _window):
    return [counted(row, row["entered"], row["offered"]) for row in facts.legs]


@metric("answered", "count", OF_LEGS)
def answered(facts, _window):
    return [counted(row, row["entered"], row["answered"]) for row in facts.legs]


@metric("abandoned", "count", OF_LEGS)
def abandoned(facts, _window):
    return [counted(row, row["entered"], row["abandoned"]) for row in facts.legs]


@metric("abandonment", "ratio", OF_LEGS)
def abandonment(facts, _window):
    return [counted(row, row["entered"], row["offered"], row["abandoned"]) for row in facts.legs]


@metric("service_level", "ratio", OF_LEGS)
def service_level(facts, _window):
    for row in facts.legs:
        untimed = row["answered"] and row["wait_ms"] is None
        more = [("arrived closed", row["arrived_closed"]), ("no queue time", untimed)]
        if row["targeted"]:
            yield counted(row, row["entered"], row["base"], row["within"], more)


def _waits(facts):
    for row in facts.legs:
        more = [("short", row["short_call"]), ("no queue time", row["wait_ms"] is None)]
        if row["answered"]:
            yield counted(row, row["entered"], adds=row["wait_ms"], more=more)


@metric("asa", "ratio", OF_LEGS, scale=SECOND, scaled_parts=True)
def asa(facts, _window):
    return _waits(facts)


@metric("asa_p90", Fraction(9, 10), OF_LEGS, scale=SECOND)
def asa_p90(facts, _window):
    return _waits(facts)


@metric("asa_p50", Fraction(1, 2), OF_LEGS, scale=SECOND)
def asa_p50(facts, _window):
    return _waits(facts)


def _handled(facts, value):
    for row in facts.legs:
        more = [("no handle time", row["handle_ms"] is None)]
        if row["answered"]:
            yield counted(row, row["entered"], adds=value(row), more=more)


@metric("aht", "ratio", OF_LEGS, scale=SECOND, scaled_parts=True)
def aht(facts, window):
    """R26: at most the nearest-rank percentile of the channel over the window, whatever slice is asked for."""
    by_channel = {}
    for row in facts.legs:
        left_out = any(holds for _, holds in row["marks"])
        if window.holds(row["entered"]) and not left_out and row["handle_ms"] is not None:
            by_channel.setdefault(row["by"]["channel"], []).append(row["handle_ms"])
    percent = facts.settings["aht"]["cap_percentile"]
    caps = {channel: sorted(all_)[-(-percent * len(all_) // 100) - 1] for channel, all_ in by_channel.items()}

    def capped(row):
        cap = caps.get(row["by"]["channel"])
        return 0 if None in (cap, row["handle_ms"]) else min(cap, row["handle_ms"])

    return _handled(facts, capped)


@metric("aht_p50", Fraction(1, 2), OF_LEGS, scale=SECOND)
def aht_p50(facts, _window):
    return _handled(facts, lambda row: row["handle_ms"])


@metric("aht_p90", Fraction(9, 10), OF_LEGS, scale=SECOND)
def aht_p90(facts, _window):
    return _handled(facts, lambda row: row["handle_ms"])


def _part(facts, name, title):
    for row in facts.legs:
        more = [("no handle time", row["handle_ms"] is None), (f"no {title} time", row[name] is None)]
        if row["answered"]:
            yield counted(row, row["entered"], adds=row[name], more=more)


@metric("aht_talk", "ratio", OF_LEGS, scale=SECOND, scaled_parts=True)
def aht_talk(facts, _window):
    return _part(facts, "talk_ms", "talk")


@metric("aht_hold", "ratio", OF_LEGS, scale=SECOND, scaled_parts=True)
def aht_hold(facts, _window):
    return _part(facts, "hold_ms", "hold")


@metric("aht_wrap", "ratio", OF_LEGS, scale=SECOND, scaled_parts=True)
def aht_wrap(facts, _window):
    return _part(facts, "wrap_ms", "wrap")


@metric("waiting", "count", OF_LEGS, of_time=False, only_now=True)
def waiting(facts, _window):
    return [counted(row, None) for row in facts.legs if row["waiting"]]


@metric("longest_wait", "maximum", OF_LEGS, of_time=False, only_now=True, scale=SECOND)
def longest_wait(facts, _window):
    return [counted(row, None, adds=row["wait_ms"]) for row in facts.legs if row["waiting"]]
