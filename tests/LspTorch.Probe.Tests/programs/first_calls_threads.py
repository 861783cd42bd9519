"""Threads that call a function for the first time at once."""
import sys
import threading


def in_threads(x):
    y = x * 2
    return y


sys.setswitchinterval(1e-6)
start, results = threading.Barrier(8), []


def run():
    start.wait()
    results.append(in_threads(2))


threads = [threading.Thread(target=run) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(results)
