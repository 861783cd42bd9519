"""Containers under every form of range, slice, zip, enumerate and reversed."""
from grammar import feature
from writer import WIDTH


def module_list(g, m, least=0, most=4):
    """A ModuleList attribute (or a Sequential); returns its name and its length."""
    name = g.name("layers", "blocks", "convs", "norms", "heads")
    n = g.number(least, most)
    kind = g.pick("ModuleList", "ModuleList", "ModuleList", "Sequential")
    linear = f"nn.Linear({WIDTH}, {WIDTH})"
    item = g.pick(linear, linear, linear, f"nn.LayerNorm({WIDTH})", "nn.ReLU()", "nn.Tanh()")
    if kind == "ModuleList" and g.chance(0.6):
        text = f"nn.ModuleList([{item} for _ in range({n})])"
    elif kind == "ModuleList":
        text = f"nn.ModuleList([{', '.join([item] * n)}])"
    else:
        text = f"nn.Sequential({', '.join([item] * n)})"
    m.init.append(f"self.{name} = {text}")
    m.made[name] = n
    return f"self.{name}", n


def tensor_list(g, b, least=0, most=4):
    """A local list (or tuple) of tensors; returns its name, its length and whether it is a list."""
    name, n, t = g.name("parts", "outs", "states", "xs"), g.number(least, most), b.tensor(g)
    items = [g.pick(f"{t} * {i + 1}", f"{t} + {i}.5", f"torch.relu({t})") for i in range(n)]
    if n and g.chance(0.25):
        b.add(f"{name} = ({', '.join(items)},)")
        return name, n, False
    if n == 0:
        b.add(g.pick(f"{name} = []", f"{name} = [{t}][:0]"))
    elif g.chance(0.7):
        b.add(f"{name} = [{', '.join(items)}]")
    else:
        b.add(f"{name} = []")
        with b.block(f"for k in range({n}):"):
            b.add(f"{name}.append({t} * k)")
    return name, n, True


def bounds(g, m, c, n):
    """A call of range over positions of a container of n elements, with every value inside it."""
    a = g.number(0, n)
    attribute = None
    if g.chance(0.2):
        attribute = g.name("n", "depth", "count")
        m.init.append(f"self.{attribute} = {a}")
    part = f"self.{attribute}" if attribute else str(a)
    options = [f"range(len({c}))"] * 3 + [
        f"range({part})",
        f"range({part}, len({c}))",
        f"range(len({c}) // 2)",
        f"range(0, len({c}), 2)",
        f"range(len({c}) - 1, -1, -1)",
        f"reversed(range(len({c})))",
        f"range(len({c}))[::-1]",
        f"range({n})",
        f"range(0, {n})",
        f"range(0, len({c}))",
        f"range({a}, {n})",
        f"range(len({c}) - {a})",
        f"range({a}, len({c}), {g.pick(1, 2)})",
        f"range({n} - 1, -1, -1)",
        f"range(-1, -len({c}) - 1, -1)",
        f"range(min({g.number(0, 3)}, len({c})))",
        f"range(len({c}))[{a}:]",
    ]
    if n:
        options += [f"range(len({c}) - 1)", f"range(1, len({c}))", f"range({n} - 1)", f"range(len({c}) - 1, 0, -1)"]
    return g.random.choice(options)


