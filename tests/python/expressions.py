"""Writes small functions over every kind of value, and what torch.jit.script says of each.

usage: python3 expressions.py OUTPUT [EVERY]

OUTPUT gets PART_N.py, the functions, and said.tsv, one line each: FILE, FUNCTION, KIND, 'ok' or 'no', the line that the compiler names (1-based
within the function, 0 for none), and the type that it returns or the reason. With EVERY, a number n, about one function of n is kept: which ones
hangs on their text alone. Nothing is run: the functions are compiled only.

Longer than 500 lines: each function is a list of cases of one kind.
"""
import importlib.util
import math
import os
import re
import sys
import warnings
import zlib

import torch

HEAD = """import math
from enum import Enum
from typing import Any, Dict, List, NamedTuple, Optional, Tuple, Union

import torch
from torch import Tensor

NOTHING = None


class P(NamedTuple):
    x: int
    y: Tensor


class Q(NamedTuple):
    u: int
    v: Tensor


class E(Enum):
    A = 1
    B = 2


def takes_int(n: int):
    return n


def takes_float(n: float):
    return n


def takes_bool(n: bool):
    return n


def takes_complex(n: complex):
    return n


def takes_tensor(n):
    return n


def takes_str(n: str):
    return n


def takes_optional(n: Optional[int]):
    return n


def takes_optional_float(n: Optional[float]):
    return n


def takes_ints(n: List[int]):
    return n


def takes_floats(n: List[float]):
    return n


def takes_optionals(n: List[Optional[int]]):
    return n


def takes_pair(n: Tuple[int, float]):
    return n


def takes_either(n: Union[int, str]):
    return n


def takes_table(n: Dict[str, int]):
    return n


def takes_any(n: Any):
    return n
"""

NUMBERS = ["bool", "int", "float", "complex"]
PLAIN = NUMBERS + ["str", "Tensor"]
LISTS = ["List[int]", "List[float]", "List[bool]", "List[str]", "List[Tensor]"]
ODD_LISTS = ["List[Optional[int]]", "List[List[int]]", "List[complex]", "List[Tuple[int, int]]"]
TUPLES = ["Tuple[int, int]", "Tuple[int, float]", "Tuple[Tensor, Tensor]", "Tuple[int, str]", "Tuple[List[int], int]"]
DICTS = ["Dict[str, int]", "Dict[str, Tensor]", "Dict[int, float]"]
OPTIONALS = ["Optional[int]", "Optional[float]", "Optional[str]", "Optional[Tensor]", "Optional[List[int]]"]
TYPES = (
    PLAIN
    + ["torch.device", "torch.dtype"]
    + LISTS
    + ODD_LISTS
    + TUPLES
    + DICTS
    + OPTIONALS
    + ["Union[int, str]", "Union[int, float]", "Any", "P", "E", "None"]
)
FEW = PLAIN + [
    "torch.device",
    "List[int]",
    "List[float]",
    "List[Tensor]",
    "Tuple[int, int]",
    "Tuple[int, float]",
    "Dict[str, int]",
    "Optional[int]",
    "Optional[Tensor]",
    "Union[int, str]",
    "Any",
    "None",
]
LITERALS = [
    "1",
    "2.0",
    "True",
    "1j",
    "'a'",
    "None",
    "[]",
    "{}",
    "()",
    "[1, 2]",
    "[1.0]",
    "[True]",
    "[1, None]",
    "(1, 2)",
    "{'a': 1}",
    "t.item()",
    "torch.float32",
    "E.A",
    "[[], []]",
    "[(1, 2)]",
    "[1, 'a']",
    "[1, 2.0]",
    "range(3)",
    "...",
    "10000000000000000000",
    "-9223372036854775808",
]

BINARY = ["+", "-", "*", "/", "//", "%", "**", "@", "&", "|", "^", "<<", ">>"]
COMPARE = ["==", "!=", "<", ">=", "in", "not in", "is", "is not"]


