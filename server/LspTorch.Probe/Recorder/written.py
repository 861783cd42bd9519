# ---------------------------------------------------------------- the code of functions as it is written, for programs that read it

_written = {}  # by the id of a recording code: that, and what Python itself makes of the same source
_written_files = {}  # by file name: what Python itself makes of the codes in a file, by what tells them apart
_watched = False  # a tracer, profiler or monitor of the program may compare the code of frames with that of functions


def written_of(code, known=None):
    """What Python itself makes of the source of a recording code (`known`, where that was unpacked already); the code itself where that cannot be told."""
    found = _written.get(id(code))
    if found is None:
        found = _written[id(code)] = code, known or _compiled_anew(code) or code
    return found[1]


def _compiled_anew(code):
    found = _codes_as_written(code.co_filename).get(_apart(code), ())
    if len(found) < 2:
        return found[0] if found else None
    # Lambdas or comprehensions on one line. Before 3.11 nothing tells in which column they begin.
    line, column = _begin(code)
    near = [(abs(at[0] - line), abs(at[1] - column)) for at in map(_begin, found)]
    return found[near.index(min(near))] if line else None


def _apart(code):
    return (
        code.co_name,
        getattr(code, "co_qualname", None),
        code.co_firstlineno,
        code.co_argcount,
        code.co_posonlyargcount,
        code.co_kwonlyargcount,
        code.co_flags,
        code.co_freevars,
    )


def _begin(code):
    """Line and column of the first thing evaluated, without what a call begins with; (0, 0) where that is not known."""
    if not hasattr(code, "co_positions"):
        return 0, 0
    resumed = code.co_code[::2].index(_imported_quietly("opcode").opmap["RESUME"]) + 1
    return min(
        [(line, column) for line, _, column, end in list(code.co_positions())[resumed:] if line and end], default=(0, 0)
    )


def _codes_as_written(filename):
    found = _written_files.get(filename)
    if found is not None:
        return found
    found = _written_files[filename] = {}
    for file in reversed(_files):
        if file.filename == filename:
            try:
                source = _read_code(file.path)
                work = [_compiled_quietly(source, filename)] if _sha256(source) == file.sha256 else []
            except (OSError, SyntaxError, ValueError):
                break
            while work:
                code = work.pop()
                found.setdefault(_apart(code), []).append(code)
                work.extend([inner for inner in code.co_consts if type(inner) is _Code])
            break
    return found


def _compiled_quietly(source, filename):
    """What the compiler warns of was told when the file was loaded."""
    filters = getattr(_modules.get("warnings"), "filters", None)
    if type(filters) is not list:
        return compile(source, filename, "exec", dont_inherit=True)
    ignoring = ("ignore", None, Warning, None, 0)
    filters.insert(0, ignoring)
    try:
        return compile(source, filename, "exec", dont_inherit=True)
    finally:
        filters.remove(ignoring)


def _code_of(function):
    """The code that a function runs."""
    global _reading
    if NATIVE is not None:
        return NATIVE["code"](function)
    before, _reading = _reading, _thread.get_ident()
    try:
        return function.__code__
    finally:
        _reading = before


def shown(function, code, known):
    """What the program finds as a function's code."""
    written = written_of(code, known)
    if _watched and written is not code:
        function.__code__ = written
    return written


def shown_by_frame(code, known, asker, is_recorded):
    """
    What the program finds as the code of a frame. The code that runs, for what goes with the frame's place in it, as tracebacks do; the code as written where it may be
    compared with a function's: by code that knows both, and by the program's own.
    """
    names = asker.co_names
    compares = "__code__" in names or (
        is_recorded and not any([name in names for name in ("f_lasti", "tb_lasti", "co_positions")])
    )
    return written_of(code, known) if compares else code


def show_as_written():
    """From now on functions whose code the program has asked for run it, so that it is the code of their frames."""
    global _watched
    if _watched:
        return
    _watched = True
    if _written:
        for item in _imported_quietly("gc").get_objects():
            if type(item) is _Function:
                code = _code_of(item)
                if id(code) in _written and written_of(code) is not code:
                    item.__code__ = written_of(code)


def use_plain_code():
    """Gives every function of the recorded files the code that its source has; answers those whose code was another, with it."""
    changed = []
    for item in _imported_quietly("gc").get_objects():
        if type(item) is _Function:
            code = _code_of(item)
            if _is_recording(code) and written_of(code) is not code:
                item.__code__ = written_of(code)
                changed.append((item, code))
    return changed


def _is_recording(code):
    return (
        NATIVE["records"](code)
        if NATIVE is not None
        else any(
            [
                _is_recording(constant)
                if type(constant) is _Code
                else type(constant) is Gate or type(constant) is _Function
                for constant in code.co_consts
            ]
        )
    )


# -- without the worker: an audit hook is told that a code is asked for, and gives the function what is to be found; the next event, or value that is recorded, undoes that

_reading = None  # the thread in which this file itself reads code
_exchanged = []  # functions that have their code as written, until the next value is recorded
_shown_by_frames = set()


def watch_readers():
    if NATIVE is not None:
        NATIVE["show"]((shown, shown_by_frame, show_as_written))
    elif hasattr(sys, "addaudithook"):
        sys.addaudithook(_on_audit_event)


def _on_audit_event(event, arguments):
    global _reading
    if _exchanged:
        _record_again()
    if event == "object.__getattr__":
        if _reading == _thread.get_ident() or _audits:
            return
        before, _reading = _reading, _thread.get_ident()
        try:
            if arguments[1] == "__code__" and type(arguments[0]) is _Function:
                if not _looks_at_flags(sys._getframe(1).f_code):
                    _exchange(arguments[0])
            elif arguments[1] == "f_code":
                _note_frame(arguments[0].f_code, sys._getframe(1).f_code)
        finally:
            _reading = before
    elif event == "sys.settrace" or event == "sys.setprofile" or event.startswith("sys.monitoring"):
        show_as_written()


def _looks_at_flags(asker):
    """Flags and parameters are those of the code as written: who calls next, as pytest does after inspect.iscoroutinefunction, is to be recorded."""
    return asker.co_name in ("_has_code_flag", "_signature_from_function") and asker.co_filename.endswith("inspect.py")


def _exchange(function):
    code = function.__code__
    if id(code) in _shown_by_frames or not _is_recording(code):
        return
    written = shown(function, code, None)
    if written is not code and not _watched:
        function.__code__ = written
        _exchanged.append((_weak(function), code, written))


def _note_frame(code, asker):
    """What its own files find as the code of a frame, the program finds as that of the function."""
    if _is_recording(code) and _is_recording(asker):
        _shown_by_frames.add(id(code))


def _record_again():
    while _exchanged:
        reference, code, written = _exchanged.pop()
        function = reference()
        if function is not None and _code_of(function) is written:
            function.__code__ = code