def loop_body(g, m, b, item, index, x, n):
    """What a loop does with its element (an expression) and its index (a name or None)."""
    use = g.number(0, 11)
    call = f"{item}({x})"
    if use <= 2 or index is None and use in (5, 6, 7, 8, 9):
        b.add(g.pick(f"{x} = {call}", f"{x} = {x} + {call}", f"{x} = torch.relu({call})"))
    elif use == 3:
        outs = b.names("list")
        b.add(f"{x} = {call}")
        if outs:
            b.add(f"{g.random.choice(outs)}.append({x})")
    elif use == 4:
        b.add(f"h = {call}")
        with b.block(f"if bool(h.sum() > {g.number(-4, 4)}):"):
            b.add(g.pick("break", "continue", f"{x} = {x} + 1.0"))
        b.add(f"{x} = {x} + h")
    elif use == 5:
        with b.block(f"if {index} == {g.number(0, 3)}:"):
            b.add(g.pick("break", "continue"))
        b.add(f"{x} = {call}")
    elif use == 6:
        b.add(f"{x} = {call}")
        with b.block(f"if {index} < {max(n - 1, 0)}:"):
            b.add(f"{x} = torch.tanh({x})")
    elif use == 7:
        b.add(f"{x} = {call} * {index}")
    elif use == 8:
        b.add(f"{x} = {call}")
        b.add(f"total = total + {index}" if "total" in b.known else f"{x} = {x} + {index}")
    elif use == 9:
        b.add(f"{x} = {call}")
        b.add(g.pick(f"{index} = {index} + 1", f"{index} += 10", f"print({index})"))
    elif use == 10:
        b.add(f"{x}, extra = {call}, {x} - 1.0")
        b.add(f"{x} = {x} + extra")
    else:
        b.add(f"y = {x}")
        b.add(f"{x} = {call}" + g.pick(" + y", " - y", ""))


@feature("containers", 6, needs_self=True)
def indexed_modules(g, m, b):
    c, n = module_list(g, m)
    x, i = b.tensor(g), g.pick("i", "i", "idx", "k", "n")
    header = bounds(g, m, c, n)
    before = g.chance(0.2)
    if before:
        b.add(f"{i} = {g.number(5, 9)}")
    if g.chance(0.15):
        b.add("total = 0")
        b.known["total"] = "int"
    other = module_list(g, m, n, n + 2)[0] if g.chance(0.25) else None
    with b.block(f"for {i} in {header}:"):
        item = f"{c}[{i}]"
        form = g.number(0, 9)
        if form == 0:
            b.add(f"layer = {item}")
            item = "layer"
        elif form == 1 and "range(-1" not in header:
            item = f"{c}[len({c}) - 1 - {i}]"
        elif form == 2 and "range(-1" not in header:
            item = f"{c}[-{i} - 1]"
        elif form == 3 and n and "range(-1" not in header:
            item = f"{c}[{i} - {g.number(0, 1)}]"
        loop_body(g, m, b, item, i, x, n)
        if other:
            b.add(f"{x} = {other}[{i}]({x})" + g.pick("", f" + {item}({x})"))
    if (before or n) and g.chance(0.3):
        b.add(g.pick(f"{x} = {x} + {i}", f"print({i})"))


@feature("containers", 3, needs_self=True)
def walked_modules(g, m, b):
    c, n = module_list(g, m)
    x = b.tensor(g)
    k = g.number(0, 3)
    part = g.pick(
        "", "", "", f"[{k}:]", f"[:{k}]", "[:-1]", "[1:]", "[::2]", "[::-1]", f"[-{k + 1}:]", f"[{k}:{k + 1}]"
    )
    over, index = f"{c}{part}", None
    form = g.number(0, 8)
    target = "layer"
    if form == 1:
        over, index, target = f"enumerate({over})", "i", "i, layer"
    elif form == 2:
        over, index, target = f"enumerate({over}, {g.number(0, 3)})", "i", "i, layer"
    elif form == 3:
        over = f"reversed({c})"
    elif form == 4:
        d, _ = module_list(g, m)
        over, target = f"zip({over}, {d}{g.pick('', '[1:]', '[:-1]')})", "layer, second"
    elif form == 5:
        over, index, target = f"zip(range({g.number(0, 4)}), {over})", "i", "i, layer"
    elif form == 6:
        d, _ = module_list(g, m)
        over, index, target = f"enumerate(zip({over}, {d}))", "i", "i, (layer, second)"
    elif form == 7:
        over, index, target = f"enumerate(reversed({c}))", "i", "i, layer"
    elif form == 8:
        over = g.pick(f"list({c})", f"{c}.children()", f"reversed(list({c}))", f"reversed({over})")
    if form in (1, 2) and g.chance(0.3):
        index, target = "i", "i, _"
        with b.block(f"for {target} in {over}:"):
            loop_body(g, m, b, f"{c}[i]" if form == 1 and not part else f"{c}[0]", index, x, n)
        return
    with b.block(f"for {target} in {over}:"):
        loop_body(g, m, b, "layer", index, x, n)
        if "second" in target:
            b.add(f"{x} = second({x})")
        if index and form == 1 and not part and g.chance(0.4):
            d, _ = module_list(g, m, n, n + 1)
            b.add(f"{x} = {x} + {d}[{index}]({x})")
    if g.chance(0.15) and n and not part and form != 4:
        b.add(f"{x} = layer({x})")
    elif g.chance(0.15):
        b.lines.extend("    " * b.indent + line for line in ("else:", f"    {x} = {x} - 1.0"))