class Cases:
    def __init__(self, every):
        self.every, self.seen, self.cases = every, set(), []

    def add(self, kind, parameters, *lines):
        """parameters: annotations of a, b, c; lines: the body."""
        names = ", ".join("%s: %s" % (name, annotation) for name, annotation in zip("abc", parameters))
        if any("t.item()" in line for line in lines):
            names += (", " if names else "") + "t: Tensor"
        text = "(%s):\n    %s\n" % (names, "\n    ".join(lines))
        if text in self.seen or self.every > 1 and zlib.crc32(text.encode()) % self.every:
            return
        self.seen.add(text)
        self.cases.append((kind, text))

    def value(self, kind, parameters, expression):
        self.add(kind, parameters, "return " + expression)


def operators(cases):
    for left in TYPES:
        for operator in ("-a", "+a", "~a", "not a"):
            cases.value("unary", [left], operator)
        for right in TYPES:
            for operator in BINARY:
                cases.value("binary", [left, right], "a %s b" % operator)
                if operator != "@":
                    cases.add("augmented", [left, right], "a %s= b" % operator, "return a")
            for operator in COMPARE:
                cases.value("compare", [left, right], "a %s b" % operator)
            for operator in ("and", "or"):
                cases.value("logic", [left, right], "a %s b" % operator)
        for literal in LITERALS:
            if literal in ("range(3)", "..."):
                continue
            for operator in BINARY[:7] + COMPARE:
                if operator not in ("//", "%") or literal in ("2.0", "'a'", "None"):
                    cases.value("with literal", [left], "a %s %s" % (operator, literal))
                    if literal[0] not in "-1":
                        cases.value("with literal", [left], "%s %s a" % (literal, operator))


def builtins(cases):
    names = "abs all any bin bool chr complex dict divmod enumerate float hash hex id int len list max min oct ord pow range reversed round set slice sorted str sum tuple type zip".split()
    for name in names:
        for one in TYPES:
            cases.value("builtin", [one], "%s(a)" % name)
        for one in LITERALS:
            if one != "...":
                cases.value("builtin", [], "%s(%s)" % (name, one))
        if name in (
            "divmod",
            "max",
            "min",
            "pow",
            "round",
            "sum",
            "complex",
            "int",
            "range",
            "sorted",
            "slice",
            "zip",
            "any",
            "float",
            "len",
            "list",
        ):
            for one in FEW:
                for two in FEW:
                    cases.value("builtin", [one, two], "%s(a, b)" % name)
    for one in PLAIN:
        for two in PLAIN:
            cases.value("builtin", [one, two, "int"], "pow(a, b, c)")
            cases.value("builtin", [one, two, "float"], "max(a, b, c)")
            cases.value("builtin", [one, two, "int"], "min(a, b, c)")
    for one in TYPES:
        for form in (
            "sorted(a, reverse=True)",
            "max(a, default=0)",
            "sum(a, 0)",
            "print(a)",
            "str(a)",
            "f'{a}'",
            "'{}'.format(a)",
            "'%s' % a",
            "'%d' % a",
            "'%.1f' % a",
            "getattr(a, 'x')",
            "hasattr(a, 'x')",
            "list(zip(a, a))",
            "list(enumerate(a))",
            "list(enumerate(a, 1))",
            "dict(zip(a, a))",
            "[i for i in a]",
            "[i for i in reversed(a)]",
            "{i: i for i in a}",
            "tuple(a)",
            "list(a)",
            "[x for x in range(a)]",
            "a()",
            "torch.jit.annotate(List[int], a)",
        ):
            cases.value("form", [one], form)


def subscripts(cases):
    indices = [
        "b",
        "0",
        "-1",
        "5",
        "()",
        "None",
        "...",
        "True",
        "'x'",
        "1.0",
        "0:1",
        ":",
        "::2",
        "::-1",
        "b:",
        ":b",
        "slice(0, 2)",
        "slice(b)",
        "0, 1",
        "0, :",
        "..., 0",
        "[0, 1]",
        "[True, False]",
        "[]",
        "b, b",
        "(0,)",
        "None, b",
        "0:1, 0",
    ]
    for one in TYPES:
        for index in indices:
            for two in (
                TYPES
                if index == "b"
                else ["int", "float", "Tensor", "Optional[int]", "bool", "List[int]"]
                if "b" in index
                else ["int"]
            ):
                parameters = [one, two] if "b" in index else [one]
                cases.value("subscript", parameters, "a[%s]" % index)
        for index in ("0", "'x'", "0:1", "b", "()"):
            cases.add("delete", [one, "int"], "del a[%s]" % index, "return a")
            for value in FEW if index != "b" else ["int"]:
                cases.add("store", [one, "int", value], "a[%s] = c" % index, "return a")
            cases.add("store", [one, "int"], "a[%s] += b" % index, "return a")
            cases.add("store", [one, "int"], "a[%s] = []" % index, "return a")
            cases.add("store", [one, "int"], "a[%s] = 1.0" % index, "return a")


