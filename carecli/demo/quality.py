"""Quality reviews: five an agent and week by four graders, one of whom is harsh."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from carecli.demo.centre import AGENT, GRADERS, QUEUE
from carecli.demo.files import Export, csv_text
from carecli.demo.floor import Contact
from carecli.demo.opening import day_of, iso, next_open_day, opening
from carecli.demo.scenario import Scenario

REVIEWS_A_WEEK = 5
TARGETED_SHARE = 0.15
SCORE_SPREAD = 4.0
HEADER = (
    *("source", "review_id", "agent_id", "interaction_id"),
    *("reviewer_id", "reviewed_at", "channel", "sample", "score"),
)
Review = tuple[int, str, str, str, str, str, float]
"""Reviewed at, agent, interaction, reviewer, channel, sample, score."""


def _by_agent_and_week(scenario: Scenario, contacts: list[Contact]) -> dict[tuple[date, str], list[Contact]]:
    """Contacts an agent answered, by the Monday of their week."""
    groups: dict[tuple[date, str], list[Contact]] = {}
    for contact in contacts:
        leg = contact.legs[-1]
        if contact.direction == "in" and leg.answered and leg.agent and leg.entered >= scenario.from_epoch:
            day = day_of(leg.entered)
            groups.setdefault((day - timedelta(days=day.weekday()), leg.agent), []).append(contact)
    return groups


def _reviewed_at(rng: Random, contact: Contact) -> int:
    """One to three open days later, within hours."""
    day = day_of(contact.legs[-1].entered)
    for _ in range(rng.randint(1, 3)):
        day = next_open_day(day + timedelta(days=1))
    hours = opening(day)
    assert hours is not None
    return rng.randrange(hours[0] + 1800, hours[1] - 1800)


def _review(rng: Random, contact: Contact, agent: str) -> Review:
    grader, _, bias = rng.choice(GRADERS)
    sample = "targeted" if rng.random() < TARGETED_SHARE else "random"
    score = rng.gauss(AGENT[agent].quality, SCORE_SPREAD) + bias - (4 if sample == "targeted" else 0)
    score = round(min(100.0, max(40.0, score)) * 2) / 2
    channel = QUEUE[contact.legs[-1].queue].channel
    return _reviewed_at(rng, contact), agent, contact.contact_id, grader, channel, sample, score


def _reviews(scenario: Scenario, contacts: list[Contact]) -> list[Review]:
    rng = scenario.stream("quality")
    reviews: list[Review] = []
    for (_, agent), handled in sorted(_by_agent_and_week(scenario, contacts).items()):
        chosen = rng.sample(handled, min(REVIEWS_A_WEEK, len(handled)))
        reviews += [_review(rng, contact, agent) for contact in chosen]
    return sorted(review for review in reviews if review[0] <= scenario.end)


def write(scenario: Scenario, contacts: list[Contact], export: Export) -> None:
    """One row a review, scores from 0 to 100."""
    rows = [
        ("quality", f"QA-{number:05d}", agent, contact, grader, iso(at), channel, sample, score)
        for number, (at, agent, contact, grader, channel, sample, score) in enumerate(
            _reviews(scenario, contacts), start=1
        )
    ]
    export.write("quality/qa_reviews.csv", csv_text(HEADER, rows), packed=False)