@feature("containers", 2, needs_self=True)
def nested_loops(g, m, b):
    c, n = module_list(g, m, 1, 3)
    d, k = module_list(g, m, 1, 3)
    x = b.tensor(g)
    with b.block(f"for i in {bounds(g, m, c, n)}:"):
        b.add(f"{x} = {c}[{'i'}]({x})")
        with b.block(f"for j in {bounds(g, m, d, k)}:"):
            b.add(f"{x} = {d}[j]({x})" + g.pick("", " + i", " * (i + j)", f" + {c}[i]({x})"))
            if g.chance(0.3):
                with b.block(f"if j == i{g.pick('', ' + 1')}:"):
                    b.add(g.pick("break", "continue"))
                    b.add(f"{x} = {x} * 2")


@feature("containers", 2, needs_self=True)
def while_over_modules(g, m, b):
    c, n = module_list(g, m)
    x = b.tensor(g)
    i = g.pick("i", "pos")
    down = g.chance(0.3)
    b.add(f"{i} = len({c}) - 1" if down else f"{i} = {g.pick('0', '0', str(g.number(0, n)))}")
    with b.block(f"while {i} >= 0:" if down else f"while {i} < len({c}){g.pick('', ' - 1', ' // 2')}:"):
        b.add(f"{x} = {c}[{i}]({x})")
        if g.chance(0.3):
            with b.block(f"if bool({x}.sum() > {g.number(-2, 5)}):"):
                b.add("break")
        b.add(f"{i} -= 1" if down else g.pick(f"{i} += 1", f"{i} = {i} + 1", f"{i} += 2"))
    if g.chance(0.4):
        b.add(f"{x} = {x} + {i}")


@feature("containers", 2, needs_self=True)
def module_dict(g, m, b):
    name = g.name("table", "branches", "stages")
    keys = g.random.sample(["a", "b", "low", "high", "mid"], g.number(0, 4))
    items = ", ".join(f'"{k}": nn.Linear({WIDTH}, {WIDTH})' for k in keys)
    m.init.append(f"self.{name} = nn.ModuleDict({{{items}}})")
    c, x = f"self.{name}", b.tensor(g)
    form = g.number(0, 6)
    if form == 0:
        with b.block(f"for k, layer in {c}.items():"):
            b.add(g.pick(f"{x} = layer({x})", f"{x} = {x} + layer({x}) + len(k)"))
    elif form == 1:
        with b.block(f"for layer in {g.pick(f'{c}.values()', f'reversed(list({c}.values()))')}:"):
            b.add(f"{x} = layer({x})")
    elif form == 2:
        with b.block(f"for k in {g.pick(c, f'{c}.keys()', f'sorted({c}.keys())', f'list({c})')}:"):
            if g.chance(0.3):
                with b.block(f'if k == "{g.pick("a", "low")}":'):
                    b.add(g.pick("continue", "break"))
            b.add(f"{x} = {c}[k]({x})")
    elif form == 3 and keys:
        b.add(f'key = "{g.random.choice(keys)}"')
        b.add(f"{x} = {c}[key]({x})")
    elif form == 4:
        with b.block(f'if "{g.pick("a", "b", "zz")}" in {c}:'):
            b.add(f"{x} = {x} + 1.0")
    elif keys:
        chosen = g.some(keys)
        m.init.append(f"self.{name}_order = {chosen!r}")
        with b.block(f"for k in self.{name}_order:"):
            b.add(f"{x} = {c}[k]({x})")


