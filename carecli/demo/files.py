"""Files whose bytes depend on nothing but their content."""

from __future__ import annotations

import csv
import io
import json
import struct
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

GZIP_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
"""Deflate, no name, no time, usual compression, system unknown: the same everywhere."""
LEVEL = 6


def gzipped(data: bytes) -> bytes:
    """One gzip member. The header is written by hand because Python versions differ in it."""
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    body = packer.compress(data) + packer.flush()
    return GZIP_HEADER + body + struct.pack("<II", zlib.crc32(data), len(data) & 0xFFFFFFFF)


def csv_text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Comma, minimal quotes, LF, one header row; None is an empty cell."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()


def json_text(value: Any) -> str:
    """Compact JSON, UTF-8, keys in the order given."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@dataclass
class Export:
    """The folder everything goes to, and what was written so far."""

    folder: Path
    compress: bool
    written: list[Path] = field(default_factory=list)

    def write(self, name: str, text: str, *, packed: bool = True) -> None:
        """Write `name` below the folder; where `packed`, as `name.gz` unless compression is off."""
        data = text.encode("utf-8")
        path = self.folder / name
        if packed and self.compress:
            path, data = path.with_name(path.name + ".gz"), gzipped(data)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        self.written.append(path)
