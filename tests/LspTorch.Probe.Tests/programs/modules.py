import importlib.util
import sys
import helper_module
from helper_package import inner

print(helper_module.double(4), helper_module.__file__ == importlib.util.find_spec("helper_module").origin)
print(inner.VALUE, inner.__package__, type(helper_module.__loader__).__name__, helper_module.__cached__ is not None)
importlib.reload(helper_module)
print(helper_module.double("ab"), sys.modules["helper_module"] is helper_module)
