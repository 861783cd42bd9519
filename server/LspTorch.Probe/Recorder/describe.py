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
    _Torch.modes = tuple(
        core[name]
        for name in (
            "_len_torch_function_stack",
            "_len_torch_dispatch_stack",
            "_get_torch_function_mode",
            "_get_torch_dispatch_mode",
        )
        if name in core
    )
    functorch = core.get("_functorch")
    if functorch is not None:
        _Torch.vmap = functorch.__dict__.get("peek_interpreter_stack")
    _Torch.loaded = True


def _torch_is_watching():
    """Whether reading a tensor's shape now would be seen by a trace or by a mode of the program."""
    if _Torch.tracing is not None and _Torch.tracing() is not None:
        return True
    for mode in _Torch.modes:
        active = mode()  # a depth, or the mode itself: an object of the program, whose truth must not be asked
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


class _Bound:
    def method(self):
        pass


# Searched by identity: hashing a class asks its metaclass, which may be the program's, and id() tells the program's audit hooks.
_SCALARS = ((int, "int"), (float, "float"), (bool, "bool"), (str, "str"), (type(None), "None"), (complex, "complex"))
_FACTUAL_NAMES = ("int", "float", "str")  # those of which only facts are told besides
_SETTLED_NAMES = ("bool", "None", "complex")  # those of which nothing is told but the type
_PLAIN = (
    (bytes, "bytes"),
    (bytearray, "bytearray"),
    (set, "set"),
    (frozenset, "frozenset"),
    (range, "range"),
    (slice, "slice"),
    (type, "type"),
    (type(len), "builtin"),
    (type(io), "module"),
    (type(Ellipsis), "ellipsis"),
)


def _named(table, kind):
    for known, name in table:
        if kind is known:
            return name
    return None


_elements_left = MAX_ELEMENTS


def describe(value):
    """(type, scriptable, dtype, device, shape, requires_grad) of a value; None where nothing may be said now."""
    kind = type(value)
    if not _Torch.loaded:
        _find_torch()
    if _Torch.loaded and _torch_is_watching():
        return None
    name = _named(_SCALARS, kind)
    if name is not None:
        return name, True, None, None, None, None
    if _Torch.loaded:
        if kind is _Torch.tensor or kind is _Torch.parameter:
            return (
                "Tensor",
                True,
                _dtype_name(value.dtype),
                _device_name(value.device),
                _dims(value.shape),
                value.requires_grad,
            )
    numpy = _modules.get("numpy")
    if numpy is not None and kind is numpy.__dict__.get("ndarray"):
        return "numpy.ndarray", False, str(value.dtype)[:MAX_TYPE_LENGTH], None, _dims(value.shape), None
    global _elements_left
    _elements_left = MAX_ELEMENTS
    name, scriptable = _name_type(value, kind, 0)
    if name is None:
        return None
    if len(name) > MAX_TYPE_LENGTH:
        name, scriptable = _class_name(kind)[:MAX_TYPE_LENGTH], False
    return name, scriptable, None, None, None, None


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
    if kind is _Function:
        return "function" if _audits else _signature(value, 0), False
    if kind is _Method:
        return "method" if _audits or type(value.__func__) is not _Function else _signature(value.__func__, 1), False
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
    if _Torch.loaded and _within(mro, _Torch.module):
        _note_module(value, kind)
    return _class_name(kind), False


_Function, _Method = type(_dims), type(_Bound().method)
_audits = False  # the program has a hook that would be told of a look at a function's code


