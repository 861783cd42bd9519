"""Nothing of the classes is run to describe their values: each method here would tell."""


class Loud(type):
    def __getattribute__(cls, name):
        if name in ("__mro__", "__qualname__", "__module__", "__name__", "__dict__"):
            print("metaclass asked for", name)
        return super().__getattribute__(name)

    def __hash__(cls):
        print("metaclass hashed")
        return 1

    def __eq__(cls, other):
        print("metaclass compared")
        return cls is other

    def __instancecheck__(cls, instance):
        print("instance checked")
        return True


class Touchy(metaclass=Loud):
    def shout(name):
        def method(self, *args):
            print("called", name)
            raise RuntimeError(name)
        return method

    for _name in ("__repr__", "__str__", "__eq__", "__hash__", "__len__", "__bool__", "__iter__", "__getitem__", "__getattr__",
                  "__call__", "__contains__", "__format__", "__lt__", "__index__", "__float__", "__int__", "__array__", "__del__"):
        locals()[_name] = shout(_name)
    del _name

    def __getattribute__(self, name):
        print("attribute", name)
        return object.__getattribute__(self, name)


class LoudList(list):
    def __getitem__(self, key):
        print("item")
        return list.__getitem__(self, key)

    def __iter__(self):
        print("iterated")
        return list.__iter__(self)

    def __len__(self):
        print("measured")
        return 3


class LoudDict(dict):
    def items(self):
        print("items")
        return dict.items(self)

    def __getitem__(self, key):
        print("key")
        return dict.__getitem__(self, key)


class Property:
    @property
    def value(self):
        print("property read")
        return 1

    @value.setter
    def value(self, new):
        print("property set")


class Disguised:
    @property
    def __dict__(self):
        print("dictionary read")
        return {"other": 1}

    def set(self):
        self.other, more = 1, 2
        self.other += more


def through(x):
    y = x
    z = [x, x]
    w = {"k": x}
    p.value = 3
    p.value, other = 4, 5
    p.value += 1
    return x


p = Property()
Disguised().set()
loud = LoudList([1, 2])
for t in (Touchy, loud, LoudDict(a=1)):
    r = through(t)
touchy = Touchy()
through(touchy)
keep = [touchy, touchy]
import os
import sys
sys.stdout.flush()
os._exit(3)
