"""The grammar: small modules and functions made of random features. The same seed gives the same program."""
import importlib

from writer import WIDTH, Body, ClassText, Draft

FEATURES = []  # (family, weight, needs_self, function)


def feature(family, weight=1, needs_self=False):
    def register(function):
        FEATURES.append((family, weight, needs_self, function))
        return function

    return register


PARTS = (
    "containers",
    "state",
    "flow",
    "functions",
    "arrays",
    "classes",
    "texts",
    "modules",
    "picks",
    "calls",
    "legacy",
)


def features():
    if not FEATURES:
        for part in PARTS:
            importlib.import_module(part)
    return FEATURES


def tensor(self, g):
    """A variable that holds a float tensor; a new one every now and then."""
    names = self.names("T")
    if g.chance(0.15):
        name = g.pick("h", "y", "out", "z", "x")
        if name not in self.known or self.known[name] == "T":
            self.add(f"{name} = {g.random.choice(names)} {g.pick('+ 1.0', '* 2', '- 0.5')}")
            self.known[name] = "T"
            return name
    return g.random.choice(names)


Body.tensor = tensor

# A parameter: its text, the kind of variable it is, and what calls give for it (None: it is left out).
PARAMETERS = [
    ("flag=False", "bool", ["True", "False", None]),
    ("flag: bool = True", "bool", ["False", None]),
    ("flag", "bool", ["True", "False"]),
    ("n=2", "int", ["3", "0", None]),
    ("n: int = 1", "int", ["2", None]),
    ("n", "int", ["1", "2", "0"]),
    ("scale=0.5", "float", ["2.0", None]),
    ("scale", "float", ["1.5", "0.0"]),
    ("scale=1", "number", ["2", "0.5", None]),
    ("mode='mean'", "str", ["'sum'", "'mean'", None]),
    ("mode: str = 'sum'", "str", ["'mean'", None]),
    ("mode", "str", ["'sum'", "'a b'"]),
    ("mask=None", "optional", ["torch.ones(WIDTH)", None, "None"]),
    ("mask: Optional[torch.Tensor] = None", "optional", ["torch.zeros(WIDTH)", None]),
    ("bias=None", "optional", ["torch.arange(4.0)", None]),
    ("limit=None", "optional int", ["2", None, "0"]),
    ("sizes=(1, 2)", "ints", ["(3,)", None]),
    ("sizes=[1, 2]", "ints", ["[3, 4, 5]", None]),
    ("sizes", "ints", ["[1, 2]", "(2, 3)", "[]"]),
    ("items", "tensors", ["[torch.ones(WIDTH), torch.zeros(WIDTH)]", "[]", "[torch.ones(1, WIDTH)]"]),
    ("items=()", "tensors", ["(torch.ones(WIDTH),)", None]),
    ("names=None", "optional strs", ["['a', 'b']", None]),
    ("act=torch.relu", "callable", ["torch.tanh", None]),
    ("act", "callable", ["torch.relu", "torch.tanh"]),
    ("other", "T", ["torch.ones(1, WIDTH)", "torch.full((1, WIDTH), 0.5)"]),
    ("limit: int | None = None", "optional int", ["2", None]),
    ("sizes: list = (1, 2)", "ints", ["[3, 4]", None]),
    ("sizes: 'list[int]'", "ints", ["[1, 2]"]),
    ("sizes: list[int]", "ints", ["[1, 2]", "[]"]),
    ("n: int = None", "optional int", ["2", None]),
    ("scale: float = None", "optional", ["0.5", None]),
    ("flag: bool = None", "optional", ["True", None]),
    ("items: List[torch.Tensor]", "tensors", ["[torch.ones(WIDTH)]", "[]"]),
    ("items: list", "tensors", ["[torch.ones(1, WIDTH)]"]),
    ("pair", "pair", ["(1, 2.5)", "(torch.ones(WIDTH), 2)"]),
    ("pair=(1, 0.5)", "pair", ["(2, 0.25)", None]),
    ("options={}", "str dict", ["{'a': 1}", None]),
    ("*rest", "rest", ["torch.ones(WIDTH)", None]),
    ("**extra", "extra", [None, "extra=2.0"]),
]

