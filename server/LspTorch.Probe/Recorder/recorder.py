"""Records the types of values while a Python program runs, without changing what the program does.

    python recorder.py [--out FILE|DIR] [--root DIR]... SCRIPT [ARG...]
    python recorder.py [--out FILE|DIR] [--root DIR]... -m MODULE [ARG...]

Standard library only, Python 3.8 to 3.14. It writes the trace described in docs/trace-format.md. The embedding worker runs
the same file with `_native` in its globals: counting and writing are then its work, everything else stays here.

What holds everywhere below:
- Only the program's own files (under a root, outside any site-packages) are instrumented, from their syntax tree, when they
  are loaded. The recording callables are constants of the code objects: no name is added to any namespace.
- A value is described without running any code of its class: exact types, slots of built-in types, class dictionaries.
- No recorded value outlives the call that looked at it.
- The globals of this file have a private copy of the builtins, so that a program that replaces `len` does not reach it.
"""
import sys

if sys.version_info < (3, 8):
    sys.exit("recorder.py needs Python 3.8 or newer; this is " + sys.version.split()[0])

if "_lsptorch_private" not in globals():
    # A second run of this very code object, in a namespace that is not the program's __main__.
    import builtins
    _namespace = {"__name__": "_lsptorch_recorder", "__file__": __file__, "_lsptorch_private": True,
                  "__builtins__": dict(builtins.__dict__)}
    exec(sys._getframe().f_code, _namespace)
    _namespace["standalone"](sys.argv[1:])
    raise SystemExit(0)

import _ast
import _thread
import atexit
import io
import itertools
import os
import time

try:
    from _json import encode_basestring_ascii as _quoted
except ImportError:
    from json.encoder import py_encode_basestring_ascii as _quoted

TRACE_VERSION = 1
RECORDER_VERSION = "0.1.0"
NATIVE = globals().get("_native")
MARK = "\0lsptorch:"
ONLY_AST = 0x400

EAGER_SAMPLES = 32         # the first executions of a place are all looked at
EAGER_VALUES = 8           # the same for a value inside an expression
LONGEST_GAP = 1024         # a place that tells nothing new is looked at once in this many executions at least
LONGEST_GATED_GAP = 32     # the same where a gate lets only some executions through
GATE_OPEN = 32             # the first executions of a run of statements are all recorded, and as many after news
GATE_GAP = 64              # later, one in about this many
DEEPEST = 100              # levels of an expression; the compiler nests deeper than Python's own recursion may
TYPE_SWITCHES = 64         # looks granted outside the schedule because the Python type differs from the last one
MOST_ROWS = 16             # different descriptions kept for one place
ELEMENTS = 16              # elements of a container that are looked at, and its last one
MOST_ELEMENTS = 256        # elements looked at for one value, however deep they are nested
LONGEST_TYPE = 300         # characters of a written type
FLUSH_SECONDS = 0.15

_type_mro = type.__dict__["__mro__"].__get__
_type_name = type.__dict__["__qualname__"].__get__
_type_module = type.__dict__["__module__"].__get__
_type_dict = type.__dict__["__dict__"].__get__
_Slot = type(type.__dict__["__dict__"])
_modules = sys.modules
_monotonic = time.monotonic
_pid = os.getpid()


# ---------------------------------------------------------------- describing values

class _Torch:
    """What describing needs of torch, once the program has imported it."""
    loaded = False
    tensor = parameter = size = dtype = device = module = namedtuple = None
    tracing = modes = vmap = None
    version = None


def _find_torch():
    module = _modules.get("torch")
    if module is None:
        return
    names = module.__dict__
    core, tensor, nn = names.get("_C"), names.get("Tensor"), names.get("nn")
    if core is None or tensor is None or nn is None or "jit" not in names:
        return
    _Torch.tensor, _Torch.size, _Torch.dtype, _Torch.device = tensor, names["Size"], names["dtype"], names["device"]
    _Torch.module, _Torch.parameter = nn.Module, nn.Parameter
    _Torch.version = str(names.get("__version__"))
    core = core.__dict__
    _Torch.tracing = core.get("_get_tracing_state")
    _Torch.modes = tuple(core[name] for name in ("_len_torch_function_stack", "_len_torch_dispatch_stack",
                                                 "_get_torch_function_mode", "_get_torch_dispatch_mode") if name in core)
    functorch = core.get("_functorch")
    if functorch is not None:
        _Torch.vmap = functorch.__dict__.get("peek_interpreter_stack")
    _Torch.loaded = True


def _torch_is_watching():
    """Whether reading a tensor's shape now would be seen by a trace or by a mode of the program."""
    if _Torch.tracing is not None and _Torch.tracing() is not None:
        return True
    for mode in _Torch.modes:
        active = mode()         # a depth, or the mode itself: an object of the program, whose truth must not be asked
        if active is not None and (type(active) is not int or active > 0):
            return True
    return _Torch.vmap is not None and _Torch.vmap() is not None


_dtypes, _devices = {}, {}


def _dtype_name(dtype):
    name = _dtypes.get(dtype)
    if name is None:
        name = _dtypes[dtype] = str(dtype).replace("torch.", "", 1)
    return name


def _device_name(device):
    name = _devices.get(device)
    if name is None:
        name = _devices[device] = str(device)
    return name


def _dims(shape):
    return tuple([size if type(size) is int else None for size in shape])


# Searched by identity: hashing a class asks its metaclass, which may be the program's, and id() tells the program's audit hooks.
_SCALARS = ((int, "int"), (float, "float"), (bool, "bool"), (str, "str"), (type(None), "None"), (complex, "complex"))
_SCALAR_NAMES = tuple([name for _, name in _SCALARS])
_PLAIN = ((bytes, "bytes"), (bytearray, "bytearray"), (set, "set"), (frozenset, "frozenset"), (range, "range"), (slice, "slice"),
          (type, "type"), (type(len), "builtin"), (type(_dims), "function"), (type(io), "module"), (type(Ellipsis), "ellipsis"))


def _named(table, kind):
    for known, name in table:
        if kind is known:
            return name
    return None


_elements_left = MOST_ELEMENTS


def describe(value):
    """(type, scriptable, dtype, device, shape) of a value; None where nothing may be said now."""
    kind = type(value)
    if not _Torch.loaded:
        _find_torch()
    if _Torch.loaded and _torch_is_watching():
        return None
    name = _named(_SCALARS, kind)
    if name is not None:
        return name, True, None, None, None
    if _Torch.loaded:
        if kind is _Torch.tensor or kind is _Torch.parameter:
            return "Tensor", True, _dtype_name(value.dtype), _device_name(value.device), _dims(value.shape)
    numpy = _modules.get("numpy")
    if numpy is not None and kind is numpy.__dict__.get("ndarray"):
        return "numpy.ndarray", False, str(value.dtype)[:LONGEST_TYPE], None, _dims(value.shape)
    global _elements_left
    _elements_left = MOST_ELEMENTS
    name, scriptable = _name_type(value, kind, 0)
    if name is None:
        return None
    if len(name) > LONGEST_TYPE:
        name, scriptable = _class_name(kind)[:LONGEST_TYPE], False
    return name, scriptable, None, None, None