@feature("containers", 3)
def walked_tensors(g, m, b):
    c, n, is_list = tensor_list(g, b)
    x = b.tensor(g)
    index = None
    form = g.number(0, 9)
    k = g.number(0, 3)
    part = g.pick("", "", f"[{k}:]", f"[:{k}]", "[::-1]", "[:-1]", "[::2]")
    over, target, item = f"{c}{part}", "t", "t"
    if form == 0:
        over, target, index = f"enumerate({over})", "i, t", "i"
    elif form == 1:
        over = f"reversed({over})"
    elif form == 2:
        d, _, _ = tensor_list(g, b)
        over, target = f"zip({over}, {d})", "t, u"
    elif form in (3, 4, 5):
        over, target, index, item = bounds(g, Ignored(), c, n).replace("self.", ""), "i", "i", f"{c}[i]"
    elif form == 6:
        over, target, index = f"zip(range({n}), {c})", "i, t", "i"
    elif form == 7:
        over, target, index = f"enumerate({c}, {k})", "i, t", "i"
    if "range(depth" in over or "range(n)" in over or "range(count" in over or "range(n," in over:
        over = f"range(len({c}))"
    start = g.pick("0", "0.0", f"torch.zeros_like({x})", x, "None")
    b.add(f"acc = {start}")
    with b.block(f"for {target} in {over}:"):
        if start == "None":
            b.add(f"acc = {item} if acc is None else acc + {item}")
        else:
            b.add(g.pick(f"acc = acc + {item}", f"acc += {item}", f"acc = {item} + acc"))
        if index and g.chance(0.3):
            with b.block(f"if {index} == {g.number(0, 2)}:"):
                b.add(g.pick("break", "continue"))
        if "u" in target.split(", "):
            b.add("acc = acc * u")
    if start == "None":
        with b.block("if acc is not None:"):
            b.add(f"{x} = {x} + acc")
    else:
        b.add(f"{x} = {x} + acc")
    if is_list and g.chance(0.3):
        b.add(f"{c}.append({x})")
        b.known[c] = "list"


class Ignored:
    """A class text that nobody writes: for what needs a place for attributes, outside a class."""

    def __init__(self):
        self.init, self.made = [], {}


@feature("containers", 3)
def list_elements(g, m, b):
    c, n, is_list = tensor_list(g, b, 2)
    x = b.tensor(g)
    for _ in range(g.number(1, 3)):
        i = g.pick("0", "1", "-1", f"len({c}) - 1")
        form = g.number(0, 8)
        if form == 0:
            b.add(f"{c}[{i}].{g.pick('add_(1.0)', 'mul_(2.0)', 'relu_()', f'copy_({x})', 'zero_()')}")
        elif form == 1 and is_list:
            b.add(f"{c}[{i}] {g.pick('+=', '*=', '-=')} {g.pick('1.0', x)}")
        elif form == 2:
            b.add(f"{x} = {x} + {c}[{i}].mul_(0.5)")
        elif form == 3 and is_list:
            b.add(
                g.pick(
                    f"{c}.insert(0, {x})",
                    f"last = {c}.pop()",
                    f"{c}.reverse()",
                    f"{c}.extend([{x}, {x}])",
                    f"{c} = {c} + [{x}]",
                    f"{c} += [{x}]",
                    f"{c} = {c} * 2",
                )
            )
        elif form == 4:
            b.add(f"{x} = torch.stack({'list' if g.chance(0.3) else ''}({c})).sum(0)")
        elif form == 5:
            b.add(f"first, *rest = {c}")
            b.add(f"{x} = {x} + first * len(rest)")
        elif form == 6:
            b.add(f"alias = {c}[{i}]")
            b.add("alias.add_(1.0)")
            b.add(f"{x} = {x} + {c}[{i}]")
        elif form == 7:
            b.add(f"{c}[{i}][0] = 0.0")
        else:
            b.add(f"{x} = {x} + sum([t.sum() for t in {c}])")
    b.known[c] = "list" if is_list else "tuple"


