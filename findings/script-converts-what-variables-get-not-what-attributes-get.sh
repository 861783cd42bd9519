#!/usr/bin/env bash
# torch 1.13.1 (Debian 12); the same was seen with 2.6.0 and 2.14.1.
#
# A Tensor that is assigned to an int variable in a branch is turned into an int without a word, and '[]' takes the type of an annotated variable.
# The same assignments to declared attributes of a module convert nothing and are refused: '[]' is a List[Tensor] there, whatever the class says.
#
# Why it matters: a state that worked as a local variable (a counter, a cache that is emptied) is refused once it is kept in the module; and who writes
# a checker with one rule for both is wrong on one of them.
#
# Seen: what the compiler says of both, and what the conversion gives.
. "$(dirname "$0")/lib/debian_torch.bash"
cat > "$place/program.py" <<'PY'
from typing import List
import torch


class Count(torch.nn.Module):
    n: int

    def __init__(self):
        super().__init__()
        self.n = 0

    def forward(self, x):
        self.n = x
        return self.n


def local(x, flag: bool):
    n = 0
    if flag:
        n = x
    return n


class Names(torch.nn.Module):
    kept: List[int]

    def __init__(self):
        super().__init__()
        self.kept = [1]

    def forward(self, x):
        self.kept = []
        return x


def names(x):
    kept: List[int] = []
    return x, kept


for what in (Count(), local, Names(), names):
    name = getattr(what, "__name__", type(what).__name__)
    try:
        torch.jit.script(what)
        print(name, "compiles")
    except RuntimeError as error:
        print(name, "is refused:", str(error).strip().splitlines()[0])
print(torch.jit.script(local)(torch.tensor(3), True))
PY
expected="Count is refused: Wrong type for attribute assignment. Expected int but got Tensor (inferred):
local compiles
Names is refused: Wrong type for attribute assignment. Expected List[int] but got List[Tensor]:
names compiles
3"
seen=$(torch_python "$place/program.py")
printf '%s\n' "$seen"
[ "$seen" = "$expected" ]