def _class_name(kind):
    module, name = _type_module(kind), _type_name(kind)
    if type(module) is not str or module in ("builtins", "__main__"):
        return name
    if module.startswith("torch.nn.modules."):
        return "torch.nn." + name
    if module.startswith(("torch", "numpy", "collections")):
        return module + "." + name
    top = module.partition(".")[0]
    return name if top in _own_packages else module + "." + name


def _name_type(value, kind, depth):
    """(written type, scriptable); (None, False) where it must not be recorded."""
    name = _named(_SCALARS, kind)
    if name is not None:
        return name, True
    if depth > 6:
        return _class_name(kind), False
    if kind is list:
        return _join_elements("List", _some(value, len(value)), depth)
    if kind is tuple:
        return _tuple_type(value, depth)
    if kind is dict:
        return _dict_type(value, depth)
    name = _named(_PLAIN, kind)
    if name is not None:
        return name, False
    if _Torch.loaded:
        if kind is _Torch.tensor or kind is _Torch.parameter:
            return "Tensor", True
        if kind is _Torch.size:
            return "List[int]", True
        if kind is _Torch.dtype:
            return "torch.dtype", True
        if kind is _Torch.device:
            return "torch.device", True
    mro = _type_mro(kind)
    module = _type_module(kind)
    if type(module) is str and (module.startswith("torch.fx") or module.startswith("torch._subclasses")):
        return None, False
    if _within(mro, tuple) and any("_fields" in _type_dict(base) for base in mro):
        return _class_name(kind), True
    if _is_enum(mro):
        return _class_name(kind), len(mro) == 3
    if _within(mro, dict) and _type_name(kind) == "OrderedDict" and module == "collections":
        return _dict_type(value, depth)
    return _class_name(kind), False


def _is_enum(mro):
    enum = _modules.get("enum")
    return enum is not None and _within(mro, enum.__dict__.get("Enum"))


def _within(mro, kind):
    # Not "in": that would ask the metaclasses on the way.
    return any(base is kind for base in mro)


def _some(sequence, length):
    if length <= ELEMENTS + 1:
        return sequence
    return sequence[:ELEMENTS] + sequence[-1:]


def _types_of(elements, depth):
    """The types of some elements: of the first in any case, of the others while there is time."""
    global _elements_left
    types = []
    for element in elements:
        if types and _elements_left <= 0:
            break
        _elements_left -= 1
        types.append(_name_type(element, type(element), depth + 1))
    return types


def _join_elements(outer, elements, depth):
    name, scriptable = _join(_types_of(elements, depth))
    return (None, False) if name is None else (outer + "[" + name + "]", scriptable)


def _join(types):
    """The one type of several elements: None and T are Optional[T], an empty container is whatever its siblings are."""
    found, none, scriptable = [], False, True
    for name, can in types:
        if name is None:
            return None, False
        if name == "None":
            none = True
            continue
        if name not in found:
            found.append(name)
            scriptable = scriptable and can
    if len(found) > 1:
        known = [name for name in found if "?" not in name]
        full = [name for name in found if "?" not in name or not any(_fits(name, other) for other in known)]
        if len(full) < len(found):
            found, scriptable = full, all(can for name, can in types if name in full)
    if not found:
        return ("None", True) if none else ("?", False)
    if len(found) > 1:
        joined, scriptable = "Union[" + ", ".join(sorted(found)) + "]", False
    else:
        joined = found[0]
    if none:
        joined = joined if joined.startswith("Optional[") else "Optional[" + joined + "]"
    return joined, scriptable


def _fits(unknown, known):
    before, _, after = unknown.partition("?")
    return "?" not in after and known.startswith(before) and known.endswith(after)


def _tuple_type(value, depth):
    if not value:
        return "Tuple[()]", True
    if len(value) > 2 * ELEMENTS:
        return "tuple", False
    parts = _types_of(value, depth)
    if len(parts) < len(value):
        return "tuple", False
    if any(name is None for name, _ in parts):
        return None, False
    return "Tuple[" + ", ".join([name for name, _ in parts]) + "]", all([can for _, can in parts])


def _dict_type(value, depth):
    items = list(itertools.islice(dict.items(value), ELEMENTS))
    key, key_can = _join(_types_of([k for k, _ in items], depth))
    element, element_can = _join(_types_of([v for _, v in items], depth))
    if key is None or element is None:
        return None, False
    scriptable = key_can and element_can and key in ("str", "int", "float", "bool", "complex", "Tensor")
    return "Dict[" + key + ", " + element + "]", scriptable


def _attribute_of(owner, name):
    """(found, value) of an instance attribute, from the instance's dictionary alone."""
    names = None
    for base in _type_mro(type(owner)):
        slot = _type_dict(base).get("__dict__")
        if slot is not None:
            # The slot that type gives a class, not a property of that name.
            names = slot.__get__(owner) if type(slot) is _Slot else None
            break
    if type(names) is not dict:
        return False, None
    if name in names:
        return True, names[name]
    for table in ("_parameters", "_buffers", "_modules"):
        inner = names.get(table)
        if inner is not None and _within(_type_mro(type(inner)), dict) and dict.__contains__(inner, name):
            return True, dict.__getitem__(inner, name)
    return False, None


# ---------------------------------------------------------------- places

class Place:
    __slots__ = ("file", "kind", "name", "context", "at", "attribute", "rows", "last", "attributed", "gap", "quiet",
                 "announced", "told", "count", "value", "gates", "straight", "entry")

    def __init__(self, file, kind, name, context, at, attribute):
        self.value = None       # the span of the expression whose value the place holds, if it has one
        self.gates = ()         # of the runs of statements the place stands in: a return has several
        self.straight = False   # whether each execution of those reaches the place once
        self.entry = False      # whether the gate itself records it
        self.file, self.kind, self.name, self.context, self.at, self.attribute = file, kind, name, context, at, attribute
        self.rows = self.last = self.count = None
        self.attributed = self.quiet = self.told = 0
        self.gap = 1
        self.announced = False


places = []
_busy = False
_recording = True
_own_packages = set()
FOREVER = 1 << 62


def look(index, value, calls):
    """
    Describes the value of an execution. Answers the execution at which to look next; negative where a value of the same Python type
    would have nothing else to tell, so that its type is all there is to look at. Anything a signal handler of the program
    raises meanwhile is the program's and goes on to it; a fault of this file is dropped.
    """
    global _busy
    if _busy or not _recording:
        return calls + 1 if _recording else FOREVER
    try:
        _busy = True
        return _look(places[index], index, value, calls)
    except Exception as error:
        trace = error.__traceback__
        while trace.tb_next is not None:
            trace = trace.tb_next
        if trace.tb_frame.f_globals is not globals():
            raise
        return calls + LONGEST_GAP
    finally:
        _busy = False


