"""Cases: resolution, reopening, escalation, the open ones (R14, R19-R23, R34, R35, R59, R88, R89)."""

from __future__ import annotations

from fractions import Fraction

from tests.oracle.plain.registry import OF_CASES, OF_CONTACTS, counted, metric


@metric("cases_created", "count", OF_CASES)
def cases_created(facts, _window):
    return [counted(row, row["at"]) for row in facts.created]


@metric("cases_resolved", "count", OF_CASES)
def cases_resolved(facts, _window):
    return [counted(row, row["at"]) for row in facts.closures]


@metric("fcr", "ratio", OF_CONTACTS)
def fcr(facts, _window):
    """R45: reasons that take several steps of verification may be left out of the numerator, or of both."""
    left_out_of = facts.settings["counting"]["verification"]
    for row in facts.resolutions:
        verifies = facts.settings.class_of("verification", row["by"]["issue_type"]) is not None
        at_once = row["first_contact"] and not row["followed"] and not (verifies and left_out_of == "numerator")
        more = [("immature", row["immature"]), ("verification", verifies and left_out_of == "both")]
        yield counted(row, row["at"], adds=at_once, more=more)


@metric("reopen_rate", "ratio", OF_CASES)
def reopen_rate(facts, _window):
    for row in facts.closures:
        more = [(name, row[name]) for name in ("immature", "unmeasurable")]
        yield counted(row, row["at"], adds=row["reopened"], more=more)


@metric("escalation_rate", "ratio", OF_CASES)
def escalation_rate(facts, _window):
    for row in facts.created:
        reached = row["level"] >= facts.settings["escalation"]["level"]
        yield counted(row, row["at"], adds=reached, more=[("unmeasurable", row["unmeasurable"])])


def _open(facts, window, counts=lambda row: True, adds=lambda row: 1):
    """Merged and deleted ones aren't open; so only tests and what a system made is left out."""
    for row in facts.open_cases(window):
        ours = [mark for mark in row["marks"] if mark[0] in ("test", "system")]
        row = type(row)(row, marks=ours)
        yield counted(row, None, counts(row), adds(row))


@metric("backlog", "count", OF_CASES, of_time=False)
def backlog(facts, window):
    return _open(facts, window)


@metric("stale", "count", OF_CASES, of_time=False)
def stale(facts, window):
    return _open(facts, window, lambda row: row["stale"])


@metric("unassigned", "count", OF_CASES, of_time=False)
def unassigned(facts, window):
    return _open(facts, window, lambda row: row["unassigned"])


@metric("no_reply", "count", OF_CASES, of_time=False)
def no_reply(facts, window):
    return _open(facts, window, lambda row: row["unanswered"])


@metric("oldest_case", "maximum", OF_CASES, of_time=False)
def oldest_case(facts, window):
    return _open(facts, window, adds=lambda row: row["age_seconds"])


def _resolved(facts):
    return [(row, [("open again", row["open_again"])]) for row in facts.outcomes if row["resolved_at"] is not None]


@metric("ttr", "ratio", OF_CASES, scaled_parts=True)
def ttr(facts, _window):
    return [counted(row, row["resolved_at"], adds=row["ttr"], more=more) for row, more in _resolved(facts)]


@metric("ttr_p50", Fraction(1, 2), OF_CASES)
def ttr_p50(facts, window):
    return ttr(facts, window)


@metric("ttr_p90", Fraction(9, 10), OF_CASES)
def ttr_p90(facts, window):
    return ttr(facts, window)


@metric("resolved_in_48h", "ratio", OF_CASES)
def resolved_in_48h(facts, _window):
    for row in facts.outcomes:
        yield counted(row, row["due_at"], adds=row["in_time"], more=[("not due", row["not_due"])])


@metric("handoffs", "ratio", OF_CASES)
def handoffs(facts, _window):
    for row, more in _resolved(facts):
        unknown = [("unmeasurable", row["handoffs"] is None)]
        yield counted(row, row["resolved_at"], adds=row["handoffs"] or 0, more=[*more, *unknown])
