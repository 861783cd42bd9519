"""Dumps the syntax trees of Python files as CPython sees them, for comparison with LspTorch's parser.

    python ast_dump.py --installed [PACKAGE ...]   every *.py of the standard library and of the packages
    python ast_dump.py --files FILE ...            these files

Standard library only; for CPython 3.10 and later (older trees look different). One record per file goes to stdout, in little-endian binary:

    u32 length, path in UTF-8; u8 status; u32 length, payload in UTF-16-LE (lone surrogates passed on)

status 0: payload is the tree, 1: CPython refuses the file, payload is its message, 2: the same, but because of the file's
encoding (also: one that is neither UTF-8 nor Latin-1) or a NUL in it, 3: the tree of a file that is not UTF-8 (it declares another encoding: decode it as Latin-1).

The tree is written in the order of ast's fields: a name and, for nodes that have one, a position
'line:column-line:column' (1-based lines, 0-based UTF-8 byte columns), then the fields; '~' is None, '[' and ']' enclose lists.
Within a JoinedStr or TemplateStr positions are written only from 3.12 on: older versions do not know them.
"""

import ast
import importlib.util
import os
import re
import struct
import sys
import sysconfig
import threading
import tokenize

INNER_POSITIONS = sys.version_info >= (3, 12)
TYPE_COMMENT = re.compile(rb"#[ \t]*type:")

# Fields that newer versions added, so that dumps of all versions look the same.
EXTRA_FIELDS = {
    "FunctionDef": ("type_params",),
    "AsyncFunctionDef": ("type_params",),
    "ClassDef": ("type_params",),
    "TypeVar": ("default_value",),
    "ParamSpec": ("default_value",),
    "TypeVarTuple": ("default_value",),
}
LEFT_OUT = {"Module": {"type_ignores"}}

NODES = {}
SYMBOLS = {}


def describe(cls):
    name = cls.__name__
    fields = tuple(f for f in cls._fields if f not in LEFT_OUT.get(name, ()))
    fields += tuple(f for f in EXTRA_FIELDS.get(name, ()) if f not in fields)
    if not fields and name not in ("Pass", "Break", "Continue", "Module"):
        SYMBOLS[cls] = name
    NODES[cls] = ("(" + name, fields, "lineno" in cls._attributes, name in ("JoinedStr", "TemplateStr"))


