# ---------------------------------------------------------------- the end

_status = {"status": "ok", "code": 0, "error": None}
_started = _monotonic()


def flush_io(is_file, *_):
    """What CPython does when a main file (not a module) has been evaluated, before it shows an exception: both streams are flushed."""
    for name in ("stderr", "stdout") if is_file else ():
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
    error = {
        "type": _class_name(kind),
        "message": _message(value) if _to_worker() else None,
        "path": None,
        "line": None,
        "context": None,
    }
    first = trace
    while trace is not None:
        code = trace.tb_frame.f_code
        path = os.path.abspath(code.co_filename)
        if error["path"] is None and code.co_filename[:1] != "<" or _roots.hold(path):
            error.update(path=path, line=trace.tb_lineno, context=code.co_name if code.co_name != "<module>" else None)
        trace = trace.tb_next
    if _within(_type_mro(kind), SyntaxError):
        filename, line = SyntaxError.filename.__get__(value), SyntaxError.lineno.__get__(value)
        if (
            type(filename) is str
            and type(line) is int
            and (error["path"] is None or _roots.hold(os.path.abspath(filename)))
        ):
            error.update(path=os.path.abspath(filename), line=line, context=None)
    _status.update(status="exception", code=1, error=error)
    _tell_failure(kind, value, first)


# Parts of what explains an exception: beside this file, read when there is one.
_FAILURE_PARTS = ["failure.py"] + [
    "failure_%s.py" % part for part in ("flow", "sizes", "functions", "tags", "layers", "python", "kinds")
]


def _tell_failure(kind, value, trace):
    """What the failing expression was given, where the parts that find it out lie beside this file."""
    if trace is None or not _recording:
        return
    try:
        folder = os.path.join(os.path.dirname(_recorder), "")
        names = dict(globals(), __name__="_lsptorch_failure")
        for part in _FAILURE_PARTS:
            exec(compile(_read_code(folder + part), folder + part, "exec"), names)
        told = names["tell"](kind, value, trace)
        if told is not None:
            emit("failure", **told)
    except Exception:
        if "LSPTORCH_FAILURE_DEBUG" in os.environ:
            raise


def _to_worker():
    """Whether the trace goes through a pipe to somebody who shows it; in a file an exception's text, which may hold any data, would be kept."""
    return type(_sink) is NativeSink or _options.fd is not None


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
    if type(_sink) is Sink and _sink.opening is not None:
        return  # a child with nothing to tell
    try:
        look_at_modules()
    except Exception:
        pass  # what was told before holds
    flush_counts()
    if NATIVE is not None:
        NATIVE["finish"]()
    emit(
        "end",
        status=_status["status"],
        code=_status["code"],
        error=_status["error"],
        torch=_Torch.version,
        seconds=round(_monotonic() - _started, 3),
    )
    if NATIVE is not None and type(_sink) is NativeSink:
        NATIVE["drain"]()


_verdict = None


def load_verdict(roots):
    """verdict.py, where the run is to end with the compilers' verdicts; the program does not see that it was asked for."""
    global _verdict
    path, folder = os.environ.pop("LSPTORCH_VERDICT", None), os.environ.pop("LSPTORCH_VERDICT_FOLDER", None)
    if path is None or folder is None:
        return
    names = {
        "__name__": "_lsptorch_verdict",
        "__file__": path,
        "__builtins__": dict(globals()["__builtins__"]),
        "_json": _json,
    }
    with io.open_code(path) as stream:
        exec(compile(stream.read(), path, "exec"), names)
    names["start"](roots.hold, emit, folder)
    _verdict = names


def _judge():
    global _recording, _verdict
    verdict, _verdict, _recording = _verdict, None, False
    compile_as_usual()
    try:
        use_plain_code()
        verdict["judge"]()
    except Exception as error:
        emit("verdicts", error="%s: %s" % (type(error).__name__, error))
    finally:
        _recording = True


_roots = None


def hello(mode, parent):
    emit(
        "hello",
        version=TRACE_VERSION,
        recorder=RECORDER_VERSION,
        python=sys.version.split()[0],
        implementation=sys.implementation.name,
        executable=sys.executable,
        prefix=sys.prefix,
        mode=mode,
        pid=_pid,
        parent=parent,
        script=_options.script,
        module=_options.module,
        roots=_options.roots,
        cwd=os.getcwd(),
    )


def start(options):
    global _kept_folder, _roots, _recorder
    _recorder = os.path.abspath(__file__) if NATIVE is None else NATIVE["recorder"]
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=_after_fork_in_child)
    atexit.register(ended)
    _kept_folder = private(os.path.join(_cache_folder(), "rewritten"))
    _roots = Roots(options.roots, options.script)
    install(_roots)
    watch_readers()


def begin(options, mode):
    global _options
    _options = options
    hello(mode, options.parent)
    start(options)
    load_verdict(_roots)


def main_code(filename):
    """The recording code of the main file; None where Python itself should say what is wrong with it."""
    try:
        return instrument(os.path.abspath(filename), filename, lambda: _read_code(filename), True)
    except (OSError, SyntaxError, ValueError):
        return None


