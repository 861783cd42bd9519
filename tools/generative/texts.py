"""Strings: f-strings, format, print, joining and comparing."""
from grammar import feature


@feature("texts", 3)
def texts(g, m, b):
    x = b.tensor(g)
    n = g.number(0, 4)
    forms = [
        f"print(f'rows {{{x}.shape[0]}}')",
        f"print('n = {{}}'.format({n}))",
        f"name = f'part{{{n}}}'\n{x} = {x} + len(name)",
        f"print('%d rows' % {x}.shape[0])",
        f"print('value {{:.2f}}'.format(float({n}) / 4))",
        f"s = ', '.join(['a', 'b', '{n}'])\n{x} = {x} + len(s)",
        f"print('a' + str({n}))",
        f"s = 'Ab-c'\nif s.lower() == 'ab-c':\n    {x} = {x} + 1.0",
        f"k = 'a,b,c'.split(',')\n{x} = {x} * len(k)",
        f"s = 'abc'[{g.pick('0', '-1', '1:')}]\n{x} = {x} + len(s)",
        f"print(f'{{{n}:>4}}')",
        f"print(f'{{{n}!r}} {{\"a\"!r}}')",
        f"print(f'{{{x}.shape[0]=}}')",
        f"if 'abc'.startswith('{g.pick('a', 'b')}'):\n    {x} = {x} * 2",
        f"name = 'relu' if {x}.shape[0] > 1 else 'tanh'\nif name == 'relu':\n    {x} = torch.relu({x})\nelse:\n"
        f"    {x} = torch.tanh({x})",
        f"print({n}, 'x', {x}.shape[0])",
        f"s = ''\nfor c in 'abc':\n    s = c + s\nprint(s)",
        f"print('{{0}} {{1}} {{0}}'.format({n}, 'z'))",
        f"s = 'x' * {n}\n{x} = {x} + len(s)",
        f"print(repr('q'), str({n}))",
        f"print(f'{{{x}.shape[0] * 2 + {n}}} of {{{x}.shape[1]:03d}}')",
        f"d = {{'k{n}': {n}}}\n{x} = {x} + d['k{n}']",
        f"print()",
        f"print('done' if {x}.dim() == 2 else 'no')",
        f"text = 'mode={{}}'.format('{g.pick('sum', 'mean')}')\nif text.endswith('sum'):\n"
        f"    {x} = {x}.sum(0, keepdim=True)",
        f"print(f'{{{n}.5:.1f}}', end=' ')",
    ]
    b.add(g.random.choice(forms))
