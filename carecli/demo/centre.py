"""Larkfield Home Energy: its queues and its people. All of it is invented."""

from __future__ import annotations

from dataclasses import dataclass

COMPANY = "Larkfield Home Energy"


@dataclass(frozen=True, slots=True)
class Queue:
    """One queue. Durations are seconds; medians and sigmas are those of a lognormal."""

    key: str
    title: str
    channel: str
    system: str
    external: str
    team: str
    weekday: float
    """Mean first contacts on an ordinary weekday, repeat contacts not counted."""
    saturday: float
    issues: tuple[str, ...]
    talk_median: float = 0.0
    talk_sigma: float = 0.6
    hold_share: float = 0.0
    hold_mean: float = 0.0
    wrap_median: float = 0.0
    patience: float = 0.0
    transfers_to: tuple[str, ...] = ()
    reply_hours: float = 0.0
    """Median first reply in open hours (helpdesk queues)."""


BILLING_ISSUES = ("invoice_question", "payment_failed", "instalment_change", "meter_reading", "refund_missing")
TECH_ISSUES = ("boiler_fault", "thermostat_offline", "smart_meter", "app_login", "appointment")
MOVE_ISSUES = ("move_in", "move_out", "contract_transfer")
ACCOUNT_ISSUES = ("address_change", "tariff_change", "contract_copy", "data_request", "cancellation")
REFUND_ISSUES = ("refund_missing", "deposit_return", "double_charge", "final_invoice")

SOCIAL_ISSUES = ("outage_question", "complaint", "praise", "tariff_change", "app_login")


def _written(
    key: str,
    title: str,
    external: str,
    team: str,
    weekday: float,
    saturday: float,
    issues: tuple[str, ...],
    hours: float,
    channel: str = "email",
) -> Queue:
    """A helpdesk group; `hours` is the median first reply in open hours."""
    return Queue(*(key, title, channel, "zendesk", external, team, weekday, saturday, issues), reply_hours=hours)


QUEUES: tuple[Queue, ...] = (
    Queue(
        key="billing_voice",
        title="Billing voice",
        channel="voice",
        system="talkdesk",
        external="billing",
        team="North",
        weekday=87,
        saturday=30,
        issues=BILLING_ISSUES,
        talk_median=232,
        hold_share=0.28,
        hold_mean=55,
        wrap_median=42,
        patience=620,
        transfers_to=("tech_voice", "moves_voice"),
    ),
    Queue(
        key="tech_voice",
        title="Tech support voice",
        channel="voice",
        system="talkdesk",
        external="tech-support",
        team="South",
        weekday=62,
        saturday=24,
        issues=TECH_ISSUES,
        talk_median=285,
        hold_share=0.35,
        hold_mean=65,
        wrap_median=45,
        patience=640,
        transfers_to=("billing_voice",),
    ),
    Queue(
        key="moves_voice",
        title="Moves voice",
        channel="voice",
        system="talkdesk",
        external="moves",
        team="North",
        weekday=34,
        saturday=11,
        issues=MOVE_ISSUES,
        talk_median=255,
        hold_share=0.2,
        hold_mean=45,
        wrap_median=55,
        patience=620,
        transfers_to=("billing_voice",),
    ),
    Queue(
        key="outage_line",
        title="Outage line",
        channel="voice",
        system="asterisk",
        external="outage",
        team="South",
        weekday=15,
        saturday=7,
        issues=("power_cut", "gas_smell"),
        talk_median=175,
        wrap_median=25,
        patience=420,
    ),
    Queue(
        key="billing_chat",
        title="Billing chat",
        channel="chat",
        system="chat",
        external="chat-billing",
        team="Harbour",
        weekday=53,
        saturday=17,
        issues=BILLING_ISSUES,
        talk_median=430,
        talk_sigma=0.5,
        wrap_median=25,
        patience=420,
    ),
    Queue(
        key="tech_chat",
        title="Tech support chat",
        channel="chat",
        system="chat",
        external="chat-tech",
        team="South",
        weekday=42,
        saturday=13,
        issues=TECH_ISSUES,
        talk_median=470,
        talk_sigma=0.5,
        wrap_median=30,
        patience=420,
    ),
    _written("refunds_email", "Refunds email", "360001100201", "Harbour", 44, 20, REFUND_ISSUES, 1.75),
    _written("account_email", "Account email", "360001100202", "Harbour", 68, 34, ACCOUNT_ISSUES, 1.55),
    _written("technical_email", "Technical email", "360001100203", "South", 34, 17, TECH_ISSUES, 1.7),
    _written("social_care", "Social care", "360001100204", "Harbour", 25, 17, SOCIAL_ISSUES, 0.6, "social"),
    _written("tier2", "Tier 2", "360001100205", "South", 0, 0, (), 10.0),
)
QUEUE: dict[str, Queue] = {queue.key: queue for queue in QUEUES}
LIVE = tuple(queue for queue in QUEUES if queue.channel in ("voice", "chat"))
WRITTEN = tuple(queue for queue in QUEUES if queue.system == "zendesk")


