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
    _Torch.modes = tuple(core[name] for name in ("_len_torch_function_stack", "_len_torch_dispatch_stack",
                                                 "_get_torch_function_mode", "_get_torch_dispatch_mode") if name in core)
    functorch = core.get("_functorch")
    if functorch is not None:
        _Torch.vmap = functorch.__dict__.get("peek_interpreter_stack")
    _Torch.loaded = True


def _torch_is_watching():
    """Whether reading a tensor's shape now would be seen by a trace or by a mode of the program."""
    if _Torch.tracing is not None and _Torch.tracing() is not None:
        return True
    for mode in _Torch.modes:
        active = mode()         # a depth, or the mode itself: an object of the program, whose truth must not be asked
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


# Searched by identity: hashing a class asks its metaclass, which may be the program's, and id() tells the program's audit hooks.
_SCALARS = ((int, "int"), (float, "float"), (bool, "bool"), (str, "str"), (type(None), "None"), (complex, "complex"))
_SCALAR_NAMES = tuple([name for _, name in _SCALARS])
_PLAIN = ((bytes, "bytes"), (bytearray, "bytearray"), (set, "set"), (frozenset, "frozenset"), (range, "range"), (slice, "slice"),
          (type, "type"), (type(len), "builtin"), (type(_dims), "function"), (type(io), "module"), (type(Ellipsis), "ellipsis"))


def _named(table, kind):
    for known, name in table:
        if kind is known:
            return name
    return None


_elements_left = MOST_ELEMENTS


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
            return ("Tensor", True, _dtype_name(value.dtype), _device_name(value.device), _dims(value.shape), value.requires_grad)
    numpy = _modules.get("numpy")
    if numpy is not None and kind is numpy.__dict__.get("ndarray"):
        return "numpy.ndarray", False, str(value.dtype)[:LONGEST_TYPE], None, _dims(value.shape), None
    global _elements_left
    _elements_left = MOST_ELEMENTS
    name, scriptable = _name_type(value, kind, 0)
    if name is None:
        return None
    if len(name) > LONGEST_TYPE:
        name, scriptable = _class_name(kind)[:LONGEST_TYPE], False
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
    return _class_name(kind), False


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


