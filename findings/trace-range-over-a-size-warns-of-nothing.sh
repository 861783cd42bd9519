#!/usr/bin/env bash
# torch 1.13.1 (Debian 12); the same was seen with 2.6.0 and 2.14.1.
#
# torch.jit.trace prints a TracerWarning for most things that it cannot record: a Tensor turned into a bool or an int, len(x), a loop over a Tensor.
# For 'for i in range(x.size(0))', and for range(x.shape[0]), it prints nothing. The loop is unrolled as often as the example was long; for a longer
# input the trace leaves the rest out without an error.
#
# Why it matters: "no TracerWarning" is read as "the trace is right". Sums over time, sliding windows and decoders are written with such loops, and
# the trace gives plausible, truncated results for every input that is longer than the example.
#
# Seen: warnings for len(x), none for size and shape; 3 instead of 5.
. "$(dirname "$0")/lib/debian_torch.bash"
cat > "$place/program.py" <<'PY'
import warnings
import torch


def by_len(x):
    total = torch.zeros(())
    for i in range(len(x)):
        total = total + x[i]
    return total


def by_size(x):
    total = torch.zeros(())
    for i in range(x.size(0)):
        total = total + x[i]
    return total


def by_shape(x):
    total = torch.zeros(())
    for i in range(x.shape[0]):
        total = total + x[i]
    return total


for function in (by_len, by_size, by_shape):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        traced = torch.jit.trace(function, (torch.ones(3),), check_trace=False)
    warned = sum(issubclass(w.category, torch.jit.TracerWarning) for w in caught)
    print(function.__name__, "warnings", warned, "eager", function(torch.ones(5)).item(), "traced", traced(torch.ones(5)).item())
PY
expected='by_len warnings 1 eager 5.0 traced 3.0
by_size warnings 0 eager 5.0 traced 3.0
by_shape warnings 0 eager 5.0 traced 3.0'
seen=$(torch_python "$place/program.py")
printf '%s\n' "$seen"
[ "$seen" = "$expected" ]
