"""Corners of numpy: arrays made in forward, masks, .numpy(), concatenation, dtypes, integer arrays, random seeds."""
from grammar import feature
from writer import WIDTH


@feature("arrays", 4)
def arrays(g, m, b):
    g.need("import numpy as np")
    x = b.tensor(g)
    n = g.number(0, 3)
    dtype = g.pick("", "", ", dtype=np.float32", ", dtype=np.int64", ", dtype=np.float64")
    texts = [
        f"a = np.zeros({WIDTH}{dtype})\n{x} = {x} + torch.from_numpy(a)",
        f"a = np.arange({WIDTH}{dtype})\n{x} = {x} * torch.tensor(a)",
        f"a = np.ones((2, {WIDTH}){dtype})\na[0] = {n}\n{x} = {x}[:1] + torch.from_numpy(a)",
        f"a = {x}.detach().numpy()\n{x} = {x} + float(a.sum())",
        f"a = {x}.detach().cpu().numpy()\nmask = a > {n}\n{x} = {x} + torch.from_numpy(mask.astype(np.float32))",
        f"a = np.concatenate([{x}.detach().numpy(), np.zeros((1, {WIDTH}){dtype})])\n"
        f"{x} = torch.from_numpy(a)[:1] + {x}",
        f"{x} = {x} * np.sqrt({n + 1})",
        f"{x} = {x} + np.pi",
        f"{x} = {x} * np.log({n} + 1.5)",
        f"k = np.random.RandomState({n}).randint(0, 4)\n{x} = {x} + int(k)",
        f"{x} = {x} / np.prod({x}.shape)",
        f"k = int(np.ceil({x}.shape[0] / 2))\n{x} = {x}[:k]",
        f"a = np.linspace(0, 1, {WIDTH})\n{x} = {x} + torch.from_numpy(a).float()",
        f"a = np.array([1, 2, {n}, 4])\n{x} = {x} * torch.as_tensor(a)",
        f"a = np.array([0.5, {n}, 1, 2])\n{x} = {x} + torch.from_numpy(a).to({x}.dtype)",
        f"{x} = {x} * np.mean([1.0, 2.0])",
        f"a = np.maximum({x}.detach().numpy(), {n})\n{x} = {x} + torch.from_numpy(a)",
        f"a = np.where({x}.detach().numpy() > {n}, 1.0, 0.0)\n{x} = {x} * torch.from_numpy(a)",
        f"a = np.eye({WIDTH}{dtype})\n{x} = {x} @ torch.from_numpy(a).float()",
        f"k = np.argmax({x}.detach().numpy())\n{x} = {x} + k",
        f"a = {x}.detach().numpy().copy()\na += 1\n{x} = {x} * torch.from_numpy(a)",
        f"a = {x}.detach().numpy()\na[0] = {n}.5\n{x} = {x} + 1.0",
        f"a = np.cumsum(np.ones({WIDTH}{dtype}))\n{x} = {x} + torch.from_numpy(a)",
        f"a = {x}.detach().numpy().mean(axis=0)\n{x} = {x} - torch.from_numpy(a)",
        f"a = {x}.detach().numpy().reshape(-1)\n{x} = {x} + a[0]",
        f"a = np.stack([{x}.detach().numpy()] * 2)\n{x} = torch.from_numpy(a)[0]",
        f"{x} = {x} * (np.float32(2) if {n} else 1)",
        f"a = np.clip({x}.detach().numpy(), -1, {n})\n{x} = torch.tensor(a)",
        f"a = np.full({WIDTH}, {n})\n{x} = {x} + torch.from_numpy(a)",
        f"if np.any({x}.detach().numpy() > {n}):\n    {x} = {x} * 2",
        f"a = {x}.detach().numpy()\nfor i in range(a.shape[0]):\n    {x} = {x} + a[i].sum()",
        f"a = np.abs({x}.detach().numpy())[::-1].copy()\n{x} = torch.from_numpy(a)",
        f"k = np.floor({n} / 2)\n{x} = {x} + k",
        f"a = np.arange({n})\n{x} = {x} + len(a)",
        f"a = np.zeros({x}.shape{dtype})\n{x} = {x} + torch.from_numpy(a)",
        f"idx = np.arange({WIDTH})[::-1].copy()\n{x} = {x}[:, idx]",
        f"{x} = torch.from_numpy(np.round({x}.detach().numpy()))",
        f"k = np.power(2, {n})\n{x} = {x} * int(k)",
        f"a = {x}.detach().numpy()\n{x} = {x} + a.max() - a.min()",
        f"a = np.zeros((0, {WIDTH}))\n{x} = {x} + a.shape[0] + a.size",
        f"{x} = {x} + torch.tensor(np.arange({WIDTH}) / 2)",
        f"a = np.tile(np.array([1.0, 2.0]), 2)\n{x} = {x} + torch.from_numpy(a)",
        f"a = np.sin(np.arange({WIDTH}))\n{x} = {x} + torch.from_numpy(a).unsqueeze(0)",
        f"a = np.ones({WIDTH}) / {n + 1}\n{x} = {x} * torch.FloatTensor(a)",
        f"a = np.hstack([np.zeros(2), np.ones(2)])\n{x} = {x} + torch.Tensor(a)",
    ]
    b.add(g.random.choice(texts))


@feature("arrays", 1, needs_self=True)
def array_attributes(g, m, b):
    g.need("import numpy as np")
    name, x = g.name("window", "grid", "weights"), b.tensor(g)
    m.init.append(f"self.{name} = np.{g.pick('ones', 'zeros', 'arange', 'hanning')}({WIDTH})")
    b.add(
        g.pick(
            f"{x} = {x} + torch.from_numpy(self.{name})",
            f"{x} = {x} * float(self.{name}.sum())",
            f"{x} = {x} + torch.tensor(self.{name}).float()",
            f"self.{name} = self.{name} + 1\n{x} = {x} + self.{name}[0]",
            f"{x} = {x} * self.{name}[1]",
        )
    )
