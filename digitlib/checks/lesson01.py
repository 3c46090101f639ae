"""Checks for lesson 1, "Meet the digits"."""

import numpy as np

from courseware.checking.exercise import Suspects, agrees, blame, exercise
from courseware.checking.judges import growth, require_no_loop, require_no_memory
from courseware.checking.student import NotYetError, Student, read_array


@exercise("mirrored(images)")
def check_mirrored(student: Student) -> None:
    """Check exercise 1.1: images (n, 784) in a mirror."""
    rng = np.random.default_rng(11)
    tasks = []
    for n, type_ in ((5, float), (5, np.float32), (1, float), (30, np.float32)):
        images = rng.random((n, 784)).astype(type_)
        answer = student(images, given=f"for {n} image(s)")
        yours = read_array(answer, (n, 784), "one image of 784 numbers per row")
        pictures, yours = (some.reshape(n, 28, 28) for some in (images, yours))
        if not agrees(yours, pictures[:, :, ::-1]):
            require_no_memory(student, [*tasks, (images,)])
            suspects = _mirror_suspects(pictures, tasks)
            blame(yours, suspects, _misplaced(yours, pictures))
        tasks.append((images,))
    require_no_memory(student, tasks[:3])


def _mirror_suspects(pictures: np.ndarray, tasks: list[tuple]) -> Suspects:
    for (earlier,) in tasks:
        hint = "these are images of an earlier call: what does it keep?"
        yield earlier.reshape(-1, 28, 28)[:, :, ::-1], hint
    yield pictures, "the images come back as they were"
    hint = "all 784 numbers run backwards: that turns top and bottom round as well"
    yield pictures[:, ::-1, ::-1], hint
    hint = "top and bottom are exchanged, not left and right: try the other axis"
    yield pictures[:, ::-1], hint
    yield pictures[::-1], "the images have changed places, and each is as it was"
    hint = "each image is mirrored, but their order has been turned round, too"
    yield pictures[::-1, :, ::-1], hint
    hint = "rows and columns are exchanged: a mirror keeps the rows"
    yield pictures.transpose(0, 2, 1), hint
    for turns in (1, -1):
        hint = "the images are turned by a quarter: a mirror does not turn"
        yield np.rot90(pictures, turns, axes=(1, 2)), hint
    hint = "one column off: the last one is number 27, so that 0 becomes 27"
    yield np.roll(pictures[:, :, ::-1], 1, axis=2), hint
    hint = "dark and light are exchanged as well: a mirror only moves the pixels"
    yield 1 - pictures[:, :, ::-1], hint
    hint = "all fractions are cut off: is there an array of integers?"
    yield np.floor(pictures[:, :, ::-1]), hint


def _misplaced(yours: np.ndarray, pictures: np.ndarray) -> str:
    """Say where the first wrong pixel comes from, if from anywhere."""
    wrong = np.abs(yours - pictures[:, :, ::-1]) > 1e-5
    n, row, column = map(int, np.argwhere(wrong)[0])
    found = np.argwhere(np.abs(pictures - yours[n, row, column]) < 1e-6)
    where = f"your image {n} of {len(yours)} has in row {row}, column {column}"
    if n and agrees(yours[n], pictures[n]):
        return f"right up to image {n - 1}, but image {n} of {len(yours)} is as it was"
    if agrees(yours, pictures[:, :, ::-1], 0.01):
        return (
            "all pixels lie right, but their greys are rounded: of which type are they?"
        )
    if len(found) == 0:
        value = yours[n, row, column]
        return f"{where} the grey {value:.3g}, and no image has it anywhere"
    source, r, c = map(int, found[0])
    return f"{where} what image {source} had in row {r}, column {c}"


