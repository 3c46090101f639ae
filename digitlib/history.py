"""What a training run leaves behind."""

from dataclasses import dataclass, field


@dataclass
class History:
    """What a training run left behind, one entry an epoch.

    Attributes
    ----------
    epochs : list of int
        1, 2, 3, ...
    test_correct : list of int
        Digits of `test` classified correctly after each epoch; empty when the run
        was given none.
    seconds : list of float
        Time spent on training in each epoch, evaluation not included.
    test_size : int
        How many digits `test` has.
    train_cost : list of float
        Mean cost of the mini-batches of each epoch, each taken before its step.
        `Network.sgd` does not fill it: it never computes the cost.
    validation_accuracy : list of float
        The fraction of the validation set classified correctly after each epoch,
        when `train` was given one.
    """

    epochs: list[int] = field(default_factory=list)
    test_correct: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    test_size: int = 0
    train_cost: list[float] = field(default_factory=list)
    validation_accuracy: list[float] = field(default_factory=list)

    @property
    def test_accuracy(self) -> list[float]:
        """The fraction of `test` classified correctly after each epoch."""
        return [correct / self.test_size for correct in self.test_correct]
