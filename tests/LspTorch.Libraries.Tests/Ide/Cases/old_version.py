#! torch 1.4
import torch
from typing import List, Union


@torch.jit.script
def f(x: torch.Tensor, n: "List[int]", u: Union[int, str], k: list[int]):
    #                  ^                                   ^
    if torch.jit.is_scripting():
        #        ^
        y = n[0]
        # ^
    return x


def g(x):
    # ^
    return x
