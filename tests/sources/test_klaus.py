from __future__ import annotations

from vendor_records import map_one, of_table


def review(identifier, reviewer, reviewee="agent@example.com", card="Support"):
    people = {"reviewer": {"email": reviewer}, "reviewee": {"email": reviewee, "name": "Agent"}}
    return {"id": identifier, "score": "80", "created": "2025-03-10T09:00:00Z", "scorecard": card, **people}


def sessions(*reviews):
    made = map_one("klaus.reviews", {"externalId": "7", "reviews": list(reviews)})
    return {row.values["review_id"]: row.values["calibration_id"] for row in of_table(made, "qa_reviews")}


def test_a_calibration_is_one_agents_work_by_one_scorecard_reviewed_by_several():
    one, two = review("r1", "one@example.com"), review("r2", "two@example.com")
    assert sessions(one, two) == {"r1": "7|Support", "r2": "7|Support"}
    assert sessions(one, two | {"scorecard": "Sales"}) == {"r1": None, "r2": None}
    assert sessions(one, review("r2", "two@example.com", "other@example.com")) == {"r1": None, "r2": None}


def test_a_review_of_ones_own_work_calibrates_nothing():
    own = review("r0", "agent@example.com")
    one, two = review("r1", "one@example.com"), review("r2", "two@example.com")
    assert sessions(own, one) == {"r0": None, "r1": None}
    assert sessions(own, one, two) == {"r0": None, "r1": "7|Support", "r2": "7|Support"}
