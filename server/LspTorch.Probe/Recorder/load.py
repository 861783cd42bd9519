# ---------------------------------------------------------------- recording code, made and kept

KEPT_BYTES = 256 << 20
KEPT_SECONDS = 2.0  # a file that was changed this recently may change again and keep its time stamp
_SourceFileLoader = _modules["_frozen_importlib_external"].SourceFileLoader
_kept_folder = None  # what was rewritten once is kept here, as Python keeps what it compiled in __pycache__
_kept_swept = False


_fingerprint = None


def _kept_fingerprint():
    """Changes with this file and with whatever else decides what a rewritten file looks like."""
    global _fingerprint
    if _fingerprint is None:
        text = NATIVE["source"] if NATIVE is not None else _read_code(__file__)
        _fingerprint = repr(
            (_imp.source_hash(0, text), sys.implementation.cache_tag, sys.hexversion, sys.flags.optimize)
        ).encode()
    return _fingerprint


def _kept_file(path, filename):
    """One for each source file, so that a change of it replaces what was kept; None where nothing is to be kept."""
    if _kept_folder is None:
        return None
    name = repr((path, filename)).encode("utf-8", "surrogatepass") + _kept_fingerprint()
    return os.path.join(_kept_folder, (_imp.source_hash(1, name) + _imp.source_hash(2, name)).hex())


_TOO_NEW = bytes(40)


def _identity(path):
    """What tells that a file is as it was without reading it, in 40 bytes; all zero where it is too new to tell."""
    status = os.stat(path)
    if not 0 <= _wall_clock() - max(status.st_mtime, status.st_ctime) - KEPT_SECONDS:
        return _TOO_NEW
    numbers = (status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_dev)
    return b"".join([(number & 0xFFFFFFFFFFFFFFFF).to_bytes(8, "little") for number in numbers])


# A kept file: the length of what follows up to the records, a sum of what is before the pieces, the identity of the source, the length of its code, the code, what
# else there is; the pieces; the originals; the records.


def _read_kept(file):
    """(identity, sha256, what rewrite answered); the places, which most imports do not need, as a function that reads them."""
    kept = None
    try:
        data = _content(file) if NATIVE is None else NATIVE["map"](os.fsencode(file))
        kept = None if data is None else _kept_in(memoryview(data), file)
    except (OSError, ValueError, EOFError, TypeError):
        pass
    if NATIVE is not None and (kept is None or not (kept[-2] or kept[-3])):
        NATIVE["unmap"]()  # else it stays: code is read from it
    return kept


def _content(file):
    """What of a kept file stands before the records."""
    descriptor = os.open(file, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0))
    try:
        head = os.read(descriptor, 8)
        end = int.from_bytes(head, "little")
        return head + os.read(descriptor, end - 8) if 8 <= end <= os.fstat(descriptor).st_size else b""
    finally:
        os.close(descriptor)


def _kept_in(data, file):
    end, begin = int.from_bytes(data[:8], "little"), int.from_bytes(data[8:16], "little")
    if not 24 <= begin <= end <= len(data) or _imp.source_hash(3, data[24:begin]) != data[16:24]:
        return None
    identity = bytes(data[24:64])
    about = 72 + int.from_bytes(data[64:72], "little")
    code = marshal.loads(data[72:about])
    kept, length, sum_of_pieces, sum_of_records, count = marshal.loads(data[about:begin])
    pieces, originals = data[begin : begin + length], data[begin + length : end]
    if _sum_of(pieces) != sum_of_pieces:
        return None
    return (
        (identity,)
        + kept[:3]
        + (code,)
        + kept[3:]
        + (originals, pieces, lambda: _read_records(file, end, count, sum_of_records))
    )


def _sum_of(pieces):
    """Simple, as much is summed at each import: of whole numbers of eight bytes."""
    return NATIVE["sum"](pieces) if NATIVE is not None else sum(memoryview(pieces).cast("Q")) & 0xFFFFFFFFFFFFFFFF