def annotations(cases):
    for wanted in TYPES:
        for given in TYPES:
            cases.add("annotated", [given], "x: %s = a" % wanted, "return x")
        for literal in LITERALS:
            cases.add("annotated", [], "x: %s = %s" % (wanted, literal), "return x")
            if "t.item()" not in literal:
                cases.default(wanted, literal)
                cases.returns(wanted, literal)
        for made in (
            "a.tolist()",
            "a.item()",
            "a.shape",
            "[i for i in range(3)]",
            "[float(i) for i in range(3)]",
            "a.size()",
            "a.max(0)",
            "{1: 2.0}",
            "{'a': a}",
            "[a, None]",
            "(1, None)",
            "[[1], []]",
            "[(1, 2.0)]",
            "[i for i in a]",
            "None if a.dim() == 1 else 1",
            "1 if a.dim() == 1 else 2.0",
            "[] if a.dim() == 1 else [1]",
        ):
            cases.add("annotated", ["Tensor"], "x: %s = %s" % (wanted, made), "return x")


# Longer than 80 lines: a list.
def methods(cases):
    arguments = ["", "b", "1", "'a'", "1.0", "None", "[1]", "b, b", "1, 1", "'a', 1"]
    python = {
        "str": str,
        "int": int,
        "float": float,
        "bool": bool,
        "complex": complex,
        "List[int]": list,
        "List[float]": list,
        "List[str]": list,
        "List[Tensor]": list,
        "List[bool]": list,
        "List[List[int]]": list,
        "Dict[str, int]": dict,
        "Dict[str, Tensor]": dict,
        "Dict[int, float]": dict,
        "Tuple[int, int]": tuple,
        "List[Optional[int]]": list,
    }
    for one, cls in python.items():
        for name in sorted(dir(cls)):
            if name.startswith("__") and name not in ("__len__", "__contains__", "__getitem__"):
                continue
            cases.value("method", [one], "a.%s" % name)
            for argument in arguments:
                for two in (
                    ["int", "float", "str", "Tensor", one, "Optional[int]", "List[int]"] if "b" in argument else ["int"]
                ):
                    cases.value("method", [one, two] if "b" in argument else [one], "a.%s(%s)" % (name, argument))
    for name in sorted(dir(torch.Tensor)):
        if name.startswith("_"):
            continue
        cases.value("attribute of Tensor", ["Tensor"], "a.%s" % name)
        for argument in ("", "b", "1", "1.0", "b, b", "1, 1", "[1]", "True", "dim=0", "None"):
            for two in (
                PLAIN + ["List[int]", "Optional[int]"]
                if argument == "b"
                else ["Tensor", "int"]
                if "b" in argument
                else ["int"]
            ):
                cases.value(
                    "method of Tensor",
                    ["Tensor", two] if "b" in argument else ["Tensor"],
                    "a.%s(%s)" % (name, argument),
                )
    for one in TYPES:
        for name in (
            "x",
            "y",
            "name",
            "value",
            "type",
            "index",
            "real",
            "is_floating_point",
            "itemsize",
            "shape",
            "device",
            "dtype",
            "T",
            "_fields",
            "_asdict()",
            "_replace(x=1)",
            "append(1)",
            "clone()",
            "copy()",
            "keys()",
            "count(1)",
            "is_complex",
        ):
            cases.value("attribute", [one], "a.%s" % name)
    for name in (
        "torch.float32.is_floating_point",
        "torch.float32.itemsize",
        "torch.float32.is_complex",
        "torch.strided",
        "torch.channels_last",
        "torch.per_tensor_affine",
        "math.pi",
        "torch.pi",
        "torch.inf",
        "math.nan",
        "torch.finfo(torch.float32).eps",
        "torch.iinfo(torch.int32).max",
        "torch.__version__",
        "torch.Size([1, 2])",
        "torch.device('cpu').type",
        "E.A.value",
        "E.A.name",
        "[e.value for e in E]",
        "[e for e in E]",
        "len(E)",
        "E(1)",
        "E['A']",
        "NOTHING",
        "P(1, 2)",
        "P(1, torch.rand(2))",
        "P(x=1, y=torch.rand(2))",
        "P(1)",
        "P._fields",
        "E",
        "P",
        "int",
        "torch",
        "math",
        "torch.float",
        "takes_int",
        "len",
        "[len]",
        "(takes_int, 1)",
        "torch.Tensor",
        "List[int]",
    ):
        cases.value("name", [], name)


