"""The command line as a person or a script meets it: arguments in; exit code, stdout and stderr out."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from carecli.cli.main import answered

SAMPLE_DATA = Path(__file__).parents[2] / "sample_data"


@dataclass(frozen=True)
class Answer:
    """What one run said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """stdout as the one object it has to be."""
        told: dict[str, Any] = json.loads(self.out)
        return told


def carecli(*arguments: str | Path) -> Answer:
    """A run in this process: through the front door, without the second that a new process takes to start."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = answered([str(argument) for argument in arguments])
    return Answer(code, out.getvalue(), err.getvalue())


def carecli_process(*arguments: str | Path, environment: Mapping[str, str] | None = None) -> Answer:
    """A run in a process of its own, with more in its environment."""
    done = subprocess.run(
        [sys.executable, "-m", "carecli", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        stdin=subprocess.DEVNULL,
        env={**os.environ, **(environment or {})},
    )
    return Answer(done.returncode, done.stdout, done.stderr)


def done(answer: Answer) -> Answer:
    """The answer of a run that has to succeed."""
    assert answer.code == 0, answer.err + answer.out
    return answer
