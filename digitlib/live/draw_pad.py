"""A pad to draw a digit on, in the notebook, while a network says what it reads."""

from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure
from traitlets import Float, Integer, List, TraitError, Unicode, observe, validate

from digitlib.live.figure import LiveFigure, pack, state
from digitlib.live.model import disassemble
from digitlib.live.preparation import PEN, SIDE, Stroke, ink, prepare
from digitlib.pictures import plots

PIXELS, DIGITS = SIDE * SIDE, 10

Predict = Callable[[np.ndarray], np.ndarray]


class DrawPad(LiveFigure, module="draw_pad"):
    """A pad to draw a digit on, what the network sees, and its ten activations.

    Show it by ending a cell with it, and draw with mouse, finger, pen or keyboard.
    Where nobody can draw (on GitHub, in print, in a notebook that is executed by a
    program), a picture of it is shown in its place.

    Parameters
    ----------
    predict : network or callable
        A network with a method `feedforward`, such as `Network` or `Model`, or a
        function that does what that does: takes images (n, 784) of float32 and returns
        activations (n, 10) from 0 to 1.
    strokes : list of strokes
        A drawing to begin with, as `digitlib.live.preparation.ink` takes it.
    pen : float
        Width of the pen's line, where the pad is 1 wide.

    Attributes
    ----------
    strokes : list of list of list of float
        What has been drawn: each stroke a list of points [x, y], from 0 to 1. Whoever
        sets it draws.
    pixels : list of int
        The 784 bytes of what the network sees.
    image : array of float32
        Shape (784,): the same as a network takes it, `pixels` / 256.
    activations : list of float
        The network's ten activations; all 0 while nothing is drawn.
    fault : str
        What went wrong when `predict` was last called, in one line; mostly empty.

    Raises
    ------
    TraitError
        If strokes are set that are none.
    """

    # What only the browser sends need not be sent back to it.
    strokes = List().tag(sync=True, echo_update=False)
    pixels = List(Integer(), [0] * PIXELS).tag(sync=True)
    activations = List(Float(), [0.0] * DIGITS).tag(sync=True)
    fault = Unicode("").tag(sync=True)
    pen = Float(PEN).tag(sync=True)
    # The browser counts its drawings, and so knows when the last one has been read.
    drawn = Integer(0).tag(sync=True, echo_update=False)
    read = Integer(0).tag(sync=True)

    def __init__(
        self, predict: Predict, strokes: list[Stroke] | None = None, pen: float = PEN
    ) -> None:
        self._network = predict
        predict = getattr(predict, "feedforward", predict)
        if not callable(predict):
            raise ValueError(
                "predict must be a network or a function of images (n, 784) that "
                f"returns activations (n, 10), not {type(predict).__name__}"
            )
        self._predict = predict
        strokes = [] if strokes is None else list(strokes)
        super().__init__({}, {}, strokes=strokes, pen=pen)

    @property
    def image(self) -> np.ndarray:
        """What the network sees: (784,) of float32, each a byte / 256."""
        return np.array(self.pixels, np.float32) / 256

    @validate("strokes")
    def _as_numbers(self, proposal: dict) -> list:
        """Return strokes as lists, which is what goes to the browser."""
        try:
            ink(proposal["value"], side=1)
        except (TypeError, ValueError) as error:
            raise TraitError(f"strokes cannot be drawn: {error}") from None
        return [np.asarray(s, float).tolist() for s in proposal["value"]]

    @observe("strokes", "pen", "drawn")
    def _look(self, change: dict) -> None:
        """Bring pixels and activations up to date with what is drawn."""
        if change["name"] == "drawn" and self.read == self.drawn:
            return  # the same message has brought the strokes
        image = prepare(ink(self.strokes, pen=self.pen))
        activations, fault = np.zeros(DIGITS), ""
        if image.any():
            try:
                activations = _activations(self._predict(image[None]))
            except Exception as error:  # noqa: BLE001 - whatever it is, the reader sees it
                fault = f"{type(error).__name__}: {error}".splitlines()[0]
        with self.hold_sync():
            self.pixels = (256 * image).astype(int).tolist()
            self.activations = activations.tolist()
            self.fault = fault
            self.read = self.drawn

    def stored(self) -> dict | None:
        """Return the pad with its network, for a page alone; None for any other."""
        known = disassemble(self._network)
        if known is None:
            return None
        layers, arrays = known
        packed = {name: pack(array) for name, array in arrays.items()}
        view = {"layers": layers, "strokes": self.strokes, "pen": self.pen}
        return state(self.module, packed, view)

    def _description(self) -> str:
        if not any(self.pixels):
            return "An empty pad, to draw a digit on."
        if self.fault:
            return (
                f"A drawing, which the network cannot read. {self.fault.rstrip('.')}."
            )
        highest = int(np.argmax(self.activations))
        return (  # without how high, which differs a little between machines
            "A drawing, the 28 x 28 pixels that the network sees of it, and its ten "
            f"activations as bars. The highest is that of {highest}."
        )

    def picture(self) -> tuple[Figure, str]:
        """Return the drawing, what the network sees of it, and the activations."""
        figure, axes = plots.subplots(1, 3, size=(6.0, 2.1))
        pictures = {
            "drawn": ink(self.strokes, side=280, pen=self.pen),
            "seen by the network": self.image.reshape(SIDE, SIDE),
        }
        for place, (title, picture) in zip(axes[:2], pictures.items(), strict=True):
            place.imshow(picture, vmin=0, vmax=1)
            place.set(xticks=[], yticks=[], title=title)
            place.spines[:].set_visible(True)
            place.grid(visible=False)
        if not any(self.pixels):
            invitation = "Run this cell,\nthen draw here."
            axes[0].text(140, 140, invitation, ha="center", va="center")
        bars = axes[2].bar(range(DIGITS), self.activations, color="#C4C4C4")
        axes[2].set(ylim=(0, 1), xticks=range(DIGITS), title="activations")
        axes[2].grid(visible=False, axis="x")
        if any(self.activations):
            bars[int(np.argmax(self.activations))].set_color(plots.BLUE)
        figure.supxlabel(self.fault, wrap=True)
        return figure, self._description()


def _activations(outputs: np.ndarray) -> np.ndarray:
    """Return what `predict` has put out for one image, ten numbers; or ValueError."""
    activations = np.asarray(outputs, float)
    shape = activations.shape
    if shape != (1, DIGITS):
        raise ValueError(
            f"predict returned shape {shape} for one image, not (1, {DIGITS})"
        )
    if not ((activations >= 0) & (activations <= 1)).all():
        raise ValueError("predict returned activations that are not from 0 to 1")
    return activations[0]
