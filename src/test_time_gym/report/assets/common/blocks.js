// Blocks: bytes that stand compressed in the page, and are unpacked when asked for.

const _unpacked = new Map();

async function _inflate(id) {
  const element = document.getElementById(id);
  if (element === null) throw new Error("the page has no part called " + id);
  const packed = atob(element.textContent);
  const bytes = new Uint8Array(packed.length);
  for (let k = 0; k < packed.length; k += 1) bytes[k] = packed.charCodeAt(k);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** The data that the page was made with. */
async function pageData() {
  return JSON.parse(new TextDecoder().decode(await _inflate("data")));
}

/** The bytes of a block. `keep` false: not remembered. */
function block(name, keep = true) {
  if (_unpacked.has(name)) return _unpacked.get(name);
  const bytes = _inflate("block-" + name);
  if (keep) _unpacked.set(name, bytes);
  return bytes;
}

/** A block of JSON. */
async function jsonBlock(name, keep = true) {
  return JSON.parse(new TextDecoder().decode(await block(name, keep)));
}