class Dumper:
    def __init__(self, source_lines):
        self.parts = []
        self.lines = source_lines
        self.in_string = 0
        self.named_escape = False

    def constant(self, node):
        write = self.parts.append
        value = node.value
        kind = value.__class__
        if kind is str:
            if self.lines is not None and (self.named_escape if self.in_string else self.has_named_escape(node)):
                write("s?")
            else:
                write("s%d:" % (len(value.encode("utf-16-le", "surrogatepass")) // 2))
                write(value)
        elif kind is bool or value is None:
            write(str(value))
        elif kind is int:
            write("i%x" % value)
        elif kind is float:
            write("d%x" % struct.unpack("<Q", struct.pack("<d", value)))
        elif kind is complex:
            write("j%x" % struct.unpack("<Q", struct.pack("<d", value.imag)))
        elif kind is bytes:
            write("b" + value.hex())
        else:
            write("...")
        write(";~" if node.kind is None else ";" + node.kind)

    def has_named_escape(self, node):
        first, last = node.lineno - 1, node.end_lineno - 1
        return any(b"\\N{" in self.lines[i] for i in range(first, last + 1)) and b"\\N{" in self.segment(node)

    def segment(self, node):
        lines = self.lines[node.lineno - 1 : node.end_lineno]
        lines[-1] = lines[-1][: node.end_col_offset]
        lines[0] = lines[0][node.col_offset :]
        return b"".join(lines)

    def node(self, node):
        write = self.parts.append
        cls = node.__class__
        name, fields, positioned, is_string = NODES[cls]
        write(name)
        values = node.__dict__
        if positioned and (INNER_POSITIONS or not self.in_string):
            write(
                "@%d:%d-%d:%d"
                % (values["lineno"], values["col_offset"], values["end_lineno"], values["end_col_offset"])
            )
        write(" ")
        if cls is ast.Constant:
            self.constant(node)
            write(")")
            return
        if is_string:
            if not self.in_string:
                self.named_escape = self.lines is not None and self.has_named_escape(node)
            self.in_string += 1
        for field in fields:
            value = values.get(field)
            if value.__class__ is list:
                write("[")
                for item in value:
                    self.value(item)
                write("]")
            elif value is None and field == "type_params":
                write("[]")
            else:
                self.value(value)
        if is_string:
            self.in_string -= 1
        write(")")

    def value(self, value):
        cls = value.__class__
        symbol = SYMBOLS.get(cls)
        if symbol is not None:
            self.parts.append(symbol)
        elif cls in NODES:
            self.node(value)
        elif value is None:
            self.parts.append("~")
        elif cls is str:
            self.parts.append("'" + value + "'")
        else:
            self.parts.append(str(value))
        self.parts.append(",")


def add_type_comments(tree, source):
    """Copies the type comments of a second parse, which else would change the ends of nodes."""
    try:
        commented = ast.parse(source, type_comments=True)
    except SyntaxError:
        return "-"
    commented.type_ignores = []
    for node, other in zip(ast.walk(tree), ast.walk(commented)):
        comment = getattr(other, "type_comment", None)
        if comment is not None:
            node.type_comment = comment
    return "+"


def dump(source):
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        about_encoding = "encoding" in str(error) or "codec" in str(error) and "unicodeescape" not in str(error)
        return (2 if about_encoding or b"\0" in source else 1), str(error)
    except ValueError as error:
        return 2, str(error)
    except (RecursionError, MemoryError) as error:
        return 1, type(error).__name__
    encoding = "utf-8"
    if b"coding" in b"\n".join(source.split(b"\n", 2)[:2]):
        lines = iter(source.splitlines(True))
        encoding = tokenize.detect_encoding(lambda: next(lines, b""))[0]
    if encoding not in ("utf-8", "utf-8-sig", "ascii", "iso-8859-1"):
        return 2, "encoded in " + encoding
    status = 3 if encoding == "iso-8859-1" else 0
    mark = add_type_comments(tree, source) if TYPE_COMMENT.search(source) else "+"
    lines = None
    if b"\\N{" in source:
        plain = source[3:] if source.startswith(b"\xef\xbb\xbf") else source
        if status == 3:
            plain = plain.decode(encoding).encode("utf-8")
        lines = plain.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    dumper = Dumper(lines)
    dumper.node(tree)
    return status, mark + "".join(dumper.parts)


def installed_files(packages):
    roots = [sysconfig.get_paths()["stdlib"]]
    for package in packages:
        spec = importlib.util.find_spec(package)
        if spec is None:
            sys.exit("package %s is not installed for %s" % (package, sys.executable))
        roots.extend(spec.submodule_search_locations)
    for root in roots:
        for folder, folders, files in os.walk(root):
            folders[:] = sorted(f for f in folders if f not in ("__pycache__", "site-packages", "dist-packages"))
            for name in sorted(files):
                if name.endswith(".py"):
                    yield os.path.join(folder, name)


def main():
    sys.setrecursionlimit(100000)
    for value in vars(ast).values():
        if isinstance(value, type) and issubclass(value, ast.AST):
            describe(value)
    files = installed_files(sys.argv[2:]) if sys.argv[1] == "--installed" else sys.argv[2:]
    out = sys.stdout.buffer
    for path in files:
        with open(path, "rb") as file:
            source = file.read()
        status, text = dump(source)
        name = path.encode("utf-8")
        payload = text.encode("utf-16-le", "surrogatepass")
        out.write(struct.pack("<I", len(name)) + name + struct.pack("<BI", status, len(payload)) + payload)
    out.flush()


threading.stack_size(512 * 1024 * 1024)
worker = threading.Thread(target=main)
worker.start()
worker.join()