def _look(place, index, value, own):
    """`own`: the executions that were recorded; with those that passed a closed gate they are all there were."""
    calls = own + _passed(place)
    if place.attribute is not None:
        found, value = _attribute_of(value, place.attribute)
        if not found:
            return own + LONGEST_GAP
    described = describe(value)
    value = None
    if described is None:
        place.attributed = calls
        return own + place.gap
    name, scriptable, dtype, device, shape = described
    key = (name, dtype, device, -1 if shape is None else len(shape))
    if place.rows is None:
        place.rows = {}
    row = place.rows.get(key)
    news = row is None
    if news:
        if len(place.rows) >= MOST_ROWS:
            key = ("object", None, None, -1)
            name, scriptable, dtype, device, shape = "object", False, None, None, None
            row = place.rows.get(key)
            news = row is None
        if news:
            row = place.rows[key] = [name, scriptable, dtype, device, None if shape is None else list(shape), 0, 0]
    elif shape is not None:
        dims = row[4]
        for i, size in enumerate(shape):
            if dims[i] != size and dims[i] is not None:
                dims[i] = None
                news = True
    # Executions nobody looked at were of the type last looked at: a change of the Python type calls for a look at once.
    if place.last is not None:
        place.last[5] += calls - 1 - place.attributed
    row[5] += 1
    row[6] += 1
    place.attributed, place.last = calls, row
    if news:
        place.gap, place.quiet = 1, 0
        for gate in place.gates:
            _wake(gate)
        _tell([index], calls)
    else:
        place.quiet += 1
        if place.quiet >= (EAGER_VALUES if place.kind == "expression" else EAGER_SAMPLES):
            place.gap = min(place.gap * 2, LONGEST_GATED_GAP if place.straight and place.gates else LONGEST_GAP)
    if NATIVE is None and _monotonic() - _sink.flushed > FLUSH_SECONDS:
        flush_counts()
    if shape is None and place.attribute is None and name in _SCALAR_NAMES:
        return -(own + LONGEST_GAP)
    return own + place.gap


def _kept_type(value):
    """The type of a value where it lives for ever anyway; a class of the program is not kept alive."""
    kind = type(value)
    return kind if kind is _Torch.tensor or kind is list or kind is tuple or _named(_SCALARS, kind) else None


def callable_for(index):
    """The callable that stands in the code: takes the value, counts, answers the same value."""
    if NATIVE is not None:
        return NATIVE["bind"](index)
    calls, due, last, switches, settled = 0, 1, None, TYPE_SWITCHES, False

    def record(value):
        nonlocal calls, due, last, switches, settled
        calls += 1
        if calls < due:
            if not switches or type(value) is last:
                return value
            switches -= 1
        elif settled and type(value) is last:
            due = calls + LONGEST_GAP
            return value
        due = look(index, value, calls)
        last = _kept_type(value)
        settled = due < 0
        due = abs(due)
        return value

    places[index].count = lambda: calls
    return record


class Gate:
    """
    Stands before a run of statements that exists twice, recording and plain, and says which is to run. It is handed the values
    of the places at its entry, parameters or loop variables, and records those in every execution.
    """
    __slots__ = ("entry", "members", "passed", "calls", "due", "gap", "eager")

    def __init__(self, entry, members):
        self.entry, self.members = entry, members
        self.passed, self.calls, self.due, self.gap, self.eager = 0, 0, 1, 1, GATE_OPEN


gates = []


def gate_for(index):
    gate = gates[index]
    if NATIVE is not None:
        counted = [place for place in gate.members if places[place].straight]
        return NATIVE["gate"](tuple([index, len(gate.entry)] + gate.entry + counted))
    entry = [_callables[place] for place in gate.entry]

    def enter(*values):
        for record, value in zip(entry, values):
            record(value)
        calls = gate.calls = gate.calls + 1
        if calls < gate.due or not _recording:
            gate.passed += 1
            return False
        if gate.eager > 0:
            gate.eager -= 1
            gate.due = calls + 1
        else:
            gate.gap = min(gate.gap * 2, GATE_GAP)
            # Not a fixed step: it could fall in with a period of the program.
            gate.due = calls + gate.gap // 2 + (calls * 2654435761 >> 16) % gate.gap + 1
        return True

    return enter


def _wake(index):
    """News: the next executions of this run of statements are recorded again."""
    if NATIVE is not None:
        NATIVE["wake"](index)
    else:
        gate = gates[index]
        gate.eager, gate.gap, gate.due = max(gate.eager, EAGER_VALUES), 1, gate.calls + 1


def _passed(place):
    """The executions of a place that nobody saw, because a gate was closed."""
    if not place.straight:
        return 0
    return sum([NATIVE["passed"](gate) if NATIVE is not None else gates[gate].passed for gate in place.gates])


# ---------------------------------------------------------------- writing

class Sink:
    """Writes whole lines to a descriptor; falls silent when nobody reads any more."""

    def __init__(self, descriptor):
        self.descriptor, self.flushed = descriptor, 0.0

    def write(self, text):
        data = memoryview(text.encode("utf-8"))
        while data and self.descriptor is not None:
            try:
                data = data[os.write(self.descriptor, data):]
            except BlockingIOError:
                time.sleep(0.001)
            except OSError:
                self.descriptor = None


class NativeSink:
    flushed = 0.0

    def write(self, text):
        NATIVE["emit"](text.encode("utf-8"))


_sink = None


def _json(value):
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    if type(value) in (int, float):
        return repr(value)
    if type(value) is str:
        return _quoted(value)
    if type(value) in (list, tuple):
        return "[" + ",".join([_json(item) for item in value]) + "]"
    return "{" + ",".join([_quoted(key) + ":" + _json(item) for key, item in value.items()]) + "}"


def emit(event, **fields):
    _sink.write('{"event":' + _quoted(event) + "".join([',"' + k + '":' + _json(v) for k, v in fields.items()]) + "}\n")


def _count_of(index):
    place = places[index]
    own = NATIVE["calls"](index) if NATIVE is not None else place.count()
    return own + _passed(place)


def _tell(indices, calls=None):
    """Writes the whole present knowledge of places; a later line of a place replaces the earlier one."""
    lines = []
    for index in indices:
        place = places[index]
        if not place.announced:
            place.announced = True
            file = place.file
            if not file.announced:
                file.announced = True
                lines.append('{"event":"file","file":%d,"path":%s,"sha256":"%s"}\n'
                             % (file.index, _quoted(file.path), file.sha256()))
            lines.append('{"event":"place","place":%d,"file":%d,"kind":"%s","name":%s,"context":%s,"at":%s,"value":%s}\n' % (
                index, file.index, place.kind, _quoted(place.name), _json(place.context), _json(place.at), _json(place.value)))
        total = _count_of(index) if calls is None else calls
        place.told = total
        rest = total - place.attributed
        rows = [{"type": row[0], "scriptable": row[1], "dtype": row[2], "device": row[3], "shape": row[4],
                 "count": row[5] + (rest if row is place.last else 0), "sampled": row[6]} for row in place.rows.values()]
        lines.append('{"event":"seen","place":%d,"calls":%d,"last":%d,"types":%s}\n'
                     % (index, total, list(place.rows.values()).index(place.last), _json(rows)))
    _sink.write("".join(lines))