def _signature(function, skip):
    """A function's own signature, as it is declared: "(x: Tensor, n: int=1) -> Tensor"; "..." for a result or default of which nothing is said."""
    # From Python 3.14 on asking for annotations may evaluate them, which is code of the program.
    code, annotations = (
        _code_of(function),
        function.__annotations__ if sys.version_info < (3, 14) or function.__annotate__ is None else None,
    )
    names = code.co_varnames
    positional, keyword = code.co_argcount, code.co_kwonlyargcount
    defaults, keyword_defaults = function.__defaults__ or (), function.__kwdefaults__
    annotations = annotations if type(annotations) is dict else {}
    keyword_defaults = keyword_defaults if type(keyword_defaults) is dict else {}
    words = []
    for at in range(skip, positional):
        default = at - positional + len(defaults)
        words.append(_parameter(names[at], annotations, default >= 0, defaults[default] if default >= 0 else None))
        if at + 1 == code.co_posonlyargcount:
            words.append("/")
    at = positional + keyword
    if code.co_flags & 4:
        words.append("*" + _parameter(names[at], annotations, False, None))
        at += 1
    elif keyword:
        words.append("*")
    for name in names[positional : positional + keyword]:
        words.append(_parameter(name, annotations, name in keyword_defaults, keyword_defaults.get(name)))
    if code.co_flags & 8:
        words.append("**" + _parameter(names[at], annotations, False, None))
    text = (
        "(" + ", ".join(words) + ") -> " + (_annotation(annotations["return"], 0) if "return" in annotations else "...")
    )
    return (
        text if len(text) <= MAX_TYPE_LENGTH // 2 else "(...) -> " + text.rpartition(" -> ")[2][: MAX_TYPE_LENGTH // 2]
    )


def _parameter(name, annotations, has_default, default):
    text = name + (": " + _annotation(annotations[name], 0) if name in annotations else "")
    if not has_default:
        return text
    kind = type(default)
    short = (
        -(10**9) < default < 10**9
        if kind is int
        else len(default) <= 16
        if kind is str
        else kind is bool or kind is float or default is None
    )
    return text + "=" + (repr(default) if short else "...")


def _annotation(value, depth):
    """An annotation in words; "..." where that would take code of the program."""
    kind = type(value)
    if value is None:
        return "None"
    if kind is str:
        return value if len(value) <= 60 else "..."
    if kind is type or _within(_type_mro(kind), type):
        name = _class_name(value)
        return (
            "Tensor"
            if name == "torch.Tensor"
            else "None"
            if value is type(None)
            else name[7:]
            if name.startswith("typing.")
            else name
        )
    if kind is list and depth < 4:
        return "[" + ", ".join([_annotation(item, depth + 1) for item in value]) + "]"
    if value is Ellipsis:
        return "..."
    if _type_module(kind) not in ("typing", "types") or depth >= 4:
        return "..."
    held = _attribute_of(value, "_name")[1] if _type_module(kind) == "typing" else None
    arguments, origin = _generic_parts(value, kind)
    if arguments is None:
        name = held or _attribute_of(value, "__name__")[1]
        return name if type(name) is str else "..."
    words = [_annotation(item, depth + 1) for item in arguments]
    if _type_name(kind) in ("UnionType", "_UnionGenericAlias", "Union"):
        rest = [word for word in words if word != "None"]
        inner = rest[0] if len(rest) == 1 else "Union[" + ", ".join(rest) + "]"
        return inner if len(rest) == len(words) else "Optional[" + inner + "]"
    if _type_name(kind) == "_CallableGenericAlias" and words:
        words = (["..."] if words[:-1] == ["..."] else ["[" + ", ".join(words[:-1]) + "]"]) + words[-1:]
    outer = held if type(held) is str else _annotation(origin, depth + 1)
    return outer + "[" + ", ".join(words) + "]" if outer != "..." else outer


def _generic_parts(value, kind):
    """(arguments, origin) of a type that is made of others; from its own slots and dictionary only."""
    parts = []
    for name in ("__args__", "__origin__"):
        slot = _type_dict(kind).get(name)
        if slot is not None and type(slot).__name__ in ("member_descriptor", "getset_descriptor"):
            parts.append(slot.__get__(value))
        else:
            parts.append(_attribute_of(value, name)[1])
    return (parts[0] if type(parts[0]) is tuple else None), parts[1]


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
