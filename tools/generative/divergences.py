"""Constructs that torch.jit.script compiles and computes otherwise than eager, whatever a fix does.

Where a program has one as it is written, its compiled answers prove nothing of a fix and are not compared; its eager
answers are. Each row is as narrow as it can be told from the text.
"""
import ast


def formats(node):
    """'{:.2f}'.format(x), '{1} {0}'.format(a, b): the compiler fills in '{}' alone."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "format"
        and isinstance(node.func.value, ast.Constant)
        and any(c in str(node.func.value.value) for c in ("{0", "{1", "{:", "!r"))
    )


def asks_is_scripting(node):
    """torch.jit.is_scripting(): the program itself wants another answer of compiled code."""
    return isinstance(node, ast.Call) and "is_scripting" in ast.unparse(node.func)


def lists_elements(node):
    """x.tolist(): compiled code gives a list of as many dimensions as its annotation has, and fails with others."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "tolist"


def defaults_to_another_number(node):
    """def f(n: int = 0.5): the annotation that fits the default converts the ints that callers give."""
    if not isinstance(node, ast.arguments):
        return False
    parameters = node.posonlyargs + node.args
    pairs = [*zip(parameters[len(parameters) - len(node.defaults) :], node.defaults)]
    pairs += [(a, d) for a, d in zip(node.kwonlyargs, node.kw_defaults) if d is not None]
    return any(
        a.annotation is not None
        and ast.unparse(a.annotation) in ("int", "float")
        and isinstance(d, ast.Constant)
        and type(d.value) in (int, float)
        and type(d.value).__name__ != ast.unparse(a.annotation)
        for a, d in pairs
    )


ROWS = {
    "a format with fields": formats,
    "is_scripting decides": asks_is_scripting,
    "a default that is another number": defaults_to_another_number,
    "tolist of so many dimensions": lists_elements,
}


def found(source):
    """The names of the rows that a program has."""
    tree = ast.parse(source)
    return {name for name, holds in ROWS.items() for node in ast.walk(tree) if holds(node)}
