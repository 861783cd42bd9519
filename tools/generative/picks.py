"""Modules picked by an index or key that is worked out, comprehensions over modules, targets of several names."""
from containers import module_list
from grammar import feature
from writer import WIDTH


@feature("containers", 2, needs_self=True)
def picked_module(g, m, b):
    c, n = module_list(g, m, 0, 3)
    x = b.tensor(g)
    index = g.pick("k", "k - 1", "-k", f"{x}.shape[0]", "k // 2", f"{x}.shape[0] - 1", "-1", "0")
    b.add(f"k = {g.pick(str(g.number(0, 3)), f'{x}.shape[0]', f'len({c}) - 1')}")
    form = g.number(0, 6)
    if form <= 1:
        b.add(f"{x} = {c}[{index}]({x})" + g.pick("", " + k", f" + {x}"))
    elif form == 2:
        b.add(f"layer = {c}[{index}]\n{x} = layer({x})\n{x} = layer({x}) * 2")
    elif form == 3:
        b.add(f"return {c}[{index}]({x})")
    elif form == 4:
        order = g.name("order", "path")
        m.init.append(f"self.{order} = {[g.number(0, max(n - 1, 0)) for _ in range(g.number(0, 3))]}")
        b.add(
            f"for i in range(len(self.{order})):\n    {x} = {c}[self.{order}[i]]({x})"
            if g.chance(0.5)
            else f"for i in self.{order}:\n    {x} = {c}[i]({x})"
        )
    elif form == 5:
        b.add(f"if {x}.shape[0] > 1:\n    {x} = {c}[{index}]({x})\nelse:\n    {x} = {x} * 2")
    else:
        b.add(f"for i in range({g.number(0, 3)}):\n    {x} = {c}[min(i, k)]({x}) + i")


@feature("containers", 1, needs_self=True)
def picked_by_key(g, m, b):
    name, x = g.name("experts", "decoders"), b.tensor(g)
    m.init.append(f"self.{name} = nn.ModuleDict({{'1': nn.Linear({WIDTH}, {WIDTH}), '2': nn.Tanh(), 'b': nn.ReLU()}})")
    key = g.pick(f"str({x}.shape[0])", "'b'", "which", "'c'")
    b.add(f"which = {g.pick(repr('1'), repr('b'), f'str({x}.shape[0])')}")
    b.add(
        g.pick(
            f"{x} = self.{name}[{key}]({x})",
            f"if {key} in self.{name}:\n    {x} = self.{name}[{key}]({x})",
            f"for k in ['1', which]:\n    {x} = self.{name}[k]({x})",
        )
    )


@feature("containers", 2, needs_self=True)
def comprehensions(g, m, b):
    c, n = module_list(g, m, 1, 3)
    x = b.tensor(g)
    part = g.pick("", "", "[1:]", "[:-1]", "[::-1]")
    b.add(
        g.pick(
            f"ys = [layer({x}) for layer in {c}{part}]",
            f"ys = [{c}[i]({x}) for i in range(len({c}))]",
            f"ys = [layer({x}) * i for i, layer in enumerate({c})]",
            f"ys = [{c}[i]({x}) for i in range({g.number(0, n)})]",
            f"ys = [layer({x}) for layer in {c} if {x}.shape[0] > 1]",
            f"ys = [{x} + i for i in range({g.number(0, 3)}) if i != 1]",
            f"ys = list(layer({x}) for layer in {c})",
            f"ys = [t * 2 for t in [{x}, {x} + 1.0]]",
        )
    )
    b.add(g.pick(f"for y in ys:\n    {x} = {x} + y", f"{x} = {x} + len(ys)", f"{x} = torch.stack(ys + [{x}]).sum(0)"))


@feature("containers", 1, needs_self=True)
def own_blocks(g, m, b):
    """A list of modules of a class of this file, each with its own number and state."""
    block, name, x = g.name("Layer", "Stage"), g.name("stack", "tower"), b.tensor(g)
    n = g.number(0, 3)
    g.tops.append(
        f"class {block}(nn.Module):\n    def __init__(self, k):\n        super().__init__()\n"
        f"        self.k = k\n"
        f"        self.seen = 0\n\n    def forward(self, x, n=1):\n        self.seen += 1\n"
        f"        return x * n + self.k"
    )
    m.init.append(f"self.{name} = nn.ModuleList([{block}(i) for i in range({n})])")
    c = f"self.{name}"
    b.add(
        g.pick(
            f"for i in range(len({c})):\n    {x} = {c}[i]({x}, i)",
            f"for i in range(len({c}) - 1):\n    {x} = {c}[i]({x}) + {c}[i + 1].k",
            f"for i, layer in enumerate({c}):\n    if i == layer.k:\n        {x} = layer({x}, n=2)",
            f"for layer in reversed({c}):\n    {x} = layer({x})",
            f"for i in reversed(range(len({c}))):\n    {x} = {c}[i]({x})\n    if i == 1:\n        break",
        )
    )


@feature("flow", 1)
def several_targets(g, m, b):
    x = b.tensor(g)
    b.add(
        g.pick(
            f"a, c = [], []\nfor i in range({g.number(0, 3)}):\n    a.append(i)\n    c.append({x})\n"
            f"{x} = {x} + len(a) + len(c)",
            f"a = c = None\nif {x}.shape[0] > 1:\n    a = {x}\nif a is not None:\n    {x} = {x} + a",
            f"(a, c), d = (1, 2), {x}\n{x} = d * a + c",
            f"a, *c = [1, 2, 3]\n{x} = {x} + a + len(c)",
            f"a, c = 1, 0.5\nfor i in range(2):\n    a, c = a + 1, c * 2\n{x} = {x} * a + c",
            f"a, c = None, {x}\nfor i in range({g.number(0, 2)}):\n    a, c = c, c + 1.0\nif a is not None:\n"
            f"    {x} = {x} + a",
        )
    )
