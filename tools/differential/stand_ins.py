"""Stands in for third-party packages that are not installed, so that a file can be imported."""
import importlib.abc
import importlib.machinery
import types


class Missing:
    def __init__(self, name):
        self._lsptorch_name = name

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Missing(self._lsptorch_name + "." + name)

    # Its name of self tells a compiler's message about a stand-in from others (STAND_IN in differential.py).
    def __call__(lsptorch_stand_in, *args, **kwargs):
        if len(args) == 1 and not kwargs and isinstance(args[0], (types.FunctionType, type)):
            return args[0]  # a decorator leaves what it decorates as it is
        return Missing(lsptorch_stand_in._lsptorch_name + "()")

    def __iter__(self):
        return iter(())

    def __getitem__(self, key):
        return Missing(self._lsptorch_name + "[]")

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return None

    def __add__(self, other):
        return other

    __radd__ = __iadd__ = __or__ = __ror__ = __add__

    def __setitem__(self, key, value):
        pass

    def __mro_entries__(self, bases):
        return ()


class MissingModule(types.ModuleType):
    __path__ = []

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Missing(self.__name__ + "." + name)


class MissingFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Stands in for packages that are not installed, so that a file can be imported."""

    def __init__(self, names):
        self.names = names

    def find_spec(self, name, path, target=None):
        if name.split(".")[0] not in self.names:
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec):
        return MissingModule(spec.name)

    def exec_module(self, module):
        pass
