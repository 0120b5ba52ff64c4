"""Recognises the assertions of a test file and takes each apart: claim here, leaves there."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from provisioner.judge.claims import (
    Claim,
    Compare,
    Constant,
    Display,
    Instance,
    Operand,
    Raised,
    SameItems,
    Seen,
    Truth,
    Within,
)
from provisioner.judge.constants import Names, NotConstant
from provisioner.judge.patterns import is_quick
from provisioner.judge.vocabulary import (
    NEGATED,
    ONE_OPERAND,
    OPERATORS,
    PARAMETERS,
    TWO_OPERANDS,
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A claim, with the expressions that the sandbox evaluates for it, in order."""

    claim: Claim
    leaves: tuple[ast.expr, ...]

    @property
    def sealed(self) -> bool:
        """Whether an expected value was kept out."""
        no_values = len(self.leaves) == 0 or isinstance(self.claim, Instance)
        return no_values or bool(_constants(self.claim))


@dataclass(frozen=True, slots=True)
class Expecting:
    """A context or call that an exception is to leave."""

    claim: Raised
    style: str
    expected: ast.expr | None
    pattern: ast.expr | None
    call: tuple[ast.expr, ...] = ()
    keywords: tuple[ast.keyword, ...] = ()


class Reader:
    """Reads assertions, given what names mean and which variables hold sealed values."""

    def __init__(
        self, names: Names, own_methods: Collection[str], sealed: Collection[int] = ()
    ) -> None:
        self._names, self._own, self._sealed = names, own_methods, sealed

    def statement(self, test: ast.expr, negated: bool = False) -> list[Draft]:
        """The claims of `assert test`, one for each part joined by `and`."""
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            return self.statement(test.operand, not negated)
        joint = ast.Or if negated else ast.And
        if isinstance(test, ast.BoolOp) and isinstance(test.op, joint):
            return [draft for part in test.values for draft in self.statement(part, negated)]
        leaves: list[ast.expr] = []
        return [self._draft(self._claim(test, negated, leaves), leaves)]

    def _draft(self, claim: Claim, leaves: Sequence[ast.expr]) -> Draft:
        return Draft(claim, tuple(leaves))

    def _claim(self, test: ast.expr, negated: bool, leaves: list[ast.expr]) -> Claim:
        match test:
            case ast.Call(args=[one, kinds], keywords=[]) if (
                self._names.origin(test.func) == "builtins.isinstance"
            ):
                if names := self._builtins(kinds):
                    return self._instance(one, names, negated, leaves)
        if isinstance(test, ast.Compare):
            operators = [OPERATORS[type(op)] for op in test.ops]
            close = self._tolerance(test, operators)
            if close is not None and not negated:
                left, right = close
                return Within(
                    self._operand(left, leaves),
                    self._operand(right, leaves),
                    self._operand(test.comparators[0], leaves),
                    operators[0],
                )
            if not negated or (len(operators) == 1 and operators[0] in NEGATED):
                if negated:
                    operators = [NEGATED[operators[0]]]
                parts = (test.left, *test.comparators)
                if not _identity_of_objects(operators, parts):
                    return Compare(
                        tuple(self._operand(part, leaves) for part in parts), tuple(operators)
                    )
        return Truth(self._operand(test, leaves), negated)

    def _tolerance(
        self, test: ast.Compare, operators: Sequence[str]
    ) -> tuple[ast.expr, ast.expr] | None:
        """The two sides of `abs(left - right) < bound`, where one of them is worth hiding."""
        match test.left:
            case ast.Call(
                func=func, args=[ast.BinOp(left=left, op=ast.Sub(), right=right)], keywords=[]
            ) if operators in (["<"], ["<="]) and self._names.origin(func) in (
                "builtins.abs",
                "math.fabs",
            ):
                if any(self._hidden(part) for part in (left, right)):
                    return left, right
        return None

    def _instance(
        self, one: ast.expr, names: tuple[str, ...], negated: bool, leaves: list[ast.expr]
    ) -> Instance:
        """Of what class an object is, by the interpreter's word and not by its own."""
        call = ast.Call(ast.Name("@kinds", ast.Load()), [one], [])
        leaves.append(ast.copy_location(call, one))
        return Instance(Seen(len(leaves) - 1), names, negated)

    def _hidden(self, node: ast.expr) -> bool:
        if id(node) in self._sealed or isinstance(node, ast.Name):
            return True
        try:
            self._names.constant(node)
        except NotConstant:
            return False
        return True

    def _operand(self, node: ast.expr, leaves: list[ast.expr]) -> Operand:
        try:
            return Constant(self._names.constant(node))
        except NotConstant:
            pass
        kinds = {ast.List: "list", ast.Tuple: "tuple", ast.Set: "set", ast.Dict: "dict"}
        if type(node) in kinds:
            parts = _parts(node)
            if parts and any(map(self._hidden, parts)):
                operands = tuple(self._operand(part, leaves) for part in parts)
                return Display(kinds[type(node)], operands)  # type: ignore[arg-type]  # one of the four
        leaves.append(node)
        return Seen(len(leaves) - 1, id(node) in self._sealed)

    def call(self, node: ast.Call) -> Draft | None:
        """The claim of a unittest method's call, None if it is no such call."""
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        if name in self._own:
            return None
        if name in TWO_OPERANDS:
            operation = TWO_OPERANDS[name]
            wanted = PARAMETERS.get(operation, ("first", "second"))
            found = _arguments(node, (*wanted, *_more(operation)))
            if found is None or not all(key in found for key in wanted):
                return None
            return self._two(operation, found[wanted[0]], found[wanted[1]], found)
        if name in ONE_OPERAND:
            found = _arguments(
                node, ("expr" if name in ("assertTrue", "assertFalse") else "obj", "msg")
            )
            operand = (found or {}).get("expr") or (found or {}).get("obj")
            if operand is None:
                return None
            leaves: list[ast.expr] = []
            if name in ("assertTrue", "assertFalse"):
                drafts = self.statement(operand, name == "assertFalse")
                if len(drafts) == 1:
                    return drafts[0]
                return self._draft(
                    Truth(self._operand(operand, leaves), name == "assertFalse"), leaves
                )
            operation = "is" if name == "assertIsNone" else "is not"
            claim = Compare((self._operand(operand, leaves), Constant(None)), (operation,))
            return self._draft(claim, leaves)
        return None

    def _two(
        self, operation: str, first: ast.expr, second: ast.expr, found: Mapping[str, ast.expr]
    ) -> Draft | None:
        leaves: list[ast.expr] = []
        if operation.startswith(("@", "not @")):
            function = operation.removeprefix("not ")
            names = self._builtins(second) if function == "@isinstance" else ()
            if names:
                return self._draft(
                    self._instance(first, names, operation.startswith("not"), leaves), leaves
                )
            call = ast.Call(ast.Name(function, ast.Load()), [first, second], [])
            leaves.append(ast.copy_location(call, first))
            return self._draft(Truth(Seen(0), operation.startswith("not")), leaves)
        if operation in ("is", "is not") and _identity_of_objects([operation], (first, second)):
            op = ast.Is() if operation == "is" else ast.IsNot()
            leaves.append(ast.copy_location(ast.Compare(first, [op], [second]), first))
            return self._draft(Truth(Seen(0)), leaves)
        if operation == "same items":
            first, second = _listed(first), _listed(second)
        operands = self._operand(first, leaves), self._operand(second, leaves)
        if operation == "same items":
            return self._draft(SameItems(*operands), leaves)
        try:
            places, delta = (
                self._names.constant(found[key]) if key in found else None
                for key in ("places", "delta")
            )
        except NotConstant:
            return None
        if places is not None and not isinstance(places, int):
            return None
        return self._draft(Compare(operands, (operation,), places, delta), leaves)

    def expecting(self, node: ast.expr) -> Expecting | None:
        """What `assertRaises(…)` or `pytest.raises(…)` waits for, None if it is neither."""
        if not isinstance(node, ast.Call):
            return None
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        pytest = self._names.origin(node.func) == "pytest.raises"
        if not pytest and (name not in ("assertRaises", "assertRaisesRegex") or name in self._own):
            return None
        keywords = {keyword.arg: keyword.value for keyword in node.keywords}
        positional = list(node.args)
        if not positional and "expected_exception" in keywords:
            positional = [keywords.pop("expected_exception")]
        if any(isinstance(arg, ast.Starred) for arg in positional) or not positional:
            return None
        expected = positional.pop(0)
        pattern = positional.pop(0) if name == "assertRaisesRegex" and positional else None
        if not positional:
            keywords.pop("msg", None)
            pattern = keywords.pop("match", pattern)
            if keywords:
                return None
        names = self._builtins(expected)
        text = pattern.value if isinstance(pattern, ast.Constant) else None
        if isinstance(text, str) and is_quick(text):
            pattern = None
        else:
            text = ""
        return Expecting(
            Raised(names, text),
            "pytest" if pytest else "unittest",
            None if names else expected,
            pattern,
            tuple(positional),
            tuple(node.keywords) if positional else (),
        )

    def _builtins(self, node: ast.expr) -> tuple[str, ...]:
        """The names of builtin classes that an expression consists of, () where of any other."""
        parts = node.elts if isinstance(node, ast.Tuple) else [node]
        names = []
        for part in parts:
            origin = self._names.origin(part)
            name = origin.removeprefix("builtins.")
            if not origin.startswith("builtins.") or not isinstance(vars(builtins).get(name), type):
                return ()
            names.append(name)
        return tuple(names)


