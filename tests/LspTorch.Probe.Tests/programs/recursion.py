import sys


def down(n):
    level = n + 1
    return down(level)


try:
    down(0)
except RecursionError as error:
    print(type(error).__name__)
nested = []
for _ in range(5000):
    nested = [nested]
pairs = ((1, "a", None), [b"x", {1: {2: {3: {4: {5: {6: {7: {8: 1}}}}}}}}])
cycle = []
cycle.append(cycle)
wide = list(range(100000)) + [None]
print(len(wide), len(pairs))
while nested:
    nested = nested[0]
