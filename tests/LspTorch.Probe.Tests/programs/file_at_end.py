"""CPython takes __file__ from the main module when its file has been evaluated."""
import atexit


def left():
    names = [name for name in ("__file__", "__cached__", "__name__") if name in globals()]
    print("left:", names)


atexit.register(left)
