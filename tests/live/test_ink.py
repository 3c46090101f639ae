"""Ink and its preparation: the browser makes the pixels that Python makes."""

import numpy as np
from node import call

from digitlib.data.handwriting import load_handwriting
from digitlib.live.preparation import ink, prepare


def test_any_ink_is_laid_and_prepared_as_python_does():
    rng = np.random.default_rng(0)
    drawings = [rng.uniform(-0.2, 1.2, (3, n, 2)).tolist() for n in (1, 2, 5, 40)]
    drawings += [[], *load_handwriting()[0][:10]]
    laid = call("preparation", *[("ink", strokes) for strokes in drawings])
    pictures = [(*picture.values(),) for picture in laid]
    assert [(height, width) for height, width, _ in pictures] == [(140, 140)] * 15
    for strokes, (_, _, grey) in zip(drawings, pictures, strict=True):
        assert np.abs(ink(strokes).ravel() - grey).max() < 1e-12
    seen = call("preparation", *[("prepare", picture) for picture in laid])
    expected = [256 * prepare(ink(strokes)) for strokes in drawings]
    assert seen == np.array(expected).astype(int).tolist()
