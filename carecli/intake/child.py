"""The parsing child: a fresh process with limits, asked one file at a time, replaced after a failure."""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
import time
from typing import Any

WALL_SECONDS = 300.0
"""No export of a day takes minutes to read; what does is stopped and rejected."""


class ParserChild:
    """`python -m carecli.sources.worker`: one JSON request a line in, one JSON answer a line out."""

    def __init__(self, wall_seconds: float = WALL_SECONDS) -> None:
        self.wall_seconds = wall_seconds
        self.process: subprocess.Popen[bytes] | None = None
        self.interrupted = False

    def __enter__(self) -> ParserChild:
        return self

    def __exit__(self, *exc: object) -> None:
        del exc
        self.stop()

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """The child's answer; a child that dies or stays silent yields a rejection, and the next file a new child."""
        try:
            process = self._running()
            assert process.stdin is not None
            process.stdin.write(json.dumps(request).encode() + b"\n")
            process.stdin.flush()
            line = self._answer(process)
        except (BrokenPipeError, TimeoutError, ValueError) as problem:
            return self._failed(str(problem) or "it closed its input")
        if line is None:
            return self._failed(f"it ended with code {process.wait()}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def interrupt(self) -> None:
        """From another thread than the one that asks: that one gets its answer at once, and no child starts again."""
        self.interrupted = True
        if self.process is not None:
            self.process.kill()

    def _running(self) -> subprocess.Popen[bytes]:
        if self.interrupted:
            raise ValueError("it was interrupted")
        if self.process is None:
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-s", "-m", "carecli.sources.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=_environment(),
                close_fds=True,
            )
        return self.process

    def _answer(self, process: subprocess.Popen[bytes]) -> bytes | None:
        """One line within the wall time; None where the child has ended."""
        assert process.stdout is not None
        deadline = time.monotonic() + self.wall_seconds
        buffer = b""
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            while not buffer.endswith(b"\n"):
                if not selector.select(max(0.0, deadline - time.monotonic())):
                    raise TimeoutError(f"it took longer than {self.wall_seconds:.0f} s")
                chunk = os.read(process.stdout.fileno(), 1 << 16)
                if not chunk:
                    return None
                buffer += chunk
        return buffer

    def _failed(self, why: str) -> dict[str, Any]:
        self.stop()
        return {
            "state": "rejected",
            "code": "parser-failed",
            "message": f"the parser gave up on this file: {why}",
            "hint": "the file may be damaged, or made to exhaust its reader; nothing of it was applied",
        }

    def stop(self) -> None:
        """End the child; it holds nothing that could be lost."""
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
            self.process = None


def _environment() -> dict[str, str]:
    """Only what Python needs to start: no secrets, one thread for polars."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "LC_ALL", "SYSTEMROOT") if name in os.environ}
    return {**kept, "PYTHONUTF8": "1", "POLARS_MAX_THREADS": "1"}
