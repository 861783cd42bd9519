"""Class hierarchies and super, mixins, plain classes, and imports where they are used."""
from grammar import feature
from writer import WIDTH


@feature("classes", 2, needs_self=True)
def base_class(g, m, b):
    if m.base != "nn.Module":
        return
    name, x = g.name("Base", "Parent", "Core"), b.tensor(g)
    form = g.number(0, 6)
    bodies = [
        f"    def __init__(self, k=2):\n        super().__init__()\n        self.k = k\n"
        f"        self.inner = nn.Linear({WIDTH}, {WIDTH})\n\n    def forward(self, x):\n"
        f"        return self.inner(x) * self.k",
        "    def __init__(self):\n        super().__init__()\n        self.k = 3\n\n    def scale(self, x, n=2):\n"
        "        return x * self.k * n\n\n    def forward(self, x):\n        return self.scale(x)",
        "    factor = 2\n\n    def __init__(self, *args, **kwargs):\n        super().__init__()\n"
        "        self.args = len(args)\n\n    def forward(self, x, flag=False):\n        if flag:\n"
        "            return x\n        return x * self.factor + self.args",
    ]
    g.tops.append(f"class {name}(nn.Module):\n" + bodies[form % 3])
    m.base = name
    if form % 3 == 0:
        m.super_arguments = g.pick("", "3", "k=1")
    call = [
        f"super().forward({x})",
        g.pick(f"self.scale({x})", f"super().scale({x}, n=3)", f"super(Model, self).scale({x})"),
        f"super().forward({x}{g.pick('', ', True')})",
    ][form % 3]
    if form % 3 == 1 and g.chance(0.5):
        m.methods.append(["def scale(self, x, n=1):", "    return super().scale(x, n + 1) - 1.0"])
        call = f"self.scale({x})"
    b.add(f"{x} = {call}")


@feature("classes", 1, needs_self=True)
def mixin(g, m, b):
    name, x = g.name("Mixin", "Scaled"), b.tensor(g)
    g.tops.append(
        f"class {name}:\n    gain = {g.pick('2', '0.5')}\n\n"
        f"    def amplify(self, x, n={g.number(1, 3)}):\n        return x * self.gain + n"
    )
    m.base = f"{name}, {m.base}" if g.chance(0.5) else f"{m.base}, {name}"
    b.add(f"{x} = self.amplify({x})")


@feature("classes", 1)
def plain_class(g, m, b):
    name, x = g.name("Counter", "Pair", "Config"), b.tensor(g)
    form = g.number(0, 3)
    if form == 0:
        g.tops.append(
            f"class {name}:\n    def __init__(self, n=0):\n        self.n = n\n\n    def bump(self):\n"
            f"        self.n += 1\n        return self.n"
        )
        b.add(f"c = {name}({g.pick('', '2')})\n{x} = {x} + c.bump() * 10 + c.bump()")
    elif form == 1:
        g.need("from typing import NamedTuple")
        g.tops.append(f"class {name}(NamedTuple):\n    first: torch.Tensor\n    n: int = 2")
        b.add(f"p = {name}({x}{g.pick('', ', 3')})\n{x} = p.first * p.n")
    elif form == 2:
        g.need("from dataclasses import dataclass")
        g.tops.append(f"@dataclass\nclass {name}:\n    k: int = 2\n    scale: float = 0.5")
        b.add(f"c = {name}({g.pick('', 'k=3')})\n{x} = {x} * c.k + c.scale")
    else:
        g.need("from collections import namedtuple")
        g.tops.append(f"{name} = namedtuple('{name}', ['a', 'b'])")
        b.add(f"p = {name}({x}, b=2)\n{x} = p.a * p.b")