def flush_counts():
    """Tells the places whose count grew since they were last told."""
    _sink.flushed = _monotonic()
    grown = [index for index, place in enumerate(places) if place.rows is not None and place.told != _count_of(index)]
    if grown:
        _tell(grown)


# ---------------------------------------------------------------- instrumenting

class File:
    __slots__ = ("index", "path", "source", "announced")

    def __init__(self, index, path, source):
        self.index, self.path, self.source, self.announced = index, path, source, False

    def sha256(self):
        source, self.source = self.source, None
        try:
            from _sha2 import sha256
        except ImportError:
            try:
                from _sha256 import sha256
            except ImportError:
                from hashlib import sha256
        return sha256(source).hexdigest()


_files = []
_COMPREHENSIONS = (_ast.ListComp, _ast.SetComp, _ast.DictComp, _ast.GeneratorExp)
_FUNCTIONS = (_ast.FunctionDef, _ast.AsyncFunctionDef)
_F_STRINGS_LIE = sys.version_info < (3, 12)     # positions inside f-strings are wrong before 3.12


class Context:
    """Where a block stands. Code that runs once, outside functions and loops, has no gates."""
    __slots__ = ("name", "in_class", "result", "gated")

    def __init__(self, name, in_class, result=None, gated=False):
        self.name, self.in_class, self.result, self.gated = name, in_class, result, gated

    def repeated(self):
        return self if self.gated or self.in_class else Context(self.name, False, self.result, True)


