// Reads formulas from standard input, as JSON; writes for each what KaTeX says against it.
const katex = require(process.argv[2]);
const formulas = JSON.parse(require("fs").readFileSync(0, "utf8"));
const refusals = formulas.map(({ tex, display }) => {
  try {
    katex.renderToString(tex, { displayMode: display, throwOnError: true });
    return null;
  } catch (error) {
    return error.message;
  }
});
process.stdout.write(JSON.stringify(refusals));