def _read_records(file, at, count, expected):
    """Empty where they are gone, or another process has put those of a changed source there."""
    try:
        descriptor = os.open(file, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0))
        try:
            os.lseek(descriptor, at, os.SEEK_SET)
            records = os.read(descriptor, count)
        finally:
            os.close(descriptor)
        if _imp.source_hash(4, records) == expected:
            return records
        os.unlink(file)  # the next run makes it anew
    except OSError:
        pass
    return b""


def private(folder):
    """A folder of the cache; None where others can put something into it: code is loaded from there."""
    if sys.platform == "win32":
        return folder
    for at in (os.path.dirname(folder), folder):
        try:
            found = os.stat(at)
            if found.st_uid != os.geteuid() or found.st_mode & 0o002:
                return None
        except OSError:
            pass  # not there yet
    return folder


def _write_kept(file, kept):
    """Whole or not at all: another process may read or write it at the same time."""
    partial = "%s.%d.%d" % (file, os.getpid(), _thread.get_ident())
    try:
        originals, pieces, records = kept[-3:]
        if kept[5] > 0 and not records:
            return
        code = as_bytes(kept[4])
        about = marshal.dumps(
            (kept[1:4] + kept[5:-3], len(pieces), _sum_of(pieces), _imp.source_hash(4, records), len(records))
        )
        payload = b"".join((kept[0], len(code).to_bytes(8, "little"), code, about))
        head = _imp.source_hash(3, payload) + payload
        begin = 16 + len(head)
        for folder in (os.path.dirname(_kept_folder), _kept_folder):
            os.makedirs(folder, 0o700, exist_ok=True)
        _sweep_kept()
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        try:
            end = begin + len(pieces) + len(originals)
            data = memoryview(
                b"".join((end.to_bytes(8, "little"), begin.to_bytes(8, "little"), head, pieces, originals, records))
            )
            while data:
                data = data[os.write(descriptor, data) :]
        finally:
            os.close(descriptor)
        os.replace(partial, file)
    except (OSError, ValueError):
        try:
            os.unlink(partial)
        except OSError:
            pass


def _sweep_kept():
    """Once in a process that writes: the oldest go where there is too much."""
    global _kept_swept
    if _kept_swept:
        return
    _kept_swept = True
    files = [(entry.stat(), entry.path) for entry in os.scandir(_kept_folder)]
    total = sum([status.st_size for status, _ in files])
    if total <= KEPT_BYTES:
        return
    for status, path in sorted(files, key=lambda file: file[0].st_mtime):
        os.unlink(path)
        total -= status.st_size
        if total <= KEPT_BYTES // 2:
            break


def _warns_anew(path, main):
    """Whether Python itself would compile a file of the program now, and so warn: a main file always, a module without bytecode."""
    if main:
        return True
    external = _modules["_frozen_importlib_external"]
    try:
        with io.open_code(external.cache_from_source(path)) as stream:
            head = stream.read(16)
        status = os.stat(path)
        expected = [0, int(status.st_mtime) & 0xFFFFFFFF, status.st_size & 0xFFFFFFFF]
        return head != external.MAGIC_NUMBER + _four_bytes_each(expected)
    except (OSError, NotImplementedError):
        return True


_hash = None


def _sha256(source):
    global _hash
    for name in ("_sha2", "_sha256", "hashlib"):
        try:
            _hash = _hash or _imported_quietly(name).sha256
        except (ImportError, AttributeError):
            pass
    return _hash(source).hexdigest()


def _read_code(filename):
    with io.open_code(filename) as stream:
        return stream.read()


def instrument(path, filename, read, main):
    """The recording code object of a file; the plain one where anything stands in the way. `read` answers its bytes."""
    # Unpacking code makes thousands of tuples: no garbage, but the collector would look at them again and again.
    held = NATIVE is not None and NATIVE["hold"]()
    try:
        return _instrument(path, filename, read, main)
    finally:
        if held:
            NATIVE["release"]()


