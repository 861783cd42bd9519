import multiprocessing
import os
import subprocess
import sys


def child(n):
    doubled = n * 2
    return doubled


if __name__ == "__main__":
    pid = os.fork()
    if pid == 0:
        for i in range(100):
            v = child(i)
        os._exit(7)
    print(os.WEXITSTATUS(os.waitpid(pid, 0)[1]))
    for method in ("fork", "spawn"):
        with multiprocessing.get_context(method).Pool(2) as pool:
            print(method, pool.map(child, range(5)))
    print(subprocess.run([sys.executable, "-c", "print(1 + 1)"], capture_output=True, text=True).stdout)
    after = child(21)
    print(after)
