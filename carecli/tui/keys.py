"""The keys of a view, read off its bindings, so that help and footer can't say anything else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from textual.app import App
from textual.binding import Binding
from textual.dom import DOMNode
from textual.screen import Screen

from carecli.tui.widgets.page import Page


@dataclass(frozen=True, slots=True)
class KeyHelp:
    """Keys that do one thing: as shown ("j down"), and what they do."""

    keys: str
    does: str


def keys_of(node: DOMNode) -> list[Binding]:
    """The bindings of the node's class and its bases in carecli, one for each key; Textual's are not inherited."""
    found: dict[str, Binding] = {}
    for kind in (each for each in type(node).__mro__ if each.__module__.startswith("carecli.")):
        for binding in Binding.make_bindings(kind.__dict__.get("BINDINGS", ())):
            found.setdefault(binding.key, binding)
    return list(found.values())


def help_of(app: App[object], nodes: Iterable[DOMNode]) -> Iterator[KeyHelp]:
    """What each key of the nodes does, keys of one meaning together."""
    together: dict[str, list[str]] = {}
    for binding in (binding for node in nodes for binding in keys_of(node)):
        together.setdefault(binding.description, []).append(app.get_key_display(binding))
    for does, keys in together.items():
        yield KeyHelp(" ".join(dict.fromkeys(keys)), does)


def widgets_with_keys(screen: Screen[object]) -> list[DOMNode]:
    """One widget of each kind on the screen that takes keys, the focused one first, the page around them last."""
    focused = [screen.focused] if screen.focused else []
    kinds = {type(widget): widget for widget in (*focused, *screen.focus_chain, *screen.query(Page))}
    return list(kinds.values())
