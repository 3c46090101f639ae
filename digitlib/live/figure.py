"""What all live figures are: one module for notebook and web page, and a still picture.

A live figure is a module of JavaScript beside this file, which shows arrays and lets
them be touched, and a small class that gives it the arrays and draws the picture that
stands where nothing can move: in print, on GitHub, in a notebook run by a program.
"""

import base64
import re
from collections.abc import Mapping
from pathlib import Path

import anywidget
import numpy as np
from matplotlib.figure import Figure
from traitlets import Dict

from digitlib.pictures import plots
from digitlib.progress import somebody_watches

HERE = Path(__file__).parent
IMPORT = re.compile(r'^import \{[^}]*\} from "\./(\w+)\.js";\n', re.MULTILINE)
KINDS = ("float16", "float32", "float64", "uint8")

# In the metadata of an output: beside the live view there is a still picture of it,
# which is what a notebook's file keeps.
STILL_PICTURE = "still_picture"
# There a program's run stores what the figure shows, for the web site.
LIVE_FIGURE = "live_figure"


class LiveFigure(anywidget.AnyWidget):
    """A figure that can be touched; show it by ending a cell with it.

    A subclass names its module, as in ``class Descent(LiveFigure, module="descent")``,
    gives its arrays and its view, and says how to draw and describe them.

    Parameters
    ----------
    arrays : mapping of str to array
        What the figure computes with, by the names it has in the module.
    view : dict
        What is being looked at: plain values (numbers, texts, lists of them), which the
        reader changes by touching the figure.

    Attributes
    ----------
    arrays : dict
        The arrays, packed (see `pack`).
    view : dict
        As it is now. Whoever sets it turns the figure.
    """

    arrays = Dict().tag(sync=True)
    view = Dict().tag(sync=True)

    module: str

    def __init_subclass__(cls, module: str = "", **kwargs: object) -> None:
        if module:  # without one it is what traitlets makes of a class
            cls.module = module
            cls._esm, cls._css = script(module), style(module)
        super().__init_subclass__(**kwargs)

    def __init__(
        self, arrays: Mapping[str, np.ndarray], view: dict, **kwargs: object
    ) -> None:
        packed = {name: pack(array) for name, array in arrays.items()}
        super().__init__(arrays=packed, view=view, **kwargs)

    def picture(self) -> tuple[Figure, str]:
        """Return the still picture of the view, and its description in words."""
        raise NotImplementedError

    def _repr_mimebundle_(self, **kwargs: object) -> tuple[dict, dict]:
        """Return the live figure, and a picture of it for whoever cannot show that."""
        data, metadata = super()._repr_mimebundle_(**kwargs)
        picture, facts = plots.picture(*self.picture())
        beside = {STILL_PICTURE: True}
        if not somebody_watches() and (stored := self.stored()):
            beside[LIVE_FIGURE] = stored
        return data | picture, metadata | facts | beside

    def stored(self) -> dict | None:
        """Return module, arrays and view as JSON can hold them, for a page alone.

        None if the figure needs Python to be touched.
        """
        return state(self.module, self.arrays, self.view)


def pack(array: np.ndarray) -> dict:
    """Return an array as a module unpacks it: its shape, its type, and its bytes.

    Raises
    ------
    ValueError
        If its type is none of `KINDS`.
    """
    array = np.asarray(array)
    if array.dtype.name not in KINDS:
        raise ValueError(f"a figure takes {', '.join(KINDS)}, not {array.dtype}")
    data = array.astype(array.dtype.newbyteorder("<")).tobytes()
    return {"shape": list(array.shape), "dtype": array.dtype.name, "data": data}


def state(module: str, arrays: Mapping[str, dict], view: dict) -> dict:
    """Return what a page without Python needs, packed arrays in base 64."""
    texts = {
        name: {**packed, "data": base64.b64encode(packed["data"]).decode()}
        for name, packed in arrays.items()
    }
    return {"module": module, "arrays": texts, "view": view}


def script(module: str) -> str:
    """Return a module of JavaScript in one piece, with all that it imports.

    A notebook hands a module to the browser without an address: from there it cannot
    import its neighbours. So each of these is written before whatever imports it, and
    all share one scope.
    """
    return "\n".join(_part(name) for name in _parts(module))


def style(module: str) -> str:
    """Return the style sheets of a module and of all that it imports, as one."""
    sheets = (HERE / f"{name}.css" for name in _parts(module))
    return "\n".join(sheet.read_text("utf-8") for sheet in sheets if sheet.exists())


def _parts(module: str) -> list[str]:
    """Return the names of the modules that one is made of, itself last."""
    names: dict[str, None] = {}
    for imported in IMPORT.findall((HERE / f"{module}.js").read_text("utf-8")):
        names |= dict.fromkeys(_parts(imported))
    return [*names, module]


def _part(name: str) -> str:
    return IMPORT.sub("", (HERE / f"{name}.js").read_text("utf-8"))
