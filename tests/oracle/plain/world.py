"""The rows of a store as of a moment: nothing later is known, and contacts know their cases."""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property

from tests.oracle.plain.business_coverage import business_coverage
from tests.oracle.plain.row import Row, first_known
from tests.oracle.plain.settings import local

ASYNCHRONOUS = ("email", "social", "sms", "in_app", "whatsapp")
CASE_STAMPS = ("first_response_at", "first_resolved_at", "last_resolved_at", "reopened_at", "closed_at")
LATER_CASE_TIMES = (*CASE_STAMPS, "merged_at", "deleted_at", "last_action_at")


class World:
    """`rows` by table, in the store's order; `coverage` rows have table, source, channel, queue, first, last and
    finished_only; `newest` maps (table, source) to how far a feed reaches.
    """

    def __init__(self, rows, settings, as_of, zone, coverage=(), newest=None, tie=str):
        self.rows = {table: [Row(row) for row in told] for table, told in rows.items()}
        self.settings, self.as_of, self.zone = settings, as_of, zone
        self.coverage, self.newest, self.tie = [Row(each) for each in coverage], newest or {}, tie

    def all(self, table):
        return self.rows.get(table, [])

    def by_then(self, moment):
        """A moment, None where it is still to come."""
        return moment if moment is not None and moment <= self.as_of else None

    def ours(self, row):
        """Tests and system events are marked only where the pack leaves them out."""
        left_out = self.settings["exclusions"]
        return {f"is_{name}": bool(row[f"is_{name}"]) and left_out[name] for name in ("test", "system")}

    @cached_property
    def cases(self):
        """Cases created by then, by store id."""
        created = [row for row in self.all("cases") if self.by_then(row["created_at"]) is not None]
        found = {row["id"]: self._case(row) for row in created}
        contacts = [row for row in self.all("interactions") if self.by_then(row["started_at"]) is not None]
        for case in found.values():
            case["contact"] = self.referred(case, "cases", "interaction_id", contacts)
        return found

    def _case(self, row):
        changed = first_known(row["updated_at"], max(row[name] for name in ("created_at", *CASE_STAMPS) if row[name]))
        cut = {name: self.by_then(row[name]) for name in LATER_CASE_TIMES}
        tier = first_known(row["tier"], self.tier_of(row["customer_id"]))
        return Row(row, **cut, **self.ours(row), tier=tier, status_at=changed, case=("held", row["id"]))

    @cached_property
    def interactions(self):
        """Contacts begun by then, by store id. Of several cases that name one contact it is of the first."""
        naming = sorted(self.cases.values(), key=lambda case: (case["created_at"], case["case_id"]), reverse=True)
        opened = {case["contact"]: case for case in naming if case["contact"] is not None}
        begun = [row for row in self.all("interactions") if self.by_then(row["started_at"]) is not None]
        return {row["id"]: self._interaction(row, opened) for row in begun}

    def _interaction(self, row, opened):
        named = self.cases.get(self.referred(row, "interactions", "case_id", self.cases.values()))
        case = first_known(named, opened.get(row["id"]), Row())
        not_held = ("named", row["source"], row["case_id"]) if row["case_id"] is not None else None
        cut = {name: self.by_then(row[name]) for name in ("answered_at", "ended_at", "resolved_at")}
        return Row(
            row,
            **cut,
            **self.ours(row),
            outcome=self._outcome(row),
            unfinished=row["ended_at"] is not None and row["ended_at"] > self.as_of,
            outbound=row["direction"] not in (None, "inbound"),
            transfer=row["origin"] == "transfer",
            case=first_known(case["case"], not_held),
            issue_type=first_known(row["issue_type"], case["issue_type"]),
            tier=first_known(case["tier"], self.tier_of(row["customer_id"])),
            priority=case["priority"],
        )

    def _outcome(self, row):
        """Known once it happened: an answer when answered, anything else at the end."""
        told = row["outcome"]
        if told is None and row["answered_at"] is not None:
            told = "answered"
        if told is None and row["ended_at"] is not None:
            told = "abandoned"
        over = row["answered_at" if told == "answered" else "ended_at"]
        return told if over is None or over <= self.as_of else None

    @cached_property
    def events(self):
        """The events of each case (store id), in order of time."""
        owners = {(case["source"], case["case_id"]): case["id"] for case in self.cases.values()}
        found = {case: [] for case in self.cases}
        for event in sorted(self.all("case_events"), key=lambda event: (event["at"], event["id"])):
            owner = owners.get((event["source"], event["case_id"]))
            if owner is not None and event["at"] <= self.as_of:
                found[owner].append(event)
        return found

    def referred(self, row, table, column, targets):
        """The store id of the row that `row[column]` speaks of, among `targets`.

        Its own system's, or the one a link names; a system without any such rows speaks of the only one of that id.
        """
        if row[column] is None:
            return None
        links = {
            link["source"]: link["target_source"]
            for link in reversed(self.all("links"))
            if link["column"] == f"{table}.{column}"
        }
        same = [target for target in targets if target[column] == row[column]]
        owner = links.get(row["source"], row["source"])
        owned = [target["id"] for target in same if target["source"] == owner]
        foreign = row["source"] not in links and all(target["source"] != row["source"] for target in targets)
        if owned:
            return owned[0]
        return same[0]["id"] if foreign and len(same) == 1 else None

    def tier_of(self, customer):
        return self.of_customer(customer, "tier")

    def of_customer(self, customer, column):
        """What a customer's rows of any system say first."""
        told = (row[column] for row in self.all("customers") if row["customer_id"] == customer)
        return next((each for each in told if each), None) if customer is not None else None

    # What the feeds cover

    def spans(self, tables, channel=None, queue=None):
        """First and last covered local day, both included; days between two on which nobody works are covered."""
        rows = (*self.coverage, *business_coverage(self))
        mine = [row for row in rows if self._speaks_of(row, tables, channel, queue)]
        days = sorted({(local(row["first"], self.zone).date(), local(row["last"], self.zone).date()) for row in mine})
        joined = []
        for first, last in days:
            if joined and self._nobody_works(joined[-1][1], first):
                joined[-1] = (joined[-1][0], max(joined[-1][1], last))
            else:
                joined.append((first, last))
        return joined

    def covers(self, tables, day, channel=None, queue=None):
        return any(first <= day <= last for first, last in self.spans(tables, channel, queue))

    def _speaks_of(self, row, tables, channel, queue):
        tables_of_row = {row["table"]}
        if row["table"] == "cases" and row["channel"] in (None, *ASYNCHRONOUS):
            tables_of_row.add("asynchronous cases")
        fits = channel is None or row["channel"] in (None, channel)
        return bool(tables_of_row & set(tables)) and fits and (queue is None or row["queue"] in (None, queue))

    def _nobody_works(self, last, first):
        hours, day = self.settings.opening_hours(None), last + timedelta(days=1)
        while day < first:
            if hours.blocks(day):
                return False
            day += timedelta(days=1)
        return True

    def holds_open(self, table):
        """The systems whose feed of a table holds what isn't over yet."""
        return {row["source"] for row in self.coverage if row["table"] == table and not row["finished_only"]}

    def newest_of(self, table, source):
        """The newest moment a system's feed of a table speaks of."""
        covered = [row["last"] for row in self.coverage if (row["table"], row["source"]) == (table, source)]
        return max([*covered, *self.newest.get((table, source), ())], default=None)
