"""What can go wrong, with the exit code the command line answers (design: section 11)."""

from __future__ import annotations


class CareError(Exception):
    """Something a person can act on: one sentence of what happened, and optionally what to do about it."""

    exit_code = 1

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n{self.hint}" if self.hint else self.message


class UsageProblem(CareError):
    """An argument, a window, a dimension or a setting that makes no sense."""

    exit_code = 2


class FileRejected(CareError):
    """A file that was refused or held whole; nothing of it was applied."""

    exit_code = 4

    def __init__(self, code: str, message: str, *, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.code = code


class StoreInUse(CareError):
    """Another process is writing."""

    exit_code = 5


class StoreDamaged(CareError):
    """The store can't be read, or isn't ours, or is of a newer version."""

    exit_code = 5


class NoStore(StoreDamaged):
    """There is no store yet."""


class NoSpace(CareError):
    """The disk is full; what was being written has been rolled back."""

    exit_code = 6
