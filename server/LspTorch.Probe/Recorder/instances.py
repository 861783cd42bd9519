# ---------------------------------------------------------------- what live modules are

MAX_MODULES = 2048  # live modules that are known at once
MAX_MADE = 8192  # modules of which it is known where they were made
MAX_CALLS = 8  # frames of the program that are kept of that
MAX_CLASSES = 128  # classes of the program that are reported
MAX_VARIANTS = 8  # instances of one class that differ in what they hold
MAX_ATTRIBUTES = 128  # of one instance
MAX_PARTS = 64  # parts, or hooks, that are named of one instance
MAX_LOOKS = 64  # at all known modules
LOOK_SECONDS = 0.1  # of one look at all of them

_place_of = object.__hash__  # the program's classes may define a hash of their own, and id() tells audit hooks
_TABLES = ("_parameters", "_buffers", "_modules")
# What torch itself keeps in the dictionary of a module.
_INTERNAL = _TABLES + (
    "_non_persistent_buffers",
    "_backward_",
    "_is_full_backward",
    "_forward_hooks",
    "_forward_pre_hooks",
    "_state_dict_",
    "_load_state_dict_",
)
_HOOKS = (
    ("_forward_hooks", "forward"),
    ("_forward_pre_hooks", "forward_pre"),
    ("_backward_hooks", "backward"),
    ("_backward_pre_hooks", "backward_pre"),
)


class Live:
    """A module that was seen. `variant`: what it was when it was last looked at; kept when the module is gone."""

    __slots__ = ("module", "owner", "variant", "wrapper")

    def __init__(self, module, owner):
        self.module, self.owner, self.variant, self.wrapper = module, owner, None, None


class Owner:
    """A class of the program whose instances are told of; of another class, one without a file."""

    __slots__ = ("kind", "file", "name", "variants", "reported")

    def __init__(self, kind, file, name):
        self.kind, self.file, self.name = kind, file, name
        self.variants, self.reported = {}, None  # description -> instances


_live, _owners = {}, {}
_made = (
    {}
)  # by the identity of a module: a weak reference, and the frames of the program in which it was first seen, the innermost first
_looks_left = MAX_LOOKS
_unlooked = False  # modules were seen since all were last looked at


def _note_module(value, kind):
    """A value whose class derives from nn.Module: of the program's own classes, and of wrappers around them, the instance is known from now on."""
    global _unlooked
    _note_made(value)
    known = _live.get(_place_of(value))
    if known is not None and known.module() is value or not _has_room():
        return
    owner = _owner_of(kind)
    if owner.file is not None or owner.name.startswith("torch.nn.parallel."):
        _live[_place_of(value)] = Live(_weak(value), owner)
        _unlooked = True


def _note_made(value):
    """Where a module was first seen, which is where it was made: told of a layer that an exception comes from."""
    global _reading
    key = _place_of(value)
    known = _made.get(key)
    if known is not None and known[0]() is value or len(_made) >= MAX_MADE or _audits:
        return
    before, _reading = _reading, _thread.get_ident()
    try:
        filenames = set([file.filename for file in _files])
        frame, frames = sys._getframe(1), []
        while frame is not None and len(frames) < MAX_CALLS:
            code = frame.f_code
            if code.co_filename in filenames:
                frames.append((code, frame.f_lasti))
            frame = frame.f_back
        _made[key] = (_weak(value), frames)
    finally:
        _reading = before


def _has_room():
    if len(_live) >= MAX_MODULES:
        for key, live in list(_live.items()):
            if live.module() is None:
                del _live[key]
    return len(_live) < MAX_MODULES


def _owner_of(kind):
    known = _owners.get(_place_of(kind))
    if known is not None and known.kind() is kind:
        return known
    module, names = _modules.get(_type_module(kind)) if type(_type_module(kind)) is str else None, None
    if type(module) is type(io):
        names = module.__dict__
    path = names.get("__file__") if names is not None else None
    path = os.path.abspath(path) if type(path) is str else None
    announced = sum([owner.file is not None for owner in _owners.values()])
    file = (
        next((file for file in reversed(_files) if file.path == path), None)
        if path is not None and announced < MAX_CLASSES
        else None
    )
    name = _type_name(kind).replace(".<locals>", "") if file is not None else _class_name(kind)
    owner = _owners[_place_of(kind)] = Owner(_weak(kind), file, name)
    return owner


