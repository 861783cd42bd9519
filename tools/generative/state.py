"""Optional and mutable state: attributes that are None at first, buffers, caches, counters, lists that grow."""
from grammar import feature
from writer import WIDTH


@feature("state", 3, needs_self=True)
def cache(g, m, b):
    name, x = g.name("cache", "last", "memory", "hidden"), b.tensor(g)
    a = f"self.{name}"
    form = g.number(0, 8)
    m.init.append(f"{a} = None" if form < 6 else f"{a}: Optional[torch.Tensor] = None")
    if form >= 6:
        g.need("from typing import Optional")
    if form in (0, 6):
        b.add(f"if {a} is None:\n    {a} = {x}.sum()\n{x} = {x} + {a}")
    elif form == 1:
        b.add(f"if {a} is not None:\n    {x} = {x} + {a}\n{a} = {x}.mean()")
    elif form in (2, 7):
        b.add(
            f"prev = {a}\nif prev is None:\n    prev = torch.zeros({WIDTH})\n{a} = prev + {x}.sum(0)\n"
            f"{x} = {x} + prev"
        )
    elif form == 3:
        b.add(f"{x} = {x} if {a} is None else {x} * {a}\n{a} = {x}.max()")
    elif form == 4:
        b.add(f"if {a} is None or bool({x}.sum() > 3):\n    {a} = {x}.sum()\n{x} = {x} - {a}")
    elif form == 5:
        b.add(f"if {a}:\n    {x} = {x} * 2\n{a} = {g.pick('1', 'True', repr('seen'), '0.5')}")
    else:
        b.add(f"if {a} is None:\n    {a} = torch.zeros({WIDTH})\n{a} = {a} + {x}.mean(0)\n{x} = {x} * {a}")
    if g.chance(0.3):
        m.methods.append(["def reset(self):", f"    {a} = None"])


@feature("state", 2, needs_self=True)
def counter(g, m, b):
    name, x = g.name("steps", "calls", "total"), b.tensor(g)
    m.init.append(f"self.{name} = {g.pick('0', '0', '0.0', '1')}")
    b.add(
        g.pick(
            f"self.{name} += 1",
            f"self.{name} = self.{name} + 1",
            f"self.{name} -= 2",
            f"self.{name} *= 2",
            f"self.{name} //= 2",
        )
    )
    if g.chance(0.6):
        b.add(f"{x} = {x} + self.{name}")
    if g.chance(0.2):
        b.add(f"if self.{name} > 1:\n    return {x}")


@feature("state", 2, needs_self=True)
def buffers(g, m, b):
    name, x = g.name("mean", "scale", "window", "table"), b.tensor(g)
    how = g.number(0, 4)
    if how <= 1:
        value = f"torch.{g.pick('zeros', 'ones')}({WIDTH})"
        m.init.append(f'self.register_buffer("{name}", {value}{g.pick("", ", persistent=False")})')
    elif how == 2:
        m.init.append(f'self.register_buffer("{name}", None)')
    elif how == 3:
        m.init.append(f"self.{name} = nn.Parameter(torch.ones({WIDTH}))")
    else:
        m.init.append(f'self.register_parameter("{name}", None)')
    a = f"self.{name}"
    if how in (2, 4):
        b.add(f"if {a} is not None:\n    {x} = {x} * {a}")
        if how == 2 and g.chance(0.5):
            b.add(f"{a} = {x}.mean(0)")
    elif how == 3:
        b.add(f"{x} = {x} * {a}")
    else:
        b.add(
            g.pick(
                f"{a} = {a} + {x}.mean(0).detach()",
                f"{a} += {x}.mean(0).detach()",
                f"{a}.add_({x}.mean(0).detach())",
                f"{a}[0] = 2.0",
                f"{a}.copy_({x}.mean(0).detach())",
                f"with torch.no_grad():\n    {a}.mul_(0.5)",
            )
        )
        b.add(f"{x} = {x} + {a}")


@feature("state", 2, needs_self=True)
def growing(g, m, b):
    name, x = g.name("history", "log", "seen"), b.tensor(g)
    a = f"self.{name}"
    form = g.number(0, 7)
    if form == 7:
        m.fields.append(f"{name} = []")
    else:
        m.init.append(f"{a} = " + g.pick("[]", "[]", "list()"))
    if form in (0, 7):
        b.add(f"{a}.append({x}.sum())\n{x} = {x} + len({a})")
    elif form == 1:
        b.add(f"{a}.append({x}.shape[0])\n{x} = {x} * sum({a})")
    elif form == 2:
        b.add(f"{a} = {a} + [{x}.detach()]\nif len({a}) > 1:\n    {x} = {x} + {a}[0].mean()")
    elif form == 3:
        b.add(f"{a}.append('step')\n{x} = {x} + len(', '.join({a}))")
    elif form == 4:
        b.add(f"{a}.append(({x}.shape[0], {x}.mean()))\n{x} = {x} + len({a})")
    elif form == 5:
        b.add(f"while len({a}) > 1:\n    {a}.pop({g.pick('', '0')})\n{a}.append({x}.mean())")
    else:
        b.add(f"for v in {a}:\n    {x} = {x} + v\n{a}.append(0.5)")


