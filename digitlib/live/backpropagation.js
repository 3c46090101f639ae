// Backpropagation for one sample, in the letters of the lesson. W[l][j][k] is the weight
// from neuron k to neuron j of the next layer. As in the lesson, W[0], b[0], z[0] and
// errors[0] are layer 2's, and a[0] is x.

import { sigmoid, weightedSums } from "./network.js";

export const sigmoidPrime = (z) => sigmoid(z) * (1 - sigmoid(z));

// (FF1), (FF2)
export function forward({ W, b }, x) {
  const z = [], a = [x];
  W.forEach((w, l) => {
    z.push(weightedSums(w, b[l], a[l]));
    a.push(z[l].map(sigmoid));
  });
  return { z, a };
}

// (C1)
export function cost(a, y) {
  return 0.5 * a.reduce((sum, aj, j) => sum + (aj - y[j]) ** 2, 0);
}

// (BP1)
function outputError(a, y, z) {
  return z.map((zj, j) => (a[j] - y[j]) * sigmoidPrime(zj));
}

// (BP2): the sum runs down column j of the weights that lead on.
function hiddenError(W, errors, z) {
  return z.map((zj, j) => errors.reduce((sum, error, k) => sum + W[k][j] * error, 0) * sigmoidPrime(zj));
}

// (BP4)
function weightGradient(errors, a) {
  return errors.map((error) => a.map((ak) => error * ak));
}

// All of them for one sample; by (BP3) the errors are the gradients for the biases.
export function backprop(network, x, y) {
  const { z, a } = forward(network, x), last = z.length - 1;
  const errors = [outputError(a[last + 1], y, z[last])];
  for (let l = last; l > 0; l--) errors.unshift(hiddenError(network.W[l], errors[0], z[l - 1]));
  return { z, a, C: cost(a[last + 1], y), errors, gradients: errors.map((error, l) => weightGradient(error, a[l])) };
}

// Where a weight or a bias is: an array, and an index in it. A place is [layer, to, from],
// counted from 1 as in the text; what comes from 0 is a bias.
export const spot = ({ W, b }, [layer, to, from]) =>
  (from ? [W[layer - 2][to - 1], from - 1] : [b[layer - 2], to - 1]);

// What the cost would be, were one weight or bias another. It leaves no trace.
export function costAt(network, x, y, place, value) {
  const [array, k] = spot(network, place), before = array[k];
  array[k] = value;
  const C = cost(forward(network, x).a.at(-1), y);
  array[k] = before;
  return C;
}

// (CD): the network is run twice, with one number raised by h and lowered by h.
export function quotient(network, x, y, place, h) {
  const [array, k] = spot(network, place), p = array[k];
  return (costAt(network, x, y, place, p + h) - costAt(network, x, y, place, p - h)) / (2 * h);
}