def look_at_modules():
    """Describes each known module that is still there, and all that is inside; tells what is new of their classes."""
    global _unlooked, _looks_left
    _looks_left -= 1
    if not _Torch.loaded or _torch_is_watching():
        return
    until, seen = _monotonic() + LOOK_SECONDS, set()
    # Wrappers first: they say of what is inside that it is wrapped.
    for live in sorted(_live.values(), key=lambda live: live.owner.file is not None):
        module = live.module()
        if module is not None:
            _look_at_tree(module, None, seen, until)
        module = None
    _unlooked = False
    for owner in list(_owners.values()):
        if owner.file is None:
            continue
        variants = [dict(_unpacked(variant), count=count) for variant, count in owner.variants.items() if count > 0][
            :MAX_VARIANTS
        ]
        text = _json(variants)
        if variants and text != owner.reported:
            owner.reported = text
            _sink.write(
                _announced(owner.file)
                + '{"event":"instances","file":%d,"class":%s,"variants":%s}\n'
                % (owner.file.index, _quoted(owner.name), text)
            )


def _look_at_tree(root, wrapper, seen, until):
    work = [(root, wrapper)]
    while work and _monotonic() < until:
        module, wrapper = work.pop()
        if _place_of(module) in seen:
            continue
        seen.add(_place_of(module))
        kind = type(module)
        owner = _owner_of(_written_class(module, kind))
        if owner.file is not None:
            _describe_instance(module, owner, wrapper)
        outside = owner.name if owner.file is None and owner.name.startswith("torch.nn.parallel.") else None
        work.extend([(part, outside) for _, part in _parts_of(module)])


def _written_class(module, kind):
    """torch makes a class of its own for a module with parametrizations; the written one is its base."""
    mro = _type_mro(kind)
    return (
        mro[1]
        if _type_name(kind).startswith("Parametrized") and len(mro) > 1 and _attribute_of(module, "parametrizations")[0]
        else kind
    )


def _names_of(module):
    """What an instance's own dictionary holds; None where it has none of the plain kind."""
    for base in _type_mro(type(module)):
        slot = _type_dict(base).get("__dict__")
        if slot is not None:
            names = slot.__get__(module) if type(slot) is _Slot else None
            return names if type(names) is dict else None
    return None


def _table(names, name):
    table = names.get(name) if names is not None else None
    return (
        list(itertools.islice(dict.items(table), MAX_ATTRIBUTES))
        if table is not None and _within(_type_mro(type(table)), dict)
        else []
    )


def _parts_of(module):
    return [
        (name, part)
        for name, part in _table(_names_of(module), "_modules")
        if type(name) is str and part is not None and _within(_type_mro(type(part)), _Torch.module)
    ]


def _describe_instance(module, owner, wrapper):
    names = _names_of(module)
    if names is None:
        return
    live = _live.get(_place_of(module))
    if live is None or live.module() is not module:
        if not _has_room():
            return
        live = _live[_place_of(module)] = Live(_weak(module), owner)
    live.wrapper = wrapper or live.wrapper
    rows = [
        (name, "attribute") + _held(value, module)
        for name, value in itertools.islice(dict.items(names), MAX_ATTRIBUTES)
        if type(name) is str and not name.startswith(_INTERNAL)
    ]
    for table in _TABLES:
        for name, value in _table(names, table):
            if type(name) is str:
                rows.append((name, table[1:-1]) + _held(value, module))
    variant = (tuple(rows[: 2 * MAX_ATTRIBUTES]), tuple(_hooks_of(module)), live.wrapper)
    if variant == live.variant:
        return
    if live.variant is not None:
        owner.variants[live.variant] -= 1
    if variant not in owner.variants and len(owner.variants) >= 4 * MAX_VARIANTS:
        live.variant = None
        return
    live.variant = variant
    owner.variants[variant] = owner.variants.get(variant, 0) + 1


