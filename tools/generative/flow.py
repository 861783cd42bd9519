"""Early exits, conditions, assertions, exceptions, and statements that TorchScript has no word for."""
from grammar import feature
from writer import WIDTH


@feature("flow", 3)
def early_exits(g, m, b):
    x = b.tensor(g)
    n = g.number(0, 4)
    test = g.pick(
        f"bool({x}.sum() > {n})",
        f"{x}.shape[0] > {g.number(1, 3)}",
        f"{x}.sum() > {n}",
        f"{x}.dim() == {g.pick(2, 3)}",
        f"{x}.size(0) == 1",
        f"{x}.sum().item() > {n}",
        f"len({x}) > 1",
    )
    form = g.number(0, 9)
    if form == 0:
        b.add(f"if {test}:\n    return {g.pick(x, f'{x} * 2', f'{x} + 1.0')}")
    elif form == 1:
        b.add(f"for i in range({g.number(0, 4)}):\n    {x} = {x} + 1.0\n    if {test}:\n        return {x}")
    elif form == 2:
        ends = not any(word in test for word in ("shape", "dim", "len", "size"))
        b.add(
            f"while {test}:\n    {x} = {x} - 1.0\n    if {x}.sum() < 0:\n        break"
            if ends
            else f"if {test}:\n    {x} = {x} * 2"
        )
    elif form == 3:
        b.add(
            f"for i in range({g.number(0, 5)}):\n    if i == {g.number(0, 3)}:\n"
            f"        {g.pick('break', 'continue')}\n    {x} = {x} * (i + 1)\n{x} = {x} + 0.5"
        )
    elif form == 4:
        b.add(
            f"for i in range({g.number(1, 4)}):\n    if {test}:\n        break\n    {x} = {x} + i\nelse:\n"
            f"    {x} = {x} * 10"
        )
    elif form == 5:
        b.add(
            f"k = 0\nwhile k < {g.number(0, 4)}:\n    k += 1\n    if k == 2:\n        continue\n"
            f"    {x} = {x} + k\nelse:\n    {x} = {x} - 1.0"
        )
    elif form == 6:
        b.add(
            f"found = None\nfor i in range({g.number(0, 4)}):\n    if {x}.shape[0] == i:\n        found = i\n"
            f"        break\nif found is not None:\n    {x} = {x} + found"
        )
    elif form == 7:
        b.add(
            f"if {test}:\n    value = {g.pick('1', '2.5', x)}\nelse:\n"
            f"    value = {g.pick('2', '0.5', 'None', x)}\nif value is not None:\n    {x} = {x} * value"
        )
    elif form == 8:
        b.add(f"if {test}:\n    extra = {x} + 1.0\nif {test}:\n    {x} = {x} + extra")
    else:
        b.add(f"for i in range({g.number(1, 4)}):\n    pass\n{x} = {x} + i")


@feature("flow", 2)
def accumulators(g, m, b):
    """A variable whose type changes on the way: a number that becomes a tensor, None that becomes something."""
    x = b.tensor(g)
    start = g.pick("0", "0.0", "1", "None", "[]", "''", "True", "0.5", "-1")
    name = g.pick("acc", "loss", "result", "state")
    n = g.number(0, 3)
    if start == "None":
        b.add(
            f"{name} = None\nfor i in range({n}):\n"
            f"    {g.pick(f'{name} = {x} * i', f'if {name} is None:{chr(10)}        {name} = {x} + i')}"
        )
        b.add(f"if {name} is not None:\n    {x} = {x} + {name}")
    elif start == "[]":
        b.add(
            f"{name} = []\nfor i in range({n}):\n"
            f"    {name}.append({g.pick('i', f'{x} + i', 'str(i)', '(i, i + 1)', '[i]')})\n{x} = {x} + len({name})"
        )
    elif start == "''":
        b.add(
            f"{name} = ''\nfor i in range({n}):\n    {name} += {g.pick(repr('ab'), 'str(i)')}\n"
            f"{x} = {x} + len({name})"
        )
    elif start == "True":
        b.add(
            f"{name} = True\nfor i in range({n}):\n    {name} = {name} and bool({x}.sum() > i)\nif {name}:\n"
            f"    {x} = {x} + 1.0"
        )
    else:
        form = g.number(0, 4)
        step = [
            f"{name} = {name} + {x}.sum()",
            f"{name} += {x}.mean() * i",
            f"{name} = {name} + i / 2",
            f"{name} = {x} + {name}",
            f"{name} += i",
        ][form]
        b.add(f"{name} = {start}\nfor i in range({n}):\n    {step}")
        if g.chance(0.2):
            b.add(f"print(type({name}).__name__)")
        b.add(f"{x} = {x} + {name}")
        if g.chance(0.3):
            b.known[name] = "optional"