class Instrumenter:
    """
    Rewrites one tree. Statements are queued, not visited by recursion: programs nest deeper than a stack of Python frames.

    In a function or a loop, each run of simple statements is there twice, behind a gate: recording and as it was. The two share the
    nodes that are the same. What is nested in other statements stands once, and has gates of its own.
    """

    def __init__(self, file, source):
        self.file, self.first = file, len(places)
        self.lines = _utf8_lines(source)
        self.blocks, self.levels, self.straight = [], 0, True

    def run(self, tree):
        self.blocks.append((tree.body, Context(None, False), ()))
        while self.blocks:
            self.block(*self.blocks.pop())

    # -- places and calls

    def place(self, kind, name, context, at, attribute=None):
        places.append(Place(self.file, kind, name, context.name, at, attribute))
        return len(places) - 1

    def gate(self, pending, first_place, at):
        """A call that says whether to record. `pending`: reads of what was bound just before, which it takes."""
        entry = [read.lsptorch for read in pending]
        members = list(range(first_place, len(places)))
        index = len(gates)
        gates.append(Gate(entry, members))
        for place in members:
            places[place].gates += (index,)
        for place in entry:
            places[place].gates, places[place].straight, places[place].entry = (index,), False, True
        return self.call("g%d" % index, [_located(read.value.args[0], at) for read in pending], at)

    @staticmethod
    def call(index, argument, at):
        # A conditional, because the compiler warns about calling a constant; it folds the condition away.
        # It stands where the argument begins to be evaluated, or a debugger would see one more line.
        arguments = argument if type(argument) is list else [argument]
        first = at if type(argument) is list else _evaluated_first(argument)

        def constant(value):
            return _located(_ast.Constant(value, None), first)
        mark = MARK + str(index)
        function = _located(_ast.IfExp(constant(True), constant(mark), constant(mark)), first)
        return _located(_ast.Call(function, arguments, []), at)

    def wrapped(self, kind, name, context, at, value):
        return self.call(self.place(kind, name, context, at), value, value)

    def read(self, kind, name, context, at, node):
        """A statement that records a name just stored to. A debugger sees it on the line of `node`."""
        load = _located(_ast.Name(name, _ast.Load()), node)
        return self.reading(self.place(kind, name, context, at), load, node)

    def reading(self, index, value, node):
        statement = _located(_ast.Expr(self.call(index, value, node)), node)
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
            places[read.lsptorch].straight = context.gated
        return found

    # -- statements

    def block(self, body, context, prefix, of_function=False):
        done, run, pending = [], [], list(prefix)
        start = 1 if of_function and _is_docstring(body[0]) else 0
        done.extend(body[:start])
        first_place = len(places)
        for statement in body[start:]:
            if type(statement) in _SIMPLE:
                if not run:
                    first_place = len(places)
                if hasattr(statement, "lsptorch"):
                    run.append((None, [statement]))
                    continue
                run.append((statement, self.simple(statement, context)))
                continue
            self.end_run(run, pending, first_place, context, done)
            if isinstance(statement, (_ast.Global, _ast.Nonlocal)):
                done.append(statement)
                continue
            header = self.header_of(statement)
            first_place = len(places)
            recording = header if header is None else self.expression(header, context)
            if not context.gated:
                done.extend(pending)
                pending.clear()
            elif recording is not header:
                gate = self.gate(pending, first_place, _evaluated_first(header))
                recording = _located(_ast.IfExp(gate, recording, header), _evaluated_first(header))
                pending.clear()
            else:
                self.lone(pending, done)
            self.set_header(statement, recording)
            done.append(statement)
            self.statement(statement, context)
        self.end_run(run, pending, first_place, context, done)
        body[:] = done

    def lone(self, pending, done):
        """What was bound before, where nothing follows that a gate would serve."""
        if len(pending) > 1:
            at = pending[0]
            done.append(_located(_ast.Expr(self.gate(pending, len(places), at)), at))
        else:
            done.extend(pending)
        pending.clear()

    def end_run(self, run, pending, first_place, context, done):
        changed = any(recording != [plain] for plain, recording in run)
        recorded = [statement for _, recording in run for statement in recording]
        if not context.gated:
            done.extend(pending + recorded)
            pending.clear()
        elif not changed:
            self.lone(pending, done)
            done.extend(recorded)
        elif len(run) == 1 and run[0][0] is None and not pending:
            done.extend(recorded)
        else:
            plain = [statement for statement, _ in run if statement is not None]
            at = _begins(plain[0]) if plain else recorded[0]
            gate = self.gate(pending, first_place, at)
            done.append(_located(_ast.If(gate, recorded, plain), at))
            pending.clear()
        run.clear()

    @staticmethod
    def header_of(node):
        if isinstance(node, (_ast.If, _ast.While)):
            return node.test
        if isinstance(node, (_ast.For, _ast.AsyncFor)):
            return node.iter
        return None

    @staticmethod
    def set_header(node, value):
        if isinstance(node, (_ast.If, _ast.While)):
            node.test = value
        elif isinstance(node, (_ast.For, _ast.AsyncFor)):
            node.iter = value

    def simple(self, node, context):
        """The recording statements that stand for a simple one; the very same node where there is nothing to record."""
        if isinstance(node, _ast.Return):
            if node.value is None and context.result is None:
                return [node]
            value = _located(_ast.Constant(None, None), node) if node.value is None else node.value
            recording = self.expression(value, context)
            if context.result is not None:
                # Each return counts for itself; a reader joins them.
                index = self.place("return", places[context.result].name, context, places[context.result].at)
                places[index].straight = context.gated
                recording = self.call(index, recording, value)
            return [_changed(node, value=recording)]
        if isinstance(node, _ast.Assign):
            targets = [self.target(target, context) for target in node.targets]
            return self.assigned(node, targets, node.targets, context)
        if isinstance(node, _ast.AnnAssign):
            if node.value is None:
                return [node]
            return self.assigned(node, None, [node.target], context)
        if isinstance(node, _ast.AugAssign):
            recording = _changed(node, value=self.expression(node.value, context), target=self.target(node.target, context))
            return [recording] + self.targets(node.target, context)
        if isinstance(node, _ast.Expr):
            return [_changed(node, value=self.expression(node.value, context))]
        if isinstance(node, _ast.Raise):
            return [_changed(node, exc=self.expression(node.exc, context), cause=self.expression(node.cause, context))]
        if isinstance(node, _ast.Assert):
            return [_changed(node, test=self.expression(node.test, context))]
        return [node]

    def statement(self, node, context):
        """What is inside a compound statement: queued."""
        if isinstance(node, _FUNCTIONS):
            once = Context(context.name, context.in_class)
            node.decorator_list = [self.inside(d, once) for d in node.decorator_list]
            node.args.defaults = [self.inside(d, once) for d in node.args.defaults]
            node.args.kw_defaults = [d and self.inside(d, once) for d in node.args.kw_defaults]
            self.function(node, context)
        elif isinstance(node, _ast.ClassDef):
            once = Context(context.name, context.in_class)
            node.decorator_list = [self.inside(d, once) for d in node.decorator_list]
            node.bases = [self.inside(b, once) for b in node.bases]
            name = node.name if context.name is None else context.name + "." + node.name
            self.blocks.append((node.body, Context(name, True), ()))
        elif isinstance(node, (_ast.For, _ast.AsyncFor)):
            inner = context.repeated()
            self.blocks.append((node.body, inner, self.targets(node.target, inner, node.body[0])))
            self.blocks.append((node.orelse, context, ()))
        elif isinstance(node, _ast.While):
            self.blocks.append((node.body, context.repeated(), ()))
            self.blocks.append((node.orelse, context, ()))
        elif isinstance(node, (_ast.With, _ast.AsyncWith)):
            prefix = []
            for item in node.items:
                item.context_expr = self.expression(item.context_expr, context)
                if item.optional_vars is not None:
                    prefix.extend(self.targets(item.optional_vars, context, node.body[0]))
            self.blocks.append((node.body, context, prefix))
        else:
            self.compound(node, context)

    def compound(self, node, context):
        """Any other statement: its blocks are queued."""
        for field in node._fields:
            value = getattr(node, field, None)
            if type(value) is list and value:
                if isinstance(value[0], _ast.stmt):
                    self.blocks.append((value, context, ()))
                    continue
                for item in value:
                    if isinstance(item, _ast.ExceptHandler):
                        self.blocks.append((item.body, context, ()))
                    elif type(item).__name__ == "match_case":
                        self.blocks.append((item.body, context, self.captures(item, context)))
                        if item.guard is not None:
                            item.guard = self.expression(item.guard, context)
            elif field == "subject":
                node.subject = self.expression(value, context)

    def captures(self, case, context):
        """Reads of the names a case binds, where its pattern binds each in one place only."""
        found, work = [], [case.pattern]
        if context.in_class:
            return found
        while work:
            node = work.pop()
            kind = type(node).__name__
            if kind == "MatchOr":
                continue
            if kind == "MatchAs" and node.pattern is None and node.name is not None:
                found.append(self.read("variable", node.name, context, _span(node), case.body[0]))
            for field in node._fields:
                value = getattr(node, field, None)
                for item in value if type(value) is list else (value,):
                    if isinstance(item, getattr(_ast, "pattern", ())):
                        work.append(item)
        return found

    def assigned(self, node, recording_targets, targets, context):
        after, value = [], None
        for target in targets:
            if isinstance(target, _ast.Name) and not (_grows_in_place(node.value, target.id) and not context.in_class):
                kind, name = "variable", target.id
            elif isinstance(target, _ast.Attribute) and _dotted(target) is not None:
                kind, name = "attribute", _dotted(target)
            else:
                # "s = s + t" extends s in place only while the store follows the addition at once.
                after.append(target)
                continue
            if value is None:
                value = self.inside(node.value, context)
            index = self.place(kind, name, context, _span(target))
            places[index].value, places[index].straight = _span_of_value(node.value), context.gated
            value = self.call(index, value, node.value)
        if value is None:
            grows = any(isinstance(target, _ast.Name) for target in after)
            value = self.inside(node.value, context) if grows else self.expression(node.value, context)
        recording = _changed(node, value=value)
        if recording_targets is not None and any(a is not b for a, b in zip(recording_targets, targets)):
            recording = _changed(recording, targets=recording_targets)
        return [recording] + [read for target in after for read in self.targets(target, context)]

    def function(self, node, context):
        args = node.args
        name = node.name if context.name is None else context.name + "." + node.name
        inner = Context(name, False, gated=True)
        inner.result = self.place("return", node.name, inner, self.def_name(node)) if _returns_value(node) else -1
        parameters = list(getattr(args, "posonlyargs", ())) + args.args
        if context.in_class and parameters and parameters[0].arg in ("self", "cls"):
            parameters = parameters[1:]
        if args.vararg is not None:
            parameters.append(args.vararg)
        parameters += args.kwonlyargs
        if args.kwarg is not None:
            parameters.append(args.kwarg)
        begin = node.body[1] if len(node.body) > 1 and _is_docstring(node.body[0]) else node.body[0]
        prefix = [self.read("parameter", p.arg, inner, self.identifier_at(p.lineno, p.col_offset), begin) for p in parameters]
        falls_off = inner.result >= 0 and not isinstance(node.body[-1], (_ast.Return, _ast.Raise))
        if inner.result < 0:
            inner.result = None
        if falls_off:
            last = node.body[-1]
            node.body.append(self.reading(inner.result, _located(_ast.Constant(None, None), last), last))
        self.blocks.append((node.body, inner, prefix, True))

    # -- expressions

    def expression(self, node, context):
        """A recording expression for a plain one, which is left as it is; the same node where there is nothing to record."""
        if node is None:
            return None
        recording = self.inside(node, context)
        if context.in_class or not _worth_recording(node):
            return recording
        index = self.place("expression", _shown(node), context, _span(node))
        places[index].straight = context.gated and self.straight
        return self.call(index, recording, node)

    def inside(self, node, context):
        """The same for everything inside an expression, without its own value."""
        kind = type(node)
        if kind in _OPAQUE or self.levels > DEEPEST:
            return node
        self.levels += 1
        straight = self.straight
        try:
            if kind in _COMPREHENSIONS:
                self.straight = False
                return self.comprehension(node, context)
            if kind is _ast.NamedExpr:
                value = self.inside(node.value, context)
                index = self.place("variable", node.target.id, context, _span(node.target))
                places[index].value, places[index].straight = _span_of_value(node.value), context.gated and straight
                return _changed(node, value=self.call(index, value, node.value))
            if kind is _ast.Call:
                # A bound method is not made for recording it: what is called is looked into, not at.
                if _is_name(node.func, _READS_FRAMES):
                    return node
                keywords = [_changed(k, value=self.expression(k.value, context)) for k in node.keywords]
                return _changed(node, func=self.inside(node.func, context), args=[self.expression(a, context) for a in node.args],
                                keywords=keywords)
            if kind is _ast.BoolOp:
                first = self.expression(node.values[0], context)
                self.straight = False
                return _changed(node, values=[first] + [self.expression(v, context) for v in node.values[1:]])
            if kind is _ast.IfExp:
                test = self.expression(node.test, context)
                self.straight = False
                return _changed(node, test=test, body=self.expression(node.body, context), orelse=self.expression(node.orelse, context))
            changes = {}
            for field in node._fields:
                value = getattr(node, field, None)
                if isinstance(value, _ast.expr):
                    changes[field] = self.expression(value, context)
                elif type(value) is list and value and isinstance(value[0], (_ast.expr, type(None))):
                    self.straight = straight and (kind is not _ast.Compare or len(value) == 1)
                    changes[field] = [self.expression(item, context) for item in value]
            return _changed(node, **changes)
        finally:
            self.levels -= 1
            self.straight = straight

    def target(self, node, context):
        """What is evaluated to reach a place that is assigned to."""
        kind = type(node)
        if kind is _ast.Attribute:
            return _changed(node, value=self.expression(node.value, context))
        if kind is _ast.Subscript:
            return _changed(node, value=self.expression(node.value, context), slice=self.inside(node.slice, context))
        if kind in (_ast.Tuple, _ast.List):
            return _changed(node, elts=[self.target(item, context) for item in node.elts])
        return node

    def comprehension(self, node, context):
        # Counts of what a comprehension repeats are its own: the gate is outside.
        inner = Context(context.name, context.in_class)
        generators = []
        for at, generator in enumerate(node.generators):
            iterated = self.expression(generator.iter, inner)
            reads = []
            for name in _names_in(generator.target):
                index = self.place("variable", name.id, context, _span(name))
                reads.append(self.call(index, _located(_ast.Name(name.id, _ast.Load()), name), name))
            tests = [self.expression(test, inner) for test in generator.ifs]
            if reads:
                # A tuple that is never empty, so true whatever the values say of themselves.
                tests.insert(0, _located(_ast.Tuple(reads, _ast.Load()), reads[0]))
            generators.append(_changed(generator, iter=iterated, ifs=tests))
        changes = {field: self.expression(getattr(node, field), inner) for field in node._fields if field != "generators"}
        return _changed(node, generators=generators, **changes)

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