@exercise("hit_rates(verdicts, labels)")
def check_hit_rates(student: Student) -> None:
    """Check exercise 1.2: which share of each digit's images is read right, (10,)."""
    rng = np.random.default_rng(16)
    tasks = []
    for n, shown, given in (
        (600, range(10), "for 600 images"),
        (300, range(8), "when no image shows 8 or 9"),
        (200, (1, 2, 3, 5, 6, 8, 9), "when no image shows 0, 4 or 7"),
        (1, (7,), "for a single image, of a 7"),
    ):
        labels = rng.choice(shown, size=n)
        # Ten different shares, one of them 0 and one of them 1.
        hits = rng.random(n) < rng.permutation(np.linspace(0, 1, 10))[labels]
        verdicts = np.where(hits, labels, (labels + rng.integers(1, 10, size=n)) % 10)
        answer = student(verdicts, labels, given=given)
        yours = read_array(answer, (10,), "one share per digit, seen or not,")
        truth = _rates(verdicts, labels)
        if not agrees(yours, truth):
            require_no_memory(student, [*tasks, (verdicts, labels)])
            hint = _wrong_rate(yours, verdicts, labels)
            blame(yours, _rates_suspects(verdicts, labels), hint, given)
        tasks.append((verdicts, labels))
    require_no_memory(student, tasks)


def _rates(verdicts: np.ndarray, labels: np.ndarray) -> np.ndarray:
    shown = np.bincount(labels, minlength=10)
    right = np.bincount(labels[verdicts == labels], minlength=10)
    return right / np.maximum(shown, 1)


def _wrong_rate(yours: np.ndarray, verdicts: np.ndarray, labels: np.ndarray) -> str:
    truth = _rates(verdicts, labels)
    if np.abs(yours - truth).max() < 0.006:
        return "the shares are rounded, or nearly right: return all of their digits"
    if agrees(np.sort(yours), np.sort(truth)):
        return "the ten shares are in a wrong order: that of 0 comes first"
    d = int(np.abs(yours - truth).argmax())
    shown = np.sum(labels == d)
    if not shown:
        return (
            f"a digit that no image shows gets 0, but yours for {d} is {yours[d]:.3g}"
        )
    side = "large" if yours[d] > truth[d] else "small"
    return (
        f"{shown} image(s) show a {d}: your share for it, {yours[d]:.3g}, is too {side}"
    )


def _rates_suspects(verdicts: np.ndarray, labels: np.ndarray) -> Suspects:
    truth = _rates(verdicts, labels)
    right = np.bincount(labels[verdicts == labels], minlength=10)
    shown, named = (np.bincount(some, minlength=10) for some in (labels, verdicts))
    hint = "that is the share right of the verdicts d: begin with the images of d"
    yield _rates(labels, verdicts), hint
    for percent in (100 * truth, np.round(100 * truth)):
        yield percent, "these are per cent: shares run from 0 to 1"
    yield right, "these are counts: by how many images of that digit are they to go?"
    hint = "divide by the number of images of that digit, not of all images"
    yield right / len(labels), hint
    hint = "a tenth of all images is not how many show the digit: count them"
    yield right / (len(labels) / 10), hint
    yield right / (shown + 1), "one image too many in the count that you divide by"
    hint = "what was read as d without being one does not belong under the share"
    for others in (shown + named - right, (shown + named) / 2):
        yield right / np.maximum(others, 1), hint
    missed = shown - right
    yield missed / np.maximum(shown, 1), "it counts the misses, not the hits"
    yield 1 - truth, "it counts the misses, not the hits"
    if not shown.all():
        unseen = "a digit that no image shows gets 0: the others are right"
        for other in (1, np.mean(verdicts == labels)):
            yield np.where(shown > 0, truth, other), unseen
        before = np.arange(10) < shown.argmin()
        hint = "it stops at the first digit that no image shows: go on to the next"
        yield np.where(before, truth, 0), hint
    hint = "that is how often it says each digit: how often is it right?"
    yield named / np.maximum(shown, 1), hint
    hint = "all images count for each digit: pick those that show it"
    yield 1 - (shown + named - 2 * right) / len(labels), hint
    hint = "only the 0 has got its share: is `return` inside the loop?"
    yield np.where(np.arange(10) == 0, truth, 0), hint
    hint = "all fractions are cut off: is the array that you fill one of integers?"
    yield np.floor(truth), hint
    hint = "all ten are the accuracy on all images: pick those of one digit"
    yield np.full(10, np.mean(verdicts == labels)), hint
    for some, whose in ((shown, "the images show"), (named, "the machine says")):
        hint = f"that is how often {whose} each digit: how often is it right?"
        yield some / len(labels), hint