def _instrument(path, filename, read, main):
    identity, file, kept, source = _identity(path), _kept_file(path, filename), None, None
    if file is not None:
        kept = _read_kept(file)
    if kept is None or identity == _TOO_NEW or kept[0] != identity:
        source = read()
        sha256 = _sha256(source)
        if kept is not None and kept[1] == sha256:
            if identity != _TOO_NEW:
                kept = (identity,) + kept[1:-1] + (kept[-1](),)  # read before they lie elsewhere
                _write_kept(file, kept)
        else:
            kept = None
    if kept is None:
        tree = compile(source, filename, "exec", ONLY_AST, dont_inherit=True)
        try:
            kept = (identity, sha256) + rewrite(tree, source, filename)
        except Exception:
            return compile(source, filename, "exec", dont_inherit=True)
        if file is not None:
            _write_kept(file, kept)
        # Python remembers the instructions of what was written; those of a stub are to change.
        kept = kept[:4] + (marshal.loads(marshal.dumps(kept[4])),) + kept[5:]
    elif kept[2] and _warns_anew(path, main):
        compile(read() if source is None else source, filename, "exec", dont_inherit=True)
    try:
        return bind(path, kept[1], *kept[3:])
    except Exception:
        return compile(read() if source is None else source, filename, "exec", dont_inherit=True)


_next_place = _next_gate = 0


def bind(path, sha256, audits, code, count, words, gate_count, functions, originals, pieces, records):
    """The code with callables instead of marks; places and gates get their numbers."""
    global _next_place, _next_gate, _audits
    _audits = _audits or audits
    if (len(pieces) or len(functions)) and not _can_defer():
        code, pieces, functions = put_together(code, pieces), b"", b""
    file = File(path, sha256, _next_place, _next_gate, count, records)
    file.filename = code.co_filename
    _next_place, _next_gate = _next_place + count, _next_gate + gate_count
    if NATIVE is not None:
        NATIVE["bind"](
            (code, file.first_place, count, file.first_gate, gate_count, words, pieces, functions, originals)
        )
    else:
        code = _with_callables(
            code, file, [int.from_bytes(words[at : at + 4], "little") for at in range(0, len(words), 4)]
        )
    _files.append(file)
    return code


