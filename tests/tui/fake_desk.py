"""A desk without a store: boards of an invented care team, with any text put in place of its words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from carecli.boards.board import (
    AnyBoard,
    BacklogBoard,
    BacklogRow,
    CaseBoard,
    CaseEventLine,
    CaseLine,
    CasesBoard,
    FeedAge,
    Header,
    Headline,
    LadderStep,
    Moment,
    Movement,
    QueueRow,
    QueuesBoard,
    StandupBoard,
    WindowShown,
)
from carecli.boards.drill import ContactBoard, RowsAsked, RowsBoard, SliceBoard
from carecli.boards.over_time import ArrivalsBoard, TrendBoard
from carecli.boards.standup_run import Decided, PageTable, StandupPage, StandupRun
from carecli.metrics.figure import Explanation, Figure
from tests.render.sample_data_board import sample_data_board
from tests.tui import fake_drill, fake_over_time

ZONE = ZoneInfo("Europe/Berlin")
NOW = datetime(2025, 5, 13, 8, 45, tzinfo=ZONE)
BUCKETS = ("0-24 h", "24-48 h", "2-7 d", "7 d+")
SHAPE = (4, 7, 9, 10, 9, 8, 6, 7, 8, 9, 7, 6, 5, 4, 4, 3, 2, 1, 1)
"""The contacts of a day by half hour, in parts of their sum."""

# queue, channel, offered, answered, answered in time, target, asa, aht p50, aht p90, status, waiting, longest wait
QUEUES = (
    ("Billing", "voice", 212, 189, 151, "80 % in 20 s", 48, 340, 722, "miss", 4, 112),
    ("Billing", "chat", 88, 86, 79, "85 % in 120 s", 19, 490, 870, "ok", 1, 21),
    ("Tech support", "voice", 97, 95, 84, "80 % in 20 s", 14, 422, 940, "ok", 0, None),
    ("Tech support", "chat", 61, 60, 55, "85 % in 120 s", 27, 610, 1190, "ok", 2, 40),
    ("Refunds", "email", 64, 40, 35, "90 % in 4 h", 6600, 800, 1330, "risk", 31, 11520),
    ("Account", "voice", 54, 52, 47, "80 % in 20 s", 11, 210, 505, "ok", 0, None),
    ("Account", "whatsapp", 23, 23, 21, "85 % in 120 s", 33, 260, 540, "ok", 0, None),
    ("Premium", "voice", 31, 31, 30, "90 % in 10 s", 6, 380, 801, "ok", 0, None),
)
AGES = {
    "queue": (
        ("Billing", (64, 12, 22, 31), "miss"),
        ("Tech support", (51, 8, 9, 2), "ok"),
        ("Refunds", (80, 25, 38, 6), "risk"),
        ("Account", (22, 4, 5, 0), "ok"),
        ("Premium", (9, 1, 0, 0), "ok"),
    ),
    "issue_type": (("refund", (70, 20, 30, 9), "risk"), ("invoice", (50, 12, 20, 12), "ok")),
}
QUALITY = (
    ("FCR", 322, 412, "75 %", "ok"),
    ("CSAT", 371, 396, "90 %", "ok"),
    ("Reopen rate", 31, 420, "<=8 %", "ok"),
    ("Escalation rate", 44, 420, "<=10 %", "risk"),
)
MOVED = (
    ("miss", "Billing voice abandoned 14.2 % 14:00-15:30 (usual Monday 4.8 %), volume +38 %"),
    ("risk", "Refund cases 7 d+ grew from 12 to 31 in a week"),
    ("ok", "Chat CSAT 94.1 % (n 118), best in 28 days"),
)
SUBJECTS = ("Charged twice for the May invoice", "Refund not arrived after 9 days", "Invoice shows the wrong VAT")
FACTS = (("queue", "Billing"), ("priority", "P2"), ("tier", "premium"), ("customer", "C-7F3K9QX2"), ("open for", "8 d"))
EVENTS = (
    ("created", None, "new", "by e-mail"),
    ("assigned", None, "L1", "round robin"),
    ("public_reply", None, "A. Amari", "first reply"),
    ("paused", "open", "waiting_customer", "asked for the invoice number"),
    ("resumed", "waiting_customer", "open", "customer replied"),
)
TAPE = (("running", 9), ("closed", 15), ("paused", 27), ("running", 9), ("holiday", 24), ("running", 6))


Slice = dict[str, str | None]


def same(text: str) -> str:
    return text


class FakeDesk:
    """`say` is applied to every text of every board, so that a test can put anything there."""

    def __init__(self, *, say: Callable[[str], str] = same) -> None:
        self.say = say
        self.calls: list[tuple[str, object]] = []
        self.stamp = 1
        self.fail: Exception | None = None
        self.follow_fails: Exception | None = None
        self.empty = False
        self.reverse = False
        self.case_count = 40
        self.rows_count = 129
        """How many rows are behind every figure; of them at most `case_count` are on a page."""
        self.web_address: str | None = None
        self.open_with = ""
        self.data_ends: datetime | None = None
        self.notes: tuple[str, ...] = ()
        self.decisions: list[str] = []

    def at(self, as_of: int | None) -> datetime:
        if self.fail is not None:
            raise self.fail
        return NOW if as_of is None else datetime.fromtimestamp(as_of, ZONE)

    def header(self, board: str, as_of: int | None, label: str) -> Header:
        at, say = self.at(as_of), self.say
        first = at.replace(hour=0, minute=0) - timedelta(days=1)
        ages = (("talkdesk", "contacts", 240), ("zendesk", "tickets", 660), ("qa", "reviews", 172_900))
        feeds = tuple(FeedAge(say(name), say(kind), at - timedelta(seconds=age), age) for name, kind, age in ages)
        return Header(
            board=board,
            title=say("Stand-up"),
            as_of=at,
            zone="Europe/Berlin",
            pack=say("tally"),
            window=WindowShown("yesterday", say(label), first, first + timedelta(days=1)),
            feeds=() if self.empty else feeds,
            data_ends=self.data_ends,
            notes=tuple(say(note) for note in self.notes),
        )

    def figure(self, metric: str, title: str, value: float | None, unit: str, n: int, **more: object) -> Figure:
        by = more.pop("by", {})
        if self.empty:
            value, n, more = None, 0, {"note": "no data: needs interactions"}
        texts = {key: self.say(str(more.pop(key))) for key in ("target", "note") if more.get(key)}
        return Figure(metric, self.say(title), by, value, unit, n, **texts, **more)  # type: ignore[arg-type]  # by name

    def share(self, metric: str, title: str, top: int, of: int, **more: object) -> Figure:
        return self.figure(metric, title, top / of, "ratio", of, numerator=top, denominator=of, **more)

    def headline(self, name: str, figure: Figure, before: Figure | None, trend: tuple[float | None, ...]) -> Headline:
        return Headline(self.say(name), figure, before, trend)

    def headlines(self) -> tuple[Headline, ...]:
        by: Mapping[str, str | None] = {"channel": self.say("voice")}
        sl = self.share("service_level", "Service level", 387, 460, by=by, target="80 % in 20 s", status="ok",
                        excluded={self.say("short abandons"): 12})  # fmt: skip
        asa = self.figure("asa", "ASA", 28, "seconds", 460, by=by, target="20-60 s", status="ok")
        aht = self.figure("aht_p50", "AHT", 324, "seconds", 460, by=by, target="4-7 min", status="ok", provisional=True)
        abandoned = self.share("abandonment", "Abandoned", 39, 500, by=by, target="5-8 %", status="risk", note="5.7 %")
        volume = self.figure("volume", "Volume", 630, "contacts", 630)
        csat = self.figure("csat", "CSAT", None, "ratio", 22, target="90 %", note="n=22 (<30)")
        p90 = self.figure("aht_p90", "p90", 708, "seconds", 460, by=by)
        usual = self.share("service_level", "Service level", 3200, 4000)
        aht_usual = self.figure("aht_p50", "AHT", 312, "seconds", 4000)
        return (
            self.headline("SERVICE LEVEL voice", sl, usual, (0.71, 0.74, 0.82, 0.88, 0.86, 0.75, 0.81, 0.88, 0.8415)),
            self.headline("ASA voice", asa, None, (41, 30, 25, 21, 30, 24, 22, 19, 28)),
            Headline(self.say("AHT voice p50"), aht, aht_usual, (300, None, 330, 324), (p90,)),
            self.headline("ABANDONED voice", abandoned, None, (0.031, 0.04, 0.08, 0.078)),
            self.headline("VOLUME all", volume, None, (500.0, 610.0, 590.0, 630.0)),
            self.headline("CSAT chat", csat, None, ()),
        )

    def quality(self) -> tuple[Headline, ...]:
        return tuple(
            Headline(
                self.say(name),
                self.share(name.lower(), name, top, of, target=target, status=status),
                None,
                (0.7, 0.8, top / of),
                (self.share(name.lower(), "7d", top // 4, of // 4),),
                window=self.say("28d"),
            )
            for name, top, of, target, status in QUALITY
        )

    def moved(self) -> tuple[Movement, ...]:
        where = (("queue", self.say("Billing")), ("channel", self.say("voice")))
        figure = self.share("abandonment", "Abandoned", 23, 162, by=dict(where), status="miss")
        return tuple(Movement(status, self.say(text), where, figure) for status, text in MOVED)

    def happened(self, at: datetime) -> tuple[Moment, ...]:
        say, day = self.say, at - timedelta(days=1)
        begin, end = day.replace(hour=14, minute=40), day.replace(hour=16, minute=10)
        return (
            Moment(day.replace(hour=14, minute=2), None, say("release"), say("web"), say("25.5.2 checkout")),
            Moment(begin, end, say("incident"), say("payments"), say("INC-311 SEV2 payment retries")),
        )

    def queue_row(self, entry: tuple[object, ...]) -> QueueRow:
        queue, channel, offered, answered, within, target, asa, p50, p90, status, waiting, longest = entry
        by = {"queue": self.say(str(queue)), "channel": self.say(str(channel))}
        assert isinstance(offered, int)
        assert isinstance(answered, int)
        assert isinstance(within, int)
        start, total = NOW.replace(hour=8, minute=0), sum(SHAPE)
        curve = tuple(
            (start + timedelta(minutes=30 * i), offered * part // total, answered * part // total)
            for i, part in enumerate(SHAPE)
        )

        def whole(metric: str, title: str, value: object, unit: str = "contacts", **more: object) -> Figure:
            return self.figure(metric, title, value, unit, offered, by=by, **more)  # type: ignore[arg-type]  # a mixed row

        judged = {"target": target, "status": status, "provisional": True}
        return QueueRow(
            by["queue"],
            by["channel"],
            whole("waiting", "Waiting", waiting),
            whole("longest_wait", "Longest wait", longest, "seconds", note="nobody waits"),
            whole("offered", "Offered", offered),
            whole("answered", "Answered", answered),
            self.share("service_level", "Service level", within, answered, by=by, **judged),
            whole("asa", "ASA", asa, "seconds"),
            whole("aht_p50", "AHT p50", p50, "seconds"),
            whole("aht_p90", "AHT p90", p90, "seconds"),
            self.share("abandonment", "Abandoned", offered - answered, offered, by=by, status="ok"),
            curve,
        )

    def queue_rows(self) -> tuple[QueueRow, ...]:
        rows = () if self.empty else tuple(self.queue_row(entry) for entry in QUEUES)
        return rows[::-1] if self.reverse else rows

    def backlog_row(self, name: str | None, counts: tuple[int, ...], status: str, by: Slice) -> BacklogRow:
        total = sum(counts)

        def cases(metric: str, title: str, value: int, **more: object) -> Figure:
            return self.figure(metric, title, value, "cases", value, **{"by": by, **more})

        old = {"status": status or None}
        return BacklogRow(
            name,
            tuple(
                cases("backlog", f"Open {age}", number, by={**by, "age": age}, **(old if age == "7 d+" else {}))
                for age, number in zip(BUCKETS, counts, strict=True)
            ),
            cases("backlog", "Open", total),
            cases("stale", "Stale", total // 9),
            cases("created", "In 7 d", total + 61),
            cases("resolved", "Out 7 d", total + 50),
            tuple(cases("backlog", f"Waiting on {who}", total // 3) for who in ("us", "customer", "third party")),
            cases("unassigned", "Unassigned", total // 7),
            cases("no_reply", "No reply", total // 5),
            1_987_000 if total else None,
        )

    def backlog_rows(self, dimension: str) -> tuple[BacklogRow, ...]:
        rows = []
        for name, counts, status in () if self.empty else AGES.get(dimension, AGES["issue_type"]):
            said = self.say(name)
            rows.append(self.backlog_row(said, counts, status, {dimension: said}))
        return tuple(rows[::-1] if self.reverse else rows)

    def case_line(self, number: int) -> CaseLine:
        say, age = self.say, 3600 * (3 + number * 7)
        return CaseLine(
            row_id=number,
            source=say("zendesk"),
            case_id=say(f"Z-{48200 + number}"),
            subject=say(SUBJECTS[number % 3]),
            queue=say("Billing"),
            channel=say("email"),
            status=say(("open", "waiting_customer")[number % 2]),
            priority=say(f"P{number % 4 + 1}"),
            assignee=say(("A. Amari", "B. Brandt")[number % 2]),
            created_at=NOW - timedelta(seconds=age),
            age_sec=age,
            last_action_sec=age // 3,
            stale=number % 9 == 8,
            url=None,
        )

    def clock(self, name: str, state: str, start: datetime) -> dict[str, object]:
        tape, at = [], start
        for kind, hours in TAPE:
            end = at + timedelta(hours=hours)
            tape.append({"from": at, "to": end, "state": kind, "reason": self.say("awaiting customer")})
            at = end
        used = 720 if state == "met" else 4000
        left = {"target_sec": 3600, "elapsed_sec": used, "left_sec": 3600 - used}
        return {"clock": self.say(name), "due_at": at if state == "met" else None, "state": state, "tape": tape, **left}

    def standup(self, as_of: int | None) -> StandupBoard:
        self.calls.append(("standup", as_of))
        header = self.header("standup", as_of, "yesterday, Mon 12 May")
        return StandupBoard(
            header=header,
            headlines=self.headlines(),
            closed_days=self.say("closed on Sun 11 May"),
            by_queue=self.queue_rows(),
            backlog=self.backlog_rows("queue"),
            bucket_labels=tuple(self.say(label) for label in BUCKETS),
            quality=self.quality(),
            moved=self.moved(),
            happened=self.happened(header.as_of),
        )

    def standup_run(self, as_of: int | None) -> StandupRun:
        self.calls.append(("standup_run", as_of))
        header = self.header("standup", as_of, "yesterday, Mon 12 May")
        say, at = self.say, header.as_of
        rows = tuple((row.name or "", *row.buckets, row.total) for row in self.backlog_rows("queue"))
        table = PageTable(say("Open by age"), ("Queue", *map(say, BUCKETS), "Total"), rows, say("needs cases"))
        titles = ("Last open day", "Today's plan", "Backlog", "Promises", "People and quality")
        pages = tuple(
            StandupPage(number, say(title), 180, self.headlines()[:number], self.moved(), table)
            for number, title in enumerate(titles, start=1)
        )
        typed = tuple(Decided(place, at, say(text), say("lead"), True) for place, text in enumerate(self.decisions))
        return StandupRun(header, pages, say("closed on Sun 11 May"), self.happened(at), typed)

    def decide(self, text: str) -> None:
        self.at(None)
        self.decisions.append(text)

    def queues(self, as_of: int | None) -> QueuesBoard:
        self.calls.append(("queues", as_of))
        header = self.header("queues", as_of, "today, since 00:00")
        return QueuesBoard(header, self.queue_rows(), self.happened(header.as_of))

    def backlog(self, as_of: int | None, dimension: str) -> BacklogBoard:
        self.calls.append(("backlog", (as_of, dimension)))
        header, rows = self.header("backlog", as_of, "open now"), self.backlog_rows(dimension)
        sums = tuple(int(sum(row.buckets[i].value or 0 for row in rows)) for i in range(len(BUCKETS)))
        labels = tuple(self.say(label) for label in BUCKETS)
        return BacklogBoard(header, dimension, labels, rows, self.backlog_row(None, sums, "", {}), 18)

    def cases(self, as_of: int | None, where: Mapping[str, str | None], limit: int = 500) -> CasesBoard:
        self.calls.append(("cases", (as_of, dict(where))))
        header = self.header("cases", as_of, "open now")
        lines = () if self.empty else tuple(self.case_line(number) for number in range(self.case_count))
        crumbs = tuple(value or "(none)" for value in where.values())
        return CasesBoard(header, crumbs, 0 if self.empty else 129, lines[::-1] if self.reverse else lines)

    def case(self, as_of: int | None, source: str, case_id: str) -> CaseBoard:
        self.calls.append(("case", (as_of, source, case_id)))
        say, start = self.say, NOW - timedelta(days=6)
        lines = [self.case_line(number) for number in range(self.case_count)]
        events = tuple(
            CaseEventLine(start + timedelta(hours=5 * i), say(kind), old and say(old), say(new), say("A."), say(why))
            for i, (kind, old, new, why) in enumerate(EVENTS)
        )
        late = LadderStep(say("L2 ownership"), say("on call"), start, start + timedelta(minutes=11), 660)
        return CaseBoard(
            header=self.header("case", as_of, "one case"),
            case=next((line for line in lines if line.case_id == case_id), lines[0]),
            facts=(*((say(label), say(value)) for label, value in FACTS), (say("product"), None)),
            events=events,
            clocks=(self.clock("first_response", "met", start), self.clock("resolution", "missed", start)),
            ladder=(LadderStep(say("L1 triage"), say("on shift"), start, None, None), late),
            contacts=(fake_drill.contact_line(self, say("c0007")),),
            surveys=fake_drill.surveys(self),
            reviews=fake_drill.reviews(self),
            others=(self.case_line(5),),
        )

    def plain(self, name: str, as_of: int | None) -> AnyBoard:
        """The data board of the rendering tests, whatever is asked for."""
        self.calls.append((f"plain {name}", as_of))
        self.at(as_of)
        return sample_data_board()

    def slice(
        self, as_of: int | None, where: Mapping[str, str | None], window: str = "", dimension: str = ""
    ) -> SliceBoard:
        self.calls.append(("slice", (as_of, dict(where), window, dimension)))
        return fake_drill.slice_board(self, as_of, where, window, dimension)

    def rows(self, as_of: int | None, asked: RowsAsked) -> RowsBoard:
        self.calls.append(("rows", (as_of, asked.figure.metric, dict(asked.figure.by))))
        return fake_drill.rows_board(self, as_of, asked)

    def arrivals(
        self, as_of: int | None, metric: str, window: str, where: Mapping[str, str | None] | None = None
    ) -> ArrivalsBoard:
        self.calls.append(("arrivals", (as_of, metric, window, dict(where or {}))))
        return fake_over_time.arrivals_board(self, as_of, metric, window, (where or {}).get("channel"))

    def trend(self, as_of: int | None, figure: Figure, days: int) -> TrendBoard:
        self.calls.append(("trend", (as_of, figure.metric, dict(figure.by), days)))
        return fake_over_time.trend_board(self, as_of, figure, days)

    def contact(self, as_of: int | None, source: str, interaction_id: str) -> ContactBoard:
        self.calls.append(("contact", (as_of, source, interaction_id)))
        return fake_drill.contact_board(self, as_of, interaction_id)

    def address(self, source: str, *, case_id: str | None = None, interaction_id: str | None = None) -> str | None:
        self.calls.append(("address", (source, case_id, interaction_id)))
        self.at(None)
        return self.web_address

    def explain(self, as_of: int | None, figure: Figure) -> Explanation:
        self.calls.append(("explain", (as_of, figure.metric)))
        self.at(as_of)
        say, legs = self.say, list(range(1001, 1001 + figure.n))
        return Explanation(
            figure=figure,
            formula=say("answered within the threshold / answered"),
            pack_key=say("targets.voice.service_level"),
            window=say("Mon 12 May 00:00 to 24:00 Europe/Berlin"),
            rows={say("legs"): legs},
            numerator_rows={say("legs"): legs[: figure.n // 2]},
            excluded_rows={say("short abandons"): {say("legs"): [3, 5, 8]}},
            notes=(say("the vendor's own report counts by hour of answer"),),
        )

    def only(self, where: Mapping[str, str]) -> None:
        self.calls.append(("only", dict(where)))

    def generation(self) -> int:
        return self.stamp

    def follow(self) -> None:
        self.calls.append(("follow", None))
        if self.follow_fails is not None:
            raise self.follow_fails
