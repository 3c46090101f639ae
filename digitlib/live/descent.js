// Gradient descent on a map: where does it start, how long are its steps, where do they lead?

import {
  button, calm, contour, dial, draggable, element, frame, number, painter, trace, unpack, viewed,
} from "./shared.js";

// ---- the lesson's equations: X[0], X[1] are the two columns of inputs, y the answers

const TOGETHER = 50; // factors from 1 to 2 whose product is no large number

// The log-loss, as the mean of log(1 + e^z) - y z, and its gradient, (G) with (EL): the mean
// of error times input. Both need e^z, and a frame has no time to take it twice; nor for so
// many logarithms: the sum of some is that of a product.
export function costAndGradient(X, y, w) {
  const [first, second] = X, n = y.length;
  let cost = 0, product = 1, slope1 = 0, slope2 = 0;
  for (let i = 0; i < n; i++) {
    const z = w[0] * first[i] + w[1] * second[i], small = Math.exp(-Math.abs(z));
    const error = (z > 0 ? 1 : small) / (1 + small) - y[i];
    cost += Math.max(z, 0) - y[i] * z;
    product *= 1 + small;
    if (i % TOGETHER === 0) {
      cost += Math.log(product);
      product = 1;
    }
    slope1 += error * first[i];
    slope2 += error * second[i];
  }
  return { cost: (cost + Math.log(product)) / n, gradient: [slope1 / n, slope2 / n] };
}

// (GD), with momentum mu if it is not 0: the places on the way and their costs, the start
// first.
export function descend(X, y, start, eta, mu, steps) {
  const path = [start], costs = [];
  let v = [0, 0];
  for (let step = 0; step <= steps; step++) {
    const w = path[step], { cost, gradient } = costAndGradient(X, y, w);
    costs.push(cost);
    if (step === steps) break;
    v = v.map((speed, k) => mu * speed - eta * gradient[k]);
    path.push(w.map((weight, k) => weight + v[k]));
  }
  return { path, costs };
}

// ---- the figure

const SIZE = 560; // pixels along the map, however large it is shown
const COURSE = [560, 200]; // of the picture of the cost, step by step
const MOST = 60; // steps
const STEP = 0.25; // of an arrow key; four times as far with Shift
const RATES = [0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 2.5, 3, 4, 4.5, 5, 6, 7, 8, 9, 10, 12, 15, 20, 25, 30, 40];
const LEVELS = [0.3, 0.4, 0.6, 1, 1.5, 2, 3, 4, 6, 8, 10];
const HELP = "Drag the square, or move it with the arrow keys, with Shift in large steps.";

function render({ model, el }) {
  const { X, y, height, corners } = unpack(model.get("arrays"));
  const [left, right, bottom, top] = corners;
  const toMap = ([w1, w2]) => [(SIZE * (w1 - left)) / (right - left), (SIZE * (top - w2)) / (top - bottom)];
  const { root, say, end } = frame(el, "descent", "Gradient descent on the map of the cost");
  const map = element("canvas", {
    width: SIZE, height: SIZE, tabIndex: 0, class: "map", role: "application",
    "aria-roledescription": "map", "aria-label": `Where the descent starts. ${HELP}`,
  });
  const course = element("canvas", { width: COURSE[0], height: COURSE[1], class: "course", role: "img" });
  let view = model.get("view");
  let running = 0;

  const { change, leave } = viewed(model, (now) => {
    view = now;
    eta.set(nearest(view.eta));
    mu.set(view.mu);
    show();
  });
  const stop = () => { clearInterval(running); running = 0; };
  const move = (w) => {
    stop();
    const inside = [[left, right], [bottom, top]].map(([low, high], k) => Math.min(high, Math.max(low, w[k])));
    change({ start: inside.map((weight) => Math.round(100 * weight) / 100) });
  };
  const step = () => {
    if (view.steps >= MOST) return stop();
    change({ steps: view.steps + 1 });
  };
  const run = () => {
    stop();
    if (calm()) change({ steps: MOST });
    else running = setInterval(step, 150);
  };

  const nearest = (rate) => RATES.findIndex((next) => next >= rate * 0.999);
  const eta = dial({
    label: "learning rate", min: 0, max: RATES.length - 1, step: 1, value: nearest(view.eta),
    show: (k) => `${RATES[k]}`,
  }, (k) => change({ eta: RATES[k] }));
  const mu = dial({
    label: "momentum", min: 0, max: 0.95, step: 0.05, value: view.mu, show: number,
  }, (value) => change({ mu: value }));
  const buttons = element("div", { class: "buttons" },
    button("Step", () => { stop(); step(); }),
    button("Run", run),
    button("Back", () => { stop(); change({ steps: 0 }); }));
  root.append(
    element("section", { class: "ground" }, map),
    element("section", { class: "controls" }, eta.place, mu.place, buttons, course),
  );
  end();

  const show = painter(() => {
    const ways = [descend(X, y, view.start, view.eta, 0, view.steps)];
    if (view.mu > 0) ways.push(descend(X, y, view.start, view.eta, view.mu, view.steps));
    const costs = ways.map((way) => way.costs);
    paintMap(map, contours, ways.map((way) => way.path.map(toMap)), corners);
    paintCourse(course, costs);
    const words = sentence(view, ways, corners);
    course.setAttribute("aria-label", `The cost, step by step. ${words}`);
    say(words);
  });
  const contours = new Path2D();
  for (const [from, to] of LEVELS.flatMap((level) => contour(height, level))) {
    const [start, end] = [from, to].map(([row, column]) =>
      [(SIZE * column) / (height[0].length - 1), SIZE * (1 - row / (height.length - 1))]);
    contours.moveTo(...start);
    contours.lineTo(...end);
  }

  draggable(map, ([across, down]) => move([left + (right - left) * across, top - (top - bottom) * down]),
    ([east, south]) => move([view.start[0] + STEP * east, view.start[1] - STEP * south]), 4);
  show();
  return () => {
    stop();
    leave();
  };
}

