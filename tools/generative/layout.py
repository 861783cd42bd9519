"""The same program laid out otherwise, for fixes are edits of text: indentation, comments, blank lines, line ends."""
import re

SIMPLE = re.compile(r"( +)(\w+ = [^'\"#\\]+|\w+ [+*-]= [^'\"#\\]+)$")


def laid_out(g, text):
    lines = text.split("\n")
    if g.chance(0.3):
        lines = [commented(g, line) for line in lines]
    if g.chance(0.15):
        lines = [
            part
            for line in lines
            for part in (
                [line, ""] if g.chance(0.1) and line.startswith("    ") and not line.rstrip().endswith("\\") else [line]
            )
        ]
    if g.chance(0.15):
        lines = joined(g, lines)
    if g.chance(0.2):
        lines = documented(g, lines)
    text = "\n".join(lines)
    if g.chance(0.2):
        unit = g.pick("  ", "\t", "   ")
        text = re.sub(r"^(?:    )+", lambda m: unit * (len(m[0]) // 4), text, flags=re.M)
    return text.replace("\n", "\r\n") if g.chance(0.05) else text


def commented(g, line):
    if not line.strip() or line.rstrip().endswith("\\") or not g.chance(0.15) or "'" in line and "#" in line:
        return line
    return line + g.pick("  # a note", " # len(x), self.layers[i]", "  # noqa")


def joined(g, lines):
    """Two assignments that follow each other, on one line."""
    out = []
    for line in lines:
        here = SIMPLE.match(line)
        before = SIMPLE.match(out[-1]) if out else None
        if here and before and here[1] == before[1] and g.chance(0.4):
            out[-1] = f"{out[-1]}; {here[2]}"
        else:
            out.append(line)
    return out


def documented(g, lines):
    out = []
    for line in lines:
        out.append(line)
        if re.match(r" *def \w+\(.*\):$", line) and g.chance(0.6):
            indent = " " * (len(line) - len(line.lstrip()) + 4)
            out.append(
                indent + g.pick('"""What it does."""', "'''More,\n" + indent + "on two lines.'''", "# what it does")
            )
    return out
