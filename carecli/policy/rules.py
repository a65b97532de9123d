"""What counts, metric by metric: the small tables of a pack. Times are milliseconds or seconds, as the name says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from carecli.clocks.business_days import DayMode
from carecli.policy.section import Section
from carecli.policy.targets import CLOCK_NAMES, DAY_SECONDS, ClockName, ClockTarget
from carecli.tables import CASE_STATUSES, CHANNELS, LEG_OUTCOMES

HOUR_SECONDS = 3600
DayUnit = Literal["days", "business_days"]
Late = Literal["exclude", "keep"]
StaleClock = Literal["elapsed", "business"]


@dataclass(frozen=True, slots=True)
class Offered:
    """Leg outcomes that count as offered, in two groups; all others are outside (C0.6)."""

    answered: tuple[str, ...]
    abandoned: tuple[str, ...]
    short_ms: int
    """Abandoned sooner than this is a short abandon (R5)."""

    @property
    def outcomes(self) -> tuple[str, ...]:
        return self.answered + self.abandoned


@dataclass(frozen=True, slots=True)
class Asa:
    """A whole call shorter than `short_call_ms` is left out of ASA only (R25)."""

    short_call_ms: int


@dataclass(frozen=True, slots=True)
class Aht:
    """Percentile at which reported AHT is capped (R26), and the channels whose AHT is per resolved case (R12)."""

    cap_percentile: int
    per_resolution: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fcr:
    """No follow-up within `days`, end included (R14, R34, R35)."""

    days: int
    unit: DayUnit
    separate_followups_count: bool
    same_case_days: int
    """A contact of a case this many days of 24 h after the one before, end included, is a follow-up (R3)."""
    dim_below: int
    """FCR of fewer cases than this is shown dimmed, never left out (R44)."""
    day_mode: DayMode = "budget"

    @property
    def same_case_sec(self) -> int:
        return self.same_case_days * DAY_SECONDS

    @property
    def window(self) -> ClockTarget:
        """The no-touch window as a clock that starts at the resolution."""
        if self.unit == "days":
            return ClockTarget("elapsed", seconds=self.days * DAY_SECONDS)
        return ClockTarget("business", days=self.days, day_mode=self.day_mode)


@dataclass(frozen=True, slots=True)
class Csat:
    """Cells under `minimum_n` are suppressed (R31); later than `late_hours` after resolution is late (R16)."""

    minimum_n: int
    late_hours: int
    late: Late
    favourable_from: Mapping[int, int]
    """The lowest favourable score by the top of the scale (R15); a scale that is missing can't be judged."""

    @property
    def late_sec(self) -> int:
        return self.late_hours * HOUR_SECONDS


@dataclass(frozen=True, slots=True)
class Nps:
    """Promoters from, detractors to, both included (R17)."""

    minimum_n: int
    promoters_from: int
    detractors_to: int


@dataclass(frozen=True, slots=True)
class Reopen:
    """Reopened within `days` x 24 h of closure, end included (R19)."""

    days: int

    @property
    def window_sec(self) -> int:
        return self.days * DAY_SECONDS


@dataclass(frozen=True, slots=True)
class Escalation:
    """A case counts that ever reached `level` (R20)."""

    level: int


@dataclass(frozen=True, slots=True)
class Backlog:
    """Age buckets, half-open (R22), and when a case is stale: `stale_hours` or more without an action (R23)."""

    buckets_hours: tuple[int, ...]
    stale_hours: int
    stale_clock: StaleClock

    @property
    def bucket_edges_sec(self) -> tuple[int, ...]:
        """The inner edges: an age equal to one belongs to the bucket above it."""
        return tuple(hours * HOUR_SECONDS for hours in self.buckets_hours)

    @property
    def bucket_names(self) -> tuple[str, ...]:
        """Such as `0-24 h`, `24-48 h`, `2-7 d`, `7 d+`: one more than there are inner edges."""
        names = [_hours_text(low, high) for low, high in pairwise((0, *self.buckets_hours))]
        return (*names, _hours_text(self.buckets_hours[-1], None))

    @property
    def stale_sec(self) -> int:
        return self.stale_hours * HOUR_SECONDS


