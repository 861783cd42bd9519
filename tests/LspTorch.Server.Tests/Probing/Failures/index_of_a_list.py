def layers():
    return [1, 2, 3]


sizes = layers()
sizes[4]

# > 6:1 IndexError: 'sizes' has 3 elements (line 2).
# > script.py:2:12 'sizes' is made here