# Longer than 80 lines: a list.
def functions(cases):
    for name in sorted(dir(math)):
        if name.startswith("_") or not callable(getattr(math, name)):
            continue
        for one in FEW:
            cases.value("math", [one], "math.%s(a)" % name)
        for one in PLAIN + ["List[float]", "Optional[int]"]:
            for two in PLAIN + ["Optional[int]"]:
                cases.value("math", [one, two], "math.%s(a, b)" % name)
    for name in (
        "full",
        "zeros",
        "ones",
        "empty",
        "rand",
        "randn",
        "tensor",
        "as_tensor",
        "arange",
        "linspace",
        "eye",
        "cat",
        "stack",
        "FloatTensor",
        "LongTensor",
        "Tensor",
        "BoolTensor",
        "IntTensor",
        "unique",
        "is_tensor",
        "is_floating_point",
        "numel",
        "device",
        "dtype",
        "Size",
        "Generator",
        "manual_seed",
        "result_type",
        "promote_types",
        "can_cast",
        "broadcast_shapes",
        "broadcast_tensors",
        "meshgrid",
        "einsum",
        "where",
        "sum",
        "max",
        "min",
        "mean",
        "topk",
        "split",
        "chunk",
        "maximum",
        "add",
        "mul",
        "pow",
        "clamp",
        "abs",
        "sqrt",
        "exp",
        "logical_and",
        "bitwise_and",
        "eq",
        "lt",
        "equal",
        "allclose",
        "isnan",
        "nonzero",
        "sort",
        "argmax",
        "any",
        "all",
        "prod",
        "cumsum",
        "norm",
        "std",
        "var_mean",
        "chain_matmul",
        "cartesian_prod",
        "atleast_1d",
        "block_diag",
        "tensordot",
        "stft",
        "scalar_tensor",
        "normal",
        "randint",
        "randperm",
        "multinomial",
        "bernoulli",
        "Future",
        "finfo",
        "set_grad_enabled",
        "is_grad_enabled",
        "no_grad",
        "autocast",
        "round",
        "floor_divide",
        "remainder",
        "complex",
        "polar",
        "real",
        "view_as_real",
    ):
        for one in FEW + ["Tuple[Tensor, Tensor]", "List[bool]", "List[List[int]]", "List[complex]"]:
            cases.value("torch", [one], "torch.%s(a)" % name)
        for one in LITERALS:
            if one != "...":
                cases.value("torch", [], "torch.%s(%s)" % (name, one))
        for one in FEW:
            for two in PLAIN + ["List[int]", "Optional[int]", "torch.device"]:
                cases.value("torch", [one, two], "torch.%s(a, b)" % name)
        for two in PLAIN:
            cases.value("torch", [two], "torch.%s((2,), a)" % name)
            cases.value("torch", [two], "torch.%s([2, 3], a)" % name)
            cases.value("torch", [two], "torch.%s(2, 3, a)" % name)
            cases.value("torch", [two], "torch.%s(2, dtype=torch.int64, device=a)" % name)
            cases.value("torch", [two], "torch.%s(2, out=a)" % name)
            cases.value("torch", [two], "torch.%s([1, 2], nonsense=a)" % name)
    for name in re.findall(r"def (takes_\w+)", HEAD):
        for one in TYPES:
            cases.value("call", [one], "%s(a)" % name)
            cases.value("call", [one], "%s(n=a)" % name)
        for one in LITERALS:
            cases.value("call", [], "%s(%s)" % (name, one))


