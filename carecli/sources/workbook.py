"""Sheets of a workbook (XLSX, XLS, ODS): cells as text, as a delimited file would carry them.

What the reader of a workbook allocates is bound by the child's address space; what is plainly too large is refused
before it starts. Of formulas only the values that were stored with them are read.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO
from itertools import islice

from python_calamine import CalamineSheet, CalamineWorkbook, PasswordError, SheetTypeEnum

from carecli.sources.archives import Archive
from carecli.sources.containers import BLOCK, Opened, Readable, SeveralMembers
from carecli.sources.entry import Entry
from carecli.sources.headers import MOST_COLUMNS, Header, find_header_of_rows
from carecli.sources.limits import MEGABYTE, Limits
from carecli.sources.recognise import Catalog
from carecli.sources.rows import Rows, zone_of_footer
from carecli.sources.verdicts import Item, Rejected, SkippedRecord, Verdict

MOST_ROWS = 1_000_000
MOST_EXPANDED = 512 * MEGABYTE
"""All parts of a workbook together."""
MOST_DIGITS = 15
"""Excel keeps no more of a number: a longer one is written with an exponent, so that nobody takes it for an id."""
LAST_ROWS = 50
"""How many of the last rows are looked at for a zone."""
PROTECTED = "EncryptedPackage".encode("utf-16-le")
UNKNOWN = ("unknown-kind", "no-header")
# A cell or row whose place is beyond what is read, or a count that no workbook has: its reader would reserve room for
# all that lies before it, or for all that is counted.
_FAR = re.compile(
    rb"<(?:\w+:)?c\s[^<>]*?\br\s*=\s*[\"'](?:[A-Z]{3,}|S[G-Z]|[T-Z][A-Z])\d|"
    rb"<(?:\w+:)?(?:c|row)\s[^<>]*?\br\s*=\s*[\"'][A-Z]*(?!1000000\D)[1-9]\d{6,}|"
    rb"<(?:\w+:)?sst\s[^<>]*?\b(?:uniqueC|c)ount\s*=\s*[\"']\d{8,}|"
    rb"\bnumber-(?:rows|columns)-repeated\s*=\s*[\"']\d{8,}",
    re.IGNORECASE,
)
LONGEST_TAG = 1024
_EPOCH, _EARLY_EPOCH = datetime(1899, 12, 30), datetime(1899, 12, 31)
_AFTER_FEBRUARY = datetime(1900, 3, 1)
"""A workbook counts 29 February 1900, a day that never was: days before it lie one nearer to their epoch."""
_ISO_DURATION = re.compile(r"(-?)PT(\d{1,9})H(\d{1,9})M(\d{1,9}(?:[.,]\d+)?)S")
Cell = int | float | str | bool | time | date | datetime | timedelta


@dataclass(frozen=True, slots=True)
class Table:
    """The sheet that is read, and its header."""

    name: str
    header: Header
    sheet: CalamineSheet
    chosen: bool
    """Whether it was found among several sheets, rather than named or the only one."""

    def items(self) -> Iterator[Item]:
        """All rows; a row's line is its number in the sheet."""
        rules = Rows(self.header)
        yield from rules.above()
        rows = islice(enumerate(_rows(self.sheet), start=1), self.header.lines, None)
        for line, cells in _without_blank_end(rows):
            number, raw = line - 1, "\t".join(cells)
            if not raw.strip():
                yield SkippedRecord(number, line, "blank")
                continue
            fitted = _fitted(cells, len(self.header.names))
            yield rules.aside(fitted, number, line) or rules.item(fitted, number, line, line, raw)

    def zone_of_footer(self, expression: str) -> str | None:
        """The zone that one of the last rows tells; all rows are read for it, before any record is."""
        said = (cells for cells in _rows(self.sheet) if any(cells))
        return zone_of_footer(deque(said, maxlen=LAST_ROWS), expression)


def find_table(workbook: CalamineWorkbook, member: str | None, forced: Entry | None, catalog: Catalog) -> Table:
    """The one sheet with a header that is known, or the one that is named. `SeveralMembers` where several are known."""
    tables: list[tuple[str, Table | Verdict]] = []
    refusals: list[Verdict] = []
    names = _sheet_names(workbook, member)
    for name in names:
        sheet = _sheet(workbook, name)
        try:
            header = find_header_of_rows(_rows(sheet), forced, catalog)
        except Verdict as verdict:
            # One that is known, but not fit to be read, counts: its fault is told when it is asked for.
            if verdict.code not in UNKNOWN:
                tables.append((name, verdict))
            elif sheet.end is not None:
                refusals.append(verdict)
        else:
            tables.append((name, Table(name, header, sheet, chosen=len(names) > 1)))
    if len(tables) > 1:
        raise SeveralMembers(tuple(name for name, _ in tables))
    nothing = Rejected("empty", "the workbook holds no data")
    found = tables[0][1] if tables else next(iter(refusals), nothing)
    if isinstance(found, Verdict):
        raise found
    return found


