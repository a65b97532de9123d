"""What a parsing child may use, and how it binds itself to that before it touches a file."""

from __future__ import annotations

import contextlib
import math
import os
import resource
import signal
from collections.abc import Sequence
from dataclasses import dataclass, fields
from types import FrameType

from carecli.errors import UsageProblem
from carecli.sources.verdicts import Rejected

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes and seconds; every one can be given to the child as `name=value`."""

    memory: int = 2048 * MEGABYTE
    """Address space."""
    parquet_memory: int = 4096 * MEGABYTE
    """Address space once polars is loaded: importing it alone reserves more than a gigabyte."""
    cpu: int = 300
    """Seconds of processor time a file."""
    stage: int = 8192 * MEGABYTE
    """The largest file the child may write."""
    expanded: int = 1024 * MEGABYTE
    """The most a compressed file may expand to."""
    ratio: int = 200
    """The most it may expand to, as a multiple, once `ratio_after` bytes have come out."""
    ratio_after: int = 16 * MEGABYTE
    document: int = 400 * MEGABYTE
    """The largest JSON document that isn't one record a line, in characters."""
    nice: int = 10

    @classmethod
    def from_arguments(cls, arguments: Sequence[str]) -> Limits:
        """`name=value` words; `UsageProblem` for a word that is none."""
        known = {item.name for item in fields(cls)}
        given: dict[str, int] = {}
        for word in arguments:
            name, _, value = word.partition("=")
            if name not in known or not value.isdecimal():
                raise UsageProblem(f"{word!r} is no limit", hint=f"limits: {', '.join(sorted(known))}, as name=number")
            given[name] = int(value)
        return cls(**given)


def bind(limits: Limits) -> None:
    """Bind this process for the rest of its life. Where a system enforces a limit otherwise, its parent watches."""
    os.umask(0o077)
    with contextlib.suppress(OSError):
        os.nice(limits.nice)
    _set(resource.RLIMIT_CORE, 0, 0)
    _set(resource.RLIMIT_FSIZE, limits.stage, limits.stage)
    _set(resource.RLIMIT_AS, limits.memory, max(limits.memory, limits.parquet_memory))
    signal.signal(signal.SIGXCPU, _out_of_time)


def allow_polars(limits: Limits) -> None:
    """Before polars is imported: the larger address space, and one thread."""
    os.environ["POLARS_MAX_THREADS"] = "1"
    _set(resource.RLIMIT_AS, limits.parquet_memory, max(limits.memory, limits.parquet_memory))


def start_file(limits: Limits) -> None:
    """Give the next file its own processor time."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    spent = math.ceil(usage.ru_utime + usage.ru_stime)
    _set(resource.RLIMIT_CPU, spent + limits.cpu, resource.getrlimit(resource.RLIMIT_CPU)[1])


def _out_of_time(_number: int, _frame: FrameType | None) -> None:
    raise Rejected("too-slow", "reading this file takes longer than allowed", hint="split it and try again")


def _set(which: int, soft: int, hard: int) -> None:
    """Lower the limit; a system that lacks it, or already has a lower one, keeps its own."""
    current = resource.getrlimit(which)[1]
    if current != resource.RLIM_INFINITY:
        hard = current if hard == resource.RLIM_INFINITY else min(hard, current)
    if hard != resource.RLIM_INFINITY:
        soft = min(soft, hard)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(which, (soft, hard))
