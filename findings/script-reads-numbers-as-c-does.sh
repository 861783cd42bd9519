#!/usr/bin/env bash
# torch 1.13.1 (Debian 12); the same was seen with 2.6.0 and 2.14.1.
#
# int() and float() of a str in compiled code read numbers as C does: spaces before them but not behind, no underscores, and hexadecimal floats.
#
# Why it matters: "1 ,2" split at the comma parses in eager mode and raises in compiled code; text front ends do this.
#
# Seen: eager's and the compiled answer for each text.
. "$(dirname "$0")/lib/debian_torch.bash"
cat > "$place/program.py" <<'PY'
import torch


def integer(text: str) -> int:
    return int(text)


def number(text: str) -> float:
    return float(text)


def seen(function, text):
    try:
        return repr(function(text))
    except Exception as error:
        return "raises"


for function, texts in ((integer, (" 1", "1 ", "1_0")), (number, (" 1.5", "1.5 ", "0x1"))):
    compiled = torch.jit.script(function)
    for text in texts:
        print(function.__name__, repr(text), "eager", seen(function, text), "compiled", seen(compiled, text))
PY
expected="integer ' 1' eager 1 compiled 1
integer '1 ' eager 1 compiled raises
integer '1_0' eager 10 compiled raises
number ' 1.5' eager 1.5 compiled 1.5
number '1.5 ' eager 1.5 compiled raises
number '0x1' eager raises compiled 1.0"
seen=$(torch_python "$place/program.py")
printf '%s\n' "$seen"
[ "$seen" = "$expected" ]
