// The wire format of wasm/abi.h: reads what leaves the module and writes what enters it. Neither direction is ever
// begun twice at a time, so that each has one state for the whole isolate.

const utf8 = new TextEncoder();
const text = new TextDecoder('utf-8', { ignoreBOM: true });

let input, view, whole;
let at = 0;

const readNumber = () => view.getUint32((at += 4) - 4, true);

function readEnd() {
  const end = at + 4 + readNumber();
  if (end > input.length) throw new RangeError('a value is longer than the outbox');
  return end;
}

function readText(end) {
  const start = at;
  at = end;
  return whole.length === input.length ? whole.slice(start, end) : text.decode(input.subarray(start, end));
}

function readValue() {
  const tag = readNumber();
  if (tag === 0) return readNumber();
  if (tag === 1) return readText(readEnd());
  if (tag === 2) return input.slice(at + 4, (at = readEnd()));
  if (tag !== 3) throw new RangeError('there is no such tag');
  const list = [];
  for (let left = readNumber(); left > 0; left -= 1) list.push(readValue());
  return list;
}

// Bytes are copied: the memory may change afterwards. Decoding a text costs more than cutting it out of another one. So
// all bytes are decoded at once, and if each became one character, as in ASCII, every text is a part of that.
export function decode(bytes) {
  input = bytes;
  view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  whole = bytes.length < 16384 ? text.decode(bytes) : '';
  at = 0;
  return readValue();
}

let output = new DataView(new ArrayBuffer(8192));
let end = 0;

function reserve(length) {
  if (end + length <= output.byteLength) return;
  const larger = new Uint8Array(2 * (end + length));
  larger.set(new Uint8Array(output.buffer, 0, end));
  output = new DataView(larger.buffer);
}

function writeNumber(value) {
  reserve(4);
  output.setUint32(end, value, true);
  end += 4;
}

function writeText(value) {
  reserve(4 + 3 * value.length); // UTF-8 takes at most three bytes for each UTF-16 unit
  const { written } = utf8.encodeInto(value, new Uint8Array(output.buffer, end + 4));
  writeNumber(written);
  end += written;
}

function writeBytes(bytes) {
  reserve(bytes.length);
  new Uint8Array(output.buffer).set(bytes, end);
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
  return new Uint8Array(output.buffer, 0, end);
}
