"""Only where the recording call is no Python frame: how deep one gets."""
import sys

deepest = 0


def down(n):
    global deepest
    deepest = n
    level = n + 1
    return down(level)


try:
    down(0)
except RecursionError as error:
    print(deepest if sys.version_info >= (3, 11) else "one less than it would be")
