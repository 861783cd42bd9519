def load(name):
    if not name:
        return
    print(name)


values = load("a")
values[0]

# > 8:1 TypeError: 'values' is None: load returns nothing (line 3).
# > script.py:3:9 'values' becomes None here
