"""What torch itself brings: recurrent layers, weight norm, decorators; names at module level that fixes write."""
from grammar import feature
from writer import WIDTH


@feature("modules", 1, needs_self=True)
def recurrent(g, m, b):
    name, x = g.name("rnn", "gru"), b.tensor(g)
    m.init.append(f"self.{name} = nn.{g.pick('LSTM', 'GRU')}({WIDTH}, {WIDTH}, batch_first=True)")
    if g.chance(0.6):
        b.add(f"self.{name}.flatten_parameters()")
    b.add(f"y, _ = self.{name}({x}.unsqueeze(0))\n{x} = y.squeeze(0)")


@feature("modules", 1, needs_self=True)
def weight_norm(g, m, b):
    name, x = g.name("normed", "proj"), b.tensor(g)
    m.init.append(f"self.{name} = nn.utils.weight_norm(nn.Linear({WIDTH}, {WIDTH}))")
    b.add(f"{x} = self.{name}({x})")


@feature("modules", 1, needs_self=True)
def decorated(g, m, b):
    name, x = g.name("extra", "shown", "debug"), b.tensor(g)
    form = g.number(0, 4)
    heads = ["@torch.jit.export", "@torch.jit.ignore", "@torch.jit.unused", "", "@torch.jit.ignore"]
    bodies = [
        f"def {name}(self, x: torch.Tensor, n: int = 2) -> torch.Tensor:\n    return x * n",
        f"def {name}(self, x: torch.Tensor) -> torch.Tensor:\n    return x + 1.0",
        f"def {name}(self, x):\n    return x",
        f"def {name}(self, x, n=2):\n    print('n', n)\n    return None",
        f"def {name}(self, x: torch.Tensor) -> None:\n    print(f'{{x.shape[0]:3d}}')",
    ]
    m.methods.append(([heads[form]] if heads[form] else []) + bodies[form].split("\n"))
    b.add(
        [
            f"{x} = self.{name}({x})",
            f"{x} = self.{name}({x})",
            f"if {x}.dim() == 5:\n    {x} = self.{name}({x})",
            f"self.{name}({x})",
            f"self.{name}({x})",
        ][form]
    )


@feature("modules", 1, needs_self=True)
def moved_state(g, m, b):
    """Statements that fixes move into Python, which read and change attributes."""
    name, x = g.name("trail", "notes", "tally"), b.tensor(g)
    form = g.number(0, 5)
    m.init.append(f"self.{name} = " + ["[]", "0", "{}", "[1, 2]", "torch.zeros(4)", "'a'"][form])
    b.add(
        [
            f"try:\n    self.{name}.append({x}.shape[0])\nexcept ValueError:\n    pass\n{x} = {x} + len(self.{name})",
            f"try:\n    self.{name} += 1\nfinally:\n    {x} = {x} + self.{name}",
            f"print(f'{{len(self.{name}):2d}}')\nself.{name}['k'] = 1",
            f"for v in self.{name}:\n    if v == 5:\n        break\nelse:\n    self.{name}.append(3)\n"
            f"{x} = {x} + self.{name}[-1]",
            f"try:\n    self.{name}[0] = 2.0\nexcept IndexError:\n    print('no')\n{x} = {x} + self.{name}",
            f"s = f'{{self.{name}:>3}}'\nself.{name} = s + 'b'\n{x} = {x} + len(self.{name})",
        ][form]
    )


@feature("modules", 1)
def names_of_the_module(g, m, b):
    """Names at module level that fixes would write for something else."""
    x = b.tensor(g)
    name = g.pick("math", "List", "Optional", "Tuple", "position", "index", "SCALE", "Dict")
    value = g.pick("2", "[1, 2]", "'text'", "0.5")
    if f"{name} = " in "".join(t for t in g.tops if isinstance(t, str)) or any(name in line for line in g.imports):
        return
    g.tops.insert(0, f"{name} = {value}")
    b.add(
        {
            "2": f"{x} = {x} * {name}",
            "[1, 2]": f"{x} = {x} + len({name})",
            "'text'": f"print({name})",
            "0.5": f"{x} = {x} + {name}",
        }[value]
    )


@feature("modules", 1)
def one_line_blocks(g, m, b):
    x = b.tensor(g)
    b.add(
        g.pick(
            f"if {x}.shape[0] > 1: {x} = {x} * 2",
            f"for i in range(2): {x} = {x} + i",
            f"if {x}.dim() == 2: k = 1\nelse: k = None\nif k: {x} = {x} + k",
            f"{x} = ({x}\n     + 1.0)",
            f"{x} = {x} \\\n    * 2",
            f"if {x}.dim() > 3: return {x}",
            f"k = +3; {x} = {x} + k",
            f"{x} = torch.stack([\n    {x},\n    {x} + 1,  # two\n]).sum(0)",
        )
    )
