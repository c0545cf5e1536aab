// The wire format of wasm/abi.h: reads what leaves the module and writes what enters it.

const utf8 = new TextEncoder();
const text = new TextDecoder('utf-8', { ignoreBOM: true });

// Reads one value. Bytes are copied, because the memory may change afterwards.
export function decode(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 0;
  const number = () => view.getUint32((at += 4) - 4, true);
  function value() {
    const [tag, size] = [number(), number()];
    if (tag === 0) return size;
    if (tag === 3) return values(size);
    if (tag > 3 || at + size > bytes.length) throw new RangeError('the outbox is malformed');
    const part = bytes.subarray(at, (at += size));
    return tag === 1 ? text.decode(part) : part.slice();
  }
  function values(count) {
    const list = [];
    while (list.length < count) list.push(value());
    return list;
  }
  return value();
}

// One buffer serves every message of the isolate. It grows when a message needs more.
let buffer = new DataView(new ArrayBuffer(16384));

// Each field is a number, a text or bytes. The result is valid until the next call.
export function encode(fields) {
  let end = 0;
  for (const field of fields) {
    // UTF-8 takes at most three bytes for each UTF-16 unit.
    const most = end + 4 + 3 * (field.length ?? 0);
    if (most > buffer.byteLength) {
      const larger = new Uint8Array(2 * most);
      larger.set(new Uint8Array(buffer.buffer, 0, end));
      buffer = new DataView(larger.buffer);
    }
    const rest = new Uint8Array(buffer.buffer, end + 4);
    let [length, written] = [field, 0];
    if (typeof field === 'string') length = written = utf8.encodeInto(field, rest).written;
    else if (typeof field === 'object') rest.set(field, 0, (length = written = field.length));
    buffer.setUint32(end, length, true);
    end += 4 + written;
  }
  return new Uint8Array(buffer.buffer, 0, end);
}

// Headers are one text: the name and the value of each in turn, each ending with NUL.
export function writeHeaders(headers) {
  let texts = '';
  headers.forEach((value, name) => (texts += `${name}\0${value}\0`));
  return texts;
}

export function readHeaders(texts, headers = new Headers()) {
  const parts = texts.split('\0');
  for (let at = 0; at + 1 < parts.length; at += 2) headers.append(parts[at], parts[at + 1]);
  return headers;
}
