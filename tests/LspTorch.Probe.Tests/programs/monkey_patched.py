import builtins
import sys

real = {name: getattr(builtins, name) for name in ("len", "type", "isinstance", "getattr", "id", "any", "all", "tuple", "list", "min",
                                                   "repr", "compile", "str", "__import__", "enumerate", "sorted")}


def broken(*args, **kwargs):
    raise SystemError("monkey")


for name in ("len", "type", "isinstance", "getattr", "id", "any", "all", "min", "enumerate", "sorted", "compile"):
    setattr(builtins, name, broken)
x = [1, 2, 3]
y, (z, *w) = x, (1, 2, 3)


def f(a, *b, **c):
    q = a
    for i in b:
        q += i
    return q


print(f(1, 2, 3, d=4), y, z, w)
for name in real:
    setattr(builtins, name, real[name])
for name in list(sys.modules):
    if name not in ("builtins", "sys", "__main__"):
        del sys.modules[name]
m = {"after": [1.5, None]}
print(f(2), m)
