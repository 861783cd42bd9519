def double(x):
    result = x + x
    return result