@dataclass(frozen=True, slots=True)
class Agent:
    """One person of the centre; `skills` in the order in which contacts are taken."""

    number: int
    name: str
    team: str
    role: str
    hired_on: str
    location: str
    desks: tuple[str, str]
    """What is done before and after lunch: phones, chat or email."""
    skills: tuple[str, ...]
    groups: tuple[str, ...]
    speed: float
    """Factor on handle times; 1 is the centre's mean."""
    quality: float
    """Mean quality score, 0 to 100."""

    @property
    def key(self) -> str:
        return f"E{1000 + self.number}"

    @property
    def talkdesk_id(self) -> str:
        return f"5f{self.number * 7919 + 104729:08x}c0ffee00{self.number:06x}"

    @property
    def zendesk_id(self) -> int:
        return 370_000_410_000 + self.number * 137

    @property
    def extension(self) -> str:
        return f"SIP/{200 + self.number}"

    @property
    def chat_id(self) -> str:
        return f"c{self.number:02d}"


SKILL = {"B": "billing_voice", "M": "moves_voice", "T": "tech_voice", "O": "outage_line"}
SKILL |= {"b": "billing_chat", "t": "tech_chat"}
GROUP = {"A": "account_email", "R": "refunds_email", "T": "technical_email", "S": "social_care", "2": "tier2"}
# name | team | role | hired | place | desk before and after lunch | skills | helpdesk groups | speed | quality
PEOPLE = """
Ada Quillmere    |North  |team lead|2018-03-01|Berlin |email |phones|BM  |A  |0.92|95
Bo Tarnfeld      |North  |agent    |2019-09-16|Berlin |phones|phones|BM  |A  |1.00|92
Cleo Marrowby    |North  |agent    |2020-02-03|Leipzig|phones|phones|BMTO|A  |0.95|93
Dag Ostervik     |North  |agent    |2021-06-01|Berlin |phones|email |MB  |A  |1.08|90
Edda Finchlow    |North  |agent    |2022-01-17|Leipzig|phones|email |MBT |A  |0.97|91
Falk Brambeck    |North  |agent    |2023-04-03|Berlin |phones|phones|B   |A  |1.12|87
Gia Holloway-Ruhn|North  |agent    |2024-02-01|Remote |phones|phones|BMO |A  |1.05|89
Hux Pellinor     |North  |agent    |2024-11-04|Berlin |email |phones|B   |A  |1.18|85
Ines Kaltwasser  |South  |team lead|2017-05-02|Berlin |email |phones|TO  |2T |0.90|95
Jory Sandpiper   |South  |agent    |2019-01-14|Leipzig|phones|email |TOB |T  |0.98|92
Kit Aldergrove   |South  |agent    |2020-08-03|Berlin |phones|phones|TO  |T  |1.00|90
Lotte Wrenfield  |South  |agent    |2021-03-15|Remote |phones|phones|TOB |T  |1.04|91
Milo Stroud-Kern |South  |agent    |2022-10-04|Berlin |phones|phones|TO  |T  |1.10|88
Nele Thornbury   |South  |agent    |2023-09-01|Berlin |chat  |chat  |tb  |T  |1.00|92
Oke Lindqvarn    |South  |agent    |2023-02-01|Leipzig|chat  |email |tb  |T  |1.06|90
Pia Rosenhag     |South  |tier 2   |2018-11-05|Berlin |email |email |    |2T |0.95|94
Quin Haverstock  |Harbour|team lead|2016-08-01|Berlin |email |email |    |A2R|0.90|95
Runa Ekdahl-Voss |Harbour|agent    |2019-04-01|Berlin |chat  |chat  |bt  |A  |0.97|93
Sten Mulgrave    |Harbour|agent    |2020-10-05|Remote |chat  |chat  |bt  |A  |1.03|90
Tove Applequist  |Harbour|agent    |2021-09-06|Berlin |email |email |    |R  |1.00|91
Ulf Crannock     |Harbour|agent    |2022-05-02|Leipzig|email |email |    |RA |1.05|89
Vesna Glimmerdal |Harbour|agent    |2023-01-09|Berlin |email |email |    |AR |0.96|92
Wim Osterholt    |Harbour|agent    |2023-08-14|Remote |email |chat  |bt  |AS |1.02|91
Xenia Purcell-Ode|Harbour|agent    |2024-05-02|Berlin |email |email |    |SA |1.07|88
"""


