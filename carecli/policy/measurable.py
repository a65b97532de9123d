"""What a feed must carry so that a promise can be measured (R105)."""

from __future__ import annotations

from collections.abc import Iterator

from carecli.policy.pack import Pack

Needed = tuple[str, ...]
"""Columns as `table.column`, any one of which is enough."""

WAIT: Needed = ("legs.queue_time_sec", "legs.answered_at", "interactions.queue_time_sec", "interactions.answered_at")
FIRST_RESPONSE: Needed = ("cases.first_response_at", "case_events.at")
OF_CLOCK: dict[str, Needed] = {
    "first_response": FIRST_RESPONSE,
    "next_response": ("case_events.at",),
    "update": ("case_events.at",),
    "workaround": ("case_events.at",),
    "resolution": ("cases.last_resolved_at", "cases.first_resolved_at", "interactions.resolved_at"),
}
OF_METRIC: dict[str, Needed] = {
    "asa": WAIT,
    "aht": ("legs.talk_sec", "interactions.talk_sec", "interactions.handle_time_sec"),
    "abandonment": ("legs.outcome", "interactions.outcome"),
    "fcr": ("cases.last_resolved_at", "cases.first_resolved_at", "interactions.resolved_at"),
    "ttr": ("cases.last_resolved_at", "cases.first_resolved_at"),
    "resolved_in_48h": ("cases.last_resolved_at", "cases.first_resolved_at"),
    "repeat_contacts": ("interactions.customer_id", "cases.customer_id"),
    "csat": ("surveys.score", "interactions.csat_score"),
    "nps": ("surveys.score", "interactions.nps_score"),
    "csat_response_rate": ("surveys.sent_at",),
    "reopen_rate": ("cases.reopened_at", "case_events.at"),
    "escalation_rate": ("cases.escalation_level",),
}
LIVE = ("voice", "chat")


def needed_columns(pack: Pack) -> Iterator[tuple[str, Needed]]:
    """Each promise by its key, with the columns it needs; several entries where it needs several."""
    for channel in pack.service_level:
        yield f"service_level.{channel}", WAIT if channel in LIVE else FIRST_RESPONSE
    for tier, promised in pack.programme.tiers.items():
        yield f"tiers.{tier}", ("cases.tier", "customers.tier", "customers.plan")
        for channel in promised.targets:
            yield f"tiers.{tier}.targets.{channel}", WAIT if channel in LIVE else FIRST_RESPONSE
    for priority, clocks in pack.priorities.items():
        yield f"priorities.{priority}", ("cases.priority",)
        for clock in clocks:
            yield f"priorities.{priority}.{clock}", OF_CLOCK[clock]
    yield from _of_bands_and_goals(pack)
    yield from _of_callbacks(pack)


def unmeasurable(pack: Pack, present: frozenset[str]) -> list[str]:
    """What can't be measured with these columns, as sentences; such a promise is never shown as 0 or 100 % (R105)."""
    return [
        f"{key}: unmeasurable, no feed carries {' or '.join(columns)} (R105)"
        for key, columns in needed_columns(pack)
        if present.isdisjoint(columns)
    ]


def _of_bands_and_goals(pack: Pack) -> Iterator[tuple[str, Needed]]:
    for metric in pack.bands:
        if metric in OF_METRIC:
            yield f"bands.{metric}", OF_METRIC[metric]
    for name, goal in pack.programme.goals.items():
        if goal.metric in OF_METRIC:
            yield f"goals.{name}", OF_METRIC[goal.metric]


def _of_callbacks(pack: Pack) -> Iterator[tuple[str, Needed]]:
    """R108, R109: offers and acceptances must be told (C0.31)."""
    callback = pack.programme.callback
    if callback is not None and callback.offer_after_sec is not None:
        yield "callback.offer_after", ("interactions.callback_offered_at",)
    if callback is not None and callback.within_sec is not None:
        yield "callback.within", ("interactions.callback_accepted_at",)
