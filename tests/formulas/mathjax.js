// Reads formulas from standard input, as JSON; writes for each what MathJax says against it.
const [, , folder] = process.argv;
const { mathjax } = require(`${folder}/js/mathjax.js`);
const { TeX } = require(`${folder}/js/input/tex.js`);
const { AllPackages } = require(`${folder}/js/input/tex/AllPackages.js`);
const { SVG } = require(`${folder}/js/output/svg.js`);
const { liteAdaptor } = require(`${folder}/js/adaptors/liteAdaptor.js`);
const { RegisterHTMLHandler } = require(`${folder}/js/handlers/html.js`);
const { STATE } = require(`${folder}/js/core/MathItem.js`);

RegisterHTMLHandler(liteAdaptor());
// These two show what is wrong in place of telling it.
const packages = AllPackages.filter((name) => !["noerrors", "noundefined"].includes(name));
const formulas = JSON.parse(require("fs").readFileSync(0, "utf8"));
const InputJax = new TeX({
  packages,
  formatError: (jax, error) => {
    throw error;
  },
});
const page = mathjax.document("", { InputJax, OutputJax: new SVG() });
const refusals = formulas.map(({ tex, display }) => {
  InputJax.reset(); // a formula that is read twice gives no name twice
  try {
    page.convert(tex, { display, end: STATE.COMPILED });
    return null;
  } catch (error) {
    return error.message;
  }
});
process.stdout.write(JSON.stringify(refusals));
