"""A part of repair.py: sources of torch's own classes, found once for all attempts."""


def keep_sources(torch):
    """
    Before a method of a class with overloads (LSTM, GRU) is compiled, torch asks where that class lies, and inspect
    parses its whole file to say so. torch's files are the same for every attempt: what inspect says of them is kept.
    """
    import inspect

    plain, kept = inspect.getsourcelines, {}

    def getsourcelines(object):
        if isinstance(object, type) and object in kept:
            lines, first = kept[object]
            return list(lines), first
        return plain(object)

    getsourcelines.__wrapped__ = plain
    for kind in overloading_classes(torch):
        try:
            kept[kind] = plain(kind)
        except (OSError, TypeError, IndexError, SyntaxError):
            pass  # as the compiler finds it then
    inspect.getsourcelines = getsourcelines


def overloading_classes(torch):
    """Classes of torch.nn that have, or inherit, methods for which torch registered overloads."""
    overloads = getattr(sys.modules.get("torch._jit_internal"), "_overloaded_methods", {})
    names = {name for by_class in overloads.values() for name in by_class}
    return [
        kind
        for kind in vars(torch.nn).values()
        if isinstance(kind, type) and kind.__name__ in names and kind.__module__.startswith("torch.nn.")
    ]
