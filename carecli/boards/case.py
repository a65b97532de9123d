"""One case: what it is, what happened to it, and its clocks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from carecli.boards.board import CaseBoard, CaseEventLine, CaseLine, LadderStep
from carecli.boards.case_clocks import case_clocks
from carecli.boards.cases import Row, agent_name, case_line, last_acts, statuses
from carecli.boards.days import day_label
from carecli.boards.header import header_of, local_time
from carecli.boards.priorities import pack_priority
from carecli.boards.surroundings import Rows, case_lines, contact_lines, review_lines, survey_lines, until
from carecli.metrics.facts import Facts, build_facts
from carecli.metrics.windows import parse_window
from carecli.policy.pack import Pack
from carecli.store.snapshot import Snapshot

TIMES = {
    "Created": "created_at",
    "First response": "first_response_at",
    "First resolved": "first_resolved_at",
    "Last resolved": "last_resolved_at",
    "Reopened": "reopened_at",
    "Closed": "closed_at",
    "Merged": "merged_at",
    "Deleted": "deleted_at",
}
WORDS = {"Issue type": "issue_type", "Product area": "product_area", "Severity": "severity", "Tier": "tier"}
NUMBERS = {"Escalation level": "escalation_level", "Reopens": "reopens"}


def case_board(
    snapshot: Snapshot,
    pack: Pack,
    row: Row,
    events: Sequence[Mapping[str, Any]],
    *,
    as_of: int,
    zone: str,
    ladder: Sequence[Mapping[str, Any]] = (),
    contacts: Rows = (),
    surveys: Rows = (),
    reviews: Rows = (),
    others: Rows = (),
    facts: Facts | None = None,
) -> CaseBoard:
    """One case as of `as_of` (epoch seconds) from its row, its events and the rows around it, all readable.

    `others` are the customer's other open cases; `facts` those of the snapshot, made here where they aren't yet.
    """
    today = parse_window("today", as_of, zone)
    known = until(row, as_of)
    past = sorted((event for event in events if event["at"] <= as_of), key=lambda event: event["at"])
    facts = facts or build_facts(snapshot, pack, as_of, zone)
    line = case_line(snapshot, row, last_acts(facts, today), statuses(facts, [row["id"]]), as_of, zone)
    return CaseBoard(
        header=header_of(
            snapshot,
            pack,
            board="case",
            title=f"Case {row['case_id']}",
            window=today,
            as_of=as_of,
            where={},
            label=day_label(today.dates[0]),
        ),
        case=line,
        facts=tuple(_facts(known, line, zone)),
        events=tuple(_event(snapshot, event, zone) for event in past),
        clocks=tuple(case_clocks(facts, known, past)),
        ladder=tuple(_step(snapshot, step, as_of, zone) for step in ladder),
        contacts=contact_lines(facts, contacts),
        surveys=survey_lines(facts, surveys),
        reviews=review_lines(facts, reviews),
        others=case_lines(facts, others),
    )


def _facts(row: Row, line: CaseLine, zone: str) -> Iterable[tuple[str, str | None]]:
    """Label and value, what every case has first; the rest only where it is known."""
    priority = pack_priority(line.priority)
    named = f"{line.priority} ({priority})" if priority and priority != line.priority else line.priority
    status = (row.get("status_text") if line.status == row.get("status") else None) or line.status
    yield from (("Status", status), ("Queue", line.queue), ("Assignee", line.assignee))
    yield from (("Priority", named), ("Channel", line.channel))
    for label, name in WORDS.items():
        if row.get(name):
            yield label, row[name]
    for label, name in NUMBERS.items():
        if row.get(name) is not None:
            yield label, str(row[name])
    for label, name in TIMES.items():
        if row.get(name) is not None:
            at = local_time(row[name], zone)
            yield label, f"{day_label(at.date())} {at:%H:%M}"


def _event(snapshot: Snapshot, event: Mapping[str, Any], zone: str) -> CaseEventLine:
    return CaseEventLine(
        at=local_time(event["at"], zone),
        kind=event["kind"],
        from_value=event.get("from_value"),
        to_value=event.get("to_value"),
        actor=agent_name(snapshot, event.get("actor_id")),
        reason=event.get("reason"),
    )


def _step(snapshot: Snapshot, step: Mapping[str, Any], as_of: int, zone: str) -> LadderStep:
    due, done = step.get("due_at"), step.get("done_at")
    done = done if done is not None and done <= as_of else None
    late = None if due is None else (as_of if done is None else done) - due
    return LadderStep(
        step=step["step"],
        owner=agent_name(snapshot, step.get("owner_id")),
        due_at=None if due is None else local_time(due, zone),
        done_at=None if done is None else local_time(done, zone),
        late_sec=late if late is not None and (done is not None or late > 0) else None,
    )
