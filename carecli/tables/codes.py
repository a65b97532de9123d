"""The fixed sets of words that `code` columns take; a word's place in its set is what the store keeps."""

from __future__ import annotations

CHANNELS = ("voice", "chat", "email", "social", "sms", "in_app", "whatsapp")
DIRECTIONS = ("inbound", "outbound", "internal")
ORIGINS = ("customer", "transfer", "callback", "campaign")
INTERACTION_OUTCOMES = ("answered", "abandoned", "missed", "voicemail")
LEG_OUTCOMES = (
    "answered",
    "abandoned",
    "abandoned_ringing",
    "timed_out",
    "overflowed",
    "transferred",
    "callback_taken",
    "voicemail",
    "missed",
)
CASE_STATUSES = ("new", "open", "waiting_customer", "waiting_third_party", "solved", "closed")
CASE_EVENT_KINDS = (
    "created",
    "assigned",
    "status",
    "priority",
    "escalated",
    "public_reply",
    "customer_reply",
    "internal_note",
    "reopened",
    "closed",
    "paused",
    "resumed",
    "exception",
    "observed",
)
SURVEY_KINDS = ("csat", "nps_touch", "nps_relationship", "ces")
SAMPLES = ("random", "targeted")
IDENTITY_KINDS = ("agent", "customer", "queue", "team")
ATTRIBUTIONS = ("queued", "ended")
BUSINESS_EVENT_KINDS = ("order", "refund", "chargeback", "self_service", "save", "expansion", "churn", "subscriber")
ANNOTATION_KINDS = ("release", "incident", "campaign", "holiday")
