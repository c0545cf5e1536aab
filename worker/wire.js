// The wire format of wasm/abi.h: reads what leaves the module and writes what enters it.

const utf8 = new TextEncoder();
const text = new TextDecoder();

// Every value says what it is: a number, a text, bytes, or a list of values.
export function decode(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const number = () => view.getUint32((at += 4) - 4, true);
  const take = (length) => bytes.subarray(at, (at += length));
  function value() {
    const tag = number();
    if (tag === 0) return number();
    if (tag === 1) return text.decode(take(number()));
    if (tag === 2) return take(number());
    return Array.from({ length: number() }, value);
  }
  return value();
}

// One buffer serves every message of the isolate. It grows when a message needs more.
let buffer = new DataView(new ArrayBuffer(8192));
let end = 0;

function reserve(length) {
  if (end + length <= buffer.byteLength) return;
  const larger = new Uint8Array(2 * (end + length));
  larger.set(new Uint8Array(buffer.buffer, 0, end));
  buffer = new DataView(larger.buffer);
}

function writeNumber(value) {
  reserve(4);
  buffer.setUint32(end, value, true);
  end += 4;
}

function writeText(value) {
  reserve(4 + 3 * value.length); // UTF-8 takes at most three bytes for each UTF-16 unit
  const { written } = utf8.encodeInto(value, new Uint8Array(buffer.buffer, end + 4));
  writeNumber(written);
  end += written;
}

function writeBytes(bytes) {
  reserve(bytes.length);
  new Uint8Array(buffer.buffer).set(bytes, end);
  end += bytes.length;
}

// The elements of a list may be tuples, whose parts follow one another without a count.
function write(value) {
  if (typeof value === 'number') return writeNumber(value);
  if (typeof value === 'string') return writeText(value);
  writeNumber(value.length);
  if (value instanceof Uint8Array) return writeBytes(value);
  for (const element of value) Array.isArray(element) ? element.forEach(write) : write(element);
}

// Each part is an array of fields, or fields that were encoded before. The result is valid until the next call.
export function encode(...parts) {
  end = 0;
  for (const part of parts) part instanceof Uint8Array ? writeBytes(part) : part.forEach(write);
  return new Uint8Array(buffer.buffer, 0, end);
}