@exercise("nearest_mean(images, means)")
def check_nearest_mean(student: Student) -> None:
    """Check exercise 1.3: the number of each image's nearest mean, (n,)."""
    rng = np.random.default_rng(13)
    tasks = []
    # In the first, means that were not transposed fit, and can be named. The last lie
    # close together, far from 0: half precision is not enough for them.
    for n, classes, pixels, spread in (
        (60, 12, 12, 1),
        (30, 11, 784, 1),
        (1, 3, 5, 1),
        (9, 600, 8, 1),
        (30, 11, 20, 0.1),
    ):
        task = tuple(
            2 * (1 - spread) + spread * _points(rng, lines, pixels)
            for lines in (n, classes)
        )
        given = f"for {n} image(s), {classes} means"
        answer = student(*task, given=given)
        yours = read_array(answer, (n,), "one number per image")
        if not agrees(yours, _distances(*task).argmin(axis=1)):
            require_no_memory(student, [*tasks, task])
            blame(yours, _nearest_suspects(*task), _farther(yours, *task), given)
        read_array(answer, (n,), "", whole=True)
        tasks.append(task)
    require_no_memory(student, tasks)
    _require_one_product(student, rng)


def _require_one_product(student: Student, rng: np.random.Generator) -> None:
    """See that nothing is done one by one, in batches, or all at once and too large."""

    def task(n: int, classes: int, pixels: int) -> tuple:
        return _points(rng, n, pixels), _points(rng, classes, pixels)

    for what, larger, slow in (
        ("images", lambda size: task(size, 10, 4), "slow. One product does all"),
        ("means", lambda size: task(8, size, 4), "one product does them all"),
        ("pixels", lambda size: task(8, 10, size), "a product of matrices does that"),
    ):
        hint = f"right, but it takes the {what} one by one, or a few at a time: {slow}"
        require_no_loop(student, larger, (40, 440), hint, most=0.01)
    _, count = student.counted(*task(1000, 60, 50))
    if count.megabytes > 10:
        raise NotYetError(
            "right, but it holds every difference of every pixel: expand the square"
        )


def _points(rng: np.random.Generator, n: int, pixels: int) -> np.ndarray:
    """Return random points, some near the origin and some far from it."""
    return rng.normal(size=(n, pixels)) * rng.uniform(0.3, 2, size=(n, 1)) + 0.2


def _distances(images: np.ndarray, others: np.ndarray) -> np.ndarray:
    products, lengths = images @ others.T, (others**2).sum(axis=1)
    return (images**2).sum(axis=1)[:, None] - 2 * products + lengths


def _farther(yours: np.ndarray, images: np.ndarray, means: np.ndarray) -> str:
    """Quote an image with two distances: that of the mean it got, and a bound."""
    distances = _distances(images, means)
    wrong = int(np.argmax(yours != distances.argmin(axis=1)))
    said = yours[wrong]
    if said not in range(len(means)):
        return f"for image {wrong} it says {said:.4g}, and there is no such mean"
    distance = distances[wrong, int(said)]
    return (
        f"image {wrong} is {distance:.4g} from mean {said:.0f}, as you say, by (NM), "
        "and another is nearer"
    )


