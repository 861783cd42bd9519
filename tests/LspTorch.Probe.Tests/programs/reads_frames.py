"""The code of a frame, where the program's own files ask for it, is the code as it is written too, and that of the function."""
import marshal
import sys
import traceback


def caller_of(x):
    return sys._getframe(1).f_code


def calls(x):
    y = caller_of(x)
    return y


def own(x):
    y = sys._getframe().f_code is own.__code__
    return y


def fails(x):
    y = x + 1
    return (lambda: [a for a in 5])() + y


def last(x):
    frame = sys._getframe()
    places = [place for at, place in enumerate(frame.f_code.co_positions()) if 2 * at == frame.f_lasti]
    return places


if sys.version_info >= (3, 11):
    code = sys._getframe().f_code
    with open(code.co_filename) as stream:
        print(code == compile(stream.read(), code.co_filename, "exec"), marshal.loads(marshal.dumps(code)) == code)
    print(calls(1) is calls.__code__, own(1), own(2), {calls(i) for i in range(9000)} == {calls.__code__})
    print({own(i) for i in range(9000)}, last(1), last(2))
    copied = type(calls)(calls(1).replace(co_name="copied"), globals())
    print(copied(1).co_name)
for i in range(2):
    try:
        fails(i)
    except TypeError as error:
        traceback.print_exc(file=sys.stdout)
        print([frame.f_code.co_name for frame, line in traceback.walk_tb(error.__traceback__)])
print(fails.__code__.co_name, marshal.loads(marshal.dumps(fails.__code__)) == fails.__code__)