function sentence({ start, steps, eta, mu, safe }, ways, [left, right, bottom, top]) {
  const { path, costs } = ways[0], [w, c] = [path.at(-1), costs.at(-1)];
  const place = (at) => `(${at.map((weight) => number(weight)).join(", ")})`;
  const from = `From ${place(start)}, where the cost is ${number(costs[0], 3)}`;
  if (!steps) return `${from}, at a rate of ${eta}: no step yet.`;
  const ups = costs.filter((height, k) => k && height > costs[k - 1]).length;
  const course = steps === 1 ? `1 step ${ups ? "uphill" : "downhill"}`
    : `${steps} steps, ${ups ? `${ups} of them uphill` : "all downhill"}`;
  const full = steps < MOST ? "" : " More are not shown.";
  const bound = eta < safe ? "below" : "above";
  const away = w[0] < left || w[0] > right || w[1] < bottom || w[1] > top ? ", off the map" : "";
  const roll = mu > 0 ? ` With momentum ${number(mu)} the cost is ${number(ways[1].costs.at(-1), 3)}.` : "";
  return `${from}, at a rate of ${eta}, ${bound} the safe ${number(safe)}: ${course}, to ${place(w)}${away}, where it is ${number(c, 3)}.${roll}${full}`;
}

// ---- painting

// Of a colour that depends on the theme, an element's own is what comes of it.
const inkOf = (canvas) => getComputedStyle(canvas).color;

function paintMap(canvas, contours, ways, corners) {
  const brush = canvas.getContext("2d"), text = inkOf(canvas);
  brush.clearRect(0, 0, SIZE, SIZE);
  brush.lineWidth = 1;
  brush.globalAlpha = 0.55;
  brush.strokeStyle = text;
  brush.stroke(contours);
  paintScale(brush, text, corners);
  brush.globalAlpha = 1;
  ways.forEach((way, k) => paintWay(brush, way, k, text));
  const [x, y] = ways[0][0];
  brush.fillStyle = "#d55e00";
  brush.fillRect(x - 9, y - 9, 18, 18);
  brush.strokeStyle = text;
  brush.strokeRect(x - 9, y - 9, 18, 18);
}

// Numbers along the lower and the left edge, every five, and the two weights' names.
function paintScale(brush, text, [left, right, bottom, top]) {
  brush.fillStyle = text;
  brush.font = "18px system-ui, sans-serif";
  brush.globalAlpha = 1;
  for (let w = Math.ceil(left / 5) * 5; w < right; w += 5) {
    brush.fillText(`${w}`, (SIZE * (w - left)) / (right - left) - 8, SIZE - 8);
  }
  for (let w = Math.ceil(bottom / 5) * 5 + 5; w < top; w += 5) {
    brush.fillText(`${w}`, 6, (SIZE * (top - w)) / (top - bottom) + 6);
  }
  brush.font = "italic 22px serif";
  brush.fillText("w\u2081", SIZE - 34, SIZE - 30);
  brush.fillText("w\u2082", 10, 26);
}

// The first way with dots and a line, the second with rings and dashes.
function paintWay(brush, way, k, text) {
  brush.lineWidth = 2;
  brush.setLineDash(k ? [6, 5] : []);
  trace(brush, way, k ? "#d55e00" : "#0072b2");
  brush.setLineDash([]);
  for (const [x, y] of way) {
    brush.beginPath();
    brush.arc(x, y, 5, 0, 2 * Math.PI);
    brush.fillStyle = k ? "#fff" : "#56b4e9";
    brush.fill();
    brush.lineWidth = 1;
    brush.strokeStyle = text;
    brush.stroke();
  }
}

function paintCourse(canvas, costs) {
  const brush = canvas.getContext("2d"), text = inkOf(canvas), [width, depth] = COURSE;
  brush.clearRect(0, 0, width, depth);
  const most = 4, at = (c, step) => [40 + ((width - 50) * step) / MOST, 12 + (depth - 36) * (1 - Math.min(c, most) / most)];
  brush.fillStyle = text;
  brush.font = "20px system-ui, sans-serif";
  for (const height of [0, 2, 4]) {
    const [x, y] = at(height, 0);
    brush.fillText(`${height}`, x - 30, y + 7);
    brush.lineWidth = 0.5;
    trace(brush, [at(height, 0), at(height, MOST)], text);
  }
  brush.fillText("cost, step by step", 180, depth - 7);
  brush.lineWidth = 2;
  costs.forEach((course, k) => paintWay(brush, course.map(at), k, text));
}

export default { render };
