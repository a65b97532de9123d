"""The conversation detail job: a record is one conversation, whole, with all who took part in it.

Metrics are milliseconds and may lie on any participant's session, so the contact's are sums over all of them. Nothing
of notes, participants' attributes and customers' names is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from carecli.sources.attributes import unmapped
from carecli.sources.cells import as_code
from carecli.sources.conventions import check_span
from carecli.sources.derive_legs import OUTCOME_OF_LAST_LEG
from carecli.sources.fields import Fields
from carecli.sources.genesys.sessions import AGENTS, CUSTOMERS, Session, sessions_of
from carecli.sources.genesys.stays import Stay, answering, stays_of
from carecli.sources.records import MapContext, Record, Row
from carecli.sources.telephone import telephone_key

CHANNELS = {"voice": "voice", "callback": "voice", "chat": "chat", "email": "email", "message": "chat"}
MESSENGERS = {"sms": "sms", "whatsapp": "whatsapp"} | dict.fromkeys(
    ("facebook", "instagram", "twitter", "line"), "social"
)
"""Types of messages that are a channel of their own; those of a web site are chats."""
KNOWN = frozenset({"conversationId", "conversationStart", "conversationEnd", "originatingDirection"})
SUMMED = {
    "ivr_ms": "tIvr",
    "ring_ms": "tAlert",
    "talk_ms": "tTalkComplete",
    "hold_ms": "tHeldComplete",
    "wrap_ms": "tAcw",
    "handle_time_ms": "tHandle",
}


def map_conversation(record: Record, context: MapContext) -> Iterator[Row]:
    """The contact, a leg for each stay in a queue, and the agents who took part."""
    conversation = Fields(record.cells, context)
    identifier = {"interaction_id": conversation.identifier("conversationId")}
    participants = conversation.elements("participants")
    sessions = sessions_of(participants)
    stays = stays_of(sessions)
    version = context.exported_at or 0
    contact = identifier | _contact(conversation, sessions, stays)
    check_span("interactions", contact)
    yield Row("interactions", contact, version, contact["ended_at"] is not None)
    for number, stay in enumerate(stays, start=1):
        leg = identifier | stay.leg(number)
        yield Row("legs", leg, version, leg["left_at"] is not None)
    for agent_id, name in _agents(participants).items():
        yield Row("agents", {"agent_id": agent_id, "name": name}, version)


def _contact(conversation: Fields, sessions: Sequence[Session], stays: Sequence[Stay]) -> dict[str, Any]:
    agents, first = answering(sessions), stays[0].leg(1) if stays else {}
    direction = _direction(conversation, sessions)
    customer = next((session for session in sessions if session.purpose in CUSTOMERS), None)
    medium = _medium([customer, *sessions] if customer else sessions)
    ended_at = conversation.time("conversationEnd")
    return {
        "channel": _channel(medium),
        "direction": direction,
        "origin": _origin(direction, medium, sessions),
        "queue": first.get("queue"),
        "started_at": conversation.required_time("conversationStart"),
        "answered_at": agents[0].answered_at if agents else None,
        "ended_at": ended_at,
        "outcome": "answered" if agents else _lost(direction, sessions, stays) if ended_at is not None else None,
        "queue_time_ms": first.get("queue_time_ms"),
        **{name: _sum(metric, sessions) for name, metric in SUMMED.items()},
        "agent_id": agents[-1].agent_id if agents else None,
        "customer_id": _customer(conversation, customer, direction),
        "disposition": agents[-1].disposition if agents else None,
        "attributes": unmapped(conversation.cells, KNOWN, conversation.context, _words(medium)),
    }


def _sum(metric: str, sessions: Sequence[Session]) -> int | None:
    found = [session.measures[metric] for session in sessions if metric in session.measures]
    return sum(found) if found else None


def _lost(direction: str | None, sessions: Sequence[Session], stays: Sequence[Stay]) -> str | None:
    """How a contact ended that no agent answered; None for one that never left the menu."""
    if any(session.purpose == "voicemail" or "tVoicemail" in session.measures for session in sessions):
        return "voicemail"
    if stays:
        return OUTCOME_OF_LAST_LEG.get(stays[-1].outcome or "")
    rang = any(session.purpose in AGENTS and session.alerted for session in sessions)
    return "missed" if rang or direction == "outbound" else None


def _direction(conversation: Fields, sessions: Sequence[Session]) -> str | None:
    """A conversation of nobody but agents is internal, whichever of them began it."""
    if sessions and all(session.purpose in AGENTS for session in sessions):
        return "internal"
    return as_code(
        conversation.cells.get("originatingDirection"), "originatingDirection", ("inbound", "outbound", "internal")
    )


def _medium(sessions: Sequence[Session]) -> Fields | None:
    """The first session, the customer's before all, on a medium that is a channel."""
    media = (session.fields for session in sessions)
    return next((fields for fields in media if fields.text("mediaType") in CHANNELS), None)


def _channel(medium: Fields | None) -> str | None:
    if medium is None:
        return None
    word = medium.text("mediaType") or ""
    messenger = (medium.text("messageType") or "").casefold() if word == "message" else ""
    return MESSENGERS.get(messenger) or CHANNELS[word]


def _words(medium: Fields | None) -> dict[str, str | None]:
    return {"messageType": medium.text("messageType")} if medium else {}


def _origin(direction: str | None, medium: Fields | None, sessions: Sequence[Session]) -> str | None:
    if any(session.fields.text("outboundCampaignId") for session in sessions):
        return "campaign"
    if medium and medium.text("mediaType") == "callback":
        return "callback"
    return "customer" if direction == "inbound" else None


def _customer(conversation: Fields, customer: Session | None, direction: str | None) -> str | None:
    """By the number called from (or called, by an agent), else the address, else the contact's own id in Genesys."""
    if customer is None:
        return None
    number, address = ("dnis", "addressTo") if direction == "outbound" else ("ani", "addressFrom")
    context, fields = conversation.context, customer.fields
    bare = (fields.text(number) or "").removeprefix("tel:").removeprefix("sip:").partition("@")[0]
    known = telephone_key(context, bare, number) or context.customer_key(fields.optional_id(address))
    return known or next(filter(None, (p.optional_id("externalContactId") for p in _customers(conversation))), None)


def _customers(conversation: Fields) -> list[Fields]:
    return [part for part in conversation.elements("participants") if part.text("purpose") in CUSTOMERS]


def _agents(participants: Sequence[Fields]) -> dict[str, str]:
    """Id -> name."""
    agents = [participant for participant in participants if participant.text("purpose") in AGENTS]
    named = ((agent.optional_id("userId"), agent.text("participantName")) for agent in agents)
    return {identifier: name for identifier, name in named if identifier and name}