_SIMPLE = (_ast.Expr, _ast.Assign, _ast.AugAssign, _ast.AnnAssign, _ast.Return, _ast.Raise, _ast.Assert, _ast.Delete, _ast.Import,
           _ast.ImportFrom, _ast.Pass, _ast.Break, _ast.Continue)
_OPAQUE = (_ast.Constant, _ast.Name, _ast.Lambda) + ((_ast.JoinedStr,) if _F_STRINGS_LIE else ())
_RECORDED = (_ast.Call, _ast.Subscript, _ast.BinOp, _ast.Compare, _ast.Attribute, _ast.Await)
_READS_FRAMES = ("super", "locals", "globals", "vars", "dir", "eval", "exec")
_KNOWN_RESULT = _READS_FRAMES + ("isinstance", "issubclass", "hasattr", "callable", "print")


def _is_name(node, names):
    return isinstance(node, _ast.Name) and node.id in names


def _worth_recording(node):
    kind = type(node)
    if kind is _ast.UnaryOp:
        return not isinstance(node.op, _ast.Not) and not isinstance(node.operand, _ast.Constant)
    if kind not in _RECORDED or not isinstance(getattr(node, "ctx", None), (_ast.Load, type(None))):
        return False
    if kind is _ast.Call:
        return not _is_name(node.func, _KNOWN_RESULT)
    if kind is _ast.Compare:
        return not isinstance(node.ops[0], (_ast.Is, _ast.IsNot, _ast.In, _ast.NotIn))
    return kind is not _ast.BinOp or not (isinstance(node.left, _ast.Constant) and isinstance(node.right, _ast.Constant))


def _span_of_value(node):
    return None if type(node) in _OPAQUE else _span(node)


def _shown(node):
    """A short name of an expression: what it calls or reads."""
    while isinstance(node, (_ast.Call, _ast.Subscript, _ast.Await)):
        node = node.func if isinstance(node, _ast.Call) else node.value
    return node.attr if isinstance(node, _ast.Attribute) else node.id if isinstance(node, _ast.Name) else ""


def _names_in(target):
    names, work = [], [target]
    while work:
        node = work.pop()
        if isinstance(node, _ast.Name):
            names.append(node)
        elif isinstance(node, (_ast.Tuple, _ast.List)):
            work.extend(reversed(node.elts))
        elif isinstance(node, _ast.Starred):
            work.append(node.value)
    return names


def _changed(node, **fields):
    """A copy of a node with other children; the node itself where they are the same."""
    names = node.__dict__
    for field, value in fields.items():
        old = names.get(field)
        if value is old or (type(value) is list and len(value) == len(old) and all([a is b for a, b in zip(value, old)])):
            continue
        break
    else:
        return node
    copy = type(node).__new__(type(node))
    copy.__dict__.update(names)
    copy.__dict__.update(fields)
    return copy


def _begins(statement):
    """What of a statement a debugger meets first."""
    value = None if isinstance(statement, _ast.AugAssign) else getattr(statement, "value", None)
    return statement if value is None else _evaluated_first(value)


def _located(node, at):
    node.lineno, node.col_offset = at.lineno, at.col_offset
    node.end_lineno, node.end_col_offset = at.end_lineno, at.end_col_offset
    return node


_EVALUATED_FIRST = {_ast.BinOp: "left", _ast.Compare: "left", _ast.Call: "func", _ast.Attribute: "value", _ast.Subscript: "value",
                    _ast.UnaryOp: "operand", _ast.Await: "value", _ast.Starred: "value", _ast.IfExp: "test", _ast.NamedExpr: "value"}
_EVALUATED_IN_ORDER = {_ast.Tuple: "elts", _ast.List: "elts", _ast.Set: "elts", _ast.BoolOp: "values"}


_TUPLES_ARE_ONE = sys.version_info < (3, 14)    # later a tuple of constants has the line of its first


def _evaluated_first(node):
    while True:
        if type(node) in _EVALUATED_FIRST:
            node = getattr(node, _EVALUATED_FIRST[type(node)])
        elif type(node) is _ast.Tuple and _TUPLES_ARE_ONE and all([type(item) is _ast.Constant for item in node.elts]):
            return node         # one constant, on the line of its parenthesis
        elif type(node) in _EVALUATED_IN_ORDER and getattr(node, _EVALUATED_IN_ORDER[type(node)]):
            node = getattr(node, _EVALUATED_IN_ORDER[type(node)])[0]
        else:
            return node


