"""Addresses in other systems: only http and https, ids percent-encoded, nothing else gets through."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carecli.boards.addresses import address_of, checked_templates, is_web_address
from carecli.errors import UsageProblem

TEMPLATE = "https://desk.example/agent/tickets/{case_id}"


def test_a_row_s_own_address_goes_before_the_template():
    assert address_of("https://desk.example/x?id=1#a", TEMPLATE, {"case_id": "7"}) == "https://desk.example/x?id=1#a"
    assert address_of(None, TEMPLATE, {"case_id": "4711"}) == "https://desk.example/agent/tickets/4711"
    assert address_of(None, None, {"case_id": "4711"}) is None
    assert address_of(None, "https://desk.example/calls/{interaction_id}", {"case_id": "4711"}) is None


@pytest.mark.parametrize(
    "text",
    ["javascript:alert(1)", "file:///etc/passwd", "ftp://x/y", "https://", "https:///x", "//x/y", "x", "",
     "https://x/a b", "https://x/\n", "https://x/\x1b[2J", "https://x/é", "http://[::1", "HTTPS//x"],
)  # fmt: skip
def test_what_no_browser_should_get_is_no_address(text: str):
    assert not is_web_address(text)
    assert address_of(text, TEMPLATE, {"case_id": "7"}) == "https://desk.example/agent/tickets/7"


@given(case_id=st.text(min_size=1))
def test_an_id_never_leaves_its_place_in_the_address(case_id: str):
    encodable = case_id.encode("utf-8", "ignore").decode()
    made = address_of(None, TEMPLATE, {"case_id": encodable})
    assert made is not None
    assert made.startswith("https://desk.example/agent/tickets/")
    rest = made.removeprefix("https://desk.example/agent/tickets/")
    assert not {*rest} & {*"/?#&= \n"}


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("https://desk.example/tickets", "names no id"),
        ("https://desk.example/{customer_id}", "names no id"),
        ("javascript:{case_id}", "no http or https address"),
        ("https://{case_id}.example/", "no http or https address"),
        ("https://desk.example/{case_id} x", "no http or https address"),
        (7, "is no text"),
    ],
)
def test_a_template_that_is_none_is_a_usage_problem_that_names_it(template: object, said: str):
    with pytest.raises(UsageProblem, match=said) as problem:
        checked_templates({"zendesk": template})
    assert "zendesk" in problem.value.message
    assert problem.value.exit_code == 2


def test_good_templates_are_kept_as_they_are():
    given = {"zendesk": TEMPLATE, "talkdesk": "http://phone.example:8080/c/{interaction_id}?case={case_id}"}
    assert checked_templates(given) == given
