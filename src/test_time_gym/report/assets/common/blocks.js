// Blocks: bytes that stand compressed in the page, and are unpacked when asked for.

const _unpacked = new Map();

async function _inflate(id) {
  const element = document.getElementById(id);
  if (element === null) throw new Error("the page has no part called " + id);
  const packed = atob(element.textContent);
  const bytes = new Uint8Array(packed.length);
  for (let k = 0; k < packed.length; k += 1) bytes[k] = packed.charCodeAt(k);
  // Not through a Blob and a Response: handing the bytes about would take longer than to unpack them.
  const unpacking = new DecompressionStream("deflate");
  const writer = unpacking.writable.getWriter();
  const unheard = () => {}; // what is wrong with the bytes is told where they are read
  writer.write(bytes).catch(unheard);
  writer.close().catch(unheard);
  return _joined(unpacking.readable.getReader());
}

async function _joined(reader) {
  const parts = [];
  let size = 0;
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    parts.push(read.value);
    size += read.value.length;
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
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
