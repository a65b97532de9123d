"""gzip, zstd and zip: expanded within bounds, whole or not at all, and never by a member's name."""

from __future__ import annotations

import gzip
import io
import warnings
import zipfile

import pytest
import zstandard

from carecli.sources.containers import SeveralMembers
from carecli.sources.limits import Limits

HEADER = "incident_id,opened_at,severity,root_cause\n"
GOOD = "INC-1,2025-03-10T10:00:00Z,S1,disk\n"
MANY = HEADER + "".join(f"INC-{n},t,S1,{n * 7919}\n" for n in range(5000))
BOMB = HEADER.encode() + b"INC-1,t,S1,x\n" * 4_000_000


def zst(data):
    return zstandard.ZstdCompressor().compress(data)


def zipped(*members):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of names that are there twice
        for name, data in members:
            archive.writestr(name, data)
    return target.getvalue()


@pytest.mark.parametrize("pack", [lambda data: gzip.compress(data, mtime=0), zst], ids=["gzip", "zstd"])
def test_a_truncated_file_is_held_and_a_bomb_stops_early(reading, pack):
    data = pack(MANY.encode())
    assert len(reading(data).records) == 5000
    for end in (len(data) // 2, len(data) - 1, 20):
        assert reading(data[:end]).code[:2] == ("held", "cut-off"), end
    bomb = reading(pack(BOMB))
    assert (bomb.code[:2], bomb.feed) == (("rejected", "expands-too-far"), None)
    assert reading(data, limits=Limits(expanded=100_000)).code[1] == "expands-too-far"


@pytest.mark.parametrize("pack", [lambda data: gzip.compress(data, mtime=0), zst], ids=["gzip", "zstd"])
def test_one_file_in_several_frames(reading, pack):
    data = (HEADER + GOOD).encode()
    assert reading(pack(data[:30]) + pack(b"") + pack(data[30:])).ids == ["INC-1"]
    assert reading(pack(data) + b"rubbish").code[0] == "rejected"


def test_a_zstd_bomb_of_a_few_bytes_is_stopped(reading):
    bomb = zstandard.ZstdCompressor(level=19).compress(bytes(300_000_000))
    assert len(bomb) < 20_000
    assert reading(bomb).code[:2] == ("rejected", "expands-too-far")


def test_the_only_file_of_a_zip_is_read(reading):
    got = reading(zipped(("../../x.csv", HEADER + GOOD), ("__MACOSX/x", "y"), (".DS_Store", "z"), ("a/", "")))
    assert got.ids == ["INC-1"]
    assert reading(zipped(("a.csv", BOMB))).code[1] == "expands-too-far"
    assert reading(zipped((".hidden", "x"))).code[:2] == ("rejected", "empty")
    damaged = bytearray(zipped(("a.csv", MANY)))
    damaged[60] ^= 255
    assert reading(bytes(damaged)).code[:2] == ("rejected", "damaged-zip")
    assert reading(b"PK\x03\x04 and no more").code[:2] == ("rejected", "damaged-zip")


def test_a_link_in_a_zip_is_refused(reading):
    link = zipfile.ZipInfo("x.csv")
    link.external_attr = 0o120777 << 16
    assert reading(zipped((link, "/etc/passwd"))).code[:2] == ("rejected", "not-a-regular-file")


def test_several_files_are_named_in_the_archives_order_and_read_one_by_one(reading):
    data = zipped(("z/b.csv", HEADER + GOOD), ("../a.csv", HEADER + GOOD.replace("INC-1", "INC-2")), ("x.txt", "what"))
    with pytest.raises(SeveralMembers) as caught:
        reading(data)
    assert caught.value.names == ("z/b.csv", "../a.csv", "x.txt")
    assert reading(data, member="z/b.csv").ids == ["INC-1"]
    assert reading(data, member="../a.csv").ids == ["INC-2"]
    assert reading(data, member="x.txt").code[1] == "unknown-kind"
    assert reading(data, member="b.csv").code == ("rejected", "no-such-member", None)


def test_archives_that_are_refused(reading):
    inner = zipped(("a.csv", HEADER + GOOD))
    for nested in (inner, gzip.compress(b"x"), zst(b"x")):
        assert reading(zipped(("a", nested))).code == ("rejected", "nested-archive", None)
    assert reading(gzip.compress(inner)).code[1] == "nested-archive"
    assert reading(zipped(("a.csv", HEADER), ("b.csv", ""), ("a.csv", HEADER))).code[1] == "duplicate-member"
    assert reading(zipped(*((f"{n}.csv", "") for n in range(1001)))).code[1] == "too-many-members"
    protected = bytearray(inner)
    protected[6] |= 1
    protected[protected.index(b"PK\x01\x02") + 8] |= 1
    assert reading(bytes(protected)).code == ("rejected", "password", None)


def test_members_that_share_their_bytes_are_counted_each(reading):
    """Thirty members of 2 MB in a file of 120 KB: none is a bomb by itself, all together are."""
    data = zipped(*((f"{n}.csv", bytes(2_000_000)) for n in range(30)))
    assert reading(data, member="0.csv").code[1] == "expands-too-far"


def test_a_log_in_an_archive_has_no_place_in_the_file(reading):
    line = "1741600800|1741600800.1|support|NONE|ENTERQUEUE||+49302312|1\n"
    got = reading(zst(line.encode()))
    assert (got.feed.entry.kind, len(got.records), got.feed.position) == ("asterisk.queue_log", 1, None)
    cut = reading(gzip.compress(line.encode() * 1000, mtime=0)[:-4])
    assert (cut.code[:2], cut.feed) == (("held", "cut-off"), None)
