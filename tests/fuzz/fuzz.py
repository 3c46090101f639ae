"""
Feed every reader of files with a great many damaged ones, guided by coverage.

    pip install atheris
    python tests/fuzz/fuzz.py                       a good million in all
    python tests/fuzz/fuzz.py pickle --inputs 10000

Each reader runs in a process of its own, which may use a gigabyte and no more. The
first input that a reader does not bear is kept, as libFuzzer names it, in the working
folder: give it to `feed` in readers.py, and make a test of it.
"""

import argparse
import contextlib
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

GIGABYTE = 2**30
INPUTS = {  # more of what is fast and of what is most dangerous
    "IDX": 250_000,
    "gzip": 150_000,
    "pickle": 250_000,
    "Network": 150_000,
    "Model": 150_000,
    "images": 150_000,
    "zip": 100_000,
}
# The modules that do the reading; to trace NumPy's as well would only take time.
DATA = [f"digitlib.data.{name}" for name in ("idx", "pickled", "unpack")]
TRACED = [*DATA, "digitlib.npz"]


def fuzz(name: str, inputs: int) -> None:
    """Fuzz one reader in this process, which ends with it."""
    import atheris

    with atheris.instrument_imports(include=[*TRACED, "zipfile", "gzip"]):
        from readers import READERS, WORDS, Watch, feed
    reader, watch = READERS[name], Watch()
    for seed in reader.seeds:  # imports what is imported only when it is needed
        assert feed(reader, seed, watch), "a good file is refused"
    resource.setrlimit(resource.RLIMIT_AS, (GIGABYTE, GIGABYTE))
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder) / "corpus"
        corpus.mkdir()
        for number, seed in enumerate(reader.seeds):
            (corpus / str(number)).write_bytes(seed)
        words = Path(folder) / "words"
        escaped = ("".join(f"\\x{byte:02x}" for byte in word) for word in WORDS)
        words.write_text("".join(f'"{word}"\n' for word in escaped))
        counted = Counted(lambda data: feed(reader, data, watch), name, inputs)
        options = [f"-atheris_runs={inputs}", "-max_len=20000", "-timeout=20"]
        options += [f"-rss_limit_mb={GIGABYTE >> 20}", "-verbosity=0", "-seed=1"]
        atheris.Setup([sys.argv[0], *options, f"-dict={words}", str(corpus)], counted)
        atheris.Fuzz()


class Counted:
    """Calls a function and, the last time, says what it was like."""

    def __init__(self, function: object, name: str, inputs: int) -> None:
        self.function, self.name, self.inputs = function, name, inputs
        self.runs = self.taken = 0
        self.start = time.perf_counter()

    def __call__(self, data: bytes) -> None:
        """Feed one input."""
        self.runs += 1
        self.taken += self.function(data)
        if self.runs == self.inputs:
            seconds = time.perf_counter() - self.start
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            row = (self.name, f"{self.runs:,}", f"{self.taken:,}", f"{seconds:.0f}")
            print(f"| {' | '.join(row)} | {peak} |", flush=True)


def main() -> int:
    """Run the command line; returns the exit code."""
    parser = argparse.ArgumentParser(description="Feed readers with damaged files.")
    parser.add_argument("readers", nargs="*", help=f"some of {', '.join(INPUTS)}")
    parser.add_argument("--inputs", type=int, help="for each reader")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if unknown := set(options.readers) - INPUTS.keys():
        parser.error(f"there is no reader {', '.join(unknown)}")
    if options.here:
        (name,) = options.readers
        fuzz(name, options.inputs)
    print("| reader | inputs | taken for good | seconds | peak, MB |")
    print("|---|---|---|---|---|", flush=True)
    failed = 0
    for name in options.readers or INPUTS:
        inputs = options.inputs or INPUTS[name]
        command = [sys.executable, "-W", "error", __file__, name]
        command += ["--here", "--inputs", str(inputs)]
        done = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False)
        if done.returncode:
            print(done.stderr[-6000:], f"{name}: FAILED", sep="\n", flush=True)
            failed += 1
    return min(failed, 1)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(main())
