config = {"hidden": 3, "out": 4}
config["hiden"]

# > 2:1 KeyError: 'config' has no such key; it has 'hidden' (line 1).
# > script.py:1:10 'config' is made here
