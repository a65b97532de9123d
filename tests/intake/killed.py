"""An import that kills itself (SIGKILL) at a told moment.

Run as `python -m tests.intake.killed STORE FOLDER WHEN FILE...`. WHEN is `statement:N` (just before the N-th SQL
statement of the parent), `commit:N`, `checkpoint:N`, `parsing:SUFFIX` (while the child has that file), `staged:SUFFIX`
(when the child has answered) or `never`. Each acknowledged file is printed and flushed.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
from pathlib import Path
from typing import Any

from carecli.intake import child, importing


def die(*_: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class Counting:
    """Counts the statements of every connection of this process, and dies at the told one."""

    def __init__(self, when: str) -> None:
        self.when, _, number = when.partition(":")
        self.left = int(number) if number.isdigit() else 0
        self.seen = 0

    def __call__(self, statement: str) -> None:
        self.seen += 1
        if self.when == "statement" and self.seen == self.left:
            die()
        if self.when == "commit" and statement.startswith("COMMIT") and self._last_one():
            die()
        if self.when == "checkpoint" and "wal_checkpoint" in statement and self._last_one():
            die()

    def _last_one(self) -> bool:
        self.left -= 1
        return self.left < 0


def main() -> None:
    store, folder, when, *files = sys.argv[1:]
    counting = Counting(when)
    connect = sqlite3.connect

    def traced(*arguments: Any, **options: Any) -> sqlite3.Connection:
        connection = connect(*arguments, **options)
        connection.set_trace_callback(counting)
        return connection

    sqlite3.connect = traced  # type: ignore[assignment]
    ask = child.ParserChild.ask

    def asked(self: child.ParserChild, request: dict[str, Any]) -> dict[str, Any]:
        if when.startswith("parsing") and request["path"].endswith(when.partition(":")[2]):
            process = self._running()
            assert process.stdin is not None
            process.stdin.write(b'{"path": ')
            process.stdin.flush()
            die()
        answer = ask(self, request)
        if when.startswith("staged") and request["path"].endswith(when.partition(":")[2]):
            die()
        return answer

    child.ParserChild.ask = asked  # type: ignore[method-assign]
    request = importing.ImportRequest(store=Path(store), key_file=Path(folder) / "customer.key", now=1_750_000_000)
    for result in importing.import_files([Path(file) for file in files], request):
        print(f"{result.state} {result.path}", flush=True)
    print(f"statements {counting.seen}", flush=True)


if __name__ == "__main__":
    main()
