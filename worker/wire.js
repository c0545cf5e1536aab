// Reads what comes out of the module and writes what goes into it: the wire format of wasm/abi.h.

const utf8 = new TextEncoder();
const text = new TextDecoder();

export function decode(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const number = () => view.getUint32((at += 4) - 4, true);
  const take = (length) => bytes.subarray(at, (at += length));
  const value = () => [number, () => text.decode(take(number())), () => take(number()), list][number()]();
  const list = () => Array.from({ length: number() }, value);
  return value();
}

// The elements of a list may be tuples: they are written one after the other, without a count of their own.
export function encode(values) {
  const parts = [];
  const number = (value) => parts.push(new Uint8Array(Uint32Array.of(value).buffer));
  const write = (value) => {
    if (typeof value === 'number') return number(value);
    const content = typeof value === 'string' ? utf8.encode(value) : value;
    number(content.length);
    if (content instanceof Uint8Array) parts.push(content);
    else content.flat().forEach(write);
  };
  values.forEach(write);
  return join(parts);
}

export function join(parts) {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  parts.reduce((at, part) => (whole.set(part, at), at + part.length), 0);
  return whole;
}
