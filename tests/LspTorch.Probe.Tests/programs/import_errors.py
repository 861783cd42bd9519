import traceback

for name in ("broken_syntax", "broken_at_import", "missing_altogether"):
    try:
        __import__(name)
    except Exception:
        print(traceback.format_exc())
import broken_at_import