def _with_callables(code, file, words):
    recorders = [recorder_for(file) for _ in range(0, file.count, PLACES_EACH)]
    callables = {_numbered(MARK, index): record for index, record in enumerate(recorders)}
    at = index = 0
    while at < len(words):
        end = at + 1 + words[at]
        entry = [(recorders[place // PLACES_EACH], place % PLACES_EACH) for place in words[at + 1 : end]]
        callables[_numbered(GATE_MARK, index)] = gate_for(file.first_gate + index, entry)
        at, index = end, index + 1

    def replaced(item):
        constants = list(item.co_consts)
        for at, constant in enumerate(constants):
            if type(constant) is bytes:
                constants[at] = callables.get(constant, constant)
            elif type(constant) is type(item):
                constants[at] = replaced(constant)
        return item.replace(co_consts=tuple(constants))

    return replaced(code)


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
                rest = path[len(prefix) :]
                if "site-packages" in rest or "dist-packages" in rest:
                    return False
                return not any(f.startswith(prefix) and path.startswith(f + os.sep) for f in self.foreign)
        return False


_source_to_code, _get_data = _SourceFileLoader.source_to_code, _SourceFileLoader.get_data
_instrumenting = _thread.allocate_lock()
_instrumenting_thread = None


def _recording_code(loader, fullname, roots):
    """The recording code of a module about to be loaded; None where the loader's own way is to be taken."""
    global _instrumenting_thread
    if not _recording or _instrumenting_thread == _thread.get_ident():
        return None
    if type(loader).source_to_code is not _source_to_code or type(loader).get_data is not _get_data:
        return None  # a loader of the program that makes something else of its files
    filename = loader.get_filename(fullname)
    path = os.path.abspath(filename)
    if not roots.hold(path):
        return None
    with _instrumenting:
        try:
            _instrumenting_thread = _thread.get_ident()
            _own_packages.add(fullname.partition(".")[0])
            return instrument(path, filename, lambda: loader.get_data(path), False)
        except (OSError, SyntaxError, ValueError):
            return None  # the loader says it better
        finally:
            _instrumenting_thread = None


_compiles = None  # the object by which torch._dynamo is told what to do, the name of the attribute, and what it said


def _run_eagerly(dynamo):
    """
    torch.compile reads bytecode, and refuses what it does not know: while values are recorded, what is compiled is run as it is written. The values are
    the same, and they are seen.
    """
    global _compiles
    if NATIVE is not None:
        NATIVE["complete"]()  # it looks at code from C
    for holder, name, eagerly in (
        (dynamo.get("_stance"), "stance", "force_eager"),
        (dynamo.get("config"), "disable", True),
    ):  # torch before 2.6 has no stance
        if hasattr(holder, name):
            _compiles = holder, name, getattr(holder, name), eagerly
            setattr(holder, name, eagerly)
            break
    _export_as_written(dynamo)


def compile_as_usual():
    """For the verdicts, when nothing is recorded any more."""
    if _compiles is not None:
        setattr(*_compiles[:3])


def _export_as_written(module):
    for name in ("export", "_export", "_export_for_training"):
        if callable(module.get(name)):
            module[name] = _as_written(module[name])


def _as_written(export):
    """torch.export reads bytecode too, and the program asks for what that gives: meanwhile all code is as it is written, and nothing is recorded."""
    import functools

    def plainly(call, args, kwargs):
        recording = use_plain_code()
        compile_as_usual()
        try:
            return call(*args, **kwargs)
        finally:
            if _compiles is not None:
                setattr(*_compiles[:2], _compiles[3])
            for function, code in recording:
                function.__code__ = code

    @functools.wraps(export)
    def exporting(*args, **kwargs):
        made = plainly(export, args, kwargs)
        if type(made) is not type(plainly):
            return made

        # dynamo's gives back the function that does the work.
        @functools.wraps(made)
        def exported(*args, **kwargs):
            return plainly(made, args, kwargs)

        return exported

    return exporting


# What is done to the modules of torch that read bytecode, once they have been executed.
_READ_CODE = {"torch._dynamo.eval_frame": _run_eagerly, "torch.export._trace": _export_as_written}


# The modules that run what they get from a loader; to others a loader gives the code as it is written.
_RUN_CODE = ("importlib._bootstrap_external", "_frozen_importlib_external", "runpy")


def install(roots):
    plain = _SourceFileLoader.get_code

    def get_code(self, fullname):
        if fullname == "tracemalloc" and NATIVE is not None:
            NATIVE["complete"]()  # what is put in place later has no line of the program
        runs = sys._getframe(1).f_globals.get("__name__") in _RUN_CODE or _audits
        code = _recording_code(self, fullname, roots) if runs else None
        if code is None:
            code = plain(self, fullname)
            if fullname in _STARTS_PROCESSES and type(self) is _SourceFileLoader and _children is not None:
                code = _with_recorder(code, _STARTS_PROCESSES[fullname])
            elif fullname in _READ_CODE and type(self) is _SourceFileLoader:
                code = _followed_by(code, _READ_CODE[fullname])
        return code

    # Python leaves frames of the import system out of tracebacks by the name of their file.
    get_code.__code__ = get_code.__code__.replace(co_filename=plain.__code__.co_filename)
    get_code.__qualname__, get_code.__module__ = plain.__qualname__, plain.__module__
    _SourceFileLoader.get_code = get_code
