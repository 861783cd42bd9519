"""What a program can see of itself and of its process, one line for each: all as without the recorder."""
import os
import sys

first = os.open("/dev/null", os.O_RDONLY)
os.close(first)
descriptors = sorted(int(name) for name in os.listdir("/proc/self/fd") if int(name) < 200)
modules = sorted(sys.modules)
threads = len(sys._current_frames())

import gc
import linecache
import locale
import resource
import signal
import threading
import tracemalloc
import warnings

import helper_module


def names_of(module):
    return {name: value if isinstance(value, (str, type(None))) else type(value).__name__
            for name, value in sorted(vars(module).items()) if name.startswith("__") and name != "__builtins__"}


def spec_of(module):
    spec = module.__spec__
    return spec and (spec.name, type(spec.loader).__name__, spec.origin, spec.cached, spec.has_location, spec.parent)


def stream(file):
    return (file.name, file.encoding, file.errors, file.line_buffering, file.isatty(), file.mode, file.fileno(), type(file.buffer).__name__)


def status(*names):
    with open("/proc/self/status") as lines:
        return [line.split() for line in lines if line.startswith(names)]


def warned():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        warnings.warn("here")
        warnings.warn("there", stacklevel=2)
    return [(os.path.basename(w.filename), w.lineno, w.category.__name__) for w in caught]


def allocates(n):
    rows = [bytes(1000 + i) for i in range(n)]
    more = {i: bytearray(500) for i in range(n)}
    return rows, more


def traced():
    tracemalloc.start(5)
    kept = allocates(50), [bytes(2000) for _ in range(20)]
    traces = tracemalloc.take_snapshot().statistics("lineno")
    tracemalloc.stop()
    own = [(s.traceback[0].lineno, s.size > 5000) for s in traces if s.traceback[0].filename == __file__]
    return len(kept), sorted(line for line, is_large in own if is_large or line == 0)


TABLE = {
    "first descriptor": first,
    "descriptors": descriptors,
    "modules": modules,
    "threads of Python": (threads, [(t.name, t.daemon) for t in threading.enumerate()], threading.current_thread() is threading.main_thread()),
    "argv": sys.argv,
    "orig_argv": getattr(sys, "orig_argv", None),
    "flags": sys.flags,
    "options": sys._xoptions,
    "path": sys.path,
    "interpreter": (sys.executable, sys.prefix, sys.exec_prefix, sys.base_prefix, sys.version),
    "__main__": names_of(sys.modules["__main__"]),
    "a module": names_of(helper_module),
    "its spec": spec_of(helper_module),
    "own spec": spec_of(sys.modules["__main__"]),
    "finders": ([getattr(f, "__name__", type(f).__name__) for f in sys.meta_path], len(sys.path_hooks), sorted(sys.path_importer_cache)),
    "signals": [(number, signal.getsignal(number)) for number in range(1, 32) if number not in (2, 9, 19)] + [signal.getsignal(2) is signal.default_int_handler],
    "blocked and ignored signals": status("SigBlk", "SigIgn", "SigPnd"),
    "environment": sorted(os.environ.items()),
    "folder": (os.getcwd(), os.umask(0o22), os.nice(0), sorted(os.sched_getaffinity(0))),
    "streams": [stream(file) for file in (sys.stdin, sys.stdout, sys.stderr)],
    "input": sys.stdin.read(),
    "collector": (gc.isenabled(), gc.get_threshold(), gc.get_debug(), len(gc.callbacks), gc.get_freeze_count()),
    "limits": (sys.getrecursionlimit(), sys.getswitchinterval(), sys.dont_write_bytecode, sys.pycache_prefix, sys.gettrace(), sys.getprofile()),
    "limits of the process": [resource.getrlimit(getattr(resource, name)) for name in sorted(dir(resource)) if name.startswith("RLIMIT_") and name != "RLIMIT_OFILE"],
    "hooks": (sys.excepthook is sys.__excepthook__, sys.displayhook is sys.__displayhook__, sys.unraisablehook is sys.__unraisablehook__),
    "builtins": sorted(dir(sys.modules["builtins"])),
    "filters": warnings.filters,
    "locale": locale.setlocale(locale.LC_ALL),
    "names": sorted(name for name in globals() if name != "TABLE"),
    "warnings": warned(),
    "linecache": (linecache.getline(__file__, 1), sorted(linecache.cache)),
    "references": sys.getrefcount(allocates),
    "memory": traced(),
}
for name, value in TABLE.items():
    print(name, value, sep=": ")
sys.exit(7)
