"""What a debugger or a coverage tool sees."""
import sys

lines = []


def tracer(frame, event, argument):
    if frame.f_code.co_filename == __file__ and event in ("line", "call", "return"):
        lines.append((frame.f_lineno - frame.f_code.co_firstlineno, event))
    return tracer


def stepped(
    a,
    b=2,
):
    """Doc."""
    x = a
    for i, (j, k) in [
        (1, (2, 3)),
        (4, (5, 6)),
    ]:
        x += i
        y = (
            x,
            j,
        )
    with open(
        __file__
    ) as f:
        z, w = (
            1, 2)
    if x:
        return z
    while x:
        pass


sys.settrace(tracer)
stepped(1)
stepped(-5)
sys.settrace(None)
print(lines)