@dataclass(frozen=True, slots=True)
class Exclusions:
    """Whether test contacts and system-generated events are left out (R33)."""

    test: bool
    system: bool


@dataclass(frozen=True, slots=True)
class Pauses:
    """Reasons that stop a clock (R126), which clocks each stops (C0.29), and the case status that means it."""

    reasons: tuple[str, ...]
    stops: Mapping[ClockName, tuple[str, ...]]
    status: Mapping[str, str]

    def stop(self, clock: ClockName, reason: str) -> bool:
        """Whether a pause for `reason` stops a clock."""
        return reason in self.stops.get(clock, ())


def read_offered(section: Section) -> Offered:
    with section:
        answered, abandoned = (section.texts(key, among=LEG_OUTCOMES) for key in ("answered", "abandoned"))
        if set(answered) & set(abandoned):
            raise section.problem("abandoned", "no outcome that is answered too")
        return Offered(answered, abandoned, int(section.seconds("short").value * 1000))


def read_asa(section: Section) -> Asa:
    with section:
        return Asa(int(section.seconds("short_call").value * 1000))


def read_aht(section: Section) -> Aht:
    with section:
        return Aht(section.whole("cap_percentile", 1, 100), section.texts("per_resolution", among=CHANNELS))


def read_fcr(section: Section, day_mode: DayMode) -> Fcr:
    with section:
        return Fcr(
            section.whole("days", 1, 365),
            section.choice("unit", _DAY_UNITS),
            section.flag("separate_followups_count"),
            section.whole("same_case_days", 1, 3650),
            section.whole("dim_below"),
            day_mode,
        )


def read_csat(section: Section) -> Csat:
    with section:
        return Csat(
            minimum_n=section.whole("minimum_n"),
            late_hours=section.whole("late_hours", 1),
            late=section.choice("late", _LATE),
            favourable_from=_read_favourable(section.section("favourable_from")),
        )


def read_nps(section: Section) -> Nps:
    with section:
        detractors_to = section.whole("detractors_to", 0, 9)
        promoters_from = section.whole("promoters_from", detractors_to + 1, 10)
        return Nps(section.whole("minimum_n"), promoters_from, detractors_to)


def read_reopen(section: Section) -> Reopen:
    with section:
        return Reopen(section.whole("days", 1, 365))


def read_escalation(section: Section) -> Escalation:
    with section:
        return Escalation(section.whole("level", 1, 9))


def read_backlog(section: Section) -> Backlog:
    with section:
        hours = section.raw("buckets_hours")
        whole = isinstance(hours, list) and all(type(edge) is int and edge > 0 for edge in hours)
        if not whole or not hours or sorted(set(hours)) != hours:
            raise section.problem("buckets_hours", "a list of rising whole hours")
        return Backlog(tuple(hours), section.whole("stale_hours", 1), section.choice("stale_clock", _STALE_CLOCKS))


def read_exclusions(section: Section) -> Exclusions:
    with section:
        return Exclusions(section.flag("test"), section.flag("system"))


def read_pauses(section: Section) -> Pauses:
    with section:
        reasons = section.texts("reasons")
        stops, status = section.section("stops"), section.section("status")
        with stops, status:
            return Pauses(
                reasons,
                {clock: stops.texts(clock, among=reasons) for clock in CLOCK_NAMES if stops.has(clock)},
                {name: status.choice(name, reasons) for name in CASE_STATUSES if status.has(name)},
            )


_DAY_UNITS: tuple[DayUnit, ...] = ("days", "business_days")
_LATE: tuple[Late, ...] = ("exclude", "keep")
_STALE_CLOCKS: tuple[StaleClock, ...] = ("elapsed", "business")


def _read_favourable(section: Section) -> dict[int, int]:
    tops = {int(key): key for key in section.values if key.isdigit()}
    with section:
        return {top: section.whole(tops[top], 1, top) for top in sorted(tops)}


def _hours_text(low: int, high: int | None) -> str:
    days = low >= 48 and low % 24 == 0 and (high or 0) % 24 == 0
    start, end, unit = (low // 24, high and high // 24, "d") if days else (low, high, "h")
    return f"{start} {unit}+" if end is None else f"{start}-{end} {unit}"
