#!/usr/bin/env bash
# torch 1.13.1 (Debian 12); the same was seen with 2.6.0 and 2.14.1.
#
# The compiler looks for '# type:' in the text of a function, not for comments in its syntax tree: the first that it finds is the signature. A comment that
# types a variable in the body is refused as a malformed signature, without a file or line, and so is the same text inside a string.
#
# Why it matters: code of Python 2 and 3 types variables so; the message names nothing that leads to the comment.
#
# Seen: what the compiler says of a body comment, of a string, and of neither.
. "$(dirname "$0")/lib/debian_torch.bash"
cat > "$place/program.py" <<'PY'
import torch


def commented(x):
    y = [x]  # type: List[Tensor]
    return y


def quoted(x, name: str):
    if name == "# type: conv":
        return x * 2
    return x


def plain(x):
    y = [x]
    return y


for function in (commented, quoted, plain):
    try:
        torch.jit.script(function)
        print(function.__name__, "compiles")
    except Exception as error:
        print(function.__name__, "is refused; line named:", "line" in str(error))
PY
expected="commented is refused; line named: False
quoted is refused; line named: False
plain compiles"
seen=$(torch_python "$place/program.py")
printf '%s\n' "$seen"
[ "$seen" = "$expected" ]
