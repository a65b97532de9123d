"""The people at their desks while contacts come in: who is free, who takes what, and a log of their states."""

from __future__ import annotations

from dataclasses import dataclass, field

from carecli.demo.arrivals import Arrival
from carecli.demo.centre import AGENT, LIVE, QUEUE, Agent
from carecli.demo.shifts import CHAT, COACHING, EMAIL, INCIDENT_CALL, OFF, PHONES, TRAINING

CHATS_AT_ONCE = 2
LIVE_KEYS = tuple(queue.key for queue in LIVE)
STATE_OF_ACTIVITY = {COACHING: "Meeting", TRAINING: "Meeting", INCIDENT_CALL: "Meeting", EMAIL: "E-mail desk"}
AVAILABLE, ON_CALL, WRAP, ON_CHAT, AWAY = "Available", "On call", "After call work", "On chat", "Away"


@dataclass(slots=True)
class Leg:
    """One stay in one queue. Instants are epoch seconds, durations seconds; None: it never came to that."""

    leg_id: str
    queue: str
    entered: int
    gives_up_at: int
    position: int = 1
    ring_started: int | None = None
    ring_seconds: int = 0
    answered: int | None = None
    ended: int | None = None
    outcome: str = "waiting"
    """waiting, ringing, talking, answered, abandoned, voicemail, or (outbound) no_answer."""
    agent: str | None = None
    talk: int = 0
    hold: int = 0
    wrap: int = 0
    transfer_to: str | None = None
    transferred_in: bool = False
    customer_hung_up: bool = True
    no_answers: list[tuple[str, int, int]] = field(default_factory=list)
    """Agents who let it ring: agent, from, to."""


@dataclass(slots=True)
class Contact:
    """A customer reaching us once, with the legs of it."""

    contact_id: str
    arrival: Arrival
    direction: str
    legs: list[Leg]

    @property
    def queue(self) -> str:
        return self.arrival.queue

    @property
    def channel(self) -> str:
        return QUEUE[self.arrival.queue].channel


@dataclass(slots=True)
class Seat:
    """One agent now. `activity` is what the shift says, `load` the contacts in hand."""

    agent: Agent
    activity: str = OFF
    next_activity: str | None = None
    load: int = 0
    wrapping: bool = False
    away: bool = False
    idle_since: int = 0
    all_round: bool = False
    """On Saturdays the small crew takes every queue of its channel."""

    def state(self) -> str:
        """The word the state log uses; OFF means not logged in."""
        if self.load and self.activity == CHAT:
            return ON_CHAT
        if self.load:
            return WRAP if self.wrapping else ON_CALL
        if self.away:
            return AWAY
        if self.activity in (PHONES, CHAT):
            return AVAILABLE
        return STATE_OF_ACTIVITY.get(self.activity, self.activity)

    def skills(self) -> tuple[str, ...]:
        """The queues taken today, the preferred ones first."""
        if not self.all_round:
            return self.agent.skills
        return (*self.agent.skills, *(key for key in LIVE_KEYS if key not in self.agent.skills))

    def takes(self, queue: str, *, overflow: bool = False) -> bool:
        """Whether a contact of that queue can ring here now; overflow calls reach the e-mail desk too."""
        if self.away or self.next_activity is not None:
            return False
        if QUEUE[queue].channel == "chat":
            able = self.activity == CHAT and self.load < CHATS_AT_ONCE
        else:
            able = self.load == 0 and (self.activity == PHONES or (overflow and self.activity == EMAIL))
        return able and queue in self.skills()


class Floor:
    """All seats; every change of a state is appended to `log` as (at, agent, state)."""

    def __init__(self) -> None:
        self.seats = {key: Seat(agent) for key, agent in AGENT.items()}
        self.log: list[tuple[int, str, str]] = []
        self._logged: dict[str, str] = dict.fromkeys(self.seats, OFF)

    def note(self, at: int, seat: Seat) -> None:
        """Write the seat's state to the log if it changed."""
        state = seat.state()
        if self._logged[seat.agent.key] != state:
            self._logged[seat.agent.key] = state
            self.log.append((at, seat.agent.key, state))

    def free_seat(self, queue: str, *, overflow: bool = False) -> Seat | None:
        """Whose phone rings: the best skill first, then who has been idle longest."""
        able = [seat for seat in self.seats.values() if seat.takes(queue, overflow=overflow)]
        if not able:
            return None
        return min(able, key=lambda seat: (seat.load, seat.skills().index(queue), seat.idle_since))

    def change_activity(self, at: int, agent: str, activity: str) -> bool:
        """Start an activity, or remember it until the contact in hand is done; True if it began now."""
        seat = self.seats[agent]
        if seat.load:
            seat.next_activity = activity
            return False
        self._begin(at, seat, activity)
        return True

    def _begin(self, at: int, seat: Seat, activity: str) -> None:
        seat.activity, seat.next_activity, seat.idle_since = activity, None, at
        self.note(at, seat)

    def release(self, at: int, seat: Seat) -> None:
        """One contact less in hand."""
        seat.load -= 1
        seat.wrapping = False
        seat.idle_since = at
        if seat.load == 0 and seat.next_activity is not None:
            self._begin(at, seat, seat.next_activity)
        self.note(at, seat)
