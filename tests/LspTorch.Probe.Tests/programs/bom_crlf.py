value = "😀"; 日本 = value
def f(文):
    """d
oc"""
    return 文
print(ascii(f(日本)), ascii(f.__doc__))
