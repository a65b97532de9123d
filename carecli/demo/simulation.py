"""The discrete events of voice and chat: arrive, ring, answer, give up, transfer, wrap up, come again."""

from __future__ import annotations

import heapq
from bisect import insort
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from math import log
from random import Random

from carecli.demo.arrivals import Arrival, live_arrivals, repeat_time
from carecli.demo.centre import AGENT, CUSTOMERS, LIVE, QUEUE, Queue
from carecli.demo.floor import Contact, Floor, Leg, Seat
from carecli.demo.opening import day_of, epoch, opening
from carecli.demo.scenario import Scenario
from carecli.demo.shifts import OFF, PHONES, Block

TRANSFER_SHARE = 0.072
OUTSIDE_EXTENSION = "7010"
"""Where the outage line transfers to: the grid operator's desk, outside our queues."""
NO_ANSWER_SHARE = 0.022
NO_ANSWER_SECONDS = 18
REPEAT_SHARE = 0.175
MOST_REPEATS = 3
SIBLING = {"billing_voice": "billing_chat", "tech_voice": "tech_chat"}
SIBLING |= {chat: voice for voice, chat in SIBLING.items()}
SIBLING_SHARE = 0.12
CALL_BACK_SHARE = 0.45
"""Of those who gave up, how many try again soon."""
OUTBOUND_A_DAY = 30
VOICEMAIL_SHARE = 0.6
"""Share of open days with a voicemail in the evening."""
PRIMARY_SKILL_BONUS = 40
"""Seconds by which a contact of one's own first queue counts as having waited longer."""
OVERFLOW_AFTER = 45
"""Seconds after which a call may also ring at the e-mail desk."""
OUTAGE_BONUS = 150
INCIDENT_SLOWDOWN = 1.9
FOREVER = 86400


@dataclass(frozen=True, slots=True)
class LiveDays:
    """What came of it: contacts in order of arrival, and the log of agents' states (at, agent, state)."""

    contacts: list[Contact]
    states: list[tuple[int, str, str]]


