"""In the executed lessons every stub is told so, and every solution is praised."""

from pathlib import Path

import nbformat
import pytest

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_stubs_get_their_hint_and_solutions_their_praise(path):
    for cell in nbformat.read(path, as_version=4).cells:
        tags = cell.metadata.get("tags", [])
        if "check" in tags:
            assert "this is the empty stub" in answer(cell)
            assert answer(cell).startswith("not yet: ")
        if "solution" in tags:
            assert answer(cell).startswith("bravo: ")


def answer(cell):
    """Return what a cell shows as its value."""
    results = [o for o in cell.outputs if o.output_type == "execute_result"]
    return "".join(result.data["text/plain"] for result in results)
