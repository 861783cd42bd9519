"""Writes server/LspTorch.Syntax/IdentifierNormalization.txt: what NFKC does to characters of identifiers.

    python3 tools/unicode/generate.py

The server runs without ICU (invariant globalization), where .NET normalizes ASCII only. Lines:

    d CODE CODES...          full compatibility decomposition
    c FIRST LAST CLASS       canonical combining class, where it is not 0
    p FIRST SECOND CODE      canonical composition

Codes are hexadecimal. Hangul syllables, which are composed by arithmetic, are left out. Standard library only.
"""

import os
import sys
import unicodedata


def codes(text):
    return " ".join("%x" % ord(c) for c in text)


def main():
    path = os.path.join(os.path.dirname(__file__), "../../server/LspTorch.Syntax/IdentifierNormalization.txt")
    lines, run = [], None
    pairs = []
    for code in range(128, sys.maxunicode + 1):
        char = chr(code)
        combining = unicodedata.combining(char)
        if run and run[2] == combining and run[1] == code - 1:
            run[1] = code
        else:
            if run and run[2]:
                lines.append("c %x %x %d" % tuple(run))
            run = [code, code, combining]
        if not ("a" + char).isidentifier() or 0xAC00 <= code <= 0xD7A3:
            continue
        decomposed = unicodedata.normalize("NFKD", char)
        if decomposed != char:
            lines.append("d %x %s" % (code, codes(decomposed)))
        canonical = unicodedata.decomposition(char)
        if canonical and "<" not in canonical and " " in canonical and unicodedata.normalize("NFC", char) == char:
            first, second = canonical.split()
            pairs.append("p %x %x %x" % (int(first, 16), int(second, 16), code))
    with open(path, "w", encoding="ascii", newline="\n") as file:
        file.write(
            "\n".join(
                ["# Unicode " + unicodedata.unidata_version + ", made by tools/unicode/generate.py"] + lines + pairs
            )
            + "\n"
        )


main()