INPUTS = [
    "torch.arange(8.0).view(2, 4)",
    "torch.ones(1, 4)",
    "torch.linspace(-1, 1, 12).view(3, 4)",
    "torch.zeros(2, 4)",
    "torch.full((2, 4), -2.0)",
]


def parameters(g, body):
    """Parameters after x, and for each of three calls their arguments' text."""
    chosen = [g.random.choice(PARAMETERS) for _ in range(g.pick(0, 0, 1, 1, 2, 3))]
    taken, needed, others = {"x"}, [], []
    for text, kind, values in chosen:
        name = text.strip("*").split("=")[0].split(":")[0].strip()
        if name in taken:
            continue
        taken.add(name)
        body.known[name] = kind
        plain = "=" not in text and not text.startswith("*")
        (needed if plain else others).append((text, name, kind, values))
    others.sort(key=lambda p: p[0].startswith("*") + p[0].startswith("**"))
    for name in ("Optional", "List"):
        if any(name + "[" in p[0] for p in needed + others):
            g.need(f"from typing import {name}")
    calls = []
    for _ in range(g.pick(2, 3)):
        given = [g.random.choice(INPUTS)] + [g.random.choice(p[3]).replace("WIDTH", str(WIDTH)) for p in needed]
        by_name = False
        for _, name, kind, values in others:
            value = g.random.choice(values)
            if value is None:
                by_name = True
            elif kind == "rest":
                if not by_name:
                    given.append(value.replace("WIDTH", str(WIDTH)))
            elif kind == "extra":
                given.append(value)
            else:
                value = value.replace("WIDTH", str(WIDTH))
                given.append(f"{name}={value}" if by_name or g.chance(0.3) else value)
                by_name = by_name or "=" in given[-1].split("(")[0]
        calls.append(", ".join(given))
    return ["x" if g.chance(0.8) else "x: torch.Tensor"] + [p[0] for p in needed + others], calls


