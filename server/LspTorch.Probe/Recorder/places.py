# ---------------------------------------------------------------- places


class File:
    """A file whose recording code runs. Its places and gates have consecutive numbers; what they are is unpacked where it is needed."""

    __slots__ = (
        "index",
        "path",
        "sha256",
        "announced",
        "first_place",
        "first_gate",
        "count",
        "records",
        "counters",
        "filename",
    )

    def __init__(self, path, sha256, first_place, first_gate, count, records):
        self.index, self.path, self.sha256, self.announced = len(_files), path, sha256, False
        self.first_place, self.first_gate, self.count = first_place, first_gate, count
        self.records = records  # as bytes, or a function that reads them
        self.filename = None  # as the code names it
        self.counters = []  # where no worker counts: lists, each for PLACES_EACH places

    def place(self, index):
        """None where what is said of the places was lost."""
        if type(self.records) is not bytes:
            self.records = self.records()
        at = 4 * (index - self.first_place)
        begin = int.from_bytes(self.records[at - 4 : at], "little") if at > 0 else 0
        end = int.from_bytes(self.records[at : at + 4], "little")
        texts = 4 * self.count
        return Place(self, *marshal.loads(self.records[texts + begin : texts + end])) if self.records else None


class Place:
    __slots__ = (
        "file",
        "about",
        "attribute",
        "eager",
        "straight",
        "gates",
        "rows",
        "last",
        "attributed",
        "gap",
        "quiet",
        "reported",
        "operands",
    )

    def __init__(self, file, kind, name, context, at, attribute, value, straight, gates):
        self.file, self.attribute = file, attribute
        self.about = (
            kind,
            name,
            context,
            at,
            value,
        )  # value: the span of the expression whose value it holds, if any; None once announced
        self.eager = EAGER_VALUES if kind == "expression" else EAGER_SAMPLES
        self.operands = kind == "operands"  # of the place before it: nothing is told of this one
        self.straight = straight  # whether each execution of the runs of statements it stands in reaches the place once
        self.gates = tuple([file.first_gate + gate for gate in gates])  # of those runs: a return has several
        self.rows, self.last = (), None
        self.attributed = self.quiet = self.reported = 0
        self.gap = 1


class Row:
    """One description of the values of a place: a type, and for tensors what all those seen have in common."""

    __slots__ = ("name", "scriptable", "dtype", "device", "shape", "grad", "shapes", "count", "sampled", "facts")

    def __init__(self, name, scriptable, dtype, device, shape, grad):
        self.name, self.scriptable, self.dtype, self.device, self.shape, self.grad = (
            name,
            scriptable,
            dtype,
            device,
            shape,
            grad,
        )
        self.shapes = None  # in the order they were seen, where they differ
        self.count = self.sampled = self.facts = 0


_files = []
places = {}  # by number: those a value was seen at
_busy = False
_recording = True
_own_packages = set()
FOREVER = 1 << 62


def _place(index):
    place = places.get(index)
    if place is None:
        for file in reversed(_files):
            if index >= file.first_place:
                place = file.place(index)
                if place is not None:
                    places[index] = place
                    if NATIVE is not None and not place.operands:
                        NATIVE["seen"]((index,) + tuple(place.gates if place.straight else ()))
                break
    return place


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
        place = _place(index)
        return FOREVER if place is None else _look(place, index, value, calls)
    except Exception as error:
        if not _of_this_file(error):
            raise
        return calls + MAX_GAP
    finally:
        _busy = False


def _of_this_file(error):
    trace = error.__traceback__
    while trace.tb_next is not None:
        trace = trace.tb_next
    return trace.tb_frame.f_globals is globals()


def _report_in_time():
    """Where no worker counts and nothing is looked at for long: what is not told is lost with a program that is killed."""
    global _busy
    if _busy or not _recording or _monotonic() - _sink.flushed <= FLUSH_SECONDS:
        return
    try:
        _busy = True
        flush_counts()
    except Exception as error:
        if not _of_this_file(error):
            raise
    finally:
        _busy = False