def _span(node):
    return (node.lineno, node.col_offset, node.end_lineno, node.end_col_offset)


def _is_docstring(node):
    return isinstance(node, _ast.Expr) and isinstance(node.value, _ast.Constant) and type(node.value.value) is str


def _grows_in_place(value, name):
    return isinstance(value, _ast.BinOp) and isinstance(value.left, _ast.Name) and value.left.id == name


def _dotted(node):
    names = []
    while isinstance(node, _ast.Attribute):
        names.append(node.attr)
        node = node.value
    return ".".join([node.id] + names[::-1]) if isinstance(node, _ast.Name) else None


def _returns_value(function):
    """Whether some return of this function, not of one inside it, has a value."""
    work = list(function.body)
    while work:
        node = work.pop()
        if isinstance(node, _ast.Return):
            if node.value is not None:
                return True
        elif not isinstance(node, _FUNCTIONS + (_ast.ClassDef, _ast.expr)):
            for field in node._fields:
                value = getattr(node, field, None)
                if type(value) is list:
                    work.extend([item for item in value if isinstance(item, _ast.AST)])
    return False


def _utf8_lines(source):
    """The lines of a source as the parser counts columns: decoded by its declared encoding, then UTF-8."""
    if b"coding" in b"".join(source.split(b"\n", 2)[:2]):
        import tokenize
        encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
        text = source.decode(encoding)
    else:
        text = source.decode("utf-8-sig")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return [line.encode("utf-8", "surrogatepass") for line in lines]


def _with_callables(code):
    """The same code object with every mark replaced by its recording callable, at every depth."""
    done = {}
    work = [(code, False)]
    while work:
        item, ready = work.pop()
        inner = [c for c in item.co_consts if type(c) is type(code)]
        if not ready:
            work.append((item, True))
            work.extend([(c, False) for c in inner])
            continue
        constants = []
        for c in item.co_consts:
            if type(c) is str and c.startswith(MARK):
                constants.append(_callables[int(c[len(MARK):]) if c[len(MARK)] != "g" else c[len(MARK):]])
            else:
                constants.append(done.get(id(c), c) if type(c) is type(code) else c)
        done[id(item)] = item.replace(co_consts=tuple(constants))
    return done[id(code)]


_callables = {}


def instrument(source, filename, path):
    """The recording code object of a file; the plain one where anything stands in the way."""
    tree = compile(source, filename, "exec", ONLY_AST, dont_inherit=True)
    before, gates_before = len(places), len(gates)
    try:
        file = File(len(_files), path, source)
        Instrumenter(file, source).run(tree)
        for index in range(before, len(places)):
            _callables[index] = callable_for(index)
        for index in range(gates_before, len(gates)):
            _callables["g%d" % index] = gate_for(index)
        code = _with_callables(compile(tree, filename, "exec", dont_inherit=True))
        _files.append(file)
    except Exception:
        del places[before:], gates[gates_before:]
        if NATIVE is not None:
            NATIVE["truncate"](before)
        return compile(source, filename, "exec", dont_inherit=True)
    finally:
        _callables.clear()
    return code


# ---------------------------------------------------------------- which files, and when

class Roots:
    def __init__(self, folders, script):
        if not folders:
            folders = [os.path.dirname(os.path.abspath(script)) if script is not None else os.getcwd()]
        self.folders = []
        for folder in folders:
            for spelled in (os.path.abspath(folder), os.path.realpath(folder)):
                if spelled not in self.folders:
                    self.folders.append(spelled)
        library = os.path.dirname(os.path.realpath(os.__file__))
        self.foreign = [library] + [os.path.realpath(p) for p in (sys.prefix, sys.exec_prefix)]

    def hold(self, path):
        for root in self.folders:
            prefix = root if root.endswith(os.sep) else root + os.sep
            if path.startswith(prefix):
                rest = path[len(prefix):]
                if "site-packages" in rest or "dist-packages" in rest:
                    return False
                return not any(f.startswith(prefix) and path.startswith(f + os.sep) for f in self.foreign)
        return False


_SourceFileLoader = _modules["_frozen_importlib_external"].SourceFileLoader
_instrumenting = _thread.allocate_lock()
_instrumenting_thread = None


def _recording_code(loader, fullname, roots):
    """The recording code of a module about to be loaded; None where the loader's own way is to be taken."""
    global _instrumenting_thread
    if not _recording or _instrumenting_thread == _thread.get_ident():
        return None
    filename = loader.get_filename(fullname)
    path = os.path.abspath(filename)
    if not roots.hold(path):
        return None
    with _instrumenting:
        try:
            _instrumenting_thread = _thread.get_ident()
            _own_packages.add(fullname.partition(".")[0])
            return instrument(loader.get_data(path), filename, path)
        except (OSError, SyntaxError, ValueError):
            return None         # the loader says it better
        finally:
            _instrumenting_thread = None


def install(roots):
    plain = _SourceFileLoader.get_code

    def get_code(self, fullname):
        code = _recording_code(self, fullname, roots)
        return plain(self, fullname) if code is None else code

    # Python leaves frames of the import system out of tracebacks by the name of their file.
    get_code.__code__ = get_code.__code__.replace(co_filename=plain.__code__.co_filename)
    get_code.__qualname__, get_code.__module__ = plain.__qualname__, plain.__module__
    _SourceFileLoader.get_code = get_code


def _after_fork_in_child():
    """A forked child keeps running the recording code, and says nothing: the wire is its parent's."""
    global _recording
    _recording = False
    if NATIVE is not None:
        NATIVE["forked"]()
    elif _sink.descriptor is not None:
        os.close(_sink.descriptor)
        _sink.descriptor = None


# ---------------------------------------------------------------- the end

_status = {"status": "ok", "code": 0, "error": None}
_started = _monotonic()


def flush_io(*_):
    """What CPython does when a main file (not a module) has been evaluated, before it shows an exception: both streams are flushed."""
    for name in ("stderr", "stdout"):
        try:
            getattr(sys, name).flush()
        except Exception:
            pass
    if _verdict is not None:
        _judge()


def failed(kind, value, trace):
    """Notes how the main program ended, before its traceback is shown."""
    if kind is SystemExit:
        code = value.code if value is not None else None
        _status.update(status="exit", code=0 if code is None else code if type(code) is int else 1)
        return
    error = {"type": _class_name(kind), "message": _message(value), "path": None, "line": None, "context": None}
    own = [(file.path, file) for file in _files]
    while trace is not None:
        code = trace.tb_frame.f_code
        path = os.path.abspath(code.co_filename)
        if error["path"] is None or any(path == p for p, _ in own):
            error.update(path=path, line=trace.tb_lineno, context=code.co_name if code.co_name != "<module>" else None)
        trace = trace.tb_next
    _status.update(status="exception", code=1, error=error)


def _message(value):
    """The text of an exception, where no code of the program is needed to write it."""
    arguments = BaseException.args.__get__(value)
    shown = getattr(type(value), "__str__", None)
    if type(shown) is not type(object.__str__) or any(type(a) not in (str, int, float, bool) for a in arguments):
        return None
    try:
        return str(value)[:2000]
    except Exception:
        return None


