// The arithmetic of the lessons' networks, in their letters.

export const sigmoid = (z) => 1 / (1 + Math.exp(-z));

// (FF1): z_j is the sum of w_jk a_k over k, plus b_j.
export function weightedSums(W, b, a) {
  return W.map((w, j) => {
    let z = b[j];
    for (let k = 0; k < a.length; k++) z += w[k] * a[k];
    return z;
  });
}

export function softmax(z) {
  const top = Math.max(...z);
  const powers = z.map((value) => Math.exp(value - top));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}
