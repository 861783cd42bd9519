"""One call of 200,000 turns of dictionary look-ups: the worst case of a recorder that watches assignments. Writes its seconds to the file given."""
import sys
import time


def spell(table, keys, turns):
    total = 0
    for turn in range(turns):
        key = keys[turn % len(keys)]
        value = table[key]
        total = total + value
    return total


def main():
    keys = ["k%d" % index for index in range(64)]
    table = {key: index for index, key in enumerate(keys)}
    started = time.perf_counter()
    spell(table, keys, 200_000)
    seconds = time.perf_counter() - started
    with open(sys.argv[1], "w") as out:
        out.write(str(seconds))


main()