def _look(place, index, value, own):
    """`own`: the executions that were recorded; with those that passed a closed gate they are all there were."""
    if place.operands:
        return _look_at_operands(place, index, value, own)
    calls = own + _passed(place)
    if (
        _unlooked
        and _looks_left > 0
        and place.about is not None
        and type(place.about[2]) is str
        and place.about[2].endswith(".forward")
    ):
        look_at_modules()  # they are made and in use, and may not live to the end
    if place.attribute is not None:
        found, value = _attribute_of(value, place.attribute)
        if not found:
            return own + MAX_GAP
    described = describe(value)
    facts = 0 if described is None else facts_of(value, type(value))
    value = None
    if described is None:
        place.attributed = calls
        return own + place.gap
    name, scriptable, dtype, device, shape, grad = described
    row = _row_of(place.rows, name, dtype, device, shape)
    is_new = row is None
    if is_new and len(place.rows) >= MAX_ROWS:
        name, scriptable, dtype, device, shape, grad = "object", False, None, None, None, None
        row = _row_of(place.rows, name, dtype, device, shape)
        is_new = row is None
    if is_new:
        row = Row(name, scriptable, dtype, device, shape, grad)
        place.rows += (row,)
    elif shape is not None:
        dims = row.shape
        if dims != shape:
            if row.shapes is None:
                row.shapes = [dims] * min(row.sampled, FIRST_SHAPES)
            joined = tuple([known if known == size else None for known, size in zip(dims, shape)])
            if joined != dims:
                row.shape, is_new = joined, True
        if row.grad is not grad and row.grad is not None:
            row.grad, is_new = None, True
    if facts & ~row.facts:
        row.facts |= facts
        is_new = True
    if row.shapes is not None and len(row.shapes) < FIRST_SHAPES:
        row.shapes.append(shape)
    # Executions nobody looked at were of the type last looked at: a change of the Python type calls for a look at once.
    if place.last is not None:
        place.last.count += calls - 1 - place.attributed
    row.count += 1
    row.sampled += 1
    place.attributed, place.last = calls, row
    if is_new:
        place.gap, place.quiet = 1, 0
        for gate in place.gates:
            _reopen(gate)
        _report([index], calls)
    else:
        place.quiet += 1
        if place.quiet >= place.eager:
            max_gap = MAX_GATED_GAP if place.straight and place.gates else MAX_GAP
            place.gap = min(place.gap * 2, max_gap * SCALAR_GAPS if name in _FACTUAL_NAMES else max_gap)
    if _monotonic() - _sink.flushed > FLUSH_SECONDS:
        flush_counts()
    if shape is None and place.attribute is None and name in _SETTLED_NAMES:
        return -(own + MAX_GAP)
    return own + place.gap


def _row_of(rows, name, dtype, device, shape):
    for row in rows:
        if (
            row.name == name
            and row.dtype == dtype
            and row.device == device
            and (shape is None if row.shape is None else shape is not None and len(row.shape) == len(shape))
        ):
            return row
    return None


def _kept_type(value):
    """The type of a value where it lives for ever anyway; a class of the program is not kept alive."""
    kind = type(value)
    return kind if kind is _Torch.tensor or kind is list or kind is tuple or _named(_SCALARS, kind) else None


class Counter:
    """Of one place, where no worker counts."""

    __slots__ = ("calls", "due", "last", "switches", "settled")

    def __init__(self):
        self.calls, self.due, self.last, self.switches, self.settled = 0, 1, None, TYPE_SWITCHES, False


def recorder_for(file):
    """
    The callable that stands in the code for the next PLACES_EACH places of a file: takes a value and the number of its place among
    these, counts, answers the same value.
    """
    first = file.first_place + len(file.counters) * PLACES_EACH
    counters = [None] * PLACES_EACH
    file.counters.append(counters)

    def record(value, index):
        if _exchanged:
            _record_again()
        counter = counters[index]
        if counter is None:
            counter = counters[index] = Counter()
        calls = counter.calls = counter.calls + 1
        if calls < counter.due:
            if not counter.switches or type(value) is counter.last:
                return value
            counter.switches -= 1
        elif counter.settled and type(value) is counter.last:
            counter.due = calls + MAX_GAP
            _report_in_time()
            return value
        due = look(first + index, value, calls)
        counter.last = _kept_type(value)
        counter.settled = due < 0
        counter.due = abs(due)
        return value

    return record


gates = {}


class Gate:
    """
    Stands before a run of statements that exists twice, recording and plain, and says which is to run. It is handed the values
    of the places at its entry, parameters or loop variables, and records those in every execution: none as -gate, one as
    gate[value], several as a call.
    """

    __slots__ = ("passed", "calls", "due", "gap", "eager", "record", "place")

    def __init__(self, record, place):
        self.record, self.place = record, place
        self.restart()

    def restart(self):
        self.passed, self.calls, self.due, self.gap, self.eager = 0, 0, 1, 1, GATE_OPEN

    def __neg__(self):
        calls = self.calls = self.calls + 1
        if calls < self.due or not _recording:
            self.passed += 1
            return False
        return self.opens(calls)

    def __getitem__(self, value):
        self.record(value, self.place)
        calls = self.calls = self.calls + 1
        if calls < self.due or not _recording:
            self.passed += 1
            return False
        return self.opens(calls)

    def opens(self, calls):
        if self.eager > 0:
            self.eager -= 1
            self.due = calls + 1
        else:
            self.gap = min(self.gap * 2, GATE_GAP)
            # Not a fixed step: it could fall in with a period of the program.
            self.due = calls + self.gap // 2 + (calls * 2654435761 >> 16) % self.gap + 1
        return True


def gate_for(index, entry):
    """What stands in the code for a gate. `entry`: for each value that it is handed, what records it and the number of its place there."""
    gate = gates[index] = Gate(*entry[0] if len(entry) == 1 else (None, None))
    if len(entry) < 2:
        return gate

    def enter(*values):
        for value, (record, place) in zip(values, entry):
            record(value, place)
        return -gate

    return enter


def _reopen(index):
    """After something new: the next executions of this run of statements are recorded again."""
    if NATIVE is not None:
        NATIVE["reopen"](index)
    else:
        gate = gates[index]
        gate.eager, gate.gap, gate.due = max(gate.eager, GATE_REOPENED), 1, gate.calls + 1


def _passed(place):
    """The executions of a place that nobody saw, because a gate was closed."""
    if not place.straight:
        return 0
    return sum([NATIVE["passed"](gate) if NATIVE is not None else gates[gate].passed for gate in place.gates])
