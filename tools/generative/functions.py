"""Helpers, closures, lambdas, functions as arguments, recursion and tail recursion, keyword arguments and defaults."""
from grammar import feature


def top(g, text):
    g.tops.append(text)


@feature("functions", 3)
def recursion(g, m, b):
    f, x = g.name("reduce", "climb", "walk", "fold"), b.tensor(g)
    form = g.number(0, 12)
    n = g.number(0, 4)
    forms = [
        (f"def {f}(x, n):\n    if n == 0:\n        return x\n    return {f}(x + 1.0, n - 1)", f"{f}({x}, {n})"),
        (f"def {f}(x, n):\n    if n <= 0:\n        return x\n    return {f}(x * n, n - 1)", f"{f}({x}, {n})"),
        (
            f"def {f}(x, n: int, acc=0):\n    if n == 0:\n        return x + acc\n    return {f}(x, n - 1, acc + n)",
            f"{f}({x}, {n})",
        ),
        (f"def {f}(n):\n    if n < 2:\n        return 1\n    return n * {f}(n - 1)", f"{x} * {f}({n})"),
        (f"def {f}(n):\n    return n if n < 2 else {f}(n - 1) + {f}(n - 2)", f"{x} + {f}({n})"),
        (
            f"def {f}(a, b, n):\n    if n == 0:\n        return a\n    return {f}(b, a + b, n - 1)",
            f"{f}({x}, {x} * 2, {n})",
        ),
        (
            f"def {f}(x, n, *, scale=1.0):\n    if n == 0:\n        return x * scale\n"
            f"    return {f}(x, n - 1, scale=scale * 0.5)",
            f"{f}({x}, {n})",
        ),
        (
            f"def {f}(items, acc):\n    if not items:\n        return acc\n    return {f}(items[1:], acc + items[0])",
            f"{f}([{x}] * {n}, {x})",
        ),
        (
            f"def {f}(x, n):\n    y = x + 1.0\n    if n > 0:\n        n -= 1\n        if bool(y.sum() > 4):\n"
            f"            return {f}(y, n)\n        return {f}(x - 1.0, n)\n    return y",
            f"{f}({x}, {n})",
        ),
        (
            f"def {f}(x, n):\n    for i in range(n):\n        if i == 1:\n            return {f}(x + i, n - 1)\n"
            f"    return x",
            f"{f}({x}, {n})",
        ),
        (
            f"def {f}(x, n, seen=[]):\n    seen = seen + [n]\n    if n == 0:\n        return x + len(seen)\n"
            f"    return {f}(x, n - 1, seen)",
            f"{f}({x}, {n})",
        ),
        (
            f"def {f}(x, n, flag=True):\n    if n == 0:\n        return x\n    x = x + 1.0 if flag else x * 2\n"
            f"    return {f}(n=n - 1, x=x, flag=not flag)",
            f"{f}({x}, {n})",
        ),
        (
            f"def {f}(x, n):\n    if n == 0:\n        return x\n    print(n)\n"
            f"    return {f}(x + n, n - 1) if n > 1 else x",
            f"{f}({x}, {n})",
        ),
    ]
    text, call = forms[form]
    top(g, text)
    b.add(f"{x} = {call}")


@feature("functions", 1, needs_self=True)
def recursive_method(g, m, b):
    f, x = g.name("descend", "repeat"), b.tensor(g)
    form = g.number(0, 3)
    bodies = [
        [f"def {f}(self, x, n):", "    if n == 0:", "        return x", f"    return self.{f}(torch.tanh(x), n - 1)"],
        [
            f"def {f}(self, x, n=2):",
            "    if n <= 0:",
            "        return x",
            f"    y = self.{f}(x * 0.5, n - 1)",
            "    return y + x",
        ],
        [
            f"def {f}(self, x, n):",
            "    self.depth_seen = n",
            "    if n == 0:",
            "        return x",
            f"    return self.{f}(x + self.depth_seen, n - 1)",
        ],
        [f"def {f}(self, n):", "    if n == 0:", "        return 0", f"    return 1 + self.{f}(n - 1)"],
    ]
    m.methods.append(bodies[form])
    if form == 2:
        m.init.append("self.depth_seen = 0")
    n = g.number(0, 3)
    b.add(f"{x} = {x} + self.{f}({n})" if form == 3 else f"{x} = self.{f}({x}, {n})")


