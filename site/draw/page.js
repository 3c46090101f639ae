// The page to draw on: the notebook's pad, with a network that runs in the browser.

// What the pad expects of a notebook's kernel: named values, and word of their changes.
class Kernel {
  constructor(values, read) {
    this.values = values;
    this.read = read; // gives the values that follow from the strokes
    this.listeners = [];
  }

  get(name) { return this.values[name]; }

  set(name, value) {
    this.values[name] = value;
    this.tell(name);
  }

  save_changes() {
    const found = this.read(this.values);
    Object.assign(this.values, found);
    Object.keys(found).forEach(name => this.tell(name));
  }

  on(event, listener) { this.listeners.push([event, listener]); }

  off(event, listener) {
    this.listeners = this.listeners.filter(([e, l]) => e !== event || (listener && l !== listener));
  }

  tell(name) {
    for (const [event, listener] of [...this.listeners]) {
      if (event === `change:${name}`) listener();
    }
  }
}

// The values that the notebook's pad has, with the network's activations.
function readStrokes(network, { strokes, pen, drawn }) {
  const pixels = prepare(ink(strokes, pen));
  const { hidden, outputs } = pixels.some(byte => byte > 0)
    ? network.feedforward(pixels.map(byte => byte / 256))
    : { hidden: new Array(HIDDEN).fill(0), outputs: new Array(OUTPUTS).fill(0) };
  return { pixels, hidden: [...hidden], activations: [...outputs], fault: "", read: drawn };
}

const SVG = "http://www.w3.org/2000/svg";

function shape(kind, attributes, parent, text = "") {
  const element = document.createElementNS(SVG, kind);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.textContent = text;
  return parent.appendChild(element);
}

// Hidden neurons and outputs as circles that light up; lines for what each says to each.
class NetworkPicture {
  constructor(place, network) {
    this.network = network;
    this.svg = shape("svg", { viewBox: "0 0 360 440", role: "img" }, place);
    const hiddenAt = k => [30 + 44 * (k % 2), 20 + 10.25 * k];
    const outputAt = j => [300, 31 + 42 * j];
    this.lines = Array.from({ length: OUTPUTS * HIDDEN }, (_, n) => {
      const [x1, y1] = hiddenAt(n % HIDDEN), [x2, y2] = outputAt(Math.floor(n / HIDDEN));
      return shape("line", { x1, y1, x2, y2 }, this.svg);
    });
    const circle = ([cx, cy], r) => {
      shape("circle", { cx, cy, r, class: "dark" }, this.svg);
      return shape("circle", { cx, cy, r, class: "neuron" }, this.svg);
    };
    this.hidden = Array.from({ length: HIDDEN }, (_, k) => circle(hiddenAt(k), 8));
    this.outputs = Array.from({ length: OUTPUTS }, (_, j) => circle(outputAt(j), 15));
    for (let j = 0; j < OUTPUTS; j++) {
      shape("text", { x: 326, y: outputAt(j)[1], class: "name" }, this.svg, j);
    }
  }

  show(hidden, activations) {
    const best = activations.indexOf(Math.max(...activations)), drawn = activations[best] > 0;
    this.hidden.forEach((circle, k) => circle.setAttribute("fill-opacity", hidden[k]));
    this.outputs.forEach((circle, j) => circle.setAttribute("fill-opacity", activations[j]));
    this.lines.forEach((line, n) => {
      const said = this.network.W3[n] * hidden[n % HIDDEN];
      const strength = Math.min(Math.abs(said) / 3, 1);
      const chosen = drawn && Math.floor(n / HIDDEN) === best;
      line.setAttribute("class", said > 0 ? "for" : "against");
      line.setAttribute("stroke-opacity", strength < 0.1 ? 0 : strength * (chosen ? 1 : 0.2));
      line.setAttribute("stroke-width", 1 + 2 * strength);
    });
    const lit = hidden.filter(activation => activation > 0.5).length;
    this.svg.setAttribute("aria-label", drawn
      ? `The network: ${lit} of its ${HIDDEN} hidden neurons are active, and output ${best} most of the ten.`
      : `The network: ${HIDDEN} hidden neurons and ten outputs, all dark.`);
  }
}

function start(place, { weights, examples, pen }) {
  const network = new Network(weights);
  const values = { strokes: [], pen, drawn: 0, read: 0 };
  const kernel = new Kernel(values, given => readStrokes(network, given));
  kernel.save_changes();
  render({ model: kernel, el: place.querySelector(".pad") });

  const picture = new NetworkPicture(place.querySelector(".network"), network);
  const show = () => picture.show(kernel.get("hidden"), kernel.get("activations"));
  kernel.on("change:hidden", show);
  show();

  examples.forEach(({ label, strokes }) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = label;
    button.setAttribute("aria-label", `Show a drawn ${label}`);
    button.onclick = () => { kernel.set("strokes", strokes); kernel.save_changes(); };
    place.querySelector(".examples").append(button);
  });
  return { network, kernel, ink, prepare }; // for tests
}
