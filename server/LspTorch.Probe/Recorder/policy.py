# Which executions of a place are looked at. The build makes C# constants of these lines too (class Policy): whether
# Python or the worker counts, the same executions are recorded.

PLACES_EACH = 256  # places of a file that share a callable; Python has one object for each of the numbers below
EAGER_SAMPLES = 32  # the first executions of a place are all looked at
EAGER_VALUES = 8  # the same for a value inside an expression
MAX_GAP = 1024  # a place that tells nothing new is looked at once in this many executions at least
MAX_GATED_GAP = 32  # the same where a gate lets only some executions through
SCALAR_GAPS = 16  # times as long may the gaps of an int, float or str grow
GATE_OPEN = 32  # the first executions of a run of statements are all recorded
GATE_REOPENED = 8  # the same after a value that was new
GATE_GAP = 64  # later, one in about this many
TYPE_SWITCHES = 64  # looks granted outside the schedule because the Python type differs from the last one
