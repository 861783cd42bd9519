"""Another way to programs: the cases of the rule pages, and the code that the compiler is asked about, changed."""
import ast
import functools
import glob
import os
import random
import re

from corpus import corpus_cases
from layout import laid_out
from program import Program, Target
from writer import Draft

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CASE = re.compile(r"<!-- case: (?P<said>[^\n]*?) -->\n```python\n(?P<code>.*?)```", re.S)


def cases():
    """(text, what is called, its arguments) of every case that says how it is called."""
    found = []
    for pattern in ("server/LspTorch.Rules/*.md", "tests/LspTorch.Libraries.Tests/Rules/data/*.md"):
        for path in sorted(glob.glob(os.path.join(ROOT, pattern))):
            with open(path, encoding="utf-8") as file:
                text = file.read()
            for match in CASE.finditer(text):
                said = dict(part.split(": ", 1) for part in match["said"].split("; ") if ": " in part)
                if "inputs" not in said or "script" not in said:
                    continue
                code = re.sub(r" *# <- \w+.*", "", match["code"])
                if is_sound(code):
                    found.append((code, said["script"], said["inputs"]))
    return found


UNSOUND = {"count", "replace", "remainder", "fmod", "open", "input", "exit", "environ"}
# What stands in it depends on the run.
UNWRITTEN = {"empty", "empty_like", "empty_strided", "new_empty", "new"}


def is_sound(code):
    """
    Nothing that compiled code may end a process with (a remainder of integers, two methods of texts), no files, no
    memory that nothing has written.
    """
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError):
        return False
    return not any(
        isinstance(getattr(n, "op", None), (ast.Mod, ast.FloorDiv))
        or getattr(n, "attr", None) in UNSOUND | UNWRITTEN
        or getattr(n, "id", None) in UNSOUND | UNWRITTEN
        or is_legacy_of_sizes(n)
        for n in ast.walk(tree)
    )


def is_legacy_of_sizes(node):
    """`torch.Tensor(3, 4)` and `torch.FloatTensor(n)`: a Tensor of that size that nothing has written."""
    return (
        isinstance(node, ast.Call)
        and getattr(node.func, "attr", getattr(node.func, "id", "")).endswith("Tensor")
        and any(not isinstance(a, (ast.List, ast.ListComp)) for a in node.args)
    )


