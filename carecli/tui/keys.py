"""The keys of a view, read off its bindings, so that help and footer can't say anything else.

The user's keys (`[keys]` of the settings) take the place of an action's own; an action goes by the `id` of its binding.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from textual.app import App
from textual.binding import Binding
from textual.dom import DOMNode
from textual.screen import Screen

from carecli.errors import UsageProblem
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
    keymap = getattr(app, "keymap", {})
    for binding in (binding for node in nodes for binding in remapped(keys_of(node), keymap)):
        together.setdefault(binding.description, []).append(app.get_key_display(binding))
    for does, keys in together.items():
        yield KeyHelp(" ".join(dict.fromkeys(keys)), does)


def widgets_with_keys(screen: Screen[object]) -> list[DOMNode]:
    """One widget of each kind on the screen that takes keys, the focused one first, the page around them last."""
    focused = [screen.focused] if screen.focused else []
    kinds = {type(widget): widget for widget in (*focused, *screen.focus_chain, *screen.query(Page))}
    return list(kinds.values())


def remapped(bindings: Iterable[Binding], keymap: Mapping[str, str]) -> list[Binding]:
    """The bindings with the user's keys in place of their own."""
    found: dict[str, Binding] = {}
    for binding in bindings:
        keys = keymap.get(binding.id or "")
        own = Binding.make_bindings([replace(binding, key=keys, key_display=None)]) if keys else [binding]
        found.update((each.key, each) for each in own)
    return list(found.values())


def checked_keymap(keys: Mapping[str, str]) -> dict[str, str]:
    """The user's keys by action. UsageProblem for an action that isn't there, and for a key that does two things."""
    if not keys:
        return {}
    bindings = list(every_binding())
    known = {binding.id: binding for binding in bindings if binding.id}
    for action in keys:
        if action not in known:
            raise UsageProblem(f"keys.{action}: no such action", hint=f"actions: {', '.join(sorted(known))}")
    keymap = {action: _normal(action, text, known[action]) for action, text in keys.items()}
    taken: dict[str, str] = {}
    for action, text in keymap.items():
        for key in text.split(","):
            if (other := taken.setdefault(key, action)) != action:
                raise UsageProblem(f"keys.{action}: {key} is already the key of {other}")
    for binding in bindings:
        if binding.id not in keymap and binding.key in taken:
            does = binding.id or binding.description
            raise UsageProblem(f"keys.{taken[binding.key]}: {binding.key} is already the key of {does!r}")
    return keymap


def _normal(action: str, text: str, binding: Binding) -> str:
    """Keys as Textual names them: "f5,r", "/" as "slash"."""
    parts = [part.strip() for part in text.split(",")]
    if not all(parts):
        raise UsageProblem(f"keys.{action}: an empty key", hint='keys are names with commas between: "f5,r"')
    try:
        return ",".join(each.key for each in Binding.make_bindings([replace(binding, key=",".join(parts))]))
    except ValueError:
        raise UsageProblem(f"keys.{action}: {text!r} names no keys", hint='such as "f5,r"') from None


def every_binding() -> Iterator[Binding]:
    """Each binding of the app and its boards, their cursors included; a sheet over a board has keys of its own."""
    package = importlib.import_module("carecli.tui")
    for found in pkgutil.walk_packages(package.__path__, "carecli.tui."):
        module = importlib.import_module(found.name)
        for kind in vars(module).values():
            if isinstance(kind, type) and kind.__module__ == found.name and not _is_sheet(kind):
                yield from Binding.make_bindings(kind.__dict__.get("BINDINGS", ()))


def _is_sheet(kind: type) -> bool:
    """Whether it takes all keys while it is open: a modal screen, a line that is typed into, an app of its own."""
    from textual.screen import ModalScreen
    from textual.widgets import Input

    return issubclass(kind, (ModalScreen, Input)) or (issubclass(kind, App) and kind.__name__ != "CareApp")
