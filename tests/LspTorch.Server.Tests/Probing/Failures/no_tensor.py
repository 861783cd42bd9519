def parse(text):
    return int(text)


parse("ten")

# > 2:12 ValueError
# > script.py:5:1 called from here
