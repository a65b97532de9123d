"""Screens from which a case or contact can be opened in its own system."""

from __future__ import annotations

import os
import shlex
import subprocess
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from carecli.text import Shown, clean
from carecli.tui import crash
from carecli.tui.screens.board_screen import BoardScreen


@dataclass(frozen=True, slots=True)
class Place:
    """A case or contact: its source, and one of the two ids."""

    source: str
    case_id: str | None = None
    interaction_id: str | None = None


@dataclass
class AddressFound(Message):
    """The web address of what is under the cursor; None where nothing says it."""

    address: str | None


@dataclass
class AddressFailed(Message):
    """The address could not be made."""

    reason: Shown


class AddressedScreen(BoardScreen):
    """`o` copies the address of what is under the cursor, or opens it with the program of the settings."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("o", "address", "address")]

    def place(self) -> Place | None:
        """What stands under the cursor."""
        raise NotImplementedError

    def action_address(self) -> None:
        place = self.place()
        if place is None:
            self.app.say("no case or contact under the cursor")
            return
        work = partial(self._look_up_in_thread, place)
        self.run_worker(work, thread=True, exclusive=True, group="address", exit_on_error=False)

    def _look_up_in_thread(self, place: Place) -> None:
        with self.app.desk_lock:
            try:
                found = self.app.desk.address(place.source, case_id=place.case_id, interaction_id=place.interaction_id)
                message: AddressFound | AddressFailed = AddressFound(found)
            except Exception as error:
                message = AddressFailed(crash.reason(error))
        self.post_message(message)

    def on_address_found(self, message: AddressFound) -> None:
        place = self.place()
        if message.address is None:
            source = place.source if place else "its source"
            self.app.say(f"no address known: name a template of {source} under [addresses] in config.toml")
            return
        program = self.app.desk.open_with
        if program and not over_ssh():
            self._open(program, message.address)
            return
        self.app.copy_to_clipboard(message.address)
        self.app.say(f"address copied by OSC 52: {clean(message.address, limit=200)}")

    def on_address_failed(self, message: AddressFailed) -> None:
        self.app.say(message.reason)

    def _open(self, program: str, address: str) -> None:
        """Hand the address to the program as one argument; no shell sees it."""
        try:
            subprocess.Popen(
                [*shlex.split(program), address],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except (OSError, ValueError):
            self.app.say(f"open_with can't be started: {clean(program, limit=60)}")
            return
        self.app.say(f"opened {clean(address, limit=200)}")


def over_ssh() -> bool:
    """Whether the terminal is far away: a program started here would open nothing there."""
    return any(os.environ.get(name) for name in ("SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT"))
