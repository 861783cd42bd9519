"""What the grammar writes into: a program, a class of it, and a body with the variables that are known there."""
import contextlib
import random

from layout import laid_out
from program import Program, Target

WIDTH = 4  # the last dimension of every tensor, so that every layer takes every tensor


class Body:
    """Lines of one function. known: what each variable is: 'T' a tensor of shape [n, WIDTH], 'list' a list of them."""

    def __init__(self, indent):
        self.lines, self.indent, self.known = [], indent, {}

    def add(self, text):
        for line in text.split("\n"):
            self.lines.append("    " * self.indent + line)

    @contextlib.contextmanager
    def block(self, header):
        self.add(header)
        self.indent += 1
        yield
        self.indent -= 1

    def names(self, kind):
        return [n for n, k in self.known.items() if k == kind]


class ClassText:
    def __init__(self, name, base="nn.Module"):
        self.name, self.base = name, base
        self.fields, self.init_parameters, self.super_arguments = [], [], ""
        self.init, self.methods, self.made = [], [], {}

    def text(self):
        lines = [f"class {self.name}({self.base}):" if self.base else f"class {self.name}:"]
        lines += ["    " + f for f in self.fields]
        if self.fields:
            lines.append("")
        lines.append(f"    def __init__({', '.join(['self', *self.init_parameters])}):")
        if self.base:
            lines.append(f"        super().__init__({self.super_arguments})")
        lines += ["        " + line for line in self.init] or ([] if self.base else ["        pass"])
        for method in self.methods:
            lines.append("")
            lines += ["    " + line if line else "" for line in method]
        return "\n".join(lines)


class Draft:
    """A program in the making; everything random in it comes from one seed."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.seed, self.imports, self.tops, self.tail = seed, ["import torch", "from torch import nn"], [], []
        self.optional, self.targets, self.used = [], [], set()

    def chance(self, p):
        return self.random.random() < p

    def pick(self, *options):
        return self.random.choice(options)

    def some(self, options, least=1):
        return self.random.sample(options, self.random.randint(least, len(options)))

    def number(self, low, high):
        return self.random.randint(low, high)

    def name(self, *bases):
        base = self.random.choice(bases)
        name, n = base, 1
        while name in self.used:
            n += 1
            name = f"{base}{n}"
        self.used.add(name)
        return name

    def need(self, line):
        if line not in self.imports:
            self.imports.append(line)

    def target(self, make, calls):
        self.targets.append(Target(make, calls))

    def program(self, name):
        parts = ["\n".join(self.imports)] + [t if isinstance(t, str) else t.text() for t in self.tops] + self.tail
        return Program(name, laid_out(self, "\n\n\n".join(parts) + "\n"), self.targets, self.optional)
