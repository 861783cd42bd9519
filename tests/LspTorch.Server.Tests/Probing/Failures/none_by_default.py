def mean(values, weights=None):
    return sum(v * w for v, w in zip(values, weights))


mean([1, 2])

# > 2:34 TypeError: 'weights' is None (line 1).
# > script.py:1:26 'weights' becomes None here
# > script.py:5:1 called from here
