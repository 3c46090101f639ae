"""The road from noise to a digit, to walk: any noise, any time, any two digits."""

import numpy as np
from matplotlib.figure import Figure

from digitlib.flow import ANY, Drawer, follow, told
from digitlib.live.figure import LiveFigure
from digitlib.pictures import plots
from digitlib.pictures.embedding import PrincipalComponents

STEPS = 10
SHOWN = range(0, STEPS + 1, 2)  # of the places on the way, in the still picture


class Road(LiveFigure, module="road"):
    """Where noise goes that follows the velocity which a network has learnt.

    The noise, the time and the digit can be chosen; between two digits, the network is
    told a part of either name.

    Parameters
    ----------
    drawer : Drawer
        With a network of dense layers with SiLU between them.
    first, second : int
        The two digits.
    mix : float
        How much the network is told of the second one, from 0 to 1.
    t : float
        The time, from 0 to 1; the figure has tenths of it.
    noises : int
        How many kinds of noise there are to choose from.
    seed : int
        For these.

    Raises
    ------
    ValueError
        If the network is of another form, or a number out of its range.
    """

    def __init__(
        self,
        drawer: Drawer,
        first: int = 7,
        second: int = 9,
        mix: float = 0.0,
        t: float = 0.5,
        noises: int = 8,
        seed: int = 0,
    ) -> None:
        kinds = [type(layer).__name__ for layer in drawer.model.layers]
        if set(kinds[::2]) != {"Dense"} or set(kinds[1::2]) - {"SiLU"}:
            raise ValueError(f"its layers must be Dense and SiLU in turn, not {kinds}")
        if not {first, second} <= set(range(ANY)):
            raise ValueError(
                f"the digits must be from 0 to 9, not {first} and {second}"
            )
        if not (0 <= mix <= 1 and 0 <= t <= 1):
            raise ValueError(f"mix and t must be from 0 to 1, not {mix} and {t}")
        count = len(drawer.spread)
        noise = np.random.default_rng(seed).normal(size=(noises, count))
        arrays = {
            "mean": drawer.components.mean.astype(np.float32),
            "directions": _half(drawer.scale * drawer.components.directions),
            "spread": drawer.spread.astype(np.float32),
            "noise": noise.astype(np.float32),
        }
        for number, layer in enumerate(drawer.model.layers):
            if layer.learns:
                arrays[f"weights_{number}"] = _half(layer.weights)
                arrays[f"biases_{number}"] = layer.biases.astype(np.float32)
        self._drawer = _served(drawer, arrays)
        self._noise = arrays["noise"].astype(float)
        view = {"first": int(first), "second": int(second), "mix": float(mix)}
        view |= {"noise": 0, "step": round(STEPS * t)}
        super().__init__(arrays, view | {"layers": [{"kind": kind} for kind in kinds]})

    def path(self) -> np.ndarray:
        """Return the places on the way, (11, d), a tenth of the time apart."""
        start = self._noise[[self.view["noise"]]]
        return follow(self._velocity, start, STEPS)[:, 0]

    def straight_on(self) -> np.ndarray:
        """Return where the velocity of each place would lead if it held to the end."""
        times = np.arange(STEPS + 1) / STEPS
        pairs = zip(self.path(), times, strict=True)
        return np.array([x + (1 - t) * self._velocity(x[None], t)[0] for x, t in pairs])

    def images(self, points: np.ndarray) -> np.ndarray:
        """Return points (n, d) as images (n, 784)."""
        return self._drawer.images(points)

    def _velocity(self, X: np.ndarray, t: float) -> np.ndarray:
        names = told(np.array([self.view["first"], self.view["second"]])).astype(float)
        mixed = (1 - self.view["mix"]) * names[:1] + self.view["mix"] * names[1:]
        return self._drawer.velocity(X, t, np.tile(mixed, (len(X), 1)))

    def picture(self) -> tuple[Figure, str]:
        """Return the places on the way, and where they lead straight on."""
        rows = {"here": self.path(), "straight on": self.straight_on()}
        figure, axes = plots.subplots(
            2, len(SHOWN), size=(1.05 * len(SHOWN) + 0.6, 2.3)
        )
        for line, (name, points) in zip(axes, rows.items(), strict=True):
            for place, image, k in zip(
                line, self.images(points[::2]), SHOWN, strict=True
            ):
                title = f"t = {k / STEPS:.1f}" if name == "here" else ""
                plots.draw_digit(place, image, title)
            side = {"ha": "right", "va": "center", "transform": line[0].transAxes}
            line[0].text(-0.1, 0.5, name, size=9, **side)
        return figure, (
            f"Above, noise on its way to {self._aim()}, at six times: first grey "
            "clouds, then strokes. Below, where its velocity would lead from each "
            "place, straight on to the end: first a blurred average, then more and "
            "more the digit that it becomes."
        )

    def _aim(self) -> str:
        first, second, mix = (self.view[name] for name in ("first", "second", "mix"))
        if mix in (0, 1) or first == second:
            return f"a {second if mix == 1 else first}"
        return (
            f"{100 * (1 - mix):.0f} % of a {first} and {100 * mix:.0f} % of a {second}"
        )


def _half(array: np.ndarray) -> np.ndarray:
    """Return an array in half precision: eleven bits of each number."""
    return np.asarray(array).astype(np.float16)


def _served(drawer: Drawer, arrays: dict[str, np.ndarray]) -> Drawer:
    """Return what draws with the arrays as a page gets them, in double precision."""
    model = drawer.model.astype(np.float64)
    for number, layer in enumerate(model.layers):
        if layer.learns:
            layer.weights[...] = arrays[f"weights_{number}"]
            layer.biases[...] = arrays[f"biases_{number}"]
    mean, directions = (arrays[name].astype(float) for name in ("mean", "directions"))
    components = PrincipalComponents(mean, directions, drawer.components.shares)
    return Drawer(components, 1.0, arrays["spread"].astype(float), model)