@feature("flow", 2)
def unusual(g, m, b):
    x = b.tensor(g)
    form = g.number(0, 21)
    n = g.number(0, 3)
    texts = [
        f"k = +{n}\n{x} = {x} + k",
        f"{x} = +{x}",
        f"k = 7\nk //= 2\n{x} = {x} + k",
        f"{x} //= 2",
        f"w = torch.ones({WIDTH}, {WIDTH})\n{x} @= w",
        f"if (total := {x}.sum()) > {n}:\n    {x} = {x} - total",
        f"if {x}.shape[0] in {{1, 2}}:\n    {x} = {x} * 2",
        f"k: int\nk = {n}\n{x} = {x} + k",
        f"if {x}.dim() > 5:\n    ...\n{x} = {x} + 1.0",
        f"print({x}.shape[0], end='')",
        f"print('a', {n}, sep='-')",
        f"del {x}[0]" if False else f"y = {x}\ndel y",
        f"assert {x}.dim() == 2, 'two dimensions'",
        f"assert {x}.shape[0] > 1",
        f"{x} = {x} if {x}.sum() > {n} else -{x}",
        f"k = {n} if {x}.shape[0] > 1 else {n}.5\n{x} = {x} + k",
        f"a, b = {x}.shape\n{x} = {x}.view(b, a).t()",
        f"a = b = {x}.shape[0]\n{x} = {x} + a * b",
        f"{x} = {x}[..., None].squeeze(-1)",
        f"k = {n}\n{x} = {x} + (k + 1 if k else 0)",
        f"k, j = {n}, {n} + 1\nk, j = j, k\n{x} = {x} * k - j",
        f"{x} = {x} + ({n} < {x}.shape[0] < 3)",
    ]
    b.add(texts[form])


@feature("flow", 1)
def in_place(g, m, b):
    x = b.tensor(g)
    b.add(
        g.pick(
            f"{x} += 1.0",
            f"{x} *= 2",
            f"{x}[0] = 0.5",
            f"{x}[:, 0] += 1.0",
            f"{x} = {x}.clone()\n{x}[{x} > 0] = 1.0",
            f"y = {x}\ny += 1.0\n{x} = {x} + y",
            f"{x}.add_(1.0)",
            f"y = {x}[0]\ny.mul_(3)",
            f"{x} = {x}.clone().fill_(2.0)",
            f"{x} /= 2",
            f"{x} -= {x}.mean()",
            f"{x}[0, 0] = {x}.sum()",
        )
    )


@feature("flow", 2)
def exceptions(g, m, b):
    x = b.tensor(g)
    form = g.number(0, 8)
    texts = [
        f"try:\n    {x} = {x}.view(2, 2, 2)\nexcept RuntimeError:\n    {x} = {x} + 1.0",
        f"try:\n    k = int('{g.pick('3', 'no')}')\nexcept ValueError:\n    k = {g.number(0, 5)}\n{x} = {x} + k",
        f"if {x}.shape[0] == 3:\n    raise {g.pick('ValueError', 'RuntimeError', 'NotImplementedError')}('three')",
        f"try:\n    assert {x}.shape[0] == 2\n    {x} = {x} * 2\nexcept AssertionError as e:\n    {x} = {x} - 1.0\n"
        f"finally:\n    {x} = {x} + 0.5",
        f"try:\n    v = [1, 2][{x}.shape[0]]\nexcept IndexError:\n    v = -1\n{x} = {x} + v",
        f"try:\n    {x} = {x} + {{'a': 1}}['{g.pick('a', 'b')}']\nexcept KeyError as e:\n    print('missing', e)\n"
        f"else:\n    {x} = {x} * 2",
        f"if {x}.dim() != 2:\n    raise ValueError(f'got {{{x}.dim()}}')",
        f"if {x}.shape[0] == 1:\n    raise ValueError\n{x} = {x} + 1.0",
        f"with torch.no_grad():\n    {x} = {x} * 2",
    ]
    b.add(texts[form])


@feature("flow", 2)
def sizes(g, m, b):
    x = b.tensor(g)
    form = g.number(0, 12)
    texts = [
        f"shape = {x}.shape\n{x} = ({x} + 1.0).view(*shape)",
        f"sizes = [{x}.shape[0], {WIDTH}]\n{x} = {x} + torch.zeros(*sizes)",
        f"{x} = {x}.reshape(*{x}.shape[:-1], {WIDTH})",
        f"dims = [1, 0]\n{x} = {x}.permute(*dims).permute(*dims)",
        f"{x} = {x}.expand(*{x}.size())",
        f"b, c = {x}.size()\n{x} = {x}.view(b * c // {WIDTH}, {WIDTH})",
        f"{x} = {x}.repeat(*(1, 1))",
        f"sizes = list({x}.shape)\nsizes[0] = sizes[0] * 2\n{x} = torch.cat([{x}, {x}]).view(*sizes)[:1]",
        f"{x} = torch.cat([{x}, {x}], dim=0)",
        f"{x} = {x} + torch.ones({x}.shape)",
        f"{x} = {x}.view(-1, *[{WIDTH}])",
        f"{x} = {x} + torch.ones(*{x}.shape, dtype={x}.dtype)",
        f"args = ({x}, {x})\n{x} = torch.add(*args)",
    ]
    b.add(texts[form])
