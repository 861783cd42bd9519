# ---------------------------------------------------------------- writing


class Sink:
    """Writes whole lines to a descriptor; falls silent when nobody reads any more. `opening`: answers the descriptor at the first write."""

    def __init__(self, descriptor, opening=None):
        self.descriptor, self.opening, self.flushed = descriptor, opening, 0.0

    def write(self, text):
        if self.opening is not None:
            opening, self.opening = self.opening, None
            self.descriptor = opening()
        data = memoryview(text.encode("utf-8"))
        while data and self.descriptor is not None:
            try:
                data = data[os.write(self.descriptor, data) :]
            except BlockingIOError:
                time.sleep(0.001)
            except OSError:
                self.descriptor = None


class NativeSink:
    flushed = float("inf")  # the worker tells the counts

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
    at = index - place.file.first_place
    own = (
        NATIVE["calls"](index) if NATIVE is not None else place.file.counters[at // PLACES_EACH][at % PLACES_EACH].calls
    )
    return own + _passed(place)


def _announced(file):
    """The line that a file begins with in the trace; empty where it is there already."""
    if file.announced:
        return ""
    file.announced = True
    return '{"event":"file","file":%d,"path":%s,"sha256":"%s"}\n' % (file.index, _quoted(file.path), file.sha256)


def _report(indices, calls=None):
    """Writes the whole present knowledge of places; a later line of a place replaces the earlier one."""
    lines = []
    for index in indices:
        place = places[index]
        if place.about is not None:
            file, (kind, name, context, at, value), place.about = place.file, place.about, None
            lines.append(_announced(file))
            lines.append(
                '{"event":"place","place":%d,"file":%d,"kind":"%s","name":%s,"context":%s,"at":%s,"value":%s}\n'
                % (index, file.index, kind, _quoted(name), _json(context), _json(at), _json(value))
            )
        total = _count_of(index) if calls is None else calls
        place.reported = total
        rest = total - place.attributed
        rows = [
            {
                "type": row.name,
                "scriptable": row.scriptable,
                "dtype": row.dtype,
                "device": row.device,
                "shape": row.shape,
                "requires_grad": row.grad,
                "shapes": row.shapes or [],
                "count": row.count + (rest if row is place.last else 0),
                "sampled": row.sampled,
                "facts": _reported_facts(index, row),
            }
            for row in place.rows
        ]
        lines.append(
            '{"event":"seen","place":%d,"calls":%d,"last":%d,"types":%s}\n'
            % (index, total, place.rows.index(place.last), _json(rows))
        )
    _sink.write("".join(lines))


def flush_counts():
    """Tells the places whose count grew since they were last told."""
    _sink.flushed = _monotonic()
    grown = [index for index, place in places.items() if place.rows and place.reported != _count_of(index)]
    if grown:
        _report(grown)