def _nearest_suspects(images: np.ndarray, means: np.ndarray) -> Suspects:
    distances = _distances(images, means)
    products, lengths = images @ means.T, (means**2).sum(axis=1)
    truth = distances.argmin(axis=1)
    yield distances.argmax(axis=1), "it finds the mean that is farthest away"
    least = distances.min(axis=1)
    for smallest in (least, np.sqrt(least), (lengths - 2 * products).min(axis=1)):
        yield smallest, "these are the distances: which mean do they belong to?"
    hint = "the lengths of the means are left out, and a long one wins too often"
    yield products.argmax(axis=1), hint
    yield products.argmin(axis=1), "a large dot product is near, not far: mind the sign"
    hint = "the sign of the dot products is wrong: multiply the square out again"
    yield (lengths + 2 * products).argmin(axis=1), hint
    hint = "the dot products count twice: (a - b)(a - b) has two mixed terms"
    yield (lengths - products).argmin(axis=1), hint
    hint = "the lengths of the means are to be squared: no root there"
    yield (np.sqrt(lengths) - 2 * products).argmin(axis=1), hint
    hint = "the squared lengths of the means count in full, with no factor of their own"
    for factor in (1 / 2, 2, 1 / images.shape[1]):
        yield (factor * lengths - 2 * products).argmin(axis=1), hint
    hint = "square each pixel and add then, not the other way round"
    yield (means.sum(axis=1) ** 2 - 2 * products).argmin(axis=1), hint
    hint = "that is the mean in the most similar direction: (NM) is about distance"
    yield (products / np.sqrt(lengths)).argmax(axis=1), hint
    hint = "every image gets the same answer: where do the images come in?"
    yield lengths.argmin() + np.zeros(len(images)), hint
    yield truth + 1, "the first mean is number 0, not 1"
    yield truth % 256, "no number is above 255: which type has your array?"
    yield distances[:, :10].argmin(axis=1), "it looks at the first ten means only"
    if means.shape[0] == means.shape[1]:
        hint = "the squared lengths run along the wrong axis: one for each mean"
        yield ((means**2).sum(axis=0) - 2 * products).argmin(axis=1), hint
        hint = "row times row: which factor of the product has to be transposed?"
        yield (lengths - 2 * images @ means).argmin(axis=1), hint
    city = np.abs(images[:, None] - means).sum(axis=2)
    yield city.argmin(axis=1), "it adds up absolute differences, not squares"


@exercise("nearest_neighbour(images, known_images, known_labels)", seconds=15)
def check_nearest_neighbour(student: Student) -> None:
    """Check exercise 1.4: the label of each image's nearest known one, (n,)."""
    rng = np.random.default_rng(14)
    tasks = []
    for n, known, type_ in ((67, 90, int), (67, 90, int), (307, 401, np.uint8)):
        task = _known_task(rng, n, known, type_)
        given = f"for {n} images, {known} known"
        _judge_neighbours(student, student(*task, given=given), task, given, tasks)
        tasks.append(task)
    require_no_memory(student, tasks)
    _require_batches(student, rng)
    task, given = _known_task(rng, 2503, 5003), "for 2503 images, 5003 known"
    answer, count = student.counted(*task, given=given)
    _judge_neighbours(student, answer, task, given, tasks)
    if count.megabytes > 20:
        raise NotYetError(
            f"right, but it takes {count.megabytes:.0f} megabytes, not 20: work in "
            "(smaller) batches"
        )


