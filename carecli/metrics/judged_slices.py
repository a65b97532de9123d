"""In which slices a pack promises something of a metric, in the words of the data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from carecli.metrics.dictionary import METRICS
from carecli.metrics.dictionary_lint import band_name
from carecli.metrics.dimensions import NAMED, known_names
from carecli.metrics.facts import Facts
from carecli.metrics.judging import SURVEY_TYPE, goals_on
from carecli.metrics.traits import CLASSES, OF_CUSTOMER
from carecli.policy.bands import ANY, TOTAL
from carecli.policy.goals import Goal
from carecli.policy.pack import Pack
from carecli.policy.priorities import pack_priority
from carecli.policy.tiers import ChannelTarget
from carecli.tables import CHANNELS
from carecli.text import slug

Slice = Mapping[str, str | None]

OF_TARGET = {"asa": "asa", "median": "asa_p50", "share": "service_level"}
"""The metric by which a channel's target is judged, by its statistic; limits are judged contact by contact (C0.27)."""


def judged_slices(facts: Facts, metric_id: str) -> list[dict[str, str | None]]:
    """The slices in which the pack promises something of a metric, each once, in the pack's order."""
    found = (*_of_bands(facts.pack, metric_id), *_of_goals(facts, metric_id), *_of_targets(facts, metric_id))
    return [dict(each) for each in dict.fromkeys(tuple(where.items()) for where in found)]


def channel_targets(pack: Pack) -> Iterator[tuple[str, dict[str, str], ChannelTarget]]:
    """The targets of channels whose answers are judged together: the pack's key, the slice, the target.

    A share that the service level of a channel promises already is not said twice.
    """
    for channel, target in pack.programme.targets.items():
        if target.statistic in OF_TARGET and not (target.statistic == "share" and channel in pack.service_level):
            yield f"targets.{channel}", {"channel": channel}, target
    for name, tier in pack.programme.tiers.items():
        for channel, target in tier.targets.items():
            if target.statistic in OF_TARGET:
                yield f"tiers.{name}.targets.{channel}", {"tier": name, "channel": channel}, target


def rows_of(goal: Goal) -> dict[str, str]:
    """The dimensions of a goal that tell rows apart; the type of a survey tells metrics apart (R18)."""
    return {dimension: value for dimension, value in goal.where.items() if dimension != SURVEY_TYPE}


def of_each_channel(goal: Goal) -> bool:
    """Whether a goal of all holds for each channel too: where answers must be enough, they must be so there (R47)."""
    return goal.minimum_response is not None and not rows_of(goal)


def same_slice(where: Slice, place: Slice) -> bool:
    """Whether a slice in the words of the data is the one that a pack names."""
    return set(where) == set(place) and all(_same(name, where[name], place[name]) for name in place)


def heard_of(facts: Facts, dimension: str) -> frozenset[str]:
    """The words of a dimension by which goals tell rows apart: those of the data, of a class those of the pack."""
    if dimension in CLASSES:
        return frozenset(facts.pack.classes.values(dimension))
    return known_names(dimension, facts) if dimension in (*NAMED, *OF_CUSTOMER) else frozenset()


def _same(dimension: str, word: str | None, name: str | None) -> bool:
    """Whether a word of the data is the name a pack uses: `Elite` is `elite`, and `urgent` is `P1`."""
    if word is None or name is None:
        return word is name
    alike = slug(word).casefold() == slug(name).casefold()
    return alike or (dimension == "priority" and pack_priority(word) == name)


def _of_bands(pack: Pack, metric_id: str) -> Iterator[Slice]:
    name = band_name(METRICS[metric_id])
    flexes = pack.programme.exceptions.flexes.values()
    flexed = [flex.channel for flex in flexes if flex.metric == name]
    places = pack.service_level if name == "service_level" else pack.bands.get(name or "", {})
    for place in (*places, *flexed):
        yield {} if place in (ANY, TOTAL) else {"channel": place}


def _of_goals(facts: Facts, metric_id: str) -> Iterator[Slice]:
    goals = facts.pack.programme.goals
    for name, goal in goals_on(goals, metric_id):
        yield from _in_words(facts, rows_of(goal))
        if of_each_channel(goal) and not _is_second_arm(goals, name):
            codes = facts.surveys["channel"].drop_nulls().unique().sort().to_list()
            yield from ({"channel": CHANNELS[code - 1]} for code in codes)


def _is_second_arm(goals: Mapping[str, Goal], name: str) -> bool:
    """Whether an earlier goal names this one as its other arm, and so says it already (R46)."""
    earlier = list(goals)[: list(goals).index(name)]
    return any(goals[each].otherwise == name for each in earlier)


def _of_targets(facts: Facts, metric_id: str) -> Iterator[Slice]:
    for _, place, target in channel_targets(facts.pack):
        if OF_TARGET[target.statistic] == metric_id:
            yield from _in_words(facts, place)


def _in_words(facts: Facts, place: Mapping[str, str]) -> Iterator[Slice]:
    """A slice in the words of the data, where one name may stand in several ways; as the pack says it where in none."""
    found: list[dict[str, str | None]] = [{}]
    for name, value in place.items():
        words = sorted(word for word in heard_of(facts, name) if _same(name, word, value)) or [value]
        found = [{**each, name: word} for each in found for word in words]
    yield from found
