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

    _namespace = {
        "__name__": "_lsptorch_recorder",
        "__file__": __file__,
        "_lsptorch_private": True,
        "__builtins__": dict(builtins.__dict__),
    }
    exec(sys._getframe().f_code, _namespace)
    _namespace["standalone"](sys.argv[1:])
    raise SystemExit(0)

_before = set(sys.modules)

import _ast
import _imp
import _thread
import atexit
import io
import itertools
import marshal
import os
import time
from _weakref import ref as _weak

try:
    from _json import encode_basestring_ascii as _quoted
except ImportError:
    from json.encoder import py_encode_basestring_ascii as _quoted

# The program does not find among the modules it has imported what only this file has.
for _name in set(sys.modules) - _before:
    del sys.modules[_name]

TRACE_VERSION = 1
RECORDER_VERSION = "0.1.0"
NATIVE = globals().get("_native")
# What stands in the code for a callable, before a number of four bytes: of the one that records the values of 256 places, or of a gate.
MARK, GATE_MARK = b"\0lsptorch:p", b"\0lsptorch:g"
ONLY_AST = 0x400

MAX_DEPTH = 100  # levels of an expression; the compiler nests deeper than Python's own recursion may
MAX_ROWS = 16  # different descriptions kept for one place
FIRST_SHAPES = 8  # shapes kept of a tensor, in the order they were seen: equal ones tell which dimensions go together
ELEMENTS = 16  # elements of a container that are looked at, and its last one
MAX_ELEMENTS = 256  # elements looked at for one value, however deep they are nested
MAX_TYPE_LENGTH = 300  # characters of a written type
FLUSH_SECONDS = 0.15

_type_mro = type.__dict__["__mro__"].__get__
_type_name = type.__dict__["__qualname__"].__get__
_type_module = type.__dict__["__module__"].__get__
_type_dict = type.__dict__["__dict__"].__get__
_Slot = type(type.__dict__["__dict__"])
_modules = sys.modules
_monotonic, _wall_clock = time.monotonic, time.time
_pid = os.getpid()
