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


ROWS = {
    "a format with fields": formats,
    "is_scripting decides": asks_is_scripting,
    "tolist of so many dimensions": lists_elements,
}


def found(source):
    """The names of the rows that a program has."""
    tree = ast.parse(source)
    return {name for name, holds in ROWS.items() for node in ast.walk(tree) if holds(node)}