class Changer(ast.NodeTransformer):
    """Makes the n-th possible change of one kind, where there is one."""

    def __init__(self, g, kind):
        self.g, self.kind, self.done = g, kind, False

    def take(self, chance=0.5):
        if self.done or self.g.random() > chance:
            return False
        self.done = True
        return True

    @staticmethod
    def last_of(node):
        """The last parameter, where none has a default."""
        return node.args.args[-1].arg if node.args.args and not node.args.defaults else ""

    def visit_arg(self, node):
        if self.kind == "annotation" and node.annotation is not None and self.take():
            node.annotation = None
        return node

    def visit_FunctionDef(self, node):
        self.generic_visit(node)
        if self.kind == "annotation" and node.returns is not None and self.take():
            node.returns = None
        elif self.kind == "default" and self.last_of(node) not in ("", "self", "x") and self.take():
            node.args.defaults = [ast.Constant(self.g.choice([None, 1, 0.5, "mean", True]))]
        elif self.kind == "early" and node.name != "__init__" and len(node.body) > 1 and self.take(0.3):
            last = node.body[-1]
            if isinstance(last, ast.Return) and last.value is not None:
                test = ast.parse(
                    self.g.choice(["bool(torch.zeros(1).sum() > 0)", "True", "len([1]) > 1"]), mode="eval"
                ).body
                node.body.insert(len(node.body) - 1, ast.If(test, [ast.Return(last.value)], []))
        elif self.kind == "drop" and len(node.body) > 2 and self.take():
            del node.body[self.g.randrange(len(node.body) - 1)]
        elif self.kind == "twice" and node.name != "__init__" and len(node.body) > 1 and self.take():
            at = self.g.randrange(len(node.body) - 1)
            node.body.insert(at, node.body[at])
        elif self.kind == "import" and node.name != "__init__" and self.take():
            node.body.insert(
                0,
                ast.parse(
                    self.g.choice(["import math", "import torch.nn.functional as F", "from math import pi"])
                ).body[0],
            )
        elif self.kind == "print" and node.name != "__init__" and node.args.args and self.take():
            node.body.insert(max(len(node.body) - 1, 0), ast.parse("print('here', 3)").body[0])
        return node

    def visit_AnnAssign(self, node):
        if (
            self.kind == "annotation"
            and node.value is not None
            and isinstance(node.target, ast.Name)
            and node.simple
            and self.take()
        ):
            return ast.Assign([node.target], node.value)
        return node

    def visit_Call(self, node):
        self.generic_visit(node)
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if self.kind == "range" and name == "range" and self.take():
            form = self.g.randrange(6)
            if form == 0:
                node.args[-1 if len(node.args) < 3 else 1] = ast.BinOp(
                    node.args[-1 if len(node.args) < 3 else 1], ast.Sub(), ast.Constant(1)
                )
            elif form == 1 and len(node.args) == 1:
                node.args.insert(0, ast.Constant(1))
            elif form == 2 and len(node.args) == 1:
                node.args = [ast.Constant(0), node.args[0], ast.Constant(2)]
            elif form == 3:
                return ast.Call(ast.Name("reversed", ast.Load()), [node], [])
            elif form == 4 and len(node.args) == 1:
                node.args = [ast.BinOp(node.args[0], ast.Sub(), ast.Constant(1)), ast.Constant(-1), ast.Constant(-1)]
            else:
                node.args = [ast.Constant(self.g.randrange(3))]
        elif self.kind == "enumerate" and name == "enumerate" and len(node.args) == 1 and self.take():
            node.args.append(ast.Constant(1))
        elif (
            self.kind == "keyword"
            and node.args
            and isinstance(node.func, ast.Name)
            and node.func.id == "f"
            and self.take()
        ):
            node.args.append(ast.Constant(2))
        return node

    def visit_For(self, node):
        self.generic_visit(node)
        if self.kind == "loop" and self.take():
            form = self.g.randrange(5)
            if form == 0:
                node.body.append(ast.If(ast.Constant(True), [ast.Break()], []))
            elif form == 1 and isinstance(node.iter, (ast.Name, ast.Attribute)):
                part = (
                    ast.Slice(ast.Constant(1), None, None)
                    if self.g.random() < 0.5
                    else ast.Slice(None, ast.UnaryOp(ast.USub(), ast.Constant(1)), None)
                )
                node.iter = ast.Subscript(node.iter, part, ast.Load())
            elif form == 2:
                return ast.For(ast.Name("turn", ast.Store()), ast.parse("range(2)", mode="eval").body, [node], [])
            elif form == 3:
                return ast.If(ast.parse("len([1, 2]) > 1", mode="eval").body, [node], [])
            elif isinstance(node.target, ast.Name):
                return (
                    [node, ast.parse(f"print(type({node.target.id}).__name__)").body[0]]
                    if self.g.random() < 0.1
                    else node
                )
        return node

    def visit_Assign(self, node):
        if (
            self.kind == "augment"
            and isinstance(node.targets[0], ast.Name)
            and isinstance(node.value, ast.BinOp)
            and isinstance(node.value.left, ast.Name)
            and node.value.left.id == node.targets[0].id
            and self.take()
        ):
            return ast.AugAssign(ast.Name(node.targets[0].id, ast.Store()), node.value.op, node.value.right)
        return node

    def visit_AugAssign(self, node):
        if self.kind == "augment" and isinstance(node.target, ast.Name) and self.take():
            return ast.Assign([node.target], ast.BinOp(ast.Name(node.target.id, ast.Load()), node.op, node.value))
        return node

    def visit_Constant(self, node):
        if self.kind == "constant" and type(node.value) is int and node.value in (0, 1, 2) and self.take(0.3):
            return ast.Constant((node.value + 1) % 3)
        return node


KINDS = [
    "annotation",
    "annotation",
    "default",
    "early",
    "drop",
    "twice",
    "import",
    "print",
    "range",
    "range",
    "enumerate",
    "keyword",
    "loop",
    "loop",
    "augment",
    "constant",
]


@functools.cache
def known():
    """Every case that can be changed. Several threads may find them at once: each finds the same."""
    return cases() + [case for case in corpus_cases() if is_sound(case[0])]


def mutated(seed, name):
    """One case, changed in one to three ways."""
    g = random.Random(seed)
    while True:
        code, make, inputs = g.choice(known())
        tree = ast.parse(code)
        for _ in range(g.randint(1, 3)):
            changer = Changer(g, g.choice(KINDS))
            tree = ast.fix_missing_locations(changer.visit(tree))
        try:
            source = ast.unparse(tree) + "\n"
            ast.parse(source)
        except (SyntaxError, ValueError, AttributeError):
            continue
        if is_sound(source):
            return Program(
                name, laid_out(Draft(seed), source), [Target(make, [f"*{inputs}", f"*{inputs}"])], [], "mutation", code
            )
