import sys

SOURCE = '''
def classify(value):
    match value:
        case {"k": [first, *others], **rest}:
            return first, others, rest
        case (a, b) | [a, b, _]:
            return a, b
        case int(n) | float(n) if n > 3:
            return n
        case str() as text:
            return text
        case anything:
            return anything
print([classify(v) for v in ({"k": [1, 2], "j": 3}, (1, 2), 5, "s", None)])
'''
if sys.version_info >= (3, 10):
    with open(__file__) as own:
        assert "SOURCE" in own.read()
    exec(SOURCE)
lambda_result = (lambda a, *, b=2: (c := a + b))(1)
f_string = f"{(w := 5)!r:>{w}} {lambda_result=}"
print(f_string, w, [y := 1, y ** 2], [(i, j) for i, j in [(1, 2)] if i for k in [3] if k])
print([last := n for n in range(5)], last)
del w
try:
    w
except NameError as e:
    print(e)
class Meta(type):
    @classmethod
    def __prepare__(mcs, name, bases):
        class Names(dict):
            def __getitem__(self, key):
                print("looked up", key)
                return dict.__getitem__(self, key)
        return Names()
class WithMeta(metaclass=Meta):
    a = 1
    b, c = 2, 3
    b += 1
    for d in range(2):
        pass
print(WithMeta.b, WithMeta.d)
try:
    def gen():
        try:
            value = yield
        finally:
            print("closed")
    h = gen(); next(h); h.close()
finally:
    pass
print(*[*range(3)], **{"sep": "-"})
x = y = z = w = []
x.append(1); print(z is w, x)
a = b, c = 1, 2
(s := 3)
print(a, b, c, s)
global_name: "int" = 4
def uses_global():
    global global_name, other_global
    global_name, other_global = 5, 6
    global_name += 1
    return
print(uses_global(), global_name, other_global)
def closure():
    n = 0
    def bump():
        nonlocal n
        n += 1
        return n
    return bump
bump = closure(); bump(); print(bump(), bump.__closure__[0].cell_contents, bump.__code__.co_freevars)