@feature("functions", 3)
def functions_as_arguments(g, m, b):
    f, x = g.name("apply", "both", "chain"), b.tensor(g)
    form = g.number(0, 10)
    bodies = [
        f"def {f}(fn, x):\n    return fn(x)",
        f"def {f}(x, fn=torch.relu):\n    return fn(x) + 1.0",
        f"def {f}(x, *fns):\n    for fn in fns:\n        x = fn(x)\n    return x",
        f"def {f}(fn, x, n=2):\n    for _ in range(n):\n        x = fn(x)\n    return x",
        f"def {f}(first, second, x):\n    return second(first(x))",
        f"def {f}(fn, x, y):\n    if y is not None:\n        return fn(x, y)\n    return x",
        f"def {f}(x, fn=None):\n    if fn is not None:\n        x = fn(x)\n    return x",
    ]
    body = bodies[form % 7]
    unary = g.pick(
        "torch.relu",
        "torch.tanh",
        "lambda t: t + 1.0",
        "lambda t: t * 2",
        "double",
        "torch.sigmoid",
        f"lambda t: t + {x}",
    )
    if unary == "double" or g.chance(0.3):
        if "double" not in g.used:
            g.used.add("double")
            top(g, "def double(t):\n    return t * 2")
    top(g, body)
    calls = [
        f"{f}({unary}, {x})",
        f"{f}({x}{g.pick('', f', {unary}', f', fn={unary}')})",
        f"{f}({x}, {unary}{g.pick('', ', torch.tanh')})",
        f"{f}({unary}, {x}{g.pick('', ', 3', ', n=0')})",
        f"{f}(torch.relu, {unary}, {x})",
        f"{f}({g.pick('torch.add', 'torch.mul', 'lambda a, c: a - c')}, {x}, {g.pick('None', x)})",
        f"{f}({x}{g.pick('', f', {unary}', ', None')})",
    ]
    b.add(f"{x} = {calls[form % 7]}")
    if g.chance(0.3):
        b.add(f"{x} = {x} + {calls[form % 7]}")


@feature("functions", 3)
def closures(g, m, b):
    x = b.tensor(g)
    form = g.number(0, 11)
    n = g.number(0, 3)
    texts = [
        f"f = lambda t: t + {n}\n{x} = f({x})",
        f"scale = {n}.5\nf = lambda t: t * scale\nscale = 3.0\n{x} = f({x})",
        f"def inner(t):\n    return t + {n}\n{x} = inner({x})",
        f"k = {n}\ndef inner(t, j=k):\n    return t * j\nk = 5\n{x} = inner({x}) + k",
        f"total = 0\ndef bump():\n    nonlocal total\n    total += 1\n    return total\n{x} = {x} + bump() + bump()",
        f"fs = [lambda t, i=i: t + i for i in range({n})]\nfor f in fs:\n    {x} = f({x})",
        f"fs = [lambda t: t + i for i in range({n})]\nfor f in fs:\n    {x} = f({x})",
        f"table = {{'a': torch.relu, 'b': lambda t: t + 1.0}}\n{x} = table['{g.pick('a', 'b')}']({x})",
        f"{x} = list(map(lambda t: t * 2, [{x}, {x}]))[1]",
        f"vs = sorted([3, 1, 2], key=lambda v: -v)\n{x} = {x} + vs[0]",
        f"{x} = (lambda t, k=2: t * k)({x}{g.pick('', ', 3', ', k=0')})",
        f"def outer(k):\n    def inner(t):\n        return t + k\n    return inner\n{x} = outer({n})({x})",
    ]
    b.add(texts[form])


