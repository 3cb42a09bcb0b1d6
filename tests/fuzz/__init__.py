"""Broken and hostile input in numbers: signature headers at the verifier, bodies at a real server.

`make fuzz CASES=100000` runs both at their full size; the suite runs a few of each.
"""

import os

CASES = int(os.environ.get("FUZZ_CASES", "400"))
SEED = int(os.environ.get("FUZZ_SEED", "1"))
