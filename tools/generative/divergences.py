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


ROWS = {"a format with fields": formats}


def found(source):
    """The names of the rows that a program has."""
    tree = ast.parse(source)
    return {name for name, holds in ROWS.items() for node in ast.walk(tree) if holds(node)}
