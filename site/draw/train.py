"""Train the network of the drawing page, and write it to site/draw/network.npz.

    python site/draw/train.py

The lecture's 784-40-10 with softmax, on images that are distorted at random: what a
visitor draws with a mouse is not as neat as MNIST.
"""

from pathlib import Path

from digitlib import Momentum, augment, dense_model, load_mnist, train, warm_up
from digitlib.layers import Sigmoid

NETWORK = Path(__file__).parent / "network.npz"


def main() -> None:
    """Train, say how well it reads, and save."""
    mnist = load_mnist()
    model = dense_model((784, 40, 10), rng=0, activation=Sigmoid)
    train(
        model,
        mnist.train,
        epochs=60,
        eta=warm_up(0.5),
        optimizer=Momentum(),
        augment=augment.distort,
        validation=mnist.validation,
    )
    print(f"test {100 * model.accuracy(mnist.test):.2f} %")
    model.save(NETWORK)


if __name__ == "__main__":
    main()