@feature("functions", 2)
def helpers(g, m, b):
    f, x = g.name("helper", "shift", "normalise", "mix"), b.tensor(g)
    n = g.number(0, 3)
    forms = [
        (f"def {f}(x, n=1):\n    return x + n", [f"{f}({x})", f"{f}({x}, {n})", f"{f}({x}, n=2.5)", f"{f}({x}, True)"]),
        (
            f"def {f}(x, scale=None):\n    if scale is None:\n        scale = x.mean()\n    return x * scale",
            [f"{f}({x})", f"{f}({x}, {x})"],
        ),
        (
            f"def {f}(x, y=None, *, flag=False):\n    if flag:\n        return x\n"
            f"    return x + (1.0 if y is None else y)",
            [f"{f}({x})", f"{f}({x}, 2.0)", f"{f}({x}, flag=True)"],
        ),
        (
            f"def {f}(*xs):\n    out = xs[0]\n    for x in xs[1:]:\n        out = out + x\n    return out",
            [f"{f}({x})", f"{f}({x}, {x}, {x})"],
        ),
        (f"def {f}(x, **options):\n    return x * options.get('k', 1)", [f"{f}({x})", f"{f}({x}, k=3)"]),
        (
            f"def {f}(x, sizes=[]):\n    for s in sizes:\n        x = x + s\n    return x",
            [f"{f}({x})", f"{f}({x}, [1, {n}])"],
        ),
        (
            f"def {f}(x, cache={{}}):\n    cache['n'] = cache.get('n', 0) + 1\n    return x + cache['n']",
            [f"{f}({x})", f"{f}({x}) + {f}({x})"],
        ),
        (f"def {f}(x):\n    return x, x.shape[0]", [f"{f}({x})[0] * {f}({x})[1]"]),
        (
            f"def {f}(x, mode):\n    if mode == 'max':\n        return x.max()\n    elif mode is None:\n"
            f"        return x\n    return x.mean()",
            [f"{f}({x}, 'max') + {x}", f"{f}({x}, None)", f"{x} + {f}({x}, '')"],
        ),
        (f"def {f}(n, x):\n    n = n * 2\n    return x * n", [f"{f}({n}, {x})", f"{f}(0.5, {x})"]),
        (
            f"def {f}(values):\n    return [v * 2 for v in values if v > 0]",
            [f"{x} + len({f}([1, -1, {n}]))", f"{x} + sum({f}([0.5]))"],
        ),
        (f"def {f}(x):\n    if x is None:\n        return None\n    return x + 1.0", [f"{f}({x})"]),
        (f"def {f}(x) -> torch.Tensor:\n    x = x + 1\n    return x if x.dim() > 5 else x * 2", [f"{f}({x})"]),
        (f"def {f}(text, n=2):\n    return text * n", [f"{x} + len({f}('ab'))", f"{x} + len({f}('ab', {n}))"]),
        (f"def {f}(pair):\n    a, b = pair\n    return a * b", [f"{f}(({x}, 2))", f"{f}(({x}, {x}))"]),
    ]
    text, calls = g.random.choice(forms)
    top(g, text)
    b.add(f"{x} = {g.random.choice(calls)}")
    if g.chance(0.25):
        b.add(f"{x} = {x} + {g.random.choice(calls)}")


@feature("functions", 1, needs_self=True)
def methods(g, m, b):
    f, x = g.name("step", "mixed", "project"), b.tensor(g)
    form = g.number(0, 8)
    bodies = [
        ([f"def {f}(self, x, n=1):", "    return x * n"], [f"self.{f}({x})", f"self.{f}({x}, 3)"]),
        (
            [f"def {f}(self, x, y=None):", "    return x if y is None else x + y"],
            [f"self.{f}({x})", f"self.{f}({x}, {x})"],
        ),
        (["@staticmethod", f"def {f}(x, k=2):", "    return x * k"], [f"self.{f}({x})", f"Model.{f}({x}, 3)"]),
        (["@property", f"def {f}(self):", "    return 3"], [f"{x} * self.{f}"]),
        ([f"def {f}(self, *xs):", "    return sum(xs)"], [f"self.{f}({x}, {x})"]),
        (["@classmethod", f"def {f}(cls, x):", "    return x + len(cls.__name__)"], [f"self.{f}({x})"]),
        (
            [
                f"def {f}(self, x, kind='a'):",
                "    return getattr(self, 'go_' + kind)(x)",
                "",
                "def go_a(self, x):",
                "    return x + 1.0",
            ],
            [f"self.{f}({x})"],
        ),
        (["@torch.no_grad()", f"def {f}(self, x):", "    return x * 2"], [f"self.{f}({x})"]),
        (
            [f"def {f}(self, x, out=[]):", "    out.append(1)", "    return x + len(out)"],
            [f"self.{f}({x})", f"self.{f}({x}, [])"],
        ),
    ]
    text, calls = bodies[form]
    m.methods.append(text)
    b.add(f"{x} = {g.random.choice(calls)}")
