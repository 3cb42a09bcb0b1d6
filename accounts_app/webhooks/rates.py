"""How often each source was refused within the present second, as far as this process knows.

All processes together know it from the rows of the tally; this keeps a flood from costing a
statement each.
"""

import threading
from collections import Counter

_numbers: Counter[str] = Counter()
_second = [0]
_lock = threading.Lock()


def again(source: str, second: int) -> int:
    """Note one more and return how many it were in this second; earlier seconds are forgotten."""
    with _lock:
        if _second[0] != second:
            _second[0] = second
            _numbers.clear()
        _numbers[source] += 1
        return _numbers[source]