def _known_task(
    rng: np.random.Generator, n: int, known: int, type_: type = int, pixels: int = 16
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    labels = rng.integers(10, size=known).astype(type_)
    return _points(rng, n, pixels), _points(rng, known, pixels), labels


def _judge_neighbours(
    student: Student, answer: object, task: tuple, given: str, tasks: list[tuple]
) -> None:
    """See whether the labels are right."""
    n = len(task[0])
    yours = read_array(answer, (n,), "one label per image")
    wrong = yours != _neighbour_labels(*task)
    if wrong.mean() > 0.002:  # single precision may get one or two wrong
        suspects = []
        if n < 1000:
            require_no_memory(student, [*tasks, task])
            suspects = _neighbour_suspects(*task)
        blame(yours, suspects, _first_wrong(wrong, yours, tasks), given)
    read_array(answer, (n,), "", whole=True)


def _first_wrong(wrong: np.ndarray, yours: np.ndarray, tasks: list[tuple]) -> str:
    start, n = int(wrong.argmax()), len(wrong)
    if start >= 5 and wrong[start:].mean() > 0.5:
        return f"right for {start} images of {n}, then wrong: what of the last batch?"
    hint = f"image {start} is the first whose label is wrong, you say {yours[start]:g}"
    if not tasks:
        return hint
    others = "as many others" if len(tasks) == 1 else "fewer images, and fewer known"
    return f"right for {others}, but here {hint}"


def _require_batches(student: Student, rng: np.random.Generator) -> None:
    """Refuse what goes one by one; to look up each label by itself is no such thing.

    So it is not enough that a line runs once for each image. What goes one by one also
    holds few numbers for each known image, where batches hold a distance for each of
    their images, in four bytes or eight.
    """

    def by_images(n: int) -> tuple:
        return _known_task(rng, n, 30)

    def by_known(known: int) -> tuple:
        return _known_task(rng, 40, known, pixels=1)

    hint = "right, but the {} are taken (nearly) one by one, and that is slow"
    if growth(student, by_images, (60, 360)) > 0.3:
        bytes_ = 1e6 * growth(student, by_known, (500, 2500), "megabytes")
        if bytes_ < 54:  # no multiple of four, which a stray byte would decide
            raise NotYetError(hint.format("images"))
    require_no_loop(student, by_known, (60, 360), hint.format("known images"), 0.3)
    _, count = student.counted(*_known_task(rng, 300, 400))
    if count.megabytes > 10:
        raise NotYetError(
            "right, but it holds every difference of every pixel: see exercise 1.3"
        )


def _neighbour_labels(
    images: np.ndarray, known_images: np.ndarray, labels: np.ndarray
) -> np.ndarray:
    parts = np.array_split(images, 1 + len(images) // 200)
    places = [_distances(part, known_images).argmin(axis=1) for part in parts]
    return labels[np.concatenate(places)]


def _neighbour_suspects(
    images: np.ndarray, known_images: np.ndarray, labels: np.ndarray
) -> Suspects:
    distances, products = _distances(images, known_images), images @ known_images.T
    lengths = (known_images**2).sum(axis=1)
    hint = "these are the places of the nearest images: what are their labels?"
    yield distances.argmin(axis=1), hint
    yield labels[distances.argmax(axis=1)], "it finds the image that is farthest away"
    hint = "the lengths of the known images are left out: a long one wins too often"
    yield labels[products.argmax(axis=1)], hint
    hint = "the dot products count twice: (a - b)(a - b) has two mixed terms"
    yield labels[(lengths - products).argmin(axis=1)], hint
    hint = "that is the most similar direction, not the smallest distance"
    yield labels[(products / np.sqrt(lengths)).argmax(axis=1)], hint
    city = np.abs(images[:, None] - known_images).sum(axis=2)
    yield labels[city.argmin(axis=1)], "it adds up absolute differences, not squares"
    means = np.array([known_images[labels == d].mean(axis=0) for d in range(10)])
    hint = "that is the nearest average: here each known image stands for itself"
    yield _distances(images, means).argmin(axis=1), hint
    order = np.argsort(distances, axis=1)
    yield labels[order[:, 1]], "that is the second nearest: the nearest comes first"
    for k in (3, 5):
        hint = f"that is what {k} neighbours say: the nearest alone counts"
        near = labels[order[:, :k]].tolist()
        for whose in (sorted, list):  # in a tie the smallest label wins, or the nearest
            votes = [max(whose(some), key=some.count) for some in near]
            yield np.array(votes), hint
    for label in range(10):
        yield np.full(len(images), label), f"every image gets the label {label}"
