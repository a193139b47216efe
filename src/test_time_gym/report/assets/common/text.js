// Texts: numbers, money and moments as people read them.

/** Thousands apart: 1234567 → "1,234,567". */
function count(value) {
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
}

/** Minor units as an amount: money(1234500, 2) → "12,345", money(-1250, 2) → "−12.50". */
function money(minor, exponent) {
  if (minor === null || minor === undefined) return "–";
  const digits = String(Math.abs(minor)).padStart(exponent + 1, "0");
  const cut = digits.length - exponent;
  const rest = digits.slice(cut);
  const point = exponent && Number(rest) ? "." + rest : "";
  return (minor < 0 ? "−" : "") + count(digits.slice(0, cut)) + point;
}

/** Thousandths with a sign: milli(-10) → "−0.01", milli(1000) → "+1". */
function milli(value) {
  const text = (Math.abs(value) / 1000).toFixed(3).replace(/\.?0+$/, "");
  return (value < 0 ? "−" : "+") + text;
}

/** Milliseconds since opening: span(3723500) → "1:02:03.5"; days stand before. */
function span(ms) {
  const sign = ms < 0 ? "−" : "";
  const all = Math.abs(ms);
  const days = Math.floor(all / 86400000);
  const hours = Math.floor(all / 3600000) % 24;
  const minutes = Math.floor(all / 60000) % 60;
  const seconds = Math.floor(all / 1000) % 60;
  const rest = all % 1000 ? "." + String(all % 1000).padStart(3, "0").replace(/0+$/, "") : "";
  const two = (n) => String(n).padStart(2, "0");
  return sign + (days ? days + "d " : "") + hours + ":" + two(minutes) + ":" + two(seconds) + rest;
}

/** "payment_state" → "payment state". */
function words(name) {
  return String(name).replace(/_/g, " ");
}

/** A part of a whole, in per cent: share(1, 3) → "33.3%". */
function share(part, whole) {
  return whole ? ((100 * part) / whole).toFixed(1) + "%" : "–";
}
