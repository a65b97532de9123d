"""Surveys after calls and chats, in two wordings, and a yearly question by letter, from a survey tool of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import log
from random import Random

from carecli.demo.centre import AGENT, phone
from carecli.demo.customers import Customers
from carecli.demo.files import Export, csv_text
from carecli.demo.floor import Contact
from carecli.demo.opening import epoch, iso
from carecli.demo.scenario import Scenario

HEADER = (
    *("source", "survey_id", "kind", "interaction_id", "customer_id", "channel"),
    *("sent_at", "responded_at", "score", "scale_max", "prompt"),
)
ASKED_SHARE = {"voice": 0.2, "chat": 0.3}
ANSWER_SHARE = {"voice": 0.17, "chat": 0.31}
TOUCH_SHARE = 0.25
"""Share of those asked who get the recommendation question instead of the satisfaction one."""
WORDINGS = ("A", "B")
WORDING_A_SHARE = {"voice": 0.5, "chat": 0.66}
"""Planted: the chat tool shows wording A too often, so the mix isn't independent of the channel (R38)."""
STARS = ((5, 0.66), (4, 0.26), (3, 0.03), (2, 0.02), (1, 0.03))
RECOMMENDS = {"basic": 7.6, "standard": 8.2, "premium": 8.8, "enterprise": 8.4}
RECOMMEND_SPREAD = 1.9
LETTERS, LETTER_ANSWER_SHARE = 480, 0.22
LETTER_DAYS = 19
"""The letter goes out so many days before the last day."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One question to one customer; without an answer `responded` and `score` are None."""

    kind: str
    contact: str | None
    customer: int
    channel: str | None
    sent: int
    responded: int | None
    score: int | None
    prompt: str | None


def _stars(rng: Random, contact: Contact) -> int:
    """One to five; who waited long or met a weaker agent is a little less content."""
    leg = contact.legs[-1]
    waited = (contact.legs[0].answered or leg.entered) - contact.legs[0].entered
    lost = 0.1 * (waited > 120) + max(0, 91 - AGENT[leg.agent or ""].quality) / 100
    if rng.random() < lost:
        return rng.randint(1, 3)
    return rng.choices([stars for stars, _ in STARS], [share for _, share in STARS])[0]


def _recommends(rng: Random, customers: Customers, customer: int) -> int:
    """Zero to ten."""
    profile = customers.profile(customer)
    mean = RECOMMENDS[profile.tier if profile else "standard"]
    return min(10, max(0, round(rng.gauss(mean, RECOMMEND_SPREAD) + 0.6)))


def _after_contacts(scenario: Scenario, customers: Customers, contacts: Iterable[Contact]) -> Iterator[Sent]:
    rng = scenario.stream("surveys")
    for contact in contacts:
        leg, channel = contact.legs[-1], contact.channel
        if leg.outcome != "answered" or leg.ended is None or contact.arrival.repeats:
            continue
        if rng.random() >= ASKED_SHARE[channel]:
            continue
        sent = leg.ended + rng.randint(300, 2400)
        kind = "nps_touch" if rng.random() < TOUCH_SHARE else "csat"
        prompt = WORDINGS[rng.random() >= WORDING_A_SHARE[channel]] if kind == "csat" else None
        answers = rng.random() < ANSWER_SHARE[channel]
        responded = sent + round(rng.lognormvariate(log(5400), 1.1)) if answers else None
        customer = contact.arrival.customer
        score = _stars(rng, contact) if kind == "csat" else _recommends(rng, customers, customer)
        yield _seen(scenario, Sent(kind, contact.contact_id, customer, channel, sent, responded, score, prompt))


def _letters(scenario: Scenario, customers: Customers, calling: Sequence[int]) -> Iterator[Sent]:
    """The relationship question, to some of those who called in the period."""
    rng = scenario.stream("letters")
    day = scenario.last_day - timedelta(days=LETTER_DAYS)
    for customer in sorted(rng.sample(calling, min(LETTERS, len(calling)))):
        sent = epoch(day, 9) + rng.randrange(3600)
        responded = sent + rng.randrange(86400, 12 * 86400) if rng.random() < LETTER_ANSWER_SHARE else None
        score = _recommends(rng, customers, customer)
        yield _seen(scenario, Sent("nps_relationship", None, customer, None, sent, responded, score, None))


def _seen(scenario: Scenario, sent: Sent) -> Sent:
    """As the tool knows it at the end: an answer still to come isn't there."""
    if sent.responded is None or sent.responded > scenario.end:
        return Sent(sent.kind, sent.contact, sent.customer, sent.channel, sent.sent, None, None, sent.prompt)
    return sent


def write(
    scenario: Scenario, customers: Customers, contacts: Iterable[Contact], calling: Sequence[int], export: Export
) -> None:
    """One row a survey sent within the period, in order of time."""
    asked = [*_after_contacts(scenario, customers, contacts), *_letters(scenario, customers, calling)]
    asked = [sent for sent in asked if scenario.from_epoch <= sent.sent <= scenario.end]
    asked.sort(key=lambda sent: (sent.sent, sent.customer))
    rows = [
        (
            *("surveys", f"SV-{number:05d}", one.kind, one.contact, phone(one.customer), one.channel, iso(one.sent)),
            *(iso(one.responded) if one.responded else None, one.score, 5 if one.kind == "csat" else 10, one.prompt),
        )
        for number, one in enumerate(asked, start=1)
    ]
    export.write("surveys/surveys.csv", csv_text(HEADER, rows))
