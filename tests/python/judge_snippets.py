"""Tells which snippets of a file CPython's parser refuses, and with which words.

    python judge_snippets.py FILE

Snippets are parted by lines '### name'. Prints 'name: ok' or 'name: message' for each. \\r, \\t, \\f and \\0 in a snippet
are written as '<CR>', '<TAB>', '<FF>' and '<NUL>'; '<EOF>' at the end
stands for a missing last line break. Only the parser is asked (ast.parse), not the compiler.
"""

import ast
import re
import sys
import warnings


def main():
    warnings.simplefilter("ignore")
    with open(sys.argv[1], encoding="utf-8") as file:
        pieces = re.split(r"^### (.*)\n", file.read(), flags=re.MULTILINE)
    for name, code in zip(pieces[1::2], pieces[2::2]):
        code = code.replace("<CR>", "\r").replace("<TAB>", "\t").replace("<FF>", "\f").replace("<NUL>", "\0")
        code = code.replace("<EOF>\n", "")
        try:
            ast.parse(code)
            print(name + ": ok")
        except (SyntaxError, ValueError) as error:
            print(name + ": " + (getattr(error, "msg", None) or str(error)))


main()
