import sys
import traceback
import warnings


def inner(x):
    y = x + 1
    return 1 / (y - y)


def outer(values):
    for v in values:
        result = inner(v)
    return result


try:
    outer([1, 2])
except ZeroDivisionError:
    print(traceback.format_exc())
warnings.warn("from here", UserWarning, stacklevel=1)


def deep(n):
    value = deep(n - 1) if n else sys._getframe().f_lineno
    return value


print(deep(5))
try:
    (lambda: [a for a in 5])()
except TypeError as error:
    print(error, error.__traceback__.tb_next.tb_lineno)


class Custom(Exception):
    def __str__(self):
        print("asked once")
        return "custom"


raise Custom() from ValueError("cause")