@feature("state", 1, needs_self=True)
def dict_state(g, m, b):
    name, x = g.name("stats", "memo", "caches"), b.tensor(g)
    a = f"self.{name}"
    form = g.number(0, 4)
    m.init.append(f"{a} = " + g.pick("{}", "{}", "dict()") if form != 3 else f"{a} = {{'a': 1}}")
    if form == 0:
        b.add(f"{a}['mean'] = {x}.mean()\n{x} = {x} - {a}['mean']")
    elif form == 1:
        b.add(f"if 'k' not in {a}:\n    {a}['k'] = {x}.detach().sum()\n{x} = {x} + {a}['k']")
    elif form == 2:
        b.add(f"n = {x}.shape[0]\nif n not in {a}:\n    {a}[n] = torch.arange(n).float()\n{x} = {x} + {a}[n].sum()")
    elif form == 3:
        b.add(f"{a}['a'] += 1\n{x} = {x} * {a}['a']")
    else:
        b.add(f"{a}['count'] = {a}.get('count', 0) + 1\n{x} = {x} + {a}['count']")


@feature("state", 1, needs_self=True)
def flags(g, m, b):
    name, x = g.name("use", "normalize", "kind", "width"), b.tensor(g)
    a = f"self.{name}"
    form = g.number(0, 5)
    value = [g.pick("True", "False"), "'relu'", "4", "None", "[1, 2]", "(4, 4)"][form]
    if g.chance(0.3):
        m.init_parameters.append(f"{name}={value}")
        value = name
    m.init.append(f"{a} = {value}")
    b.add(
        [
            f"if {a}:\n    {x} = {x} * 2",
            f"if {a} == 'relu':\n    {x} = torch.relu({x})\nelif {a} == 'tanh':\n    {x} = torch.tanh({x})",
            f"{x} = {x}.view(-1, {a})",
            f"if {a} is not None:\n    {x} = {a}({x})",
            f"for s in {a}:\n    {x} = {x} + s",
            f"{x} = {x} + {a}[0]",
        ][form]
    )


@feature("state", 1, needs_self=True)
def training(g, m, b):
    x = b.tensor(g)
    b.add(
        g.pick(
            f"if self.training:\n    {x} = {x} * 2",
            f"if not self.training:\n    return {x}",
            f"{x} = {x} + 1 if self.training else {x}",
        )
    )


@feature("state", 1, needs_self=True)
def side_effects(g, m, b):
    """A method that counts its evaluations, as an argument, an index or a bound."""
    name, x = g.name("ticks", "draws"), b.tensor(g)
    m.init.append(f"self.{name} = 0")
    m.methods.append([f"def next_{name}(self):", f"    self.{name} += 1", f"    return self.{name}"])
    call = f"self.next_{name}()"
    form = g.number(0, 8)
    if form == 0:
        b.add(f"{x} = {x} * {call} + {call}")
    elif form == 1:
        b.add(f"for i in range({call}):\n    {x} = {x} + i")
    elif form == 2:
        b.add(f"vs = [{x}, {x} + 1.0, {x} * 2, {x} - 1.0]\nvs[min({call}, 3)] += {call}\n{x} = {x} + vs[1] + vs[2]")
    elif form == 3:
        b.add(f"if {call} > 1 and {call} < 4:\n    {x} = {x} * 3")
    elif form == 4:
        b.add(f"{x} = {x}.new_zeros(*[{call}, {WIDTH}])[:1] + {x}")
    elif form == 5:
        b.add(f"vs = [{x}, {x} + 1.0, {x} * 2, {x} - 1.0]\nvs[min({call}, 3)].mul_({call})\n{x} = vs[1] + vs[2]")
    elif form == 6:
        b.add(f"if {call} in {{1, 3, {call}}}:\n    {x} = {x} + 1.0")
    elif form == 7:
        b.add(f"if (k := {call}) > 1:\n    {x} = {x} * k")
    else:
        b.add(f"print({call}, {call})")