class Simulation:
    """Runs to the end of the last local day; who exports at an instant cuts there."""

    def __init__(self, scenario: Scenario, blocks: list[Block]) -> None:
        self.scenario, self.blocks = scenario, blocks
        self.rng: Random = scenario.stream("simulation")
        self.ids: Random = scenario.stream("ids")
        self.floor = Floor()
        self.waiting: dict[str, list[tuple[int, int, Leg, Contact]]] = {queue.key: [] for queue in LIVE}
        self.contacts: list[Contact] = []
        self._heap: list[tuple[int, int, Callable[[int], None]]] = []
        self._count = 0

    def run(self) -> LiveDays:
        """All events in order of time."""
        self._load_heap()
        last = epoch(self.scenario.last_day, 23, 59)
        while self._heap and self._heap[0][0] <= last:
            when, _, what = heapq.heappop(self._heap)
            what(when)
        return LiveDays(self.contacts, self.floor.log)

    def _load_heap(self) -> None:
        for block in self.blocks:
            self._at(block.start, partial(self._start_activity, block.agent, block.activity))
        for agent, end in _shift_ends(self.blocks):
            self._at(end, partial(self._start_activity, agent, OFF))
        for arrival in live_arrivals(self.scenario):
            self._at(arrival.at, partial(self._arrive, arrival))
        for when in _outbound_times(self.scenario):
            self._at(when, self._call_out)
        for when in _voicemail_times(self.scenario):
            self._at(when, self._voicemail)

    def _at(self, when: int, what: Callable[[int], None]) -> None:
        """Do `what` at an instant; equal instants keep the order in which they were asked for."""
        self._count += 1
        heapq.heappush(self._heap, (when, self._count, what))

    def _id(self, system: str, at: int) -> str:
        self._count += 1
        if system == "talkdesk":
            return f"{self.ids.getrandbits(80):020x}"
        return f"{at}.{self._count % 100000}" if system == "asterisk" else f"ch-{self._count:07d}"

    # People

    def _start_activity(self, agent: str, activity: str, now: int) -> None:
        self.floor.seats[agent].all_round = day_of(now).weekday() == 5
        if self.floor.change_activity(now, agent, activity):
            self._look_for_work(now, self.floor.seats[agent])

    def _look_for_work(self, now: int, seat: Seat) -> None:
        """Take the contact that has waited longest among those this seat may take."""
        while choices := [queue for queue in seat.skills() if self.waiting[queue] and seat.takes(queue)]:
            bonus = {"outage_line": OUTAGE_BONUS, seat.skills()[0]: PRIMARY_SKILL_BONUS}
            queue = min(choices, key=lambda key: self.waiting[key][0][0] - bonus.get(key, 0))
            _, _, leg, contact = self.waiting[queue].pop(0)
            self._ring(now, contact, leg, seat)

    def _free(self, seat: Seat, now: int) -> None:
        self.floor.release(now, seat)
        self._look_for_work(now, seat)

    # A contact's way

    def _arrive(self, arrival: Arrival, now: int) -> None:
        queue = QUEUE[arrival.queue]
        contact = Contact(self._id(queue.system, now), arrival, "in", [])
        self.contacts.append(contact)
        self._enter(contact, queue, now, patience=1.0)

    def _enter(self, contact: Contact, queue: Queue, now: int, patience: float) -> None:
        waits = 1 + int(self.rng.expovariate(1 / (queue.patience * patience)))
        leg = Leg(self._id(queue.system, now), queue.key, now, now + waits)
        leg.position = len(self.waiting[queue.key]) + 1
        leg.transferred_in = bool(contact.legs)
        contact.legs.append(leg)
        self._at(leg.gives_up_at, partial(self._give_up, contact, leg))
        self._offer(now, contact, leg)

    def _offer(self, now: int, contact: Contact, leg: Leg) -> None:
        seat = self.floor.free_seat(leg.queue)
        if seat is None:
            leg.outcome = "waiting"
            self._count += 1
            insort(self.waiting[leg.queue], (leg.entered, self._count, leg, contact))
            if contact.channel == "voice":
                self._at(now + OVERFLOW_AFTER, partial(self._overflow, contact, leg))
        else:
            self._ring(now, contact, leg, seat)

    def _overflow(self, contact: Contact, leg: Leg, now: int) -> None:
        """Who has waited long may be taken by the e-mail desk."""
        seat = self.floor.free_seat(leg.queue, overflow=True)
        if leg.outcome == "waiting" and seat is not None:
            self._drop(leg)
            self._ring(now, contact, leg, seat)

    def _drop(self, leg: Leg) -> None:
        """Take it out of the line of those who wait."""
        self.waiting[leg.queue] = [entry for entry in self.waiting[leg.queue] if entry[2] is not leg]

    def _ring(self, now: int, contact: Contact, leg: Leg, seat: Seat) -> None:
        seat.load += 1
        leg.outcome, leg.ring_started, leg.agent = "ringing", now, seat.agent.key
        voice = QUEUE[leg.queue].channel == "voice"
        if voice and self.rng.random() < NO_ANSWER_SHARE:
            self._at(now + NO_ANSWER_SECONDS, partial(self._no_answer, contact, leg, seat))
            return
        ring = self.rng.randint(2, 8) if voice else self.rng.randint(9, 45)
        self._at(now + ring, partial(self._answer, contact, leg, seat))

    def _no_answer(self, contact: Contact, leg: Leg, seat: Seat, now: int) -> None:
        """The agent is set aside for a while; the caller goes back to the head of the queue."""
        if leg.outcome != "ringing" or leg.agent != seat.agent.key:
            return
        assert leg.ring_started is not None
        leg.no_answers.append((seat.agent.key, leg.ring_started, now))
        leg.ring_started, leg.agent, seat.away = None, None, True
        self.floor.release(now, seat)
        self._at(now + self.rng.randint(45, 240), partial(self._come_back, seat))
        self._offer(now, contact, leg)

    def _come_back(self, seat: Seat, now: int) -> None:
        seat.away, seat.idle_since = False, now
        self.floor.note(now, seat)
        self._look_for_work(now, seat)

    def _give_up(self, contact: Contact, leg: Leg, now: int) -> None:
        chat_taken = leg.outcome == "ringing" and contact.channel == "chat"
        if leg.outcome not in ("waiting", "ringing") or chat_taken:
            return
        ringing_at = leg.agent if leg.outcome == "ringing" else None
        leg.outcome, leg.ended = "abandoned", now
        self._drop(leg)
        if ringing_at:
            leg.ring_seconds = now - (leg.ring_started or now)
            self._free(self.floor.seats[ringing_at], now)
        if self.rng.random() < CALL_BACK_SHARE and contact.arrival.repeats < MOST_REPEATS:
            self._come_again(contact, now + int(self.rng.expovariate(1 / 900)) + 60, leg.queue)

    def _answer(self, contact: Contact, leg: Leg, seat: Seat, now: int) -> None:
        if leg.outcome != "ringing" or leg.agent != seat.agent.key:
            return
        leg.outcome, leg.answered, leg.ring_seconds = "talking", now, now - (leg.ring_started or now)
        self._draw_handling(leg, QUEUE[leg.queue], seat)
        self.floor.note(now, seat)
        self._at(now + leg.talk + leg.hold, partial(self._hang_up, contact, leg, seat))

    def _draw_handling(self, leg: Leg, queue: Queue, seat: Seat) -> None:
        rng, speed = self.rng, seat.agent.speed
        if queue.key == "billing_voice" and self.scenario.incident[0] <= leg.entered < self.scenario.incident[1]:
            speed *= INCIDENT_SLOWDOWN
        leg.talk = max(8, round(speed * rng.lognormvariate(log(queue.talk_median), queue.talk_sigma)))
        if rng.random() < queue.hold_share:
            leg.hold = 5 + round(rng.expovariate(1 / queue.hold_mean))
        leg.wrap = max(3, round(speed * rng.lognormvariate(log(queue.wrap_median), 0.5)))
        leg.customer_hung_up = rng.random() < 0.7
        if queue.channel == "voice" and not leg.transferred_in and rng.random() < TRANSFER_SHARE:
            leg.transfer_to = rng.choice(queue.transfers_to or (OUTSIDE_EXTENSION,))
            leg.talk = max(20, leg.talk // 2)

    def _hang_up(self, contact: Contact, leg: Leg, seat: Seat, now: int) -> None:
        leg.outcome, leg.ended = "answered", now
        seat.wrapping = seat.load == 1
        self.floor.note(now, seat)
        self._at(now + leg.wrap, partial(self._free, seat))
        if leg.transfer_to in QUEUE:
            self._enter(contact, QUEUE[leg.transfer_to], now, patience=2.0)
        elif contact.direction == "in":
            self._maybe_again(contact, leg, seat, now)

    def _maybe_again(self, contact: Contact, leg: Leg, seat: Seat, now: int) -> None:
        share = REPEAT_SHARE * (1 + (91 - seat.agent.quality) / 25)
        if self.rng.random() >= share or contact.arrival.repeats >= MOST_REPEATS:
            return
        queue = contact.queue
        if queue in SIBLING and self.rng.random() < SIBLING_SHARE:
            queue = SIBLING[queue]
        self._come_again(contact, repeat_time(self.rng, now, queue), queue)

    def _come_again(self, contact: Contact, when: int, queue: str) -> None:
        hours = opening(day_of(when))
        if hours is not None and hours[0] <= when < hours[1]:
            first = contact.arrival
            again = Arrival(when, queue, first.customer, first.issue, first.repeats + 1)
            self._at(when, partial(self._arrive, again))

    # Calls that aren't offered to a queue

    def _call_out(self, now: int) -> None:
        """Somebody with nothing to do calls a customer, if at least two are idle."""
        idle = [s for s in self.floor.seats.values() if s.activity == PHONES and s.takes(s.agent.skills[0])]
        idle = [seat for seat in idle if QUEUE[seat.agent.skills[0]].system == "talkdesk"]
        if len(idle) < 2:
            return
        seat = min(idle, key=lambda one: one.idle_since)
        queue = QUEUE[seat.agent.skills[0]]
        contact = self._aside(now, "out", queue, "ringing")
        leg, seat.load = contact.legs[0], seat.load + 1
        leg.agent, leg.ring_started = seat.agent.key, now
        if self.rng.random() < 0.7:
            self._at(now + self.rng.randint(6, 20), partial(self._answer, contact, leg, seat))
        else:
            self._at(now + self.rng.randint(20, 32), partial(self._nobody_home, leg, seat))

    def _nobody_home(self, leg: Leg, seat: Seat, now: int) -> None:
        leg.outcome, leg.ended, leg.ring_seconds = "no_answer", now, now - leg.entered
        self._free(seat, now)

    def _voicemail(self, now: int) -> None:
        queue = QUEUE[self.rng.choice(("billing_voice", "tech_voice"))]
        leg = self._aside(now, "in", queue, "voicemail").legs[0]
        leg.ended = now + self.rng.randint(25, 90)

    def _aside(self, now: int, direction: str, queue: Queue, outcome: str) -> Contact:
        arrival = Arrival(now, queue.key, self.rng.randrange(CUSTOMERS), self.rng.choice(queue.issues))
        leg = Leg(self._id(queue.system, now), queue.key, now, now + FOREVER, outcome=outcome)
        contact = Contact(self._id(queue.system, now), arrival, direction, [leg])
        self.contacts.append(contact)
        return contact


def _shift_ends(blocks: list[Block]) -> Iterator[tuple[str, int]]:
    """(agent, end) of the last of every run of blocks without a gap."""
    following = {agent: [block for block in blocks if block.agent == agent] for agent in AGENT}
    for agent, own in following.items():
        for index, block in enumerate(own):
            if index + 1 == len(own) or own[index + 1].start > block.end:
                yield agent, block.end


def _outbound_times(scenario: Scenario) -> Iterator[int]:
    for day in scenario.live_days:
        if hours := opening(day):
            rng = scenario.stream(f"outbound:{day}")
            share = (hours[1] - hours[0]) / 36000
            yield from sorted(rng.randrange(*hours) for _ in range(round(OUTBOUND_A_DAY * share)))


def _voicemail_times(scenario: Scenario) -> Iterator[int]:
    for day in scenario.live_days:
        rng = scenario.stream(f"voicemail:{day}")
        if (hours := opening(day)) and rng.random() < VOICEMAIL_SHARE:
            yield hours[1] + rng.randrange(300, 7200)
