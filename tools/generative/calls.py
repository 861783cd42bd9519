"""Arguments passed on with stars, modules made where they are used, autograd functions, and classes of torch as bases."""
from grammar import feature
from writer import WIDTH


@feature("calls", 2, needs_self=True)
def passed_on(g, m, b):
    """A module that hands its arguments to another."""
    inner, outer, x = g.name("Inner", "Block"), g.name("Outer", "Residual"), b.tensor(g)
    signature, more = g.pick(
        ("x, scale=2.0, bias=None", ["scale=0.5", "bias=1.0", "scale=3.0, bias=0.5", ""]),
        ("x, *, scale=2.0", ["scale=0.5", ""]),
        ("x, n: int = 2, scale: float = 0.5", ["n=3", "3", "3, scale=2.0", ""]),
    )
    body = "x * n * scale" if "n: int" in signature else "x * scale"
    plus = "\n        if bias is not None:\n            y = y + bias" if "bias" in signature else ""
    g.tops.append(
        f"class {inner}(nn.Module):\n    def forward(self, {signature}):\n        y = {body}{plus}\n        return y"
    )
    head, call = g.pick(
        ("x, **kwargs", "x * 2, **kwargs"),
        ("*args, **kwargs", "*args, **kwargs"),
        ("x, *args, **kwargs", "x, *args, **kwargs"),
    )
    g.tops.append(
        f"class {outer}(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.inner = {inner}()\n\n"
        f"    def forward(self, {head}):\n        return self.inner({call}) + 1.0"
    )
    name = g.name("outer", "block")
    m.init.append(f"self.{name} = {outer}()")
    given = g.random.choice([v for v in more if "*args" in head or not v[:1].isdigit()])
    b.add(f"{x} = self.{name}({x}{', ' if given else ''}{given})")


@feature("calls", 2)
def known_keys(g, m, b):
    """A helper that reads keys of its keyword arguments."""
    f, x = g.name("scaled", "shifted", "mixed"), b.tensor(g)
    form = g.number(0, 4)
    head, body, calls = [
        ("x, **options", "return x * options['scale']", ["scale=2.0", "scale=0.5"]),
        ("x, **options", "scale = options['scale']\n    return x * scale", ["scale=2.0"]),
        ("x, **options", "n = options.get('n', 2)\n    return x * n", ["n=3", ""]),
        (
            "x, mode='a', **options",
            "if mode == 'b':\n        k = options['k']\n        return x + k\n    return x * 2",
            ["mode='b', k=3", "", "'b', k=1"],
        ),
        ("x, **options", "n = options.pop('n', 2)\n    n = n + len(options)\n    return x * n", ["n=3", "n=1, m=2"]),
    ][form]
    g.tops.append(f"def {f}({head}):\n    {body}")
    for given in (g.random.choice(calls), g.random.choice(calls)):
        b.add(f"{x} = {f}({x}{', ' if given else ''}{given})")


@feature("calls", 1, needs_self=True)
def made_in_forward(g, m, b):
    name, x = g.name("act", "pool", "pad"), b.tensor(g)
    made = g.pick(
        "nn.ReLU()",
        "nn.LeakyReLU(0.2)",
        "nn.Softmax(dim=-1)",
        f"nn.Hardtanh(-1.0, {g.number(1, 2)}.0)",
        "nn.Dropout(0.0)",
    )
    b.add(
        g.pick(
            f"{name} = {made}\n{x} = {name}({x})",
            f"{x} = {made}({x})",
            f"{name} = {made}\nif {x}.dim() == 2:\n    {x} = {name}({x}) + {name}({x} * 2)",
            f"for i in range(2):\n    {name} = {made}\n    {x} = {name}({x})",
        )
    )


@feature("calls", 1)
def straight_through(g, m, b):
    name, x = g.name("Through", "Quantise"), b.tensor(g)
    note = g.pick("ctx.save_for_backward(x)", "ctx.n = n", "y = x + 0")
    back = "grad * (ctx.saved_tensors[0].abs() <= 1)" if "save" in note else "grad"
    g.tops.append(
        f"class {name}(torch.autograd.Function):\n    @staticmethod\n    def forward(ctx, x, n):\n        {note}\n"
        f"        return torch.round(x * n) / n\n\n    @staticmethod\n    def backward(ctx, grad):\n        return {back}, None"
    )
    b.add(f"{x} = {name}.apply({x}, {g.number(1, 4)})")


@feature("calls", 1, needs_self=True)
def base_of_torch(g, m, b):
    name, mixed, x = g.name("Own", "Wrapped"), g.name("Flat", "Scaled"), b.tensor(g)
    if g.chance(0.5):
        g.tops.append(
            f"class {name}(nn.Linear):\n    def forward(self, x):\n        return super().forward(x{g.pick('', ' * 2')}) + 1.0"
        )
    else:
        g.tops.append(
            f"class {mixed}(nn.Module):\n    def forward(self, x):\n        return super().forward(x) * 2\n\n\n"
            f"class {name}({mixed}, nn.Linear):\n    pass"
        )
    member = g.name("own", "layer")
    m.init.append(f"self.{member} = {name}({WIDTH}, {WIDTH})")
    b.add(f"{x} = self.{member}({x})")


@feature("calls", 1)
def mapped(g, m, b):
    f, x = g.name("halved", "moved"), b.tensor(g)
    g.tops.append(f"def {f}(x):\n    return x * 0.5")
    b.add(
        g.pick(
            f"p, q = map({f}, ({x}, {x} + 1))\n{x} = p + q",
            f"p, q = map(lambda t: t * 2, [{x}, {x} + 1])\n{x} = p - q",
            f"parts = list(map({f}, [{x}, {x} * 3]))\n{x} = parts[0] + parts[1]",
            f"{x} = torch.stack(tuple(map({f}, [{x}, {x}]))).sum(0)",
            f"for t in map({f}, [{x}, {x}]):\n    {x} = {x} + t",
        )
    )


@feature("calls", 1, needs_self=True)
def filled_later(g, m, b):
    """An attribute that is None until the first call, and asked about."""
    name, x = g.name("seen", "count", "last"), b.tensor(g)
    m.init.append(f"self.{name} = None")
    b.add(
        g.pick(
            f"if self.{name} is not None:\n    self.{name} += {x}.size(0)\nelse:\n    self.{name} = {x}.size(0)\n"
            f"{x} = {x} + self.{name}",
            f"if self.{name} is None:\n    self.{name} = {x} * 2\n{x} = {x} + self.{name}",
            f"if self.{name} is not None and self.{name}.dim() == 2:\n    {x} = {x} + self.{name}.sum()\n"
            f"self.{name} = {x} * 1.0",
        )
    )