def _hooks_of(module):
    """(path of the part, kind, what it is, its name) of each hook and parametrization on a module and on those parts of it that are no classes of the program."""
    found, work = [], [("", module)]
    while work and len(found) < MAX_PARTS:
        path, part = work.pop()
        names = _names_of(part)
        for table, kind in _HOOKS:
            found.extend([(path, kind) + _held(hook, part)[:2] for _, hook in _table(names, table)])
        if _attribute_of(part, "parametrizations")[0] and _type_name(type(part)).startswith("Parametrized"):
            for _, each in _parts_of(_attribute_of(part, "parametrizations")[1]):
                found.extend(
                    [(path, "parametrization", "module", _class_name(type(inner))) for _, inner in _parts_of(each)]
                )
        for name, inner in reversed(_parts_of(part)):
            if (
                _owner_of(_written_class(inner, type(inner))).file is None
                and path.count(".") < 8
                and name != "parametrizations"
            ):
                work.append((path + "." + name if path else name, inner))
    return found[:MAX_PARTS]


def _held(value, holder):
    """(kind, type, scriptable, parts or None) of what an attribute holds, without running code of the program."""
    kind = type(value)
    if value is None:
        return "none", "None", True, None
    if _named(_SCALARS, kind) is not None:
        return "value", _named(_SCALARS, kind), True, None
    if kind is _Torch.tensor or kind is _Torch.parameter:
        return "tensor", "Tensor", True, None
    if kind is _Function:
        name, module = value.__qualname__, value.__module__
        name = name.replace(".<locals>", "")
        return (
            "function",
            module + "." + name if type(module) is str and module.startswith("torch") else name,
            False,
            None,
        )
    if kind is _Method:
        function = value.__func__
        name = function.__qualname__ if type(function) is _Function else "method"
        return ("method" if value.__self__ is holder else "other-method"), name.replace(".<locals>", ""), False, None
    if kind is type(len):
        module, name = value.__module__, value.__name__
        return "builtin", module + "." + name if type(module) is str else name, False, None
    mro = _type_mro(kind)
    if _within(mro, _Torch.module):
        return "module", _class_name(_written_class(value, kind)), True, _parts_in(value, mro)
    if _within(mro, type):
        return "class", _class_name(value), False, None
    name, scriptable = _name_type(value, kind, 0)
    name = _class_name(kind) if name is None or len(name) > MAX_TYPE_LENGTH else name
    return _kind_of_object(kind, mro), name, scriptable, None


def _kind_of_object(kind, mro):
    if kind in (list, tuple, dict, set, frozenset):
        return "container"
    if _is_enum(mro):
        return "enum"
    if _within(mro, tuple) and any(["_fields" in _type_dict(base) for base in mro]):
        return "namedtuple"
    numpy = _modules.get("numpy")
    if numpy is not None and type(numpy) is type(io):
        if _within(mro, numpy.__dict__.get("generic")):
            return "numpy"
        if _within(mro, numpy.__dict__.get("ndarray")):
            return "array"
    functools = _modules.get("functools")
    if functools is not None and _within(mro, functools.__dict__.get("partial")):
        return "partial"
    if any(["__dataclass_fields__" in _type_dict(base) for base in mro]):
        return "dataclass"
    if any(["__call__" in _type_dict(base) for base in mro]):
        return "callable"
    return "object"


def _parts_in(value, mro):
    """The classes of what a container of modules holds, in order."""
    if not any(
        [
            _type_name(base) in ("ModuleList", "Sequential", "ModuleDict")
            for base in mro
            if _type_module(base) == "torch.nn.modules.container"
        ]
    ):
        return None
    return tuple([_class_name(_written_class(part, type(part))) for _, part in _parts_of(value)[:MAX_PARTS]])


def _unpacked(variant):
    rows, hooks, wrapper = variant
    return {
        "attributes": [
            {"name": name, "in": place, "kind": kind, "type": written, "scriptable": scriptable, "parts": parts}
            for name, place, kind, written, scriptable, parts in rows
        ],
        "hooks": [{"part": part, "kind": kind, "what": what, "name": name} for part, kind, what, name in hooks],
        "wrapper": wrapper,
    }
