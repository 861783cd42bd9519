# f-strings as PEP 701 defines them
x, y, width, precision, obj, d, names = 1, 2.5, 10, 3, object(), {"a": 1}, ["p", "q"]
f"{d["a"]}" f'{d['a']}'
f"{", ".join(names)}"
f"{f"{f"{f"{1 + 1}"}"}"}"
f"{x!r}" f"{x!s:>{width}}" f"{x !a}" f"{x = }" f"{x=}" f"{x=!s}" f"{x=:>10}" f"{ x = !r:^20}"
f"{y:{width}.{precision}}" f"{y:{width}.{precision}f}" f"{y:>{width + 2}.{d["a"]}}"
f"{y:{"{"}>10}" f"{'a' 'b'}" f"{x:{y:{width}}}"
f"{{}}" f"{{{x}}}" f"a{{b}}c{x}{{d}}" f"}}" f"{{" f"{x}}}" f"{{{{{x}}}}}"
f"\n{x}\t{"\n"}\x41\u00e9\U0001F600"
rf"\n{x}\t" Rf'{x:\d}' fr"{x}\{y}"
f"\{x}" f"\\{x}" f"\N{BULLET}{x}\N{DIGIT ONE}"
f'''
{
    x  # a comment
    + 1
}
line {y:
    >10}
'''
f"""{x} "quoted" {d['a']} '{y}'"""
f"{
x}"
f"{x
    + y:{
        width}}"
f"{lambda_ if x else y}" f"{(lambda z: z)(1)}" f"{(x := 5)}" f"{x:=5}" f"{x!=y}" f"{x==y}" f"{x<=y}" f"{x>=y}"
f"{*names, 1}" f"{x, y}" f"{x,}" f"{yield_}" f"{[a for a in names]}" f"{ {'a': 1}['a'] }" f"{ {1, 2} }" f"{d!r:{width}}"
"plain" f"{x}" "plain" 'more' f"{y}" u"u" f""
u"u" f"{x}" "b" f"c"
f"" ""
f"" f"" "a"
("a" f"b{x}c"
 "d"
 f"e{y}")
f"日本語{x}テキスト{y:日本}" "漢字" f"{d["鍵"]}" f"😀{x}😀"
f"{x:}" f"{x!r:}" f"{x=:}" f"{x:{y}}" f"{x:{y}{y}}" f"{x:a{y}b{y}c}"
f"{x:%H:%M:%S}" f"{x:,}" f"{x:!r}" f"{x:=+10}" f'{x:"}'
f"{"a" if x else "b"}" f"{'''multi
line'''}" f"{x:{'''1
0'''}}"
def generator():
    f"{yield}" f"{yield x}" f"{(yield)}"
async def coroutine():
    f"{await x}" f"{await x:>{await y}}"
f"{x=}{y = }" f"a{x=}b" f"{x =  !s:{width}}"
f"{f'{x=}'=}" f"{
    x=
}"
f"{a.b.c[0](1, k=2)}" f"{not x}" f"{-x}" f"{x**2}" f"{x or y and d}"
print(f"{x}", f"{y}", sep=f"{", "}")
F"{x}" fR"\{x}" FR'{x}'
f"{'\n'.join(names)}" f"{'\'' + "\""}"
