# ---------------------------------------------------------------- other processes of the program

_children = None  # (folder, start of the file names) of the traces of processes that this one starts; None where they are not recorded
_options = None


def _after_fork_in_child():
    """A forked child has a trace of its own, begun when it has something to say: what its parent saw, its parent tells."""
    global _recording, _busy, _pid, _sink, _instrumenting, _instrumenting_thread, _status, _started
    parent, _pid, _busy = _pid, os.getpid(), False
    _instrumenting, _instrumenting_thread = _thread.allocate_lock(), None
    _recording = _recording and _children is not None
    if NATIVE is not None:
        NATIVE["forked"](_recording)
    elif _sink.descriptor is not None:
        os.close(_sink.descriptor)
    places.clear()
    _live.clear()
    _owners.clear()
    for file in _files:
        file.announced = False
        for counters in file.counters:
            counters[:] = [None] * PLACES_EACH
    for gate in gates.values():
        gate.restart()
    _status, _started = {"status": "ok", "code": 0, "error": None}, _monotonic()
    _sink = Sink(None, lambda: _open_child(parent))
    if _recording:
        _end_with_multiprocessing()


def _open_child(parent):
    try:
        descriptor = _create_trace(os.path.join(_children[0], "%s-%d.jsonl" % (_children[1], _pid)))
    except OSError:
        return None
    _sink.descriptor = descriptor
    hello("standalone", parent)
    return descriptor


def _create_trace(path):
    os.makedirs(os.path.dirname(path), 0o700, exist_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND | getattr(os, "O_BINARY", 0)
    return _out_of_the_way(os.open(path, flags, 0o600))


def _out_of_the_way(descriptor):
    """The same file under a high number, as the program opens its own files under low ones."""
    known = "fcntl" in _modules
    try:
        import fcntl

        high = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 700)
    except (ImportError, OSError):
        return descriptor
    finally:
        if not known:
            _modules.pop("fcntl", None)
    os.close(descriptor)
    return high


def _end_with_multiprocessing():
    """Its children end with os._exit, after what was registered with it; it forgets what was registered before they were forked."""
    util = _modules.get("multiprocessing.util")
    if util is None:
        return
    names = util.__dict__

    def registered(_):
        names["Finalize"](None, ended, exitpriority=-1000000)

    global _kept_for_multiprocessing
    _kept_for_multiprocessing = registered  # it has a weak reference only
    names["register_after_fork"](registered, registered)


_kept_for_multiprocessing = None

# Modules that start interpreters: with a program of their own (what that imports), or, torchrun's, with the user's (None).
_STARTS_PROCESSES = {
    "multiprocessing.spawn": "from multiprocessing.spawn import spawn_main;",
    "multiprocessing.forkserver": "from multiprocessing.forkserver import main;",
    "torch.distributed.elastic.multiprocessing.api": None,
    "torch.distributed.elastic.multiprocessing.subprocess_handler.subprocess_handler": None,
}


def _with_recorder(code, imported):
    """The code of such a module, in which the program of the new interpreter loads this file first."""
    if imported is None:
        return _launching(code)
    constants = list(code.co_consts)
    for at, constant in enumerate(constants):
        if type(constant) is str and imported in constant:
            constants[at] = _child_program().replace("%", "%%") + constant
        elif type(constant) is type(code):
            constants[at] = _with_recorder(constant, imported)
    return code.replace(co_consts=tuple(constants))


def _launching(code):
    """The code of a module of torchrun, whose SubprocessHandler, where it is defined there, starts each rank under the recorder."""

    def start_ranks(names):
        handler = names.get("SubprocessHandler")
        plain = (
            handler.__dict__.get("_popen")
            if type(handler) is type and handler.__module__ == names.get("__name__")
            else None
        )
        if plain is not None:
            handler._popen = lambda self, args, *rest, **named: plain(self, _recorded(args), *rest, **named)

    return _followed_by(code, start_ranks)


def _followed_by(code, what):
    """The code of a module, behind which `what` is called with the module's names."""

    def execute(names):
        exec(code, names)
        what(names)

    start = compile("[b'execute'][0](globals())", code.co_filename, "exec")
    return start.replace(
        co_consts=tuple([execute if constant == b"execute" else constant for constant in start.co_consts])
    )


def _recorded(arguments):
    """The command line of a rank with the recorder before the user's script or module; as it is where it starts no Python of this kind."""
    words = list(arguments)
    if not _recording or os.getpid() != _pid or sys.executable not in words:
        return arguments
    at = words.index(sys.executable) + 1
    while at < len(words) and words[at] in ("-u", "-O", "-B"):
        at += 1
    if (
        at >= len(words)
        or (words[at] != "-m" and not words[at].endswith(".py"))
        or os.path.basename(words[at]) == "recorder.py"
    ):
        return arguments
    roots = [word for folder in _roots.folders for word in ("--root", folder)]
    return tuple(words[:at] + [_recorder, "--out", _children[0] + os.sep, "--parent", str(_pid)] + roots + words[at:])


def _child_program():
    child = (_options.script, _options.module, _roots.folders, _children, _pid)
    return """try:
    exec(compile(__import__("io").open_code(%r).read(), %r, "exec"), {"__name__": "_lsptorch_recorder", "__file__": %r,
        "_lsptorch_private": None, "__builtins__": dict(__import__("builtins").__dict__), "_lsptorch_child": %r})
except Exception:
    pass
""" % (
        _recorder,
        _recorder,
        _recorder,
        child,
    )


def child(script, module, folders, children, parent):
    """In an interpreter that the recorded program started through multiprocessing."""
    global _children, _options, _sink
    _options = Options()
    _options.script, _options.module, _options.roots = script, module, folders
    _children = children
    _sink = Sink(None, lambda: _open_child(parent))
    start(_options)
    _record_run_path()


def _record_run_path():
    """The main file is run once more in such an interpreter, by a module that is frozen into Python."""
    import runpy

    plain = runpy._get_code_from_file

    def _get_code_from_file(*arguments):
        path = os.path.abspath(os.fsdecode(arguments[-1]))
        code = main_code(arguments[-1]) if _recording and _roots.hold(path) else None
        if code is None:
            return plain(*arguments)
        return code if len(arguments) == 1 else (code, arguments[-1])

    runpy._get_code_from_file = _get_code_from_file
