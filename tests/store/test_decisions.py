"""Decisions: kept by time, taken back without being lost, and never in a store that isn't there."""

from __future__ import annotations

import pytest

from carecli.errors import NoStore, UsageProblem
from carecli.store.connection import reading, writing
from carecli.store.decisions import WrittenDecision, add_decision, list_decisions, remove_decision
from carecli.store.frames import generation


@pytest.fixture
def store(tmp_path):
    path = tmp_path / "store.db"
    with writing(path):
        pass
    return path


def test_decisions_by_time_half_open(store):
    assert list_decisions(store) == ()
    for at, text in ((200, "second"), (100, "  first\n one "), (300, "third")):
        add_decision(store, text=text, author="lead", at=at)
    assert [each.text for each in list_decisions(store)] == ["first one", "second", "third"]
    assert [each.text for each in list_decisions(store, first=200, last=300)] == ["second"]


def test_what_is_taken_back_stays_with_who_did_so(store):
    number = add_decision(store, text="one", author="lead", at=100)
    remove_decision(store, number, by="deputy", now=150)
    assert list_decisions(store) == ()
    assert list_decisions(store, include_removed=True) == (WrittenDecision(number, 100, "one", "lead", 150, "deputy"),)
    with pytest.raises(UsageProblem, match="no decision 1 in force"):
        remove_decision(store, number, by="deputy", now=160)


def test_a_decision_changes_the_generation_so_that_pages_read_again(store):
    with reading(store) as connection:
        before = generation(connection)
    add_decision(store, text="one", author="lead", at=100)
    with reading(store) as connection:
        assert generation(connection) == before + 1


@pytest.mark.parametrize("text", ["", " \n ", "x" * 201, "\ud800"])
def test_texts_that_are_none(store, text):
    with pytest.raises(UsageProblem):
        add_decision(store, text=text, author="lead", at=100)
    assert list_decisions(store) == ()


def test_no_store_is_made_for_a_decision(tmp_path):
    with pytest.raises(NoStore):
        add_decision(tmp_path / "none.db", text="one", author="lead", at=100)
    assert not (tmp_path / "none.db").exists()
