// The network of lesson 3 with lesson 6's softmax, as the lessons write it.

const HIDDEN = 40, INPUTS = 784, OUTPUTS = 10;

// Numbers of four bytes, the lowest first, written in base 64.
function floats(text) {
  const bytes = Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  return Float64Array.from({ length: bytes.length / 4 }, (_, k) => view.getFloat32(4 * k, true));
}

// z = W a + b, equation (FF1); W is (outputs, inputs), row by row.
function weightedSums(W, b, a) {
  return b.map((bias, j) => {
    let z = bias;
    for (let k = 0; k < a.length; k++) z += W[j * a.length + k] * a[k];
    return z;
  });
}

const sigmoid = z => 1 / (1 + Math.exp(-z));

function softmax(z) {
  const highest = Math.max(...z), powers = z.map(value => Math.exp(value - highest));
  const sum = powers.reduce((total, value) => total + value, 0);
  return powers.map(value => value / sum);
}

// A network of weights as drawing_page.py packs them: W2, W3, b2, b3.
class Network {
  constructor(packed) {
    const numbers = floats(packed), sizes = [HIDDEN * INPUTS, OUTPUTS * HIDDEN, HIDDEN, OUTPUTS];
    let end = 0;
    [this.W2, this.W3, this.b2, this.b3] = sizes.map(size => numbers.subarray(end, end += size));
  }

  // The activations of both layers for one image: 784 numbers, each a byte / 256.
  feedforward(x) {
    const hidden = weightedSums(this.W2, this.b2, x).map(sigmoid);
    return { hidden, outputs: softmax(weightedSums(this.W3, this.b3, hidden)) };
  }
}

export { HIDDEN, Network, OUTPUTS };