@feature("classes", 2, needs_self=True)
def submodule(g, m, b):
    name, x = g.name("Block", "Cell", "Head"), b.tensor(g)
    form = g.number(0, 5)
    heads = ["x", "x, scale=2", "x, state=None", "x, *, flag=False", "x, n=1", "x"]
    bodies = [
        "return torch.tanh(x)",
        "return x * scale",
        "if state is None:\n            state = torch.zeros_like(x)\n        return x + state, state + 1.0",
        "return -x if flag else x",
        "for _ in range(n):\n            x = x + 1.0\n        return x",
        "self.last = x.sum()\n        return x * 2",
    ]
    init = "\n        self.last = None" if form == 5 else ""
    g.tops.append(
        f"class {name}(nn.Module):\n    def __init__(self):\n        super().__init__(){init}\n\n"
        f"    def forward(self, {heads[form]}):\n        {bodies[form]}"
    )
    attribute = name.lower()
    m.init.append(f"self.{attribute} = {name}()")
    calls = [
        f"self.{attribute}({x})",
        f"self.{attribute}({x}{g.pick('', ', 3', ', scale=0.5')})",
        f"self.{attribute}({x})[0]",
        f"self.{attribute}({x}, flag={g.pick('True', 'False')})",
        f"self.{attribute}({x}, {g.number(0, 3)})",
        f"self.{attribute}({x})",
    ]
    b.add(f"{x} = {calls[form]}")
    if form == 2 and g.chance(0.5):
        b.add(f"state = None\nfor _ in range({g.number(0, 3)}):\n    {x}, state = self.{attribute}({x}, state)")


@feature("classes", 1, needs_self=True)
def callables(g, m, b):
    name, x = g.name("act", "fn", "activation"), b.tensor(g)
    form = g.number(0, 5)
    if form == 5:
        g.need("import torch.nn.functional as F")
    m.init.append(
        f"self.{name} = "
        + [
            "torch.relu",
            "{'relu': torch.relu, 'tanh': torch.tanh}",
            "nn.ReLU()",
            "lambda t: t * 2",
            "[torch.relu, torch.tanh]",
            "F.gelu",
        ][form]
    )
    b.add(
        [
            f"{x} = self.{name}({x})",
            f"{x} = self.{name}['{g.pick('relu', 'tanh')}']({x})",
            f"{x} = self.{name}({x})",
            f"{x} = self.{name}({x})",
            f"for f in self.{name}:\n    {x} = f({x})",
            f"{x} = self.{name}({x})",
        ][form]
    )


@feature("classes", 2)
def imports(g, m, b):
    x = b.tensor(g)
    form = g.number(0, 8)
    absent = g.name("fastops", "turbo_kernels")
    if form in (3, 4, 5, 8):
        g.optional.append(absent)
    texts = [
        f"import math\n{x} = {x} * math.sqrt(4.0)",
        f"from math import pi\n{x} = {x} + pi",
        f"import torch.nn.functional as F\n{x} = F.relu({x})",
        f"if {x}.shape[0] > 2:\n    import {absent}\n    {x} = {absent}.run({x})",
        f"from {absent} import run\n{x} = run({x})",
        f"try:\n    import {absent}\nexcept ImportError:\n    {absent} = None\nif {absent} is not None:\n"
        f"    {x} = {absent}.run({x})",
        f"import math as m, os\n{x} = {x} + m.floor(2.5) + len(os.sep)",
        f"math = 2.0\n{x} = {x} * math",
        f"if {x}.dim() == 7:\n    from {absent} import run as go\n    {x} = go({x})",
    ]
    b.add(texts[form])


@feature("classes", 1)
def shadows(g, m, b):
    x = b.tensor(g)
    b.add(
        g.pick(
            f"sum = {x}.sum()\n{x} = {x} + sum",
            f"len = 3\n{x} = {x} + len",
            f"range = [1, 2]\nfor i in range:\n    {x} = {x} + i",
            f"list = [{x}, {x}]\n{x} = list[0]",
            f"nn = 2\n{x} = {x} * nn",
            f"max = {x}.max()\n{x} = {x} - max",
            f"i = {x}\nfor i in [1, 2]:\n    pass\n{x} = {x} + i",
            f"int = 3\n{x} = {x} * int",
            f"id = {x} + 1.0\n{x} = id",
            f"print = {x}.sum()\n{x} = {x} + print",
            f"Optional = 2\n{x} = {x} * Optional",
            f"List = [1]\n{x} = {x} + List[0]",
        )
    )
