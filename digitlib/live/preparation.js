// From strokes of a pen to 784 pixels: the arithmetic of preparation.py, step by step and
// name by name. A test draws the same strokes with both.

import { SIDE } from "./shared.js";

const BOX = 20; // pixels along the longer side of the digit in it
const PAPER = 140; // pixels along one side of the paper that is drawn on
const PEN = 0.07; // width of the pen's line, where the paper is 1 wide
const FAINT = 0.05; // less ink than this counts as paper

const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

// A picture: grey values row by row, from 0 (paper) to 1 (ink), and its size.
const picture = (height, width) => ({
  height, width, grey: new Float64Array(height * width),
});

// How far (x, y) is from the line between two points.
function distance(x, y, [startX, startY], [endX, endY]) {
  const alongX = endX - startX, alongY = endY - startY;
  const square = alongX ** 2 + alongY ** 2;
  const part = square
    ? clamp((alongX * (x - startX) + alongY * (y - startY)) / square, 0, 1)
    : 0;
  return Math.hypot(x - startX - part * alongX, y - startY - part * alongY);
}

// Grey values of a round pen that goes through the points of each stroke.
export function ink(strokes, pen = PEN, side = PAPER) {
  const paper = picture(side, side), reach = side * pen / 2 + 0.5;
  const first = (a, b) => clamp(Math.floor(Math.min(a, b) - reach), 0, side);
  const last = (a, b) => clamp(Math.ceil(Math.max(a, b) + reach), 0, side);
  for (const stroke of strokes) {
    const points = stroke.map(point => point.map(value => side * clamp(value, -1, 2)));
    for (let k = 0; k < points.length; k++) {
      if (k === 0 && points.length > 1) continue; // a line ends at each later point
      const end = points[k], start = points[Math.max(k - 1, 0)];
      for (let row = first(start[1], end[1]); row < last(start[1], end[1]); row++) {
        for (let column = first(start[0], end[0]); column < last(start[0], end[0]); column++) {
          const grey = clamp(reach - distance(column + 0.5, row + 0.5, start, end), 0, 1);
          const here = row * side + column;
          paper.grey[here] = Math.max(paper.grey[here], grey);
        }
      }
    }
  }
  return paper;
}

// The picture without the rows and columns at its edges that are paper.
function crop({ height, width, grey }, faint) {
  let top = height, left = width, bottom = 0, right = 0;
  grey.forEach((value, k) => {
    if (!(value > faint)) return;
    const row = Math.floor(k / width), column = k % width;
    top = Math.min(top, row); bottom = Math.max(bottom, row + 1);
    left = Math.min(left, column); right = Math.max(right, column + 1);
  });
  const cut = picture(Math.max(bottom - top, 0), Math.max(right - left, 0));
  for (let row = 0; row < cut.height; row++) {
    const from = (top + row) * width + left;
    cut.grey.set(grey.slice(from, from + cut.width), row * cut.width);
  }
  return cut;
}

// Which share each of `old` pixels has in each of `BOX` new ones; a new one covers `scale`.
function shares(old, scale) {
  return Array.from({ length: BOX }, (_, i) => Array.from({ length: old }, (_, k) => {
    const common = Math.min(scale * i + scale, k + 1) - Math.max(scale * i, k);
    return Math.max(common, 0) / scale;
  }));
}

// The picture scaled so that its longer side is BOX pixels: means over areas, A P B^T.
function fit({ height, width, grey }) {
  const fitted = picture(BOX, BOX), scale = Math.max(height, width) / BOX;
  if (!scale) return fitted;
  const rows = shares(height, scale), columns = shares(width, scale);
  for (let i = 0; i < BOX; i++) {
    const mixed = new Float64Array(width);
    rows[i].forEach((share, row) => {
      if (share) for (let k = 0; k < width; k++) mixed[k] += share * grey[row * width + k];
    });
    for (let j = 0; j < BOX; j++) {
      let sum = 0;
      for (let k = 0; k < width; k++) sum += mixed[k] * columns[j][k];
      fitted.grey[i * BOX + j] = sum;
    }
  }
  return fitted;
}

// The mean of 0, 1, 2 ..., each counted by its mass, rounded to an integer.
function meanPlace(masses) {
  let total = 0, moment = 0;
  masses.forEach((mass, place) => { total += mass; moment += mass * place; });
  return Math.floor((2 * moment + total) / (2 * total));
}

// Bytes laid on 28 x 28 paper, their centre of mass in the middle.
function centre(bytes) {
  const paper = Array(SIDE * SIDE).fill(0), cut = crop(bytes, 0);
  if (!cut.height) return paper;
  const rows = new Float64Array(cut.height), columns = new Float64Array(cut.width);
  cut.grey.forEach((value, k) => {
    rows[Math.floor(k / cut.width)] += value;
    columns[k % cut.width] += value;
  });
  const top = clamp(SIDE / 2 - meanPlace(rows), 0, SIDE - cut.height);
  const left = clamp(SIDE / 2 - meanPlace(columns), 0, SIDE - cut.width);
  cut.grey.forEach((value, k) => {
    paper[(top + Math.floor(k / cut.width)) * SIDE + left + k % cut.width] = value;
  });
  return paper;
}

// The 784 bytes that MNIST would have of a picture.
export function prepare(drawn) {
  const fitted = fit(crop(drawn, FAINT));
  fitted.grey = fitted.grey.map(value => Math.floor(255 * value + 0.5));
  return centre(fitted);
}
