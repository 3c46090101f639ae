// Puts the live figures of a page into their places, where a notebook would have a kernel.

// What a figure expects of a notebook: named values, and word of their changes.
class Model {
  #values;
  #listeners = new Set();

  constructor(values) {
    this.#values = values;
  }

  get(name) {
    return this.#values[name];
  }

  set(name, value) {
    this.#values[name] = value;
    for (const [event, listen] of this.#listeners) {
      if (event === `change:${name}`) listen();
    }
  }

  save_changes() {} // there is nobody to tell

  on(event, listen) {
    this.#listeners.add([event, listen]);
  }

  off(event, listen) {
    for (const each of this.#listeners) {
      if (each[0] === event && each[1] === listen) this.#listeners.delete(each);
    }
  }
}

// The figure takes the place of its still picture.
function mount(place, figure, state) {
  place.replaceChildren();
  figure.render({ model: new Model(state), el: place });
}

async function start(place) {
  const [module, state] = ["module", "state"].map((name) => new URL(place.dataset[name], document.baseURI));
  const [loaded, stored] = await Promise.all([import(module), fetch(state)]);
  mount(place, loaded.default, await stored.json());
}

for (const place of document.querySelectorAll("[data-module]")) start(place);
