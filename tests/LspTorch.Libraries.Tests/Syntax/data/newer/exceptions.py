# PEP 654 and PEP 758
try:
    pass
except* ValueError:
    pass
except *(TypeError, KeyError) as group:
    raise
else:
    pass
finally:
    pass
try:
    pass
except A, B:
    pass
except A, B, C.d, e():
    pass
except (A, B) as e:
    pass
except A,:
    pass
try: pass
except* A, B: pass
try:
    try: pass
    finally: pass
except: pass
