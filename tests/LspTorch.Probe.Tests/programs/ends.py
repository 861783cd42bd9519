import atexit
import sys
import threading

atexit.register(print, "registered first")
atexit.register(lambda: print("file in atexit:", "__file__" in globals()))
waiting = threading.Event()


def late():
    waiting.wait()
    said = "from a thread that outlives the main program"
    print(said)


threading.Thread(target=late).start()
atexit.register(print, "threads are done")
state = [1]
try:
    sys.exit({"not": "a number"})
finally:
    print("finally")
    threading.Timer(0.05, waiting.set).start()
