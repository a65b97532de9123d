"""Small changes to a module's source that its tests ought to notice: one place, one change at a time."""

from __future__ import annotations

import ast
import copy
import difflib
from collections.abc import Iterator
from dataclasses import dataclass

COMPARATORS = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
OPERATORS = {ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.Add: ast.Sub, ast.Sub: ast.Add}
NAMES = {
    "min": "max",
    "max": "min",
    "first": "last",
    "last": "first",
    "min_horizontal": "max_horizontal",
    "max_horizontal": "min_horizontal",
    "all_horizontal": "any_horizontal",
    "any_horizontal": "all_horizontal",
    "any": "all",
    "all": "any",
    "is_null": "is_not_null",
    "is_not_null": "is_null",
    "flag": "unset",
    "unset": "flag",
    "known": "unknown",
    "unknown": "known",
}
"""Functions and methods that are easily taken for one another."""

EXCLUSIONS = ("EXCLUSIONS", "NOT_OURS", "NOT_VALID", "NOT_RESOLVED")
"""Tuples of exclusions, beside those given as `exclusions=`."""

UNTOUCHED = ("maintain_order", "check_sortedness", "repr", "compare", "hash", "strict", "maxsize", "slots", "frozen")
"""Keywords that change how a thing is done, not what comes out."""


@dataclass(frozen=True)
class Mutant:
    """`source` is the whole module with one change."""

    line: int
    column: int
    name: str
    """What is changed, in words that don't depend on where the lines are."""
    source: str

    def diff(self, original: str, path: str) -> str:
        lines = (text.splitlines(keepends=True) for text in (original, self.source))
        return "".join(difflib.unified_diff(*lines, path, path, n=1))


def mutants(source: str) -> list[Mutant]:
    """Every mutant of a module, in the order of the places; the same list for the same source."""
    found = [_spliced(source, *change) for change in _changes(ast.parse(source))]
    unique = {mutant.source: mutant for mutant in found if mutant.source != source and _compiles(mutant.source)}
    return sorted(unique.values(), key=lambda each: (each.line, each.column, each.source))


Change = tuple[ast.expr, str, str]
"""A node, what to write in its place, and what that is in words where the line doesn't say it."""


def _changes(tree: ast.AST) -> Iterator[Change]:
    """Of everything but annotations and decorators."""
    for child in _children(tree):
        if isinstance(child, ast.expr):
            yield from ((child, text, "") for text in _replacements(child))
            yield from _changed_about(child)
        yield from _exclusions_dropped(child)
        yield from _changes(child)


def _children(node: ast.AST) -> Iterator[ast.AST]:
    skipped = {"annotation", "returns", "decorator_list"}
    if isinstance(node, ast.keyword) and node.arg in UNTOUCHED:
        return
    for name, value in ast.iter_fields(node):
        if name not in skipped:
            yield from (each for each in (value if isinstance(value, list) else [value]) if isinstance(each, ast.AST))


def _replacements(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Compare():
            yield from _compared_otherwise(node)
        case ast.BoolOp():
            yield ast.unparse(_with(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And()))
        case ast.UnaryOp(op=ast.Not() | ast.Invert() | ast.USub()):
            yield f"({ast.unparse(node.operand)})"
        case ast.BinOp() if type(node.op) in OPERATORS:
            yield f"({ast.unparse(_with(node, op=OPERATORS[type(node.op)]()))})"
        case ast.Constant(value=bool()):
            yield str(not node.value)
        case ast.Constant(value=int()):
            yield str(node.value + 1)
        case ast.Call():
            yield from _called_otherwise(node)


def _compared_otherwise(node: ast.Compare) -> Iterator[str]:
    for place, operator in enumerate(node.ops):
        other = COMPARATORS[type(operator)]()
        yield ast.unparse(_with(node, ops=[*node.ops[:place], other, *node.ops[place + 1 :]]))


def _called_otherwise(node: ast.Call) -> Iterator[str]:
    """Another function of the same kind."""
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", None)
    if name in NAMES:
        changed = copy.deepcopy(node)
        setattr(changed.func, "attr" if isinstance(changed.func, ast.Attribute) else "id", NAMES[name])
        yield ast.unparse(changed)


def _changed_about(node: ast.expr) -> Iterator[Change]:
    """Numerator and denominator of a metric."""
    given = {keyword.arg: keyword for keyword in node.keywords} if isinstance(node, ast.Call) else {}
    if {"numerator", "denominator"} <= set(given) and not _is_none(given["denominator"].value):
        swapped = {"numerator": given["denominator"].value, "denominator": given["numerator"].value}
        keywords = [_with(each, value=swapped.get(each.arg or "", each.value)) for each in given.values()]
        yield node, ast.unparse(_with(node, keywords=keywords)), "numerator and denominator change places"


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _exclusions_dropped(node: ast.AST) -> Iterator[Change]:
    """Each exclusion left out once."""
    match node:
        case ast.keyword(arg="exclusions", value=ast.Tuple() as told):
            pass
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Tuple() as told) if name in EXCLUSIONS:
            pass
        case _:
            return
    for place, left_out in enumerate(told.elts):
        without = _with(told, elts=[*told.elts[:place], *told.elts[place + 1 :]])
        yield told, ast.unparse(without), f"without {ast.unparse(left_out)}"


def _with(node: ast.AST, **fields: object) -> ast.AST:
    changed = copy.copy(node)
    for name, value in fields.items():
        setattr(changed, name, value)
    return changed


def _spliced(source: str, node: ast.expr, text: str, words: str) -> Mutant:
    """Columns of the syntax tree count bytes."""
    lines = source.encode().splitlines(keepends=True)
    begin = sum(map(len, lines[: node.lineno - 1])) + node.col_offset
    end = sum(map(len, lines[: (node.end_lineno or node.lineno) - 1])) + (node.end_col_offset or 0)
    whole = b"".join(lines)
    changed = (whole[:begin] + text.encode() + whole[end:]).decode()
    line = source.splitlines()[node.lineno - 1].strip()
    name = f"{line}: {words or f'{whole[begin:end].decode()} -> {text}'}"
    return Mutant(node.lineno, node.col_offset, " ".join(name.split()), changed)


def _compiles(source: str) -> bool:
    try:
        compile(source, "mutant", "exec")
    except SyntaxError:
        return False
    return True