def note_unreadable(filename):
    """Of a main file that no recording code could be made of: what Python will say is wrong with it."""
    try:
        _compiled_quietly(_read_code(filename), filename)
    except (SyntaxError, ValueError) as error:
        failed(type(error), error, None)
    except OSError:
        failed(SystemExit, SystemExit(2), None)


def prepare_main(module, filename):
    names = module.__dict__
    names["__file__"], names["__cached__"] = filename, None
    names["__loader__"] = _SourceFileLoader("__main__", filename)


# ---------------------------------------------------------------- ways in


class Options:
    def __init__(self):
        self.roots, self.out, self.fd, self.children, self.parent = [], None, None, None, None
        self.script, self.module, self.arguments = None, None, []


USAGE = "usage: recorder.py [--out FILE|DIR] [--root DIR]... (SCRIPT | -m MODULE) [ARG...]\n"


def parse(arguments):
    options, at = Options(), 0
    while at < len(arguments):
        word = arguments[at]
        if word in ("--root", "--out", "--fd", "--children", "--parent", "-m") and at + 1 < len(arguments):
            value = arguments[at + 1]
            at += 2
            if word == "--root":
                options.roots.append(value)
            elif word == "--out":
                options.out = value
            elif word == "--fd":
                options.fd = int(value)
            elif word == "--children":
                options.children = value
            elif word == "--parent":
                options.parent = int(value)
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
    options.script, options.arguments = arguments[at], arguments[at + 1 :]
    return options


def _cache_folder():
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    if sys.platform == "win32":
        cache = os.environ.get("LOCALAPPDATA") or cache
    return os.path.join(cache, "lsptorch")


def _open_out(options):
    """The descriptor of the trace and its file, if it is ours to make; from now on it is known where children write theirs."""
    global _children
    name = os.path.splitext(os.path.basename(options.script or options.module))[0]
    if options.children is not None:
        _children = (os.path.abspath(options.children), name)
    if NATIVE is not None:
        return None, None
    if options.fd is not None:
        os.set_inheritable(options.fd, False)
        return options.fd, None
    out = os.path.abspath(options.out or os.path.join(_cache_folder(), "recordings")) + (
        os.sep if options.out is None else ""
    )
    if out.endswith(os.sep) or os.path.isdir(out) or (options.out or "").endswith(os.sep):
        started = "%s-%s" % (name, time.strftime("%Y%m%dT%H%M%S"))
        folder, out = out, os.path.join(out, "%s-%d.jsonl" % (started, _pid))
        _children = _children or (folder, started)
    else:
        _children = _children or (os.path.dirname(out), os.path.splitext(os.path.basename(out))[0])
    return _create_trace(out), out


def embedded(filename, options):
    """Called by the worker where Python would run the main file. Answers its code, or None to let Python run it."""
    global _sink
    options = parse(options)
    _sink = NativeSink()
    _open_out(options)
    begin(options, "embedded")
    if filename is None:
        return None
    code = main_code(filename)
    if code is not None:
        prepare_main(_modules["__main__"], filename)
    else:
        note_unreadable(filename)
    return code


def _forget_file(main):
    """As CPython does when a main file has ended: before its exception is shown from 3.14 on, else after; before 3.14 not at sys.exit."""
    for name in ("__file__", "__cached__"):
        main.__dict__.pop(name, None)


def _hide_own_words():
    """What tells of this file in the program's interpreter: its command line, the folder it was found in."""
    if hasattr(sys, "orig_argv"):
        words = sys.orig_argv
        own = next((at for at, word in enumerate(words) if os.path.abspath(word) == _recorder), len(words))
        sys.orig_argv = (
            words[:own]
            + (["-m", _options.module] if _options.module is not None else [_options.script])
            + _options.arguments
        )
    for path in (_recorder, os.path.dirname(_recorder)):
        if path not in sys.path[1:]:
            sys.path_importer_cache.pop(path, None)


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
    if out is not None and options.parent is None:
        atexit.register(
            lambda: sys.stderr.write("recorder: trace written to %s\n" % out) if os.getpid() == _pid else None
        )
    _modules["__main__"] = main
    _hide_own_words()
    try:
        if options.module is not None:
            sys.argv = ["-m"] + options.arguments
            sys.path[0] = os.getcwd()
            import runpy

            try:
                runpy._run_module_as_main(options.module)
            finally:
                flush_io(False)
        else:
            filename = os.path.abspath(options.script) if sys.version_info >= (3, 9) else options.script
            sys.argv = [options.script] + options.arguments
            sys.path[0] = os.path.dirname(os.path.realpath(options.script))
            if sys.version_info >= (3, 9):
                sys.path_importer_cache[filename] = None
            code = main_code(filename)
            if code is None:
                try:
                    source = _read_code(filename)
                except OSError as error:
                    sys.stderr.write(
                        "%s: can't open file %r: [Errno %s] %s\n"
                        % (
                            sys.orig_argv[0] if hasattr(sys, "orig_argv") else sys.executable,
                            filename,
                            error.errno,
                            error.strerror,
                        )
                    )
                    raise SystemExit(2) from None
                code = compile(source, filename, "exec", dont_inherit=True)
            prepare_main(main, filename)
            try:
                exec(code, main.__dict__)
            finally:
                flush_io(True)
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


if "_lsptorch_child" in globals():
    child(*globals()["_lsptorch_child"])
