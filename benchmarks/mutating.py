"""Mutants: a module with one small mistake in it, made on its syntax tree; the tests must notice each. Writes no file."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType
from typing import Any

_COMPARED: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_COUNTED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.LShift: ast.RShift,
    ast.Pow: ast.Mult,
}
_CALLED = {"min": "max", "max": "min", "any": "all", "all": "any", "reversed": "iter", "median": "max", "mean": "max"}
_STATEMENTS = (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Expr, ast.Raise, ast.Continue, ast.Break)


@dataclass(frozen=True, slots=True)
class Mutant:
    """One mistake: in which file, in which function ("" = where the module is imported), in the statement of which line.

    `name` says what is changed where; it does not depend on line numbers, so that a list of names lives longer.
    """

    path: Path
    name: str
    function: str
    line: int
    code: CodeType


@dataclass(frozen=True, slots=True)
class _Site:
    """A place in the tree: a field of a node, or one part of a list there; and the nodes above it, the nearest last."""

    node: ast.AST
    field: str
    place: int | None
    above: tuple[ast.AST, ...]

    def get(self) -> Any:
        value = getattr(self.node, self.field)
        return value if self.place is None else value[self.place]

    def put(self, value: Any) -> None:
        if self.place is None:
            setattr(self.node, self.field, value)
        else:
            getattr(self.node, self.field)[self.place] = value


def mutants(path: Path, label: str) -> Iterator[Mutant]:
    """Every mutant of a module, in the order of its lines; `label` begins their names."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    numbers: Counter[str] = Counter()
    for site in list(_sites(tree, ())):
        original = site.get()
        for changed in _changes(site, original):
            shown = _shown(site)
            site.put(ast.copy_location(changed, original))
            function = _function(site)
            name = f"{label} {function or 'import'}: {shown} -> {_shown(site)}"
            code = compile(ast.fix_missing_locations(tree), str(path), "exec", dont_inherit=True)
            site.put(original)
            numbers[name] += 1
            if numbers[name] > 1:
                name += f" #{numbers[name]}"
            yield Mutant(path, name, function, _line(site), code)


def marked(path: Path) -> CodeType:
    """The module with a call of `__mark__` (file, line) before each statement of a function."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for function in [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]:
        for node in list(ast.walk(function)):
            for field in ("body", "orelse", "finalbody"):
                body = getattr(node, field, None)
                if isinstance(body, list) and not any(isinstance(one, _Mark) for one in body):
                    setattr(node, field, [made for one in body for made in (_mark(path, one), one)])
    return compile(ast.fix_missing_locations(tree), str(path), "exec", dont_inherit=True)


class _Mark(ast.Expr):
    """A statement that was added, not to be marked itself."""


def _mark(path: Path, node: ast.stmt) -> ast.stmt:
    call = ast.Call(ast.Name("__mark__", ast.Load()), [ast.Constant((str(path), node.lineno))], [])
    return ast.copy_location(_Mark(call), node)


def _line(site: _Site) -> int:
    """Where the statement begins that the site is in, or is."""
    return next(node.lineno for node in reversed([*site.above, site.get()]) if isinstance(node, ast.stmt))


def _sites(node: ast.AST, above: tuple[ast.AST, ...]) -> Iterator[_Site]:
    """Every place that holds an expression or a statement which does something: no type, no docstring, no assertion."""
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns", "decorator_list", "bases") or isinstance(value, ast.Assert):
            continue
        for place, part in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if not isinstance(part, (ast.expr, ast.stmt, ast.keyword, ast.comprehension, ast.arguments)):
                continue
            if isinstance(part, ast.Assert | ast.JoinedStr) or _is_text(part):
                continue
            if isinstance(part, ast.expr | ast.stmt):
                yield _Site(node, field, place, (*above, node))
            yield from _sites(part, (*above, node))


def _is_text(part: ast.AST) -> bool:
    return isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant)


def _changes(site: _Site, node: Any) -> Iterator[ast.AST]:
    """What may stand in this place by mistake."""
    if site.field == "ifs" or (site.field == "test" and isinstance(site.node, ast.If | ast.IfExp)):
        yield ast.Constant(True)
    if site.field == "test":
        yield ast.Constant(False)
    if isinstance(node, ast.Compare | ast.BoolOp | ast.UnaryOp | ast.BinOp):
        yield from _operations(node)
    elif isinstance(node, ast.Constant):
        yield from (ast.Constant(value) for value in _values(node.value))
    elif isinstance(node, ast.Call):
        yield from _calls(node)
    elif isinstance(node, ast.stmt):
        yield from _statements(site, node)


def _operations(node: ast.Compare | ast.BoolOp | ast.UnaryOp | ast.BinOp) -> Iterator[ast.AST]:
    """Another operator, or a part left out."""
    if isinstance(node, ast.Compare):
        for place, operator in enumerate(node.ops):
            for other in _COMPARED[type(operator)]:
                yield _with(node, ops=[*node.ops[:place], other(), *node.ops[place + 1 :]])
    elif isinstance(node, ast.BoolOp):
        yield _with(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
        for place in range(len(node.values)):
            rest = [*node.values[:place], *node.values[place + 1 :]]
            yield rest[0] if len(rest) == 1 else _with(node, values=rest)
    elif isinstance(node, ast.UnaryOp):
        yield node.operand
    elif type(node.op) in _COUNTED:
        yield _with(node, op=_COUNTED[type(node.op)]())


def _values(value: object) -> list[object]:
    """Other constants in place of one; a text that is a number is a Decimal's."""
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return [value + 1, 0] if value == 1 else [value + 1]
    if isinstance(value, float):
        return [value + 1]
    if isinstance(value, str) and value.replace(".", "", 1).isdigit():
        return [f"1{value}"]
    return []


