"""The lifecycle as the state machine and the documents show it, rendered from its one table."""

import sys
from pathlib import Path

# The table is in the core layer, which only Lambda and the tests have on their path.
_core = str(Path(__file__).resolve().parent.parent / "layers" / "core")
if _core not in sys.path:
    sys.path.append(_core)