def _listed(node: ast.expr) -> ast.expr:
    """`list(node)`, by a name that nothing shadows; displays are lists enough."""
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        return node
    return ast.copy_location(ast.Call(ast.Name("@list", ast.Load()), [node], []), node)


def _more(operation: str) -> tuple[str, ...]:
    if operation in ("near", "not near"):
        return ("places", "msg", "delta")
    return ("msg", "seq_type") if operation == "== sequence" else ("msg",)


def _arguments(node: ast.Call, parameters: Sequence[str]) -> dict[str, ast.expr] | None:
    if any(isinstance(arg, ast.Starred) for arg in node.args) or len(node.args) > len(parameters):
        return None
    found = dict(zip(parameters, node.args, strict=False))
    for keyword in node.keywords:
        if keyword.arg is None or keyword.arg not in parameters or keyword.arg in found:
            return None
        found[keyword.arg] = keyword.value
    return found


def _identity_of_objects(operators: Sequence[str], parts: Sequence[ast.expr]) -> bool:
    """`is` between two computed objects: only the sandbox can say."""
    return any(op in ("is", "is not") for op in operators) and not any(
        isinstance(part, ast.Constant) for part in parts
    )


def _parts(node: ast.expr) -> list[ast.expr]:
    """The parts of a display in order, keys and values in turn; [] where one is unpacked."""
    if isinstance(node, ast.Dict):
        if not all(node.keys):
            return []
        return [part for pair in zip(node.keys, node.values, strict=True) for part in pair if part]
    assert isinstance(node, ast.List | ast.Tuple | ast.Set)
    return [] if any(isinstance(part, ast.Starred) for part in node.elts) else list(node.elts)


def _constants(claim: Claim) -> list[Operand]:
    match claim:
        case Compare(operands):
            found: list[Operand] = list(operands)
        case Within(left, right):
            found = [left, right]
        case SameItems(first, second):
            found = [first, second]
        case _:
            return []
    return [one for one in found if _hides(one)]


def _hides(operand: Operand) -> bool:
    match operand:
        case Seen(_, may_be_sealed):
            return may_be_sealed
        case Display(_, parts):
            return any(map(_hides, parts))
        case _:
            return True
