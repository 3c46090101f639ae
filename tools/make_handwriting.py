"""
Make `digitlib/data/handwriting.json`: each digit as two hands might write it.

    python tools/make_handwriting.py

Nobody's handwriting is stored, and no hand has written these: a stroke is a smooth
curve through the few points below, with a little trembling from a seeded generator.
The second "hand" slants, and writes 1 with a beak, 4 open and 7 with a bar.
"""

import json

import numpy as np
from scipy.interpolate import CubicSpline
from scipy.ndimage import gaussian_filter1d

from courseware.files import write_atomically
from digitlib.data.handwriting import FILE

STEP = 0.012  # between two points of a stroke, where the paper is 1 wide
TREMBLING, SMOOTHNESS = 0.005, 4  # how far, and over how many points alike

# In hundredths of the paper, y downwards. A point that is there twice is a corner.
UPRIGHT = {
    0: [[(53, 19), (40, 22), (31, 38), (30, 58), (38, 77), (51, 81), (64, 75),
         (70, 56), (68, 36), (60, 22), (50, 18)]],
    1: [[(51, 17), (50, 38), (50, 60), (49, 82)]],
    2: [[(32, 34), (37, 22), (51, 17), (64, 24), (66, 36), (58, 51), (44, 66),
         (31, 80), (31, 80), (50, 79), (70, 80)]],
    3: [[(34, 24), (46, 17), (61, 21), (64, 33), (57, 43), (46, 47), (46, 47),
         (60, 51), (67, 63), (60, 77), (46, 82), (32, 75)]],
    4: [[(42, 17), (36, 38), (29, 56), (29, 56), (50, 57), (73, 56)],
        [(59, 35), (58, 58), (57, 83)]],
    5: [[(65, 20), (50, 20), (38, 20), (38, 20), (36, 34), (34, 46), (34, 46),
         (48, 41), (62, 47), (67, 61), (60, 76), (46, 81), (31, 74)]],
    6: [[(60, 17), (46, 29), (36, 47), (33, 64), (40, 78), (53, 81), (64, 73),
         (65, 60), (55, 51), (43, 54), (35, 64)]],
    7: [[(30, 21), (48, 21), (69, 20), (69, 20), (58, 42), (49, 62), (44, 82)]],
    8: [[(62, 27), (51, 18), (39, 25), (40, 38), (52, 48), (63, 59), (63, 73),
         (51, 82), (38, 76), (37, 61), (49, 49), (60, 39), (62, 28)]],
    9: [[(63, 31), (53, 19), (40, 24), (36, 37), (43, 48), (55, 45), (63, 32),
         (63, 32), (63, 50), (61, 68), (57, 83)]],
}  # fmt: skip
SLANTED = {
    0: [[(60, 16), (46, 20), (34, 38), (30, 58), (35, 76), (46, 83), (58, 76),
         (68, 56), (70, 36), (64, 21), (54, 17), (48, 22)]],
    1: [[(39, 38), (49, 28), (58, 15), (58, 15), (53, 40), (49, 62), (45, 84)]],
    2: [[(37, 32), (45, 19), (60, 17), (67, 28), (61, 46), (46, 66), (31, 79),
         (35, 72), (44, 74), (55, 81), (69, 76)]],
    3: [[(38, 20), (52, 19), (69, 18), (69, 18), (59, 32), (49, 44), (49, 44),
         (61, 49), (64, 63), (55, 78), (41, 82), (29, 76)]],
    4: [[(48, 16), (42, 34), (33, 52), (33, 52), (50, 54), (70, 52)],
        [(66, 20), (60, 50), (54, 84)]],
    5: [[(47, 19), (42, 34), (38, 47), (38, 47), (50, 43), (61, 51), (60, 67),
         (49, 80), (34, 82), (26, 76)],
        [(47, 19), (60, 19), (74, 16)]],
    6: [[(68, 15), (52, 27), (39, 46), (32, 65), (36, 80), (48, 83), (59, 74),
         (61, 61), (53, 54), (42, 60), (34, 72)]],
    7: [[(34, 24), (36, 20), (54, 21), (73, 18), (73, 18), (60, 42), (49, 62),
         (42, 84)],
        [(40, 52), (54, 50), (67, 49)]],
    8: [[(69, 26), (60, 17), (47, 20), (42, 32), (49, 44), (57, 56), (55, 73),
         (43, 83), (32, 75), (35, 62), (48, 50), (62, 40), (69, 27)]],
    9: [[(68, 28), (58, 18), (45, 24), (38, 38), (44, 49), (57, 44), (68, 29),
         (68, 29), (64, 48), (57, 68), (46, 82), (33, 82)]],
}  # fmt: skip
HANDS = {"upright": UPRIGHT, "slanted": SLANTED}


def smooth(points: np.ndarray) -> np.ndarray:
    """Return points (m, 2), a step apart, on a smooth curve through points (n, 2)."""
    lengths = np.hypot(*np.diff(points, axis=0).T)
    along = np.concatenate([[0], np.cumsum(lengths)])
    return CubicSpline(along, points)(
        np.linspace(0, along[-1], round(along[-1] / STEP))
    )


def stroke(points: list, rng: np.random.Generator) -> list:
    """Return a stroke through points with corners; it trembles as a hand would."""
    points = np.array(points) / 100
    corners = 1 + np.flatnonzero((points[1:] == points[:-1]).all(1))
    path = np.concatenate([smooth(part) for part in np.split(points, corners)])
    tremor = gaussian_filter1d(rng.standard_normal(path.shape), SMOOTHNESS, axis=0)
    path += TREMBLING * tremor / tremor.std()
    return path.round(3).tolist()


def drawings() -> list[dict]:
    """Return all drawings, those of the upright hand first."""
    rng = np.random.default_rng(1998)
    return [
        {"hand": hand, "digit": digit, "strokes": [stroke(p, rng) for p in strokes]}
        for hand, digits in HANDS.items()
        for digit, strokes in digits.items()
    ]


if __name__ == "__main__":
    lines = ",\n".join(json.dumps(drawing) for drawing in drawings())
    write_atomically(FILE, f"[\n{lines}\n]\n".encode())
