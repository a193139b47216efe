// Columns: numbers one after the other in a block, as typed arrays.

const _ARRAYS = { u8: Uint8Array, u16: Uint16Array, u32: Uint32Array, i32: Int32Array, f64: Float64Array };

/**
 * The columns of a block, by name: it begins with the length of its layout (four
 * bytes), and the layout, JSON: [[name, type, length], …]; every column begins at a
 * multiple of eight. All numbers are little-endian, as in every browser's arrays.
 */
async function columns(name) {
  const bytes = await block(name, false);
  const head = new DataView(bytes.buffer).getUint32(0, true);
  const layout = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + head)));
  let at = 4 + head;
  const found = {};
  for (const [key, type, length] of layout) {
    at += (8 - (at % 8)) % 8;
    found[key] = new _ARRAYS[type](bytes.buffer, at, length);
    at += found[key].byteLength;
  }
  return found;
}

/** The last place of a rising array whose value is at most `value`; −1: none. */
function lastUpTo(array, value, from = 0, to = array.length) {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (array[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low > from ? low - 1 : -1;
}
