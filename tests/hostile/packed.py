"""Compressed files and archives: cut, damaged, put together, encrypted, and small ones that hold gigabytes."""

from __future__ import annotations

import gzip
import io
import struct
import tarfile
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator

import zstandard

from tests.hostile.case import MEGABYTE, Case, case, good, held, record, rejected, row, rows, table

PLAIN = table(*rows(2000)).encode()
FILE = "export.csv"


def gz(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)


def zst(data: bytes) -> bytes:
    return zstandard.ZstdCompressor().compress(data)


def zipped(*members: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of names that are there twice
        for name, data in members:
            archive.writestr(name, data)
    return target.getvalue()


def one(id_: str = "a1") -> bytes:
    return table(row(id_)).encode()


def bomb(pack: Callable[[bytes], bytes], size: int) -> bytes:
    """So many bytes of one row again and again, in a file that is 200 times smaller or more."""
    return pack(table().encode() + b"\n" * size)


def streams() -> Iterator[Case]:
    for name, pack in (("gzip", gz), ("zstd", zst)):
        whole = pack(PLAIN)
        said = rejected(f"damaged-{name}")
        yield case(name, whole, good(2000), file=f"export.csv.{name}")
        yield case(f"{name} under another name", pack(one()), good(), file="export.xlsx")
        yield case(f"{name}, cut in the middle", whole[: len(whole) // 2], held("cut-off", "in the middle"))
        yield case(f"{name}, cut at its last byte", whole[:-1], held("cut-off", "in the middle"))
        yield case(f"{name}, cut in its header", whole[:5], held("cut-off", "in the middle"))
        yield case(f"{name}, text behind it", pack(one()) + b"-- end of file --", said)
        yield case(f"{name}, two put together", pack(one()) + pack(one("a2")), good(2, ignored={"repeated-header": 1}))
        yield case(f"{name}, the second cut", pack(one()) + pack(PLAIN)[:-9], held("cut-off"))
        middle = len(whole) // 2
        turned = whole[:middle] + bytes([whole[middle] ^ 0x55]) + whole[middle + 1 :]
        yield case(f"{name}, a byte turned", turned, said)
        yield case(f"{name} of nothing", pack(b""), rejected("empty"))
        yield case(f"{name} in {name}", pack(pack(PLAIN)), rejected("nested-archive"))
        yield case(f"{name} of a cut file", pack(PLAIN[:-20]), held("cut-off", "line 2001"))
        yield case(f"{name} of json", pack(f"[{record()}]".encode()), good())
        large = lambda pack=pack: bomb(pack, 40 * MEGABYTE)  # noqa: E731
        yield case(f"{name} bomb", large, rejected("expands-too-far"), peak=200 * MEGABYTE)
    yield case("gzip, nul padding behind it", gz(one()) + bytes(4096), good())
    yield case("gzip, wrong checksum", gz(PLAIN)[:-8] + bytes(8), rejected("damaged-gzip"))
    named = b"\x1f\x8b\x08\x08\0\0\0\0\0\xff../../etc/passwd\0" + deflated(one())
    yield case("gzip with a path in it", named, good())
    yield case("gzip bomb in a gzip bomb", gz(bomb(gz, 30 * MEGABYTE)), rejected("nested-archive"))
    yield case("text under the name of gzip", one(), good(), file="export.csv.gz")
    zeros = zstandard.ZstdCompressor(level=19).compress(bytes(40 * MEGABYTE))
    yield case("zstd of 40 MB of nul in a few KB", zeros, rejected("expands-too-far"), peak=200 * MEGABYTE)
    window = b"\x28\xb5\x2f\xfd" + bytes([0x00, 0xA8]) + b"\x03\x00\x00a"  # asks to remember 2 GB
    yield case("zstd that asks for a window of 2 GB", window, rejected("damaged-zstd"))
    yield case(
        "zstd of a frame to be skipped", b"\x50\x2a\x4d\x18\x04\0\0\0junk" + zst(one()), rejected("not-an-export")
    )


def deflated(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush() + struct.pack("<II", zlib.crc32(data), len(data))


def paths() -> Iterator[Case]:
    for name in ("../../etc/passwd", "/etc/passwd", "C:\\Windows\\x.csv", "..\\..\\x.csv", "a/../../b.csv", "~/x.csv"):
        yield case(f"zip of {name}", zipped((name, one())), good())
    both = zipped(("../../a.csv", one()), ("/b.csv", one("a2")))
    yield case("zip of paths that lead out", both, good(says="!../../a.csv"), good(says="!/b.csv"))
    link = zipfile.ZipInfo("link.csv")
    link.external_attr = 0o120777 << 16
    yield case("zip of a link", zipped((link, b"/etc/passwd")), rejected("not-a-regular-file", "symbolic link"))
    linked = zipped((link, b"/etc/passwd"), ("a.csv", one()))
    yield case("zip of a link and a file", linked, rejected("not-a-regular-file", "!link.csv"), good())
    yield case(
        "zip of a name that is there twice",
        zipped(("a.csv", one()), ("a.csv", one("a2"))),
        rejected("duplicate-member", "a.csv"),
    )
    steering = zipped(("a\x1b[2J.csv", one()), ("\u202eb\n.csv", one("a2")))
    yield case("zip of names that steer a terminal", steering, good(says="!a␛[2J.csv"), good())
    yield case("zip of a long name", zipped(("x" * 60_000, one())), good())
    yield case("zip of folders only", zipped(("a/", b""), ("b/c/", b"")), rejected("empty"))
    yield case("zip of hidden files only", zipped((".a", b"x"), ("__MACOSX/._a.csv", b"x")), rejected("empty"))
    absolute = zipped(("dir", b""), ("dir/a.csv", one()))
    yield case("zip of a file that is a folder too", absolute, rejected("empty"), good())


def archives() -> Iterator[Case]:
    whole = zipped(("a.csv", PLAIN))
    yield case("zip of one file", whole, good(2000), file="export.zip")
    yield case("zip under the name of csv", zipped(("a.csv", one())), good())
    yield case("zip in zip", zipped(("a.zip", zipped(("a.csv", one())))), rejected("nested-archive"))
    yield case("gzip in zip", zipped(("a.csv.gz", gz(one()))), rejected("nested-archive"))
    mixed = zipped(("a.csv", one()), ("b.zip", whole), ("c.html", b"<html>"), ("d.csv", one("a2")))
    yield case("zip of good and bad", mixed, good(), rejected("nested-archive"), rejected("not-an-export"), good())
    cut = zipped(("a.csv", one()), ("b.csv", table(row("b1")).encode() + b"b2,20"), ("c.csv", b""))
    yield case("zip of a file that is cut", cut, good(), held("cut-off", "line 3"), rejected("empty"))
    yield case("zip, cut", whole[: len(whole) // 2], rejected("damaged-zip"))
    yield case("zip, its directory cut", whole[:-30], rejected("damaged-zip"))
    yield case("zip, its first bytes only", whole[:4], rejected("damaged-zip"))
    damaged = bytearray(whole)
    damaged[200] ^= 0x55
    yield case("zip, a byte turned", bytes(damaged), rejected("damaged-zip"))
    yield case("zip, text behind it", zipped(("a.csv", one())) + b"\n-- end --\n", good())
    yield case("zip, encrypted", flagged(whole), rejected("password"))
    methods = whole.replace(struct.pack("<HH", 0, 8), struct.pack("<HH", 0, 97))
    yield case("zip, unknown method", methods, rejected("damaged-zip"))
    yield case("zip that says it is small", lying(zipped(("a.csv", PLAIN))), rejected("damaged-zip"))
    many = lambda: zipped(*((f"{number}.csv", b"") for number in range(10_000)))  # noqa: E731
    yield case("zip of 10,000 files", many, rejected("too-many-members", "10000"))
    large = lambda: bomb(lambda data: zipped(("a.csv", data)), 40 * MEGABYTE)  # noqa: E731
    yield case("zip bomb", large, rejected("expands-too-far"))
    overlapping = lambda: overlap(zipped(("a.csv", table().encode() + b"\n" * 8 * MEGABYTE)), 900)  # noqa: E731
    yield case("zip bomb of members that share their bytes", overlapping, rejected("expands-too-far"))
    yield case("zip of nothing", zipped(), rejected("not-an-export", "without any file"))


def flagged(archive: bytes) -> bytes:
    """With the flag of encryption, in both places."""
    changed = bytearray(archive)
    changed[6] |= 1
    changed[archive.index(b"PK\1\2") + 8] |= 1
    return bytes(changed)


def lying(archive: bytes) -> bytes:
    """With a member that is said to be 10 bytes long, in both places."""
    changed = bytearray(archive)
    changed[22:26] = struct.pack("<I", 10)
    place = archive.index(b"PK\1\2") + 24
    changed[place : place + 4] = struct.pack("<I", 10)
    return bytes(changed)


def overlap(archive: bytes, times: int) -> bytes:
    """An archive whose one member stands so often in its directory, by another name each time."""
    start = archive.index(b"PK\1\2")
    end = archive.index(b"PK\5\6")
    entry = bytearray(archive[start:end])
    entries = b"".join(bytes(entry[:46]) + f"{n:05}"[:5].encode() + bytes(entry[51:]) for n in range(times))
    tail = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, times, times, len(entries), start, 0)
    return archive[:start] + entries + tail


def tarball() -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as archive:
        item = tarfile.TarInfo("a.csv")
        item.size = len(PLAIN)
        archive.addfile(item, io.BytesIO(PLAIN))
    return target.getvalue()


def foreign() -> Iterator[Case]:
    for name, head in (
        ("pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"),
        ("png", b"\x89PNG\r\n\x1a\n" + bytes(100)),
        ("jpeg", b"\xff\xd8\xff\xe0" + bytes(100)),
        ("bzip2", b"BZh91AY&SY" + bytes(100)),
        ("xz", b"\xfd7zXZ\0" + bytes(100)),
        ("7-zip", b"7z\xbc\xaf\x27\x1c" + bytes(100)),
        ("sqlite", b"SQLite format 3\0" + bytes(100)),
        ("rar", b"Rar!\x1a\x07\x01\0" + bytes(100)),
        ("elf", b"\x7fELF\x02\x01\x01" + bytes(100)),
        ("login page", b"<!DOCTYPE html>\n<html><body>Sign in</body></html>"),
        ("page with a mark", b"\xef\xbb\xbf\r\n<HTML><body>"),
        ("xml", b'<?xml version="1.0"?><tickets/>'),
        ("entities", b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><x>&b;</x>'),
    ):
        yield case(f"{name} named csv", head, rejected("not-an-export"))
    yield case("tar", tarball(), rejected("not-an-export", "tar"), file="export.tar")
    yield case("tar in gzip", gz(tarball()), rejected("not-an-export", "tar"), file="export.tgz")
    yield case("pdf in gzip", gz(b"%PDF-1.7\n"), rejected("not-an-export"))
    yield case("pdf in zip", zipped(("a.csv", b"%PDF-1.7\n")), rejected("not-an-export"))
    rtf = b"{\\rtf1\\ansi Calls}"
    yield case("rtf named csv", rtf, rejected("bad-json", "line 1"))
    yield case(
        "mail named csv",
        b"From: a@example.org\nSubject: export\n\n" + one(),
        good(ignored={"above-header": 2, "blank": 1}),
    )
    yield case("python named csv", b"import os\nos.system('id')\n", rejected("unknown-kind"))
    yield case("sql named csv", b"INSERT INTO calls VALUES (1, 'x');\n" * 30, rejected("unknown-kind"))


CASES = [*streams(), *paths(), *archives(), *foreign()]
