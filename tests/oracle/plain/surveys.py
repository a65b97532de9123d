"""Survey answers: late ones, repeated ones, favourable ones (R15-R18)."""

from __future__ import annotations

from tests.oracle.plain.row import Row, first_known


def surveys(world):
    """Every survey sent or answered by then."""
    known = [_survey(world, row) for row in world.all("surveys") if _by_then(world, row)]
    for row in known:
        row["repeated"] = row["answered_at"] is not None and row["subject"] is not None and any(
            (row["subject"], row["kind"]) == (other["subject"], other["kind"])
            and other["answered_at"] is not None
            and (row["answered_at"], row["id"]) < (other["answered_at"], other["id"])
            for other in known
        )  # fmt: skip
    return known


def _by_then(world, row):
    moment = first_known(row["sent_at"], row["responded_at"])
    return moment is not None and moment <= world.as_of


def _survey(world, row):
    case = world.cases.get(world.referred(row, "surveys", "case_id", world.cases.values()), Row())
    contact = world.interactions.get(
        world.referred(row, "surveys", "interaction_id", world.interactions.values()), Row()
    )
    answered = world.by_then(row["responded_at"])
    by = {name: first_known(contact[name], case[name]) for name in ("issue_type", "tier", "priority")}
    by |= {name: first_known(row[name], contact[name], case[name]) for name in ("channel", "queue")}
    by["customer"] = first_known(row["customer_id"], contact["customer_id"], case["customer_id"])
    by["tier"] = first_known(by["tier"], world.tier_of(by["customer"]))
    by |= {"source": row["source"], "agent": first_known(row["agent_id"], contact["agent_id"], case["assignee_id"])}
    marks = {name: first_known(contact[f"is_{name}"], case[f"is_{name}"], False) for name in ("test", "system")}
    return Row(
        row,
        table="surveys",
        by=by,
        marks=list(marks.items()),
        answered_at=answered,
        subject=first_known(("case", case["id"]) if case else None, ("contact", contact["id"]) if contact else None),
        late=_late(world, answered, case, contact),
        favourable=_favourable(world, row),
    )


def _late(world, answered, case, contact):
    """R16: longer after the resolution before it than the pack allows; of a contact without a case, after its end."""
    last = case["last_resolved_at"]
    last = last if None not in (last, answered) and last <= answered else None
    over = first_known(last, case["first_resolved_at"], contact["ended_at"])
    csat = world.settings["csat"]
    if None in (over, answered) or csat["late"] != "exclude":
        return False
    return answered > over + csat["late_hours"] * 3600


def _favourable(world, row):
    """R15: None on a scale that the pack doesn't know, or without a vote."""
    votes = world.settings["csat"]["favourable_from"]
    lowest = votes.get(str(int(row["scale_max"]))) if row["scale_max"] is not None else None
    return None if None in (lowest, row["score"]) else row["score"] >= lowest