# Longer than 80 lines: a list.
def containers(cases):
    for one in TYPES:
        for two in TYPES:
            cases.value("display", [one, two], "[a, b]")
            cases.value("display", [one, two], "{a: b}")
            cases.value("display", [one, two], "{'k': a, 'l': b}")
            cases.value("ternary", [one, two, "bool"], "a if c else b")
            cases.add("branches", [one, two, "bool"], "if c:", "    x = a", "else:", "    x = b", "return x")
            cases.add("store in branch", [one, two, "bool"], "x = a", "if c:", "    x = b", "return x")
            cases.add("store in loop", [one, two, "int"], "x = a", "for i in range(c):", "    x = b", "return x")
            cases.add("returns", [one, two, "bool"], "if c:", "    return a", "return b")
            cases.add("zip", [one, two], "for x, y in zip(a, b):", "    print(x, y)", "return 1")
        for literal in LITERALS:
            if literal != "...":
                cases.value("display", [one], "[a, %s]" % literal)
                cases.value("ternary", [one, "bool"], "a if b else %s" % literal)
                cases.add("store in branch", [one, "bool"], "x = a", "if b:", "    x = %s" % literal, "return x")
                cases.add("store in branch", [one, "bool"], "x = %s" % literal, "if b:", "    x = a", "return x")
                cases.add("branches", [one, "bool"], "if b:", "    x = a", "else:", "    x = %s" % literal, "return x")
        for form in (
            "[[a], []]",
            "[[], [a]]",
            "[]",
            "(a, a)",
            "(a,)",
            "[*a]",
            "[*a, 1]",
            "(*a, 1)",
            "{**a}",
            "{a}",
            "{'k': a, **a}",
            "[(a, 1), (a, 2)]",
            "[{}, {'a': a}]",
            "{'a': []}",
            "{'a': [a], 'b': []}",
        ):
            cases.value("display", [one], form)
        for target in ("x, y", "[x, y]", "(x, y)", "x, *y", "*x, y", "x, (y, z)", "x, _, y", "x, a[0]", "*x,", "x,"):
            cases.add("unpack", [one], "%s = a" % target, "return x")
        cases.add("chain", [one], "x = y = a", "return x, y")
        cases.add("condition", [one], "if a:", "    return 1", "return 2")
        cases.add("condition", [one], "while a:", "    break", "return 2")
        cases.add("condition", [one], "assert a, 'x'", "return 2")
        cases.add("condition", [one, "int"], "return 1 if a else 2")
        cases.add("loop", [one], "for x in a:", "    print(x)", "return 1")
        cases.add("loop", [one], "for x, y in a:", "    print(x, y)", "return 1")
        cases.add("loop", [one], "for i, x in enumerate(a):", "    print(i, x)", "return 1")
        cases.add("loop", [one, "int"], "for i in range(a, b):", "    print(i)", "return 1")
        cases.add("statement", [one], "a", "return 1")
        for wanted in (
            "int",
            "float",
            "str",
            "Tensor",
            "list",
            "tuple",
            "List[int]",
            "(int, str)",
            "dict",
            "bool",
            "None",
            "Optional[int]",
            "Tuple[int, int]",
            "P",
            "complex",
        ):
            cases.add("isinstance", [one], "if isinstance(a, %s):" % wanted, "    return a", "raise RuntimeError('x')")
            cases.add("isinstance", [one], "if isinstance(a, %s):" % wanted, "    raise RuntimeError('x')", "return a")
            cases.add(
                "isinstance",
                [one],
                "if not isinstance(a, %s):" % wanted,
                "    return 1",
                "else:",
                "    print(a)",
                "return 2",
            )
            cases.add("isinstance", [one], "assert isinstance(a, %s)" % wanted, "return a")
            if "[" in wanted:
                cases.add(
                    "isinstance",
                    [one],
                    "if torch.jit.isinstance(a, %s):" % wanted,
                    "    return a",
                    "raise RuntimeError('x')",
                )
        cases.add("refined", [one], "if a is None:", "    return 1", "return a")
        cases.add("refined", [one], "if a is not None:", "    return a", "raise RuntimeError('x')")
        cases.add("refined", [one], "assert a is not None", "return a")
        cases.add("refined", [one], "if a is None:", "    raise RuntimeError('x')", "return a")
        cases.add("refined", [one], "if a is None:", "    a = 1", "return a")
        cases.add(
            "refined",
            [one, "int"],
            "while b > 0:",
            "    if a is None:",
            "        break",
            "    print(a)",
            "    b -= 1",
            "return 1",
        )
        cases.add(
            "refined",
            [one, "int"],
            "for i in range(b):",
            "    if a is None:",
            "        continue",
            "    return a",
            "raise RuntimeError('x')",
        )


