"""
What old code has and compiled code has not: constructors and methods of old, constants from outside, attributes that
only some instances have, local functions, what is unpacked, summed or looked up by a name that is worked out.
"""
from grammar import feature
from writer import WIDTH


@feature("legacy", 2)
def methods_of_old(g, m, b):
    x = b.tensor(g)
    b.add(
        g.pick(
            f"{x} = {x} + {x}.new({x}.size()).fill_(1.0)",
            f"{x} = {x} + {x}.new({x}.size(0), {WIDTH}).zero_()",
            f"{x} = {x} * {x}.new_tensor(2.0)",
            f"{x} = {x} + {x}.new([1.0] * {WIDTH})",
            f"{x} = {x} / {x}.nelement()",
            f"if {x}.ndimension() == 2:\n    {x} = {x} + 1",
            f"{x} = {x}.masked_fill(({x} > 0.5).float().bool(), 0.0)",
            f"{x} = {x} + ({x} > 0.5).type(torch.FloatTensor)",
            f"{x} = {x} * torch.Tensor({[n + 1 for n in range(WIDTH)]})",
            f"{x} = {x} + torch.Tensor({x}.size(0), {WIDTH}).fill_(2)",
            f"{x} = {x} + torch.autograd.Variable(torch.ones({WIDTH}))",
            f"if torch.is_tensor({x}):\n    {x} = {x} * 2",
        )
    )


@feature("legacy", 2, needs_self=True)
def of_some_instances(g, m, b):
    name, x = g.name("extra", "shortcut", "branch"), b.tensor(g)
    flag = g.pick("self.deep", "self.depth > 1", "self.kind == 'deep'")
    given = {"self.deep": ("deep", "True", "False"), "self.depth > 1": ("depth", "2", "1")}.get(
        flag, ("kind", "'deep'", "'flat'")
    )
    m.init.append(f"self.{given[0]} = {g.pick(*given[1:])}")
    m.init += [f"if {flag}:", f"    self.{name} = nn.Linear({WIDTH}, {WIDTH})"]
    b.add(
        g.pick(
            f"if {flag}:\n    {x} = self.{name}({x})",
            f"{x} = self.{name}({x}) if {flag} else {x}",
            f"if not ({flag}):\n    {x} = {x} + 1\nelse:\n    {x} = self.{name}({x})",
            f"if {flag} or {x}.sum() > 1e9:\n    {x} = self.{name}({x})",
        )
    )


@feature("legacy", 1, needs_self=True)
def ints_for_floats(g, m, b):
    name, x = g.name("drop", "clip", "soft"), b.tensor(g)
    made = g.pick(
        "nn.Dropout(0)", "nn.Hardtanh(0, 6)", "nn.LeakyReLU(1)", f"nn.BatchNorm1d({WIDTH}, eps=1)", "nn.ELU(2)"
    )
    m.init.append(f"self.{name} = {made}")
    b.add(f"{x} = self.{name}({x})")


@feature("legacy", 1)
def functional_ints(g, m, b):
    x = b.tensor(g)
    b.add(
        g.pick(
            f"{x} = torch.nn.functional.dropout({x}, 0, False)",
            f"{x} = torch.nn.functional.pad({x}, (1, 0), value=1)[:, 1:]",
            f"{x} = torch.nn.functional.leaky_relu({x}, 0)",
            f"{x} = {x} + torch.mean({x}, dim=0, out=None)",
        )
    )


@feature("legacy", 2)
def local_function(g, m, b):
    name, x = g.name("scaled", "moved"), b.tensor(g)
    form = g.number(0, 3)
    if form == 0:
        b.add(f"{name} = lambda t: t * 2\n{x} = {name}({x}) + {name}({x} + 1)")
    elif form == 1:
        b.add(f"rows_{name} = {x}.size(0)\n{name} = lambda t: t / rows_{name}\n{x} = {name}({x})\nrows_{name} = 7")
    elif form == 2:
        b.add(f"def {name}(t, by: float = 2.0):\n    t = t + 1\n    return t * by")
        b.add(f"{x} = {name}({x}) - {name}({x}, by=3.0)")
    else:
        b.add(f"k_{name} = 1\ndef {name}(t):\n    return t + k_{name}\nk_{name} = 5")
        b.add(f"{x} = {name}({x})\nk_{name} = 6\n{x} = {name}({x})")


@feature("legacy", 1)
def taken_apart(g, m, b):
    x = b.tensor(g)
    b.add(
        g.pick(
            f"p, q = torch.stack([{x}, {x} + 1])\n{x} = p * q",
            f"both = torch.stack([{x}, {x} * 2])\np, q = both\n{x} = p - q",
            f"for turn in range(2):\n    if turn == 0:\n        kept = {x} + 1\n    kept = kept * {x}\n{x} = kept",
            f"{x} = torch.cat(tuple(part * 2 for part in {x}.chunk(2, 1)), 1)",
            f"{x} = sum([{x}, {x} * 2, {x} + 1])",
            f"{x} = sum(part * 2 for part in [{x}, {x} + 1])",
        )
    )


@feature("legacy", 1, needs_self=True)
def parts_by_name(g, m, b):
    name, x = g.name("fc", "step"), b.tensor(g)
    m.init += [f"self.{name}{i} = nn.Linear({WIDTH}, {WIDTH})" for i in range(2)]
    form = g.number(0, 3)
    if form == 0:
        b.add(f"for i in range(2):\n    {x} = getattr(self, f'{name}{{i}}')({x}) * (i + 1)")
    elif form == 1:
        b.add(f"for i in range(2):\n    part = getattr(self, '{name}%d' % i)\n    {x} = part({x})")
    elif form == 2:
        m.init.append(f"self.{name}_list = [self.{name}0, self.{name}1]")
        b.add(f"for part in self.{name}_list:\n    {x} = {x} + part({x})")
    else:
        m.init.append(f"self.{name}_all = nn.ModuleList([self.{name}0, self.{name}1, self.{name}0])")
        part = g.pick("[1:]", "[:-1]", "[:2]", "[-2:]", "[1:2]")
        b.add(f"for part in self.{name}_all{part}:\n    {x} = part({x})")


@feature("legacy", 1, needs_self=True)
def constants_of_class(g, m, b):
    name, x = g.name("SCALE", "GAIN"), b.tensor(g)
    m.fields.append(f"{name} = {g.pick('0.5', '2', '(0.5, 2)')}")
    if "(" in m.fields[-1]:
        b.add(f"{x} = {x} * self.{name}[0]")
    else:
        b.add(f"{x} = {x} * self.{name}")
    if g.chance(0.3):
        b.add(f"{x} = {x}.to(next(self.parameters()).dtype) if {g.pick('True', 'self.training')} else {x}")
