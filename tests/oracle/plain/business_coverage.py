"""What is known of costs and business events: months that have costs, and kinds of events that a feed has at all."""

from __future__ import annotations

from datetime import date, time, timedelta

from tests.oracle.plain.row import Row
from tests.oracle.plain.settings import instant


def business_coverage(world):
    """Rows of coverage beside those of the feeds; a count of subscribers holds until now."""
    found = [_of_month(world, row["source"], month) for row in world.all("costs") if (month := month_of(row))]
    events = [row for row in world.all("business_events") if row["at"] is not None and row["at"] <= world.as_of]
    for source, kind in {(row["source"], row["kind"]) for row in events}:
        table = f"business_events ({kind})"
        of_feed = (row for row in world.coverage if (row["table"], row["source"]) == ("business_events", source))
        found += [Row(row, table=table) for row in of_feed]
        if kind == "subscriber":
            first = min(row["at"] for row in events if (row["source"], row["kind"]) == (source, kind))
            found.append(Row(table=table, source=source, first=first, last=world.as_of))
    return found


def month_of(row):
    """The first day of the month of a cost; None where nobody can read it, or it has no amount."""
    words = row["month"].split("-")
    fine = len(words) in (2, 3) and all(word.isdigit() for word in words) and len(words[0]) == 4
    if row["amount"] is None or not fine or not 1 <= int(words[1]) <= 12:
        return None
    return date(int(words[0]), int(words[1]), 1)


def _of_month(world, source, first):
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    begin, end = (instant(day, time(12), world.zone) for day in (first, last))
    return Row(table="costs", source=source, first=begin, last=end)