def ended():
    global _recording
    if os.getpid() != _pid or not _recording:
        return
    _recording = False
    flush_counts()
    emit("end", status=_status["status"], code=_status["code"], error=_status["error"], torch=_Torch.version,
         seconds=round(_monotonic() - _started, 3))
    if NATIVE is not None:
        NATIVE["drain"]()


_verdict = None


def load_verdict(roots):
    """verdict.py, where the run is to end with the compilers' verdicts; the program does not see that it was asked for."""
    global _verdict
    path, folder = os.environ.pop("LSPTORCH_VERDICT", None), os.environ.pop("LSPTORCH_VERDICT_FOLDER", None)
    if path is None or folder is None:
        return
    names = {"__name__": "_lsptorch_verdict", "__file__": path, "__builtins__": dict(globals()["__builtins__"]), "_json": _json}
    with io.open_code(path) as stream:
        exec(compile(stream.read(), path, "exec"), names)
    names["start"](roots.hold, emit, folder)
    _verdict = names


def _judge():
    global _recording, _verdict
    verdict, _verdict, _recording = _verdict, None, False
    try:
        verdict["judge"]([file.path for file in _files])
    except Exception as error:
        emit("verdicts", error="%s: %s" % (type(error).__name__, error))
    finally:
        _recording = True


def begin(options, mode):
    os.register_at_fork(after_in_child=_after_fork_in_child) if hasattr(os, "register_at_fork") else None
    atexit.register(ended)
    emit("hello", version=TRACE_VERSION, recorder=RECORDER_VERSION, python=sys.version.split()[0],
         implementation=sys.implementation.name, executable=sys.executable, prefix=sys.prefix, mode=mode, pid=_pid,
         script=options.script, module=options.module, roots=options.roots, cwd=os.getcwd())
    roots = Roots(options.roots, options.script)
    install(roots)
    load_verdict(roots)


def main_code(filename):
    """The recording code of the main file; None where Python itself should say what is wrong with it."""
    try:
        with io.open_code(filename) as stream:
            source = stream.read()
        return instrument(source, filename, os.path.abspath(filename))
    except (OSError, SyntaxError, ValueError):
        return None


def prepare_main(module, filename):
    names = module.__dict__
    names["__file__"], names["__cached__"] = filename, None
    names["__loader__"] = _SourceFileLoader("__main__", filename)


# ---------------------------------------------------------------- ways in

class Options:
    def __init__(self):
        self.roots, self.out, self.fd, self.script, self.module, self.arguments = [], None, None, None, None, []


USAGE = "usage: recorder.py [--out FILE|DIR] [--root DIR]... (SCRIPT | -m MODULE) [ARG...]\n"


def parse(arguments):
    options, at = Options(), 0
    while at < len(arguments):
        word = arguments[at]
        if word in ("--root", "--out", "--fd", "-m") and at + 1 < len(arguments):
            value = arguments[at + 1]
            at += 2
            if word == "--root":
                options.roots.append(value)
            elif word == "--out":
                options.out = value
            elif word == "--fd":
                options.fd = int(value)
            else:
                options.module, options.arguments = value, arguments[at:]
                return options
        elif word == "--":
            at += 1
            break
        elif word.startswith("-"):
            return None
        else:
            break
    if at >= len(arguments):
        return None
    options.script, options.arguments = arguments[at], arguments[at + 1:]
    return options


def _default_out():
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    if sys.platform == "win32":
        cache = os.environ.get("LOCALAPPDATA") or cache
    return os.path.join(cache, "lsptorch", "recordings") + os.sep


def _open_out(options):
    if options.fd is not None:
        os.set_inheritable(options.fd, False)
        return options.fd, None
    out = options.out or _default_out()
    if out.endswith(os.sep) or os.path.isdir(out):
        os.makedirs(out, exist_ok=True)
        name = os.path.splitext(os.path.basename(options.script or options.module))[0]
        out = os.path.join(out, "%s-%s-%d.jsonl" % (name, time.strftime("%Y%m%dT%H%M%S"), _pid))
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND | getattr(os, "O_BINARY", 0)
    return os.open(out, flags, 0o600), out


def embedded(filename, options):
    """Called by the worker where Python would run the main file. Answers its code, or None to let Python run it."""
    global _sink
    options = parse(options)
    _sink = NativeSink()
    begin(options, "embedded")
    if filename is None:
        return None
    code = main_code(filename)
    if code is not None:
        prepare_main(_modules["__main__"], filename)
    return code


def _forget_file(main):
    """As CPython does when a main file has ended: before its exception is shown from 3.14 on, else after; before 3.14 not at sys.exit."""
    for name in ("__file__", "__cached__"):
        main.__dict__.pop(name, None)


def standalone(arguments):
    """Runs the program under this interpreter; its own frames are cut from tracebacks."""
    global _sink
    options = parse(arguments)
    if options is None:
        sys.stderr.write(USAGE)
        sys.exit(2)
    try:
        descriptor, out = _open_out(options)
    except OSError as error:
        sys.stderr.write("recorder: cannot write the trace: %s\n" % error)
        sys.exit(2)
    _sink = Sink(descriptor)
    main = type(sys)("__main__")
    main.__dict__.update(__builtins__=_modules["builtins"], __package__=None, __spec__=None)
    if sys.version_info < (3, 14):
        main.__dict__["__annotations__"] = {}
    mine = os.path.abspath(__file__)
    begin(options, "standalone")
    if out is not None:
        atexit.register(lambda: sys.stderr.write("recorder: trace written to %s\n" % out) if os.getpid() == _pid else None)
    _modules["__main__"] = main
    try:
        if options.module is not None:
            sys.argv = ["-m"] + options.arguments
            sys.path[0] = os.getcwd()
            import runpy
            runpy._run_module_as_main(options.module)
        else:
            filename = os.path.abspath(options.script) if sys.version_info >= (3, 9) else options.script
            sys.argv = [options.script] + options.arguments
            sys.path[0] = os.path.dirname(os.path.realpath(options.script))
            code = main_code(filename)
            if code is None:
                with io.open_code(filename) as stream:
                    code = compile(stream.read(), filename, "exec", dont_inherit=True)
            prepare_main(main, filename)
            try:
                exec(code, main.__dict__)
            finally:
                flush_io()
                if sys.version_info >= (3, 14) or sys.exc_info()[0] is None:
                    _forget_file(main)
    except BaseException as error:
        trace = error.__traceback__
        while trace is not None and os.path.abspath(trace.tb_frame.f_code.co_filename) == mine:
            trace = trace.tb_next
        if isinstance(error, SystemExit):
            failed(SystemExit, error, trace)
            raise
        kind = type(error)
        failed(kind, error, trace)
        sys.last_type, sys.last_value, sys.last_traceback = kind, error, trace
        error.__traceback__ = trace
        sys.excepthook(kind, error, trace)
        if options.module is None:
            _forget_file(main)
        sys.exit(130 if kind is KeyboardInterrupt else 1)
