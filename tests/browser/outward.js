// Tries to ask another machine for something, in every way that a page has, and says of
// each whether the page's policy has refused it.
async () => {
  const there = "http://127.0.0.2:9/";
  const source = (element) => { element.src = there; };
  const elements = {
    script: source, img: source, iframe: source, video: source, audio: source, embed: source,
    object: (element) => { element.data = there; },
    link: (element) => Object.assign(element, { rel: "stylesheet", href: there }),
    style: (element) => { element.textContent = `@import "${there}style";`; },
    base: (element) => { element.href = there; },
  };
  const more = { // of one element's several ways
    "img srcset": (element) => { element.srcset = `${there} 2x`; },
    "video poster": (element) => { element.poster = there; },
    "input image": (element) => Object.assign(element, { type: "image", src: there }),
    "div background": (element) => { element.style.background = `url(${there})`; },
    "style font": (element) => {
      element.textContent = `@font-face { font-family: x; src: url(${there}) }`;
      document.body.style.fontFamily = "x";
    },
    "link icon": (element) => Object.assign(element, { rel: "icon", href: there }),
    "link preload": (element) => Object.assign(element, { rel: "preload", as: "image", href: there }),
    "link module": (element) => Object.assign(element, { rel: "modulepreload", href: there }),
    "script inline": (element) => { element.textContent = "0"; },
    "b onclick": (element) => { element.setAttribute("onclick", "0"); element.click(); },
    "picture source": (element) => {
      element.innerHTML = `<source srcset="${there}"><img alt="">`;
    },
    "p svg": (element) => { element.innerHTML = `<svg><image href="${there}"/></svg>`; },
  };
  const calls = {
    fetch: () => fetch(there),
    beacon: () => navigator.sendBeacon(there, ""),
    socket: () => new WebSocket("ws://127.0.0.2:9/"),
    events: () => new EventSource(there),
    import: () => import(there),
    xhr: () => { const ask = new XMLHttpRequest(); ask.open("GET", there); ask.send(); },
    worker: () => new Worker(URL.createObjectURL(new Blob(["0"]))),
    form: () => {
      const form = document.body.appendChild(document.createElement("form"));
      form.action = there;
      form.submit();
    },
    address: () => { location.href = "javascript:0"; },
    eval: () => globalThis.eval("0"), // no request, but a way to write one
  };
  let refused = 0;
  document.addEventListener("securitypolicyviolation", () => { refused++; });
  const waited = async (before) => {
    for (let k = 0; k < 100 && refused === before; k++) await new Promise((go) => { setTimeout(go, 10); });
    return refused > before ? "refused" : "asked";
  };
  const found = {};
  for (const [name, ask] of Object.entries({ ...elements, ...more })) {
    const before = refused, element = document.createElement(name.split(" ")[0]);
    ask(element);
    document.body.append(element);
    found[name] = await waited(before);
    element.remove();
  }
  for (const [name, ask] of Object.entries(calls)) {
    const before = refused;
    try {
      await ask();
    } catch {} // the refusal itself
    found[name] = await waited(before);
  }
  return found;
}