def open_workbook(file: Opened, archive: Archive | None, limits: Limits) -> CalamineWorkbook:
    """The workbook, its parts measured first. `Rejected` where it is too large, damaged or protected."""
    if archive is not None:
        archive.check_size(most=min(MOST_EXPANDED, limits.expanded))
        for part in archive.parts():
            _refuse_far_cells(part)
    data = file.stream().read()
    try:
        with _damaged("this Office file"):
            return CalamineWorkbook.from_filelike(BytesIO(data))
    except Rejected:
        if archive is None and PROTECTED in data:
            raise _protected() from None
        raise


@contextmanager
def _damaged(what: str) -> Iterator[None]:
    """The reader answers damage with errors and panics, which derive from BaseException; each means the same here."""
    try:
        yield
    except PasswordError:
        raise _protected() from None
    except (Verdict, MemoryError, KeyboardInterrupt, SystemExit):
        raise
    except BaseException as problem:
        message = f"{what} can't be read as a workbook ({type(problem).__name__})"
        raise Rejected("damaged-workbook", message, hint="save the sheet as XLSX or CSV") from None


def _protected() -> Rejected:
    return Rejected("password", "this workbook is protected by a password", hint="save it without one and try again")


def _refuse_far_cells(part: Readable) -> None:
    seen = b""
    while block := part.read(BLOCK):
        seen = seen[-LONGEST_TAG:] + block
        if _FAR.search(seen):
            message = f"a sheet of more than {MOST_ROWS} rows or {MOST_COLUMNS} columns"
            raise Rejected("too-large", message, hint="export it as CSV")


def _sheet_names(workbook: CalamineWorkbook, member: str | None) -> list[str]:
    names = [one.name for one in workbook.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
    if member is None:
        return names
    if member not in names:
        raise Rejected("no-such-member", f"this workbook holds no sheet {member!r}")
    return [member]


def _sheet(workbook: CalamineWorkbook, name: str) -> CalamineSheet:
    with _damaged(f"sheet {name!r}"):
        sheet = workbook.get_sheet_by_name(name)
    last_row, last_column = sheet.end or (-1, -1)
    if last_row >= MOST_ROWS or last_column >= MOST_COLUMNS:
        message = f"sheet {name!r} has {last_row + 1} rows and {last_column + 1} columns"
        raise Rejected("too-large", message, hint=f"at most {MOST_ROWS} rows and {MOST_COLUMNS} columns are read")
    return sheet


def _rows(sheet: CalamineSheet) -> Iterator[list[str]]:
    """All rows from the sheet's first."""
    return ([_text(cell) for cell in row] for row in sheet.iter_rows())


def _without_blank_end(rows: Iterator[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    """The rows up to the last that says something: behind it there is only formatting."""
    blank: list[tuple[int, list[str]]] = []
    for line, cells in rows:
        if not any(map(str.strip, cells)):
            blank.append((line, cells))
            continue
        yield from blank
        blank.clear()
        yield line, cells


def _fitted(cells: list[str], width: int) -> list[str]:
    """As many cells as the header has, if what is left over says nothing: every row of a sheet is as wide as all."""
    if any(map(str.strip, cells[width:])):
        return cells
    return cells[:width] + [""] * (width - len(cells))


def _text(cell: Cell) -> str:
    """A cell as a delimited file would carry it; errors of formulas come as empty text already."""
    if isinstance(cell, str):
        match = _ISO_DURATION.fullmatch(cell)
        return _duration(_since(match)) if match else cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int | float):
        return _number(cell)
    if isinstance(cell, datetime):
        return _moment(cell)
    if isinstance(cell, date):
        return cell.isoformat()
    return _duration(cell if isinstance(cell, timedelta) else datetime.combine(date.min, cell) - datetime.min)


def _since(match: re.Match[str]) -> timedelta:
    """How long a duration of an ODS lasts, which comes as its text, such as PT26H03M00S."""
    sign, hours, minutes, seconds = match.groups()
    since = timedelta(hours=int(hours), minutes=int(minutes), seconds=float(seconds.replace(",", ".")))
    return -since if sign else since


def _number(value: float) -> str:
    if value % 1:
        return format(Decimal(repr(value)), "f")
    return str(int(value)) if abs(value) < 10**MOST_DIGITS else f"{value:.14E}"


def _moment(value: datetime) -> str:
    """A duration of a day or more may come as a moment of the year 1900, where a workbook's days begin."""
    if value.year <= 1900:
        return _duration(value - (_EARLY_EPOCH if value < _AFTER_FEBRUARY else _EPOCH))
    return value.isoformat(" ", "milliseconds").removesuffix(".000")


def _duration(value: timedelta) -> str:
    """h:mm:ss, hours uncapped, to the millisecond."""
    milliseconds = round(value / timedelta(milliseconds=1))
    minutes, rest = divmod(abs(milliseconds), 60_000)
    seconds = f"{rest // 1000:02}" + (f".{rest % 1000:03}" if rest % 1000 else "")
    return f"{'-' if milliseconds < 0 else ''}{minutes // 60}:{minutes % 60:02}:{seconds}"