def use_parameters(g, b):
    """Every parameter has a use, so that its type matters."""
    for name, kind in [(n, k) for n, k in b.known.items() if n != "x"]:
        x = b.tensor(g)
        uses = {
            "bool": [
                f"if {name}:\n    {x} = {x} + 1.0",
                f"{x} = {x} * 2 if {name} else {x}",
                f"if not {name}:\n    {x} = {x} - 1.0\nelse:\n    {x} = {x} * 0.5",
            ],
            "int": [
                f"{x} = {x} * {name}",
                f"for _ in range({name}):\n    {x} = {x} + 1.0",
                f"if {name} > 1:\n    {x} = {x} + {name}",
                f"{x} = {x} / ({name} + 1)",
            ],
            "float": [f"{x} = {x} * {name}", f"{x} = {x} + {name} / 2", f"if {name} > 1.0:\n    {x} = {x} * {name}"],
            "number": [f"{x} = {x} * {name}", f"{x} = {x} + {name}"],
            "str": [
                f"if {name} == 'mean':\n    {x} = {x} - {x}.mean()\nelse:\n    {x} = {x} + 1",
                f"{x} = {x} + len({name})",
                f"print({name})",
                f"if {name} in ('sum', 'max'):\n    {x} = {x} * 3",
            ],
            "optional": [
                f"if {name} is not None:\n    {x} = {x} * {name}",
                f"if {name} is None:\n    {name} = torch.ones({WIDTH})\n{x} = {x} + {name}",
                f"{x} = {x} if {name} is None else {x} + {name}",
                f"{x} = {x} * ({name} if {name} is not None else 1.0)",
            ],
            "optional int": [
                f"if {name} is not None:\n    {x} = {x} * {name}",
                f"if {name} is None:\n    {name} = 3\n{x} = {x} + {name}",
                f"{x} = {x} * (1 if {name} is None else {name})",
                f"{name} = {name} or 4\n{x} = {x} + {name}",
            ],
            "ints": [
                f"for s in {name}:\n    {x} = {x} + s",
                f"{x} = {x} * len({name})",
                f"for i, s in enumerate({name}):\n    {x} = {x} + s * i",
                f"{x} = {x} + sum({name})",
            ],
            "tensors": [
                f"for t in {name}:\n    {x} = {x} + t",
                f"if len({name}) > 1:\n    {x} = {x} + {name}[0] * {name}[1]",
                f"{x} = {x} + len({name})",
                f"for i in range(len({name})):\n    {x} = {x} * {name}[i]",
            ],
            "optional strs": [
                f"if {name} is not None:\n    {x} = {x} + len({name})",
                f"for s in {name} or []:\n    {x} = {x} + len(s)",
            ],
            "callable": [f"{x} = {name}({x})", f"{x} = {name}({x} + 1.0) + {x}"],
            "T": [f"{x} = {x} + {name}", f"{x} = {x} * {name}.mean()", f"{name} = {name} + 1.0\n{x} = {x} + {name}"],
            "str dict": [f"{x} = {x} + {name}.get('a', 3)", f"if 'a' in {name}:\n    {x} = {x} * {name}['a']"],
            "pair": [f"a, b = {name}\n{x} = {x} * a + b", f"{x} = {x} + {name}[0] * {name}[1]"],
            "rest": [
                f"for t in {name}:\n    {x} = {x} + t",
                f"{x} = {x} + len({name})",
                f"if {name}:\n    {x} = {x} + {name}[0]",
            ],
            "extra": [
                f"{x} = {x} * {name}.get('extra', 1.0)",
                f"if 'extra' in {name}:\n    {x} = {x} + {name}['extra']",
            ],
        }
        if kind in uses:
            b.add(g.random.choice(uses[kind]))


def result(g, b):
    x = b.tensor(g)
    options = [x] * 4 + [f"{x}.sum()", f"({x}, {x} + 1.0)", f"[{x}, {x}]", f"{x}, {x}.shape[0]", f"{{'out': {x}}}"]
    options += [f"({x}, {n})" for n, k in b.known.items() if k in ("int", "str", "numbers", "list", "dict", "optional")]
    b.add(f"return {g.random.choice(options)}")


def write_function(g, m, name, size, weights):
    """A def with random features; m is the class it is a method of, or None. Returns its lines and its calls."""
    b = Body(1)
    b.known["x"] = "T"
    heads, calls = parameters(g, b)
    order = ["use"] + ["feature"] * size
    g.random.shuffle(order)
    for what in order:
        if what == "use":
            use_parameters(g, b)
            continue
        choices = [
            (w * weights.get(f, 1.0), function) for f, w, needs, function in features() if m is not None or not needs
        ]
        function = g.random.choices([c[1] for c in choices], [c[0] for c in choices])[0]
        function(g, m, b)
    result(g, b)
    first = ["self"] if m is not None else []
    return [f"def {name}({', '.join(first + heads)}):", *b.lines], calls


def generate(seed, name):
    g = Draft(seed)
    features()
    weights = {family: g.pick(0.2, 1.0, 1.0, 4.0) for family in sorted({f[0] for f in FEATURES})}
    if g.chance(0.2):
        lines, calls = write_function(g, None, "compute", g.number(1, 3), weights)
        g.tops.append("\n".join(lines))
        g.target("compute", calls)
        return g.program(name)
    m = ClassText("Model")
    lines, calls = write_function(g, m, "forward", g.number(1, 3), weights)
    m.methods.append(lines)
    g.tops.append(m)
    g.target("Model()", calls)
    return g.program(name)
