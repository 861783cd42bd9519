"""Copies modules of the standard library into the working directory, where they are files of the program: copied_NAME.py."""
import importlib.util, shutil
for name in "difflib statistics textwrap heapq fractions _pydecimal pickle argparse tokenize ast copy dataclasses functools string bisect random shlex csv configparser pprint _strptime calendar graphlib".split():
    spec = importlib.util.find_spec(name)
    if spec is not None and spec.origin and spec.origin.endswith(".py"):
        shutil.copy(spec.origin, "copied_" + name.strip("_") + ".py")
