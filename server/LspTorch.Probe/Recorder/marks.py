# ---------------------------------------------------------------- the places of a file, and the marks that record what they hold


class Draft:
    """A place of the file being rewritten. Numbers of places and gates count from 0 in each file."""

    __slots__ = ("kind", "name", "context", "at", "attribute", "value", "straight", "gates", "entry", "inner")

    def __init__(self, kind, name, context, at, attribute):
        self.kind, self.name, self.context, self.at, self.attribute = kind, name, context, at, attribute
        self.value, self.straight, self.gates = None, False, ()
        self.entry = False  # whether the gate itself records it
        self.inner = False  # whether it stands in a lambda, whose gate alone counts for it


class Context:
    """
    Where a block stands. Code that runs once, outside functions and loops, has no gates. `empties`: names of the function that were
    assigned an empty container, and where; what they hold is told when they are read.
    """

    __slots__ = ("name", "in_class", "result", "gated", "empties")

    def __init__(self, name, in_class, result=None, gated=False, empties=None):
        self.name, self.in_class, self.result, self.gated = name, in_class, result, gated
        self.empties = {} if empties is None else empties

    def repeated(self):
        return self if self.gated or self.in_class else Context(self.name, False, self.result, True, self.empties)

    def once(self):
        return Context(self.name, self.in_class, empties=self.empties)


class Marks:
    """What is put into a tree: calls of constants that stand for the recorder's callables, and the gates that say whether to record."""

    def __init__(self, source):
        self.places, self.gates = [], []  # of a gate: the places that it records itself
        self.lines = _utf8_lines(source)

    # -- places and calls

    def place(self, kind, name, context, at, attribute=None):
        self.places.append(Draft(kind, name, context.name, at, attribute))
        return len(self.places) - 1

    def gate(self, pending, first_place, at):
        """
        What says whether to record. `pending`: reads of what was bound just before, which it takes. With none or one it is an
        operator of the gate, as Python has less work with those than with a call.
        """
        entry = [read.lsptorch for read in pending]
        index = len(self.gates)
        self.gates.append(entry)
        for place in range(first_place, len(self.places)):
            if not self.places[place].inner:
                self.places[place].gates += (index,)
        for place in entry:
            self.places[place].gates, self.places[place].straight, self.places[place].entry = (index,), False, True
        values = [_located(read.value.args[0], at) for read in pending]
        mark = _numbered(GATE_MARK, index)
        if not values:
            return _located(_ast.UnaryOp(_ast.USub(), self.marked(mark, at)), at)
        if len(values) == 1:
            key = values[0] if sys.version_info >= (3, 9) else _ast.Index(values[0])
            return _located(_ast.Subscript(self.marked(mark, at), key, _ast.Load()), at)
        return self.call(mark, values, at, at)

    def call(self, mark, arguments, at, first):
        return _located(_ast.Call(self.marked(mark, first), arguments, []), at)

    @staticmethod
    def marked(mark, first):
        # A conditional, because the compiler warns about calling a constant; it folds the condition away.
        # It stands where the first argument begins to be evaluated, or a debugger would see one more line.
        constant = _located(_ast.Constant(mark, None), first)
        return _located(_ast.IfExp(_located(_ast.Constant(True, None), first), constant, constant), first)

    def record(self, index, value, at):
        """The value, recorded for a place."""
        number = _located(_ast.Constant(index % PLACES_EACH, None), at)
        return self.call(_numbered(MARK, index // PLACES_EACH), [value, number], at, _evaluated_first(value))

    def wrapped(self, kind, name, context, at, value):
        return self.record(self.place(kind, name, context, at), value, value)

    def read(self, kind, name, context, at, node):
        """A statement that records a name just stored to. A debugger sees it on the line of `node`."""
        load = _located(_ast.Name(name, _ast.Load()), node)
        return self.reading(self.place(kind, name, context, at), load, node)

    def reading(self, index, value, node):
        statement = _located(_ast.Expr(self.record(index, value, node)), node)
        statement.lsptorch = index
        return statement

    def targets(self, target, context, line=None):
        """
        Statements that record what a target was assigned, where that can be read without running the program's code. `line`:
        the statement of the program on whose line they stand, if not the target's own.
        """
        if context.in_class:
            return []
        found, work = [], [target]
        while work:
            node = work.pop()
            if isinstance(node, _ast.Name):
                found.append(self.read("variable", node.id, context, _span(node), line or node))
            elif isinstance(node, (_ast.Tuple, _ast.List)):
                work.extend(reversed(node.elts))
            elif isinstance(node, _ast.Starred):
                work.append(node.value)
            elif isinstance(node, _ast.Attribute) and isinstance(node.value, _ast.Name):
                owner = _located(_ast.Name(node.value.id, _ast.Load()), line or node)
                index = self.place("attribute", node.value.id + "." + node.attr, context, _span(node), node.attr)
                found.append(self.reading(index, owner, line or node))
        for read in found:
            self.places[read.lsptorch].straight = context.gated
        return found

    # -- positions: [line (1-based), UTF-8 column, end line, end column]

    def identifier_at(self, line, column):
        """The span of the identifier that starts here; its source spelling may be longer than its normalised name."""
        text = self.lines[line - 1][column:].decode("utf-8", "replace") if line <= len(self.lines) else ""
        length = 1
        while length < len(text) and ("_" + text[length]).isidentifier():
            length += 1
        return (line, column, line, column + len(text[:length].encode("utf-8")))

    def def_name(self, node):
        line, column = node.lineno, node.col_offset
        words = 2 if isinstance(node, _ast.AsyncFunctionDef) else 1
        while line <= len(self.lines):
            rest = self.lines[line - 1][column:]
            stripped = rest.lstrip(b" \t\f")
            column += len(rest) - len(stripped)
            if not stripped or stripped[:1] in b"\\#\r\n":
                line, column = line + 1, 0
                continue
            if words == 0:
                return self.identifier_at(line, column)
            words -= 1
            column += 5 if stripped.startswith(b"async") else 3
        return _span(node)


def _numbered(mark, number):
    return mark + number.to_bytes(4, "little")


def _utf8_lines(source):
    """The lines of a source as the parser counts columns: decoded by its declared encoding, then UTF-8."""
    if b"coding" in b"".join(source.split(b"\n", 2)[:2]):
        encoding, _ = _imported_quietly("tokenize").detect_encoding(io.BytesIO(source).readline)
        text = source.decode(encoding)
    else:
        text = source[3 if source[:3] == b"\xef\xbb\xbf" else 0 :].decode("utf-8")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return [line.encode("utf-8", "surrogatepass") for line in lines]
