# PEP 750
name, width, x = "n", 10, 1
t"hello"
t"Hello {name}!"
t"{name!r:>{width}}" t"{x}" t""
t"{name = }" t"{name=}" t"{name=!s}" t"{name=:>3}" t"{ name }" t"{name  !a}" t"{x + 1 :>{width + x}}"
T"{x}" rt"\n{x}" tR'{x}\d' Tr"{x}"
t"{{literal}} {x}" t'{t"{t'{x}'}"}'
t'''{
    x  # comment
    + 1
}'''
t"{f"{x}"}" t"{x:{x:{x}}}"
f"{t"{x}"}"
t"a" t"b{x}" t"c"
t"\N{BULLET}{x}" t"日本{name}語"
t"{x, name}" t"{(x, name)}" t"{lambda_}" t"{(lambda: 1)}" t"{'a' 'b'}"
html(t"<p class={name}>{x!s}</p>")
t"{
  x
  }"
