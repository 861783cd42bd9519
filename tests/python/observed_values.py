"""Functions of which only the values decide whether compiled code gives what eager mode gives: by themselves they run once each;
with "judge" the real compiler says of each whether it gives the same (ObservedValueTests compares with what is found after a probe)."""
import math
import sys
from typing import List

import torch
from torch import Tensor


def hash_of(key: str):
    h = 5381
    for i in range(len(key)):
        h = h * 33 + ord(key[i])
    return h


def small_hash_of(key: str):
    h = 7
    for i in range(len(key)):
        h = (h * 31 + ord(key[i])) % 1000003
    return h


def next_random(seed: int, n: int):
    for _ in range(n):
        seed = seed * 6364136223846793005 + 1442695040888963407
    return seed


def factorial(n: int):
    r = 1
    for i in range(1, n + 1):
        r *= i
    return r


def shifted(n: int, k: int):
    return (n << k) - 1


def negated(n: int):
    return -n


def large_power(base: int, e: int):
    return int(base**e) % 1000


def remainders(n: int, k: int):
    return n % k, n // k, divmod(n, k)


def products(a: int, b: int):
    return a * b, a - b, -a


def capitalized(s: str):
    return s.capitalize()


def padded(s: str):
    return "|" + s.ljust(8) + "|"


def characters(s: str):
    out: List[str] = []
    for c in s:
        out.append(c)
    return out


def length(names: List[str]):
    n = 0
    for name in names:
        n += len(name)
    return n


def found(s: str, t: str):
    return s.find(t)


def tail(s: str):
    return s[1:]


def kept_whole(s: str):
    return s + "!", s.split(" "), s.strip(), s == "a b", "a" in s


def lowered(s: str):
    return s.lower()


def is_number(s: str):
    return s.isdigit()


def words(s: str):
    return s.rsplit()


def lines(s: str):
    return s.splitlines()


def filled(s: str):
    return s.zfill(6)


def percent(x: float):
    return "loss %f" % x


def floored(a: float, b: float):
    return a // b


def remainder(a: float, b: float):
    return a % b


def root(x: float):
    return x**0.25


def least(a: float, b: float):
    return min(a, b)


def ordered(l: List[float]):
    return sorted(l)


def total(l: List[float]):
    return sum(l)


def as_tensor(l: List[int]):
    return torch.tensor(l)


def tripled(x: float):
    return x * 3


def halved(x: float, t: Tensor):
    return x / 2, t * x, math.exp(x), x > 1, 0.5 * x


def pair(n: int):
    return [n, n]


def one_more(n: int):
    return n + 1, n > 0


def doubled(n: int):
    return n * 2


def flag(b: bool):
    return b


def answer(b: bool):
    if b:
        return "yes"
    return "no"


def other_than(a: int, b: float):
    return a != b


def repeated(l: List[int], n: int):
    return l * n


def number(s: str):
    return int(s)


def character(n: int):
    return chr(n)


CALLS = [
    (hash_of, ("a longer key than sixty four bits hold",)),
    (small_hash_of, ("a longer key than sixty four bits hold",)),
    (next_random, (42, 5)),
    (factorial, (25,)),
    (shifted, (3, 70)),
    (negated, (-(2**63),)),
    (large_power, (7, 23)),
    (remainders, (-7, 3)),
    (products, (2**31, 2**31)),
    (capitalized, ("élan",)),
    (padded, ("naïve",)),
    (characters, ("añb",)),
    (length, (["a", "ü"],)),
    (found, ("über", "r")),
    (tail, ("éa",)),
    (kept_whole, ("ä b",)),
    (lowered, ("äB",)),
    (is_number, ("ä1",)),
    (words, ("a  b ",)),
    (lines, ("a\r\nb",)),
    (filled, ("-42",)),
    (percent, (16777217.3,)),
    (floored, (1.0, 0.1)),
    (remainder, (-1e-18, 3.0)),
    (root, (-16.0,)),
    (least, (float("nan"), 2.0)),
    (ordered, ([3.0, float("nan"), 1.0],)),
    (total, ([],)),
    (as_tensor, ([],)),
    (tripled, (2,)),
    (halved, (2, torch.tensor([1.0]))),
    (pair, (True,)),
    (one_more, (True,)),
    (doubled, (torch.tensor(2.5),)),
    (flag, (3,)),
    (answer, (1,)),
    (other_than, (2**53 + 1, float(2**53))),
    (repeated, ([1], -2)),
    (number, ("12 ",)),
    (character, (233,)),
]

# Some of them with values of which nothing is to be said.
TAME = [
    (words, ("a b",)),
    (lines, ("a\nb",)),
    (filled, ("42",)),
    (percent, (0.1,)),
    (floored, (7.5, 2.0)),
    (remainder, (-7.25, 3.0)),
    (root, (2.0,)),
    (least, (1.0, -2.0)),
    (ordered, ([2.0, 1.0],)),
    (total, ([0.5],)),
    (as_tensor, ([1, 2],)),
    (tripled, (2.0,)),
    (repeated, ([1], 2)),
    (number, (" 12",)),
    (character, (65,)),
    (capitalized, ("elan",)),
    (tail, ("ea",)),
    (found, ("aü", "q")),
]


def result_of(function, arguments):
    try:
        return repr(function(*arguments))
    except Exception:
        return "raises"


def judge(calls):
    for function, arguments in calls:
        same = result_of(function, arguments) == result_of(torch.jit.script(function), arguments)
        print(function.__name__, "same" if same else "differs")


if __name__ == "__main__":
    calls = TAME if "tame" in sys.argv else CALLS
    if "judge" in sys.argv:
        judge(calls)
    else:
        for function, arguments in calls:
            result_of(function, arguments)
