# ---------------------------------------------------------------- facts about values

# What is told of a value besides its type: that it is one for which compiled code may give another result. In bits, in this order.
FACTS = (
    "negative",
    "inexact",
    "beyond-64-bits",
    "nan",
    "large",
    "beyond-single",
    "non-ascii",
    "non-ascii-first",
    "non-ascii-lower",
    "non-ascii-upper",
    "non-ascii-word",
    "non-ascii-number",
    "carriage-returns",
    "blanks",
    "trailing-blanks",
    "underscores",
    "signed",
    "c-rounding",
)
(
    _NEGATIVE,
    _INEXACT,
    _BEYOND_64,
    _NAN,
    _LARGE,
    _BEYOND_SINGLE,
    _NON_ASCII,
    _NON_ASCII_FIRST,
    _NON_ASCII_LOWER,
    _NON_ASCII_UPPER,
    _NON_ASCII_WORD,
    _NON_ASCII_NUMBER,
    _CARRIAGE_RETURNS,
    _BLANKS,
    _TRAILING_BLANKS,
    _UNDERSCORES,
    _SIGNED,
    _C_ROUNDING,
) = [1 << bit for bit in range(len(FACTS))]
_EXACT = 1 << 53  # up to here each int is a float
_MAX_TEXT_LENGTH = 1000  # characters of a text that are looked at


def facts_of(value, kind):
    """The facts that hold for a value, as bits."""
    if kind is int:
        return _facts_of_int(value)
    if kind is float:
        return _facts_of_float(value)
    if kind is str:
        return _facts_of_text(value[:_MAX_TEXT_LENGTH])
    if kind is list and 0 < len(value) <= ELEMENTS and type(value[0]) is float:
        return _facts_of_floats(value)
    return 0


def _facts_of_floats(values):
    """Sorting in C puts nan behind the numbers; Python leaves it wherever its comparisons do."""
    numbers = [value for value in values if type(value) is float and value == value]
    if len(numbers) == len(values) or any([type(value) is not float for value in values]):
        return 0
    return 0 if sorted(values)[: len(numbers)] == sorted(numbers) else _NAN


def _facts_of_int(value):
    facts = _NEGATIVE if value < 0 else 0
    if -_EXACT <= value <= _EXACT:
        return facts
    if not -(1 << 63) <= value < 1 << 63:
        facts |= _BEYOND_64
    if value.bit_length() > 1000 or int(float(value)) != value:
        facts |= _INEXACT
    return facts


def _facts_of_float(value):
    if value != value:
        return _NAN
    facts, size = _NEGATIVE if value < 0 else 0, -value if value < 0 else value
    if size >= _EXACT:
        facts |= _LARGE
    if 1.0 < size < 1e30:
        high = value * 536870913.0  # 2**29 + 1: what is left of a difference has the 24 bits of a C float
        if "%f" % value != "%f" % (high - (high - value)):
            facts |= _BEYOND_SINGLE
    return facts


def _facts_of_text(text):
    facts = _SIGNED if text[:1] == "-" or text[:1] == "+" else 0
    if "\r\n" in text:
        facts |= _CARRIAGE_RETURNS
    if "_" in text:
        facts |= _UNDERSCORES
    if text.split() != text.split(" "):
        facts |= _BLANKS
        if text.rstrip() != text:
            facts |= _TRAILING_BLANKS
    if text.isascii():
        return facts
    facts |= _NON_ASCII
    if text[0] > "\x7f":
        facts |= _NON_ASCII_FIRST
    others = "".join([character for character in text if character > "\x7f"])
    if others.upper() != others:
        facts |= _NON_ASCII_LOWER
    if others.lower() != others:
        facts |= _NON_ASCII_UPPER
    if text.isalnum():
        facts |= _NON_ASCII_WORD
    if text.isnumeric():
        facts |= _NON_ASCII_NUMBER
    return facts


def _rounds_otherwise(operator, a, b):
    """Whether C's arithmetic gives another result of a // b or a % b, by more than the last digits."""
    if type(a) is int and type(b) is int or not (type(a) in (int, float) and type(b) in (int, float)):
        return False
    a, b = float(a), float(b)
    if b == 0 or a - a != 0 or b - b != 0:
        return False
    if operator == "//":
        quotient = a / b
        return quotient - quotient == 0 and quotient // 1.0 != a // b
    ours, theirs = a % b, _c_remainder(b + _c_remainder(a, b), b)
    difference, size = abs(ours - theirs), max(abs(ours), abs(theirs))
    return difference > 1e-9 * size


def _c_remainder(a, b):
    """fmod(a, b)."""
    remainder = abs(a) % abs(b)
    return -remainder if a < 0 else remainder


def _look_at_operands(place, index, operands, own):
    """The operands of an operator whose result is recorded next, as the place before this one."""
    a, b = operands
    if type(a) is not float and type(b) is not float:
        return own + MAX_GAP
    if place.last is None and _rounds_otherwise(place.about[1], a, b):
        place.last = True  # told with the result, if that was told before
        result = places.get(index - 1)
        if result is not None and result.rows:
            _report([index - 1])
    place.quiet += 1
    if place.quiet >= place.eager:
        place.gap = min(place.gap * 2, MAX_GATED_GAP if place.straight and place.gates else MAX_GAP)
    return own + place.gap


def _reported_facts(index, row):
    """The facts of a row in words, with what the operands told."""
    bits, operands = row.facts, places.get(index + 1)
    if operands is not None and operands.operands and operands.last and row.name == "float":
        bits |= _C_ROUNDING
    return [name for bit, name in enumerate(FACTS) if bits >> bit & 1]
