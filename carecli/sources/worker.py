"""The parsing child: `python -I -m carecli.sources.worker [limit=number ...]`.

One JSON request a line on stdin, one JSON answer a line on stdout, for as many files as the parent likes:

    {"path", "stage", "as", "source", "zone", "exported_at", "key", "expected_sha256", "from_offset", "first_line"}

and optionally "encoding", "dates", "member" (of an archive or workbook; without it the answer may be {"state":
"members", "members"}), "mappings" and "map" (a folder and a file of a user's mappings), "zones" (kind -> zone),
"describe" (answer what stands in the file, for a mapping to be proposed; stage nothing) and "follow" (an unfinished
last line of a log is left for next time; implied by
"from_offset"). The answer is the file's summary; it stands in the stage's `summary` too, where there is a stage. For
logs, "end_offset" is the byte behind the last whole line and "end_line" its number: go on with "from_offset" =
end_offset, "first_line" = end_line + 1. The child binds itself before it reads anything; a parent replaces it when it
dies, and watches the clock.
"""

from __future__ import annotations

import errno
import json
import os
import sqlite3
import sys
from typing import Any, TextIO

from carecli.errors import CareError
from carecli.sources.describing import describe
from carecli.sources.limits import Limits, bind, start_file
from carecli.sources.parsing import ParseRequest, parse_file


def main(arguments: list[str]) -> int:
    """Answer requests until stdin ends."""
    limits = Limits.from_arguments(arguments)
    bind(limits)
    answers = _own_stdout()
    try:
        for line in sys.stdin:
            answers.write(json.dumps(answer(line, limits)) + "\n")
            answers.flush()
    except (KeyboardInterrupt, BrokenPipeError):
        return 130
    return 0


def _own_stdout() -> TextIO:
    """Keep stdout for answers: whatever a library prints goes to stderr."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return answers


def answer(line: str, limits: Limits) -> dict[str, Any]:
    """The answer to one request; whatever goes wrong is an answer too, and repeats nothing of the file."""
    try:
        start_file(limits)
        request = ParseRequest.from_json(asked := json.loads(line))
        return describe(request, limits) if asked.get("describe") else parse_file(request, limits)
    except KeyboardInterrupt:
        raise
    except CareError as problem:
        return _failed("parser-failed", problem.message, problem.hint)
    except MemoryError:
        return _failed("too-large", "this file needs more memory than a parser may use", "split it and try again")
    except (OSError, sqlite3.OperationalError) as problem:
        code = "no-space" if _is_full(problem) else "read-failed"
        return _failed(code, f"the system refused to read or write ({_reason(problem)})", None)
    except BaseException as problem:
        # Panics of native readers derive from BaseException.
        return _failed("parser-failed", f"the parser failed ({_reason(problem)})", "this is a defect; please report it")


def _is_full(problem: OSError | sqlite3.OperationalError) -> bool:
    if isinstance(problem, OSError):
        return problem.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    return problem.sqlite_errorcode in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE)


def _failed(code: str, message: str, hint: str | None) -> dict[str, Any]:
    return {"state": "rejected", "code": code, "message": message, "hint": hint, "kind": None, "rows": 0}


def _reason(problem: BaseException) -> str:
    """The kind of a failure and where it happened: its text may quote the file."""
    trace = problem.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    name = type(problem).__name__
    if isinstance(problem, sqlite3.Error):
        return f"{name}: {problem}"
    return f"{name} in {trace.tb_frame.f_code.co_name}, line {trace.tb_lineno}" if trace else name


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
