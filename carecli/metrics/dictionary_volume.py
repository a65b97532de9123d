"""Volume: how often customers reached us (R2, R3, R33)."""

from __future__ import annotations

from dataclasses import replace

from carecli.metrics import contacts
from carecli.metrics.measures import SYSTEM, TEST, Exclusion, Metric, flag, rows, unset
from carecli.policy.pack import Pack

SWITCHED = {switched.reason: switched.key for switched in (TEST, SYSTEM)}


def _no_touch_window(pack: Pack) -> str:
    return f"{pack.fcr.days} {pack.fcr.unit.replace('_', ' ')}, of the same case {pack.fcr.same_case_days} days"


VOLUME = Metric(
    id="volume",
    title="Contacts",
    unit="contacts",
    direction="none",
    shape="count",
    formula="inbound contacts, by arrival; a contact and the case it opened count once; a customer message after a "
    "resolution is a contact",
    numerator=rows("contacts"),
    denominator=None,
    exclusions=tuple(Exclusion(reason, flag(name), SWITCHED.get(reason, "")) for reason, name in contacts.EXCLUSIONS),
    time="at",
    window="by arrival",
    sources=("interactions", "cases", "case_events"),
    needs=("interactions", "cases"),
    requirement="R2, R33",
    pack_key="exclusions",
)

VOLUME_NEW = replace(
    VOLUME,
    id="volume_new",
    title="New contacts",
    formula="contacts that are no follow-up",
    numerator=rows("contacts", unset("follow_up")),
    look_back=_no_touch_window,
    requirement="R3",
    pack_key="fcr.days",
    version=2,
)

VOLUME_FOLLOW_UP = replace(
    VOLUME,
    id="volume_follow_up",
    title="Follow-up contacts",
    formula="contacts with an earlier contact of the same case inside its days, or of the same customer and reason "
    "(without a reason: and queue) inside the no-touch window",
    numerator=rows("contacts", flag("follow_up")),
    look_back=_no_touch_window,
    requirement="R3",
    pack_key="fcr.days",
    version=2,
)

VOLUME_METRICS = (VOLUME, VOLUME_NEW, VOLUME_FOLLOW_UP)