class AllCases(Cases):
    def default(self, wanted, literal):
        self.plain("default", "(a: %s = %s):\n    return a\n" % (wanted, literal))

    def returns(self, wanted, literal):
        self.plain("annotated return", "() -> %s:\n    return %s\n" % (wanted, literal))

    def plain(self, kind, text):
        if text not in self.seen and (self.every <= 1 or not zlib.crc32(text.encode()) % self.every):
            self.seen.add(text)
            self.cases.append((kind, text))


def returned(cases):
    for wanted in TYPES:
        for given in TYPES:
            cases.plain("annotated return", "(a: %s) -> %s:\n    return a\n" % (given, wanted))


def ask(function, path, first):
    try:
        scripted = torch.jit.script(function)
        return "ok", "0", scripted.schema.returns[0].type.annotation_str
    except BaseException as error:
        message = str(error)
    found = re.search(r'File "%s", line (\d+)' % re.escape(path), message)
    lines = [
        line.strip()
        for line in message.split("\n")
        if line.strip() and not line.startswith("Arguments for call") and not line.startswith("The following variants")
    ]
    wanted = next((line for line in lines if "Expected a value of type" in line), lines[0] if lines else "")
    return "no", str(int(found.group(1)) - first + 1) if found else "0", wanted[:160].replace("\t", " ")


def in_children(names, ask_one):
    """The answers, each by its name; what ends the process that asks has none."""
    answers = {}
    left = list(names)
    while left:
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reader)
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
            with os.fdopen(writer, "w") as pipe:
                for name in left:
                    print("\t".join(ask_one(name)), file=pipe, flush=True)
            os._exit(0)
        os.close(writer)
        with os.fdopen(reader) as pipe:
            lines = pipe.read().split("\n")[:-1]
        os.waitpid(child, 0)
        answers.update(zip(left, lines))
        left = left[len(lines) + 1 :]
    return answers


def main():
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    folder, every = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1
    cases = AllCases(every)
    for part in (operators, builtins, subscripts, annotations, methods, functions, containers, returned):
        part(cases)
    os.makedirs(folder, exist_ok=True)
    said = []
    for number in range(0, len(cases.cases), 1000):
        name = "part_%d" % (number // 1000)
        path = os.path.join(folder, name + ".py")
        source, starts = HEAD, []
        for i, (kind, text) in enumerate(cases.cases[number : number + 1000]):
            source += "\n\n"
            starts.append(source.count("\n") + 1)
            source += "def f_%d%s" % (number + i, text)
        # A default that does not fit, and what Python cannot parse, must not end the whole file: those are left out.
        with open(path, "w", encoding="utf-8", newline="\n") as file:
            file.write(source)
        spec = importlib.util.spec_from_file_location(name, path)
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
        asked = {
            "f_%d" % (number + i): (kind, starts[i])
            for i, (kind, text) in enumerate(cases.cases[number : number + 1000])
        }
        answers = in_children(asked, lambda function: ask(getattr(module, function), path, asked[function][1]))
        said += [
            "\t".join([name, function, kind, answers[function]])
            for function, (kind, _) in asked.items()
            if function in answers
        ]
    with open(os.path.join(folder, "said.tsv"), "w", encoding="utf-8", newline="\n") as file:
        file.write("\n".join(said) + "\n")


main()
