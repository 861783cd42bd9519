"""An audit hook of the program hears of its own doings only."""
import sys

heard = []


def hook(event, arguments):
    name = event
    if name.startswith(("builtins.", "object.", "sys.")):
        heard.append((name, len(arguments)))


sys.addaudithook(hook)


def f(x, *rest):
    y = [x, {"a": rest}]
    z = (x, Ellipsis, f)
    return y


for i in range(50):
    f(i), f(None), f(object()), f([[i]])
id(heard)
sys._getframe()
print(heard)
