"""200,000 calls of a tiny function: the worst case of a recorder that watches parameters and returns. Writes its seconds to the file given."""
import sys
import time


def scale(value, factor=2):
    scaled = value * factor
    return scaled


def main():
    started = time.perf_counter()
    total = 0
    for value in range(200_000):
        total += scale(value)
    seconds = time.perf_counter() - started
    with open(sys.argv[1], "w") as out:
        out.write(str(seconds))


main()
