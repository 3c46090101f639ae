// The layers of digitlib, one image at a time: what a model computes, in float64.

import { sigmoid, softmax, weightedSums } from "./network.js";

// (CV1): each output map is one filter, asked the same question in every window. Maps
// are lists of rows, A[i][r][c]; W[o][i][u][v] is a weight, b[o] a bias.
export function convolve(A, W, b, stride = [1, 1], padding = [0, 0]) {
  const [rows, columns] = windows(A, W, stride, padding);
  return W.map((filter, o) => Array.from({ length: rows }, (_, r) =>
    Float64Array.from({ length: columns }, (_, c) =>
      b[o] + windowSum(A, filter, r * stride[0] - padding[0], c * stride[1] - padding[1]))));
}

// (SIZE): how many windows there are below each other, and beside each other.
export function windows(A, W, stride, padding) {
  const pixels = [A[0].length, A[0][0].length], size = [W[0][0].length, W[0][0][0].length];
  return [0, 1].map((k) => Math.floor((pixels[k] + 2 * padding[k] - size[k]) / stride[k]) + 1);
}

// The sum of one window, that begins at row `top` and column `left`; beyond the edge is 0.
function windowSum(A, filter, top, left) {
  let sum = 0;
  for (let i = 0; i < filter.length; i++) {
    for (let u = 0; u < filter[i].length; u++) {
      const pixels = A[i][top + u], weights = filter[i][u];
      if (!pixels) continue;
      for (let v = 0; v < weights.length; v++) sum += weights[v] * (pixels[left + v] ?? 0);
    }
  }
  return sum;
}

const relu = (z) => Math.max(z, 0);

// Whatever the shape: numbers, rows of them, maps of rows.
export const each = (a, change) => (ArrayBuffer.isView(a) ? a.map(change) : a.map((part) => each(part, change)));
const flat = (a) => (ArrayBuffer.isView(a) ? a : Float64Array.from(a.flatMap((part) => [...flat(part)])));

// What each kind of layer makes of its input; a layer has its settings and its arrays.
const LAYERS = {
  Centre: (a, { mean }) => each(a, (value) => value - mean),
  Reshape: (a, { shape: [channels, rows, columns] }) => Array.from({ length: channels }, (_, i) =>
    Array.from({ length: rows }, (_, r) => a.subarray((i * rows + r) * columns, (i * rows + r + 1) * columns))),
  Convolution: (a, { weights, biases, stride, padding }) => convolve(a, weights, biases, stride, padding),
  Flatten: flat,
  Dense: (a, { weights, biases }) => Float64Array.from(weightedSums(weights, biases, a)),
  ReLU: (a) => each(a, relu),
  Sigmoid: (a) => each(a, sigmoid),
  SiLU: (a) => each(a, (z) => z * sigmoid(z)),
  Tanh: (a) => each(a, Math.tanh),
  Softmax: (a) => Float64Array.from(softmax([...a])),
};

// The layers, each with its arrays, as digitlib.live.model names them.
export function assemble(layers, arrays) {
  return layers.map((layer, k) => ({
    ...layer, weights: arrays[`weights_${k}`], biases: arrays[`biases_${k}`],
  }));
}

// What comes out of every layer for one image of 784 numbers, the first layer first.
export function outputs(layers, x) {
  const found = [];
  for (const layer of layers) found.push(LAYERS[layer.kind](found.at(-1) ?? Float64Array.from(x), layer));
  return found;
}

export const feedforward = (layers, x) => [...outputs(layers, x).at(-1)];