def _agent(number: int, cells: list[str]) -> Agent:
    name, team, role, hired, place, before, after, skills, groups, speed, quality = cells
    return Agent(
        number=number,
        name=name,
        team=team,
        role=role,
        hired_on=hired,
        location=place,
        desks=(before, after),
        skills=tuple(SKILL[letter] for letter in skills),
        groups=tuple(GROUP[letter] for letter in groups),
        speed=float(speed),
        quality=float(quality),
    )


def _agents() -> tuple[Agent, ...]:
    lines = PEOPLE.strip().splitlines()
    cells = [[cell.strip() for cell in line.split("|")] for line in lines]
    return tuple(_agent(number, row) for number, row in enumerate(cells, start=1))


AGENTS: tuple[Agent, ...] = _agents()
AGENT: dict[str, Agent] = {agent.key: agent for agent in AGENTS}

GRADERS: tuple[tuple[str, str, float], ...] = (
    ("E1101", "Yara Copperfell", 0.6),
    ("E1102", "Zeno Birkhalm", -0.4),
    ("E1103", "Alva Nightsworth", 0.2),
    ("E1104", "Brand Kestrelow", -9.0),
)
"""Quality graders: id, name, and by how many points their scores differ; the last one is the planted harsh one."""

# Numbers set apart for drama by the German and the British regulator: nobody can be called on them.
PHONE_RANGES: tuple[tuple[str, int], ...] = (
    ("+493023125", 3),
    ("+496990009", 3),
    ("+494066969", 3),
    ("+492214710", 3),
    ("+498999998", 3),
    *((f"+44{area}4960", 3) for area in (113, 114, 115, 116, 117, 118, 121, 131, 141, 151, 161)),
    ("+442079460", 3),
    ("+441914980", 3),
    ("+442896496", 3),
    ("+442920180", 3),
    ("+441632960", 3),
    ("+447700900", 3),
)
CUSTOMERS = 1000 * len(PHONE_RANGES)


def phone(customer: int) -> str:
    """The invented number of customer 0 .. CUSTOMERS-1, in a range reserved for fiction."""
    prefix, digits = PHONE_RANGES[customer // 1000]
    return f"{prefix}{customer % 1000:0{digits}d}"
