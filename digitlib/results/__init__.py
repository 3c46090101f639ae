"""What comparisons over several seeds have found, for which a lesson has no time.

Beside this file lies a JSON file for each comparison. `benchmarks/compare.py` makes
them, and a test holds that nothing a comparison is made of has changed since.
"""

import json
from pathlib import Path


def load_result(name: str) -> dict[str, object]:
    """Return what the comparison of that name has found.

    Parameters
    ----------
    name : str
        That of its script in ``benchmarks/comparisons``, without ``.py``.

    Returns
    -------
    dict
        ``readers``: for each of them a list, which share of the validation digits it
        reads, seed by seed; ``rates``: at which rate each has learnt, the best of
        those in ``tried``, found with a seed of its own; and ``source``, a digest of
        the code that has computed all this.
    """
    file = Path(__file__).with_name(f"{name}.json")
    return json.loads(file.read_text("utf-8"))
