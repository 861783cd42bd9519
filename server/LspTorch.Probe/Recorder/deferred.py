# ---------------------------------------------------------------- the code of functions, put in place at their first call

# Stands among the constants of a stub, before the offset of the function's whole code.
STUB_MARK = b"\0lsptorch:f"
_DEFERS = sys.implementation.name == "cpython" and (3, 11) <= sys.version_info < (3, 15)
_Code = type((lambda: None).__code__)


class Stubs:
    """
    Takes the code of a file apart: the bodies of the module and its classes, which run when it is loaded, and the functions in them, whose whole code most
    runs never need. In the bodies stand stubs, of the same size and with the same names. A stub begins as its function does (cells, RESUME), then jumps to
    what stands behind the code in both: -unpacker, and back. The unpacker, a constant, puts the whole code where the stub is, with its constants
    and tables, so that the very call that is under way runs it. Generators are left whole: one that has not begun shows its code.
    """

    def __init__(self):
        self.pieces, self.length, self.made = [], 0, {}
        opcodes = _imported_quietly("opcode").opmap
        self.resume, self.forward, self.back = (
            opcodes["RESUME"],
            opcodes["JUMP_FORWARD"],
            opcodes["JUMP_BACKWARD_NO_INTERRUPT"],
        )
        self.extended, self.nothing = opcodes["EXTENDED_ARG"], bytes((opcodes["NOP"], 0))
        self.fill = bytes((opcodes["LOAD_CONST"], 1, opcodes["UNARY_NEGATIVE"], 0, opcodes["POP_TOP"], 0))

    def body(self, code):
        """The code of a module or class with stubs for the functions in it."""
        constants = list(code.co_consts)
        for at, constant in enumerate(constants):
            if type(constant) is not _Code or constant.co_name[:1] == "<":
                continue
            if not constant.co_flags & 1:
                constants[at] = self.body(constant)
            elif not constant.co_flags & 0x2A0 and any([_is_mark(inner) for inner in constant.co_consts]):
                constants[at] = self.stub(constant)
        return code.replace(co_consts=tuple(constants))

    def stub(self, code):
        if id(code) not in self.made:
            self.made[id(code)] = code, self.stub_of(code)  # the code too, so that its id stays its own
        return self.made[id(code)][1]

    def stub_of(self, code):
        body = code.co_code
        begin = 2 * body[::2].index(self.resume) + 2
        size = _rounded(len(body) + len(self.fill) + JUMP)
        room = size - len(self.fill) - JUMP - len(body)
        if len(body) < begin + JUMP:
            return code
        # Of one size, many stubs share the bytes of their code.
        inside = size - begin - JUMP - len(self.fill) - JUMP
        tail = self.fill + self.jump(self.back, size - begin)
        constants = code.co_consts if len(code.co_consts) > 1 else code.co_consts + (None,)
        lines = code.co_linetable + _NO_LINE_OF_8 * ((room + len(tail)) // 16) + _no_line((room + len(tail)) // 2 % 8)
        whole = code.replace(co_code=body + self.nothing * (room // 2) + tail, co_consts=constants, co_linetable=lines)
        mark = _numbered(STUB_MARK, self.length)
        stub = whole.replace(
            co_code=body[:begin] + self.jump(self.forward, inside) + self.nothing * (inside // 2) + tail,
            co_exceptiontable=b"",
            co_consts=(constants[0] if type(constants[0]) is str else None, mark) + (None,) * (len(constants) - 2),
            co_linetable=_lines_of(code.co_linetable, begin // 2),
        )
        piece = marshal.dumps(whole)
        piece = len(piece).to_bytes(4, "little") + piece + bytes(-(len(piece) + 4) % 8)
        self.pieces.append(piece)
        self.length += len(piece)
        return stub

    def jump(self, opcode, distance):
        """Over so many bytes."""
        argument = distance // 2
        return bytes((self.extended, argument >> 16, self.extended, argument >> 8 & 255, opcode, argument & 255))


JUMP = 6  # bytes of a jump
_NO_LINE_OF_8 = b"\xff"  # in a table of places: eight instructions that have none


def _no_line(instructions):
    return bytes((0xF8 + instructions - 1,)) if instructions else b""


def _rounded(size):
    """Up to a multiple of an eighth of it, or of 64."""
    step = max(64, 1 << max(0, size.bit_length() - 4))
    return -(-size // step) * step


class Shared:
    """
    Code as marshal writes it, but what is the same in many code objects is there once, the instructions of stubs above all: marshal itself writes those anew
    for each. The less memory an import touches for the first time, the quicker it is.
    """

    def __init__(self, code):
        self.parts, self.known = [], {}
        self.code(code)

    def code(self, code):
        # Without references of marshal's own: five numbers; instructions, constants; names; three texts; a line; two tables.
        data = marshal.dumps(code.replace(co_consts=()), 2)
        self.parts.append(data[:21])
        at = self.copied(data, 21)
        self.constants(code.co_consts)
        at += 5
        for _ in range(6):
            at = self.copied(data, at)
        self.parts.append(data[at : at + 4])
        self.copied(data, self.copied(data, at + 4))

    def constants(self, constants):
        self.parts.append(b"(" + len(constants).to_bytes(4, "little"))
        for constant in constants:
            if type(constant) is _Code:
                self.code(constant)
            elif type(constant) is str or type(constant) is bytes:
                self.copied(marshal.dumps(constant, 2), 0)
            elif type(constant) is slice:  # Python 3.14
                self.parts.append(
                    b":" + b"".join([marshal.dumps(part, 2) for part in (constant.start, constant.stop, constant.step)])
                )
            else:
                self.parts.append(marshal.dumps(constant, 2))

    def copied(self, data, at):
        """Where the next object is, behind a text, bytes, or a tuple of these."""
        kind, end = data[at : at + 1], _end_of(data, at)
        item = data[at:end]
        if item in self.known:
            self.parts.append(b"r" + self.known[item].to_bytes(4, "little"))
            return end
        self.known[item] = len(self.known)
        text = item[5:]
        interned = text.isascii() and text.replace(b"_", b"a").isalnum()
        if kind == b"(":
            self.parts.append(b"\xa8" + item[1:5])
            at += 5
            while at < end:
                at = self.copied(data, at)
        elif kind == b"s":
            self.parts.append(b"\xf3" + item[1:])
        elif interned and len(text) < 256:
            self.parts.append(b"\xda" + bytes((len(text),)) + text)
        else:
            self.parts.append((b"\xf4" if interned else b"\xf5") + item[1:])
        return end


def _end_of(data, at):
    kind, count = data[at : at + 1], int.from_bytes(data[at + 1 : at + 5], "little")
    if kind == b"u" or kind == b"s":
        return at + 5 + count
    if kind != b"(":
        raise ValueError
    at += 5
    for _ in range(count):
        at = _end_of(data, at)
    return at


def _is_mark(constant):
    return type(constant) is bytes and constant.startswith(b"\0lsptorch:")


def _lines_of(table, instructions):
    """The part of a table of places that is about the first instructions."""
    at = covered = 0
    while at < len(table) and covered < instructions:
        covered += (table[at] & 7) + 1
        at += 1
        while at < len(table) and table[at] < 128:
            at += 1
    return table[:at]


def _imported_quietly(name):
    """A module of the standard library; the program does not find it among those it has imported."""
    before = set(_modules)
    module = __import__(name)
    for other in set(_modules) - before:
        del _modules[other]
    return module


def taken_apart(code):
    """The code of a file with stubs, and the whole code of its functions: each behind its length in four bytes, to a multiple of eight."""
    if not _DEFERS:
        return code, b""
    stubs = Stubs()
    return stubs.body(code), b"".join(stubs.pieces)


def as_bytes(code):
    try:
        return b"".join(Shared(code).parts)
    except ValueError:
        return marshal.dumps(code)


def put_together(code, pieces):
    """The code of a file without stubs."""
    constants = list(code.co_consts)
    for at, constant in enumerate(constants):
        if type(constant) is _Code:
            constants[at] = put_together(constant, pieces)
        elif type(constant) is bytes and constant.startswith(STUB_MARK):
            begin = int.from_bytes(constant[-4:], "little")
            return marshal.loads(pieces[begin + 4 : begin + 4 + int.from_bytes(pieces[begin : begin + 4], "little")])
    return code.replace(co_consts=tuple(constants))


_deferring = None


def _can_defer():
    """Whether the worker can put whole code in the place of a stub; found out from a function of this file that has both tables of code."""
    global _deferring
    if _deferring is None:
        _deferring = (
            NATIVE is not None
            and _Code.__itemsize__ == 2
            and NATIVE["defers"]((_read_records.__code__, _Code.__basicsize__))
        )
        if _deferring:
            NATIVE["uninstruments"](_can_defer)
    return _deferring


# ---------------------------------------------------------------- the original code of functions, for when all their places are silent

_SAME = (
    "co_argcount",
    "co_posonlyargcount",
    "co_kwonlyargcount",
    "co_flags",
    "co_freevars",
    "co_cellvars",
    "co_nlocals",
)


def originals_of(recording, plain):
    """
    The code that functions have without the recorder: a sum, the length of what follows, the code, to a multiple of eight bytes; and of each function the number of its
    gates, those, and where its code begins, in units of eight bytes. Only of functions whose gates are all their own: what is defined in a call cannot go back with it.
    """
    originals, functions, length = [], [], 0
    found = _functions_in(plain)
    for key, code in _functions_in(recording).items():
        original, gates = found.get(key), [] if code is None else _gates_in(code)
        if (
            not gates
            or original is None
            or _has_gates_inside(code)
            or any([getattr(code, name) != getattr(original, name) for name in _SAME])
        ):
            continue
        data = marshal.dumps(original)
        data = len(data).to_bytes(8, "little") + data + bytes(-len(data) % 8)
        functions += [len(gates)] + gates + [length // 8]
        originals.append(_sum_of(data).to_bytes(8, "little") + data)
        length += 8 + len(data)
    return b"".join(originals), functions


def _functions_in(code):
    """By what tells them apart, those that are no generators and have a name; None where two are alike."""
    found, work = {}, [code]
    while work:
        for inner in work.pop().co_consts:
            if type(inner) is not _Code:
                continue
            work.append(inner)
            if inner.co_flags & 1 and not inner.co_flags & 0x2A0 and inner.co_name[:1] != "<":
                key = (inner.co_qualname, inner.co_firstlineno)
                found[key] = None if key in found else inner
    return found


def _gates_in(code):
    return [
        int.from_bytes(mark[-4:], "little")
        for mark in code.co_consts
        if type(mark) is bytes and mark.startswith(GATE_MARK)
    ]


def _has_gates_inside(code):
    return any([_gates_in(inner) or _has_gates_inside(inner) for inner in code.co_consts if type(inner) is _Code])
