import gc
import random
import sys
import weakref


class Node:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("gone", self.name)


def make(name):
    node = Node(name)
    ref = weakref.ref(node)
    return ref


random.seed(3)
for i in range(50):
    r = make(i)
    print(i, r())
print(random.random(), gc.isenabled())
holder = Node("last")
count = sys.getrefcount(holder)
holder = None
print(count)


def local_class():
    class Short:
        pass
    value = Short()
    return weakref.ref(Short)


ref = local_class()
gc.collect()
print(ref())
text = ""
for i in range(3000):
    text = text + "x"
    text += "y"
print(len(text))