def _calls(node: ast.Call) -> Iterator[ast.AST]:
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    if name in _CALLED:
        yield _with(node, func=ast.Name(_CALLED[name], ast.Load()))
    for place, keyword in enumerate(node.keywords):
        # A part of a memory that is not replaced, an order or a fallback that is not given.
        if name == "replace" or keyword.arg in ("key", "default", "reverse", "wake", "rests", "target"):
            yield _with(node, keywords=[*node.keywords[:place], *node.keywords[place + 1 :]])


def _statements(site: _Site, node: ast.stmt) -> Iterator[ast.AST]:
    if isinstance(node, ast.Return) and node.value is not None and not _is_none(node.value):
        yield _with(node, value=ast.Constant(None))
    if isinstance(node, ast.Continue):
        yield ast.Break()
    if isinstance(node, ast.Break):
        yield ast.Continue()
    if isinstance(node, _STATEMENTS) and any(isinstance(one, ast.FunctionDef) for one in site.above):
        yield ast.Pass()


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _with(node: ast.AST, **fields: Any) -> ast.AST:
    """The same node with other fields; its children are shared, as none of them is changed."""
    return ast.copy_location(type(node)(**{**dict(ast.iter_fields(node)), **fields}), node)


def _function(site: _Site) -> str:
    """The dotted name of the function in whose body the site lies; what a signature holds is made at import."""
    names: list[str] = []
    inside = False
    below = [*site.above[1:], site.get()]
    for node, child in zip(site.above, below, strict=True):
        if isinstance(node, ast.ClassDef):
            names.append(node.name)
        elif isinstance(node, ast.FunctionDef):
            names.append(node.name)
            inside = inside or child in node.body
        elif isinstance(node, ast.Lambda):
            names.append("lambda")
            inside = inside or child is node.body
    return ".".join(names) if inside else ""


def _shown(site: _Site) -> str:
    """The code at a site, with what stands around it where that is a small expression: a lone 0 says little."""
    node = site.get()
    near = site.above[-1]
    if isinstance(near, ast.keyword) and len(site.above) > 1:
        near = site.above[-2]
    if isinstance(node, ast.Constant) and isinstance(near, ast.expr | ast.Return | ast.Assign | ast.AnnAssign):
        node = near
    return " ".join(ast.unparse(ast.fix_missing_locations(node)).split())