@feature("containers", 2)
def dictionaries(g, m, b):
    x = b.tensor(g)
    d = g.name("named", "d", "table")
    keys = g.random.sample(["a", "b", "c", "k"], g.number(0, 3))
    b.add(
        f"{d} = {{{', '.join(f'{k!r}: {x} * {i}' for i, k in enumerate(keys))}}}"
        if keys
        else g.pick(f"{d} = {{}}", f"{d} = dict()")
    )
    for _ in range(g.number(1, 3)):
        form = g.number(0, 8)
        if form == 0:
            b.add(f'{d}["new"] = {x}')
        elif form == 1:
            with b.block(f"for k, v in {d}.items():"):
                b.add(f"{x} = {x} + v * len(k)")
        elif form == 2:
            b.add(f'{x} = {x} + {d}.get("a", {x})')
        elif form == 3:
            with b.block(f'if "{g.pick("a", "b")}" not in {d}:'):
                b.add(f'{d}["{g.pick("a", "b")}"] = {x} - 1.0')
        elif form == 4:
            b.add(f"{d}.update({{'z': {x}}})")
        elif form == 5:
            b.add(f'{x} = {x} + len({d}) + {d}.setdefault("s", {x})')
        elif form == 6:
            b.add(f"values = [v for k, v in {d}.items() if k != 'a']")
            b.add(f"{x} = {x} + len(values)")
        elif form == 7:
            b.add(f"{d} = {{**{d}, 'm': {x}}}")
        else:
            b.add(f"{d} = {{k: v + 1.0 for k, v in {d}.items()}}")
    b.known[d] = "dict"


@feature("containers", 2)
def number_lists(g, m, b):
    x = b.tensor(g)
    c = g.name("sizes", "numbers", "indices")
    kind = g.number(0, 3)
    b.add(f"{c} = " + ["[]", "[1, 2, 3]", "[0.5, 1.5]", "list(range(3))"][kind])
    item = g.pick("i", "i * 2", "i + 1") if kind != 2 else "i * 0.5"
    with b.block(f"for i in range({g.number(0, 4)}):"):
        b.add(g.pick(f"{c}.append({item})", f"{c} = {c} + [{item}]", f"{c} += [{item}]"))
    form = g.number(0, 6)
    if form == 0:
        b.add(f"{x} = {x} * sum({c})")
    elif form == 1:
        b.add(f"{x} = {x} + len([v for v in {c} if v > 1])")
    elif form == 2:
        b.add(f"{x} = {x} * max({c} + [1])")
    elif form == 3:
        b.add(f"{x} = {x} + torch.tensor({c}).sum()")
    elif form == 4:
        b.add(f"{c} = [v + 1 for v in {c}]")
    elif form == 5:
        b.add(f"{c}.sort()")
        b.add(f"{x} = {x} + {g.pick(f'len({c})', f'{c}.index({c}[0]) if {c} else {x}')}")
    else:
        with b.block(f"if {g.pick('1', '2', '9')} in {g.pick(c, '{1, 2, 3}', '(1, 2)')}:"):
            b.add(f"{x} = {x} + 1.0")
    b.known[c] = "numbers"
