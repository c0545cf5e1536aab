// AMF 0, the encoding of RTMP commands (Adobe, Action Message Format AMF 0, 2007). Types that no encoder sends
// (references, XML documents, typed objects) are refused.

export type Amf = number | boolean | string | null | undefined | Date | Amf[] | { [name: string]: Amf };

const marker = {
  number: 0,
  boolean: 1,
  string: 2,
  object: 3,
  null: 5,
  undefined: 6,
  ecmaArray: 8,
  objectEnd: 9,
  strictArray: 10,
  date: 11,
  longString: 12,
} as const;

const maxDepth = 8;

class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get done(): boolean {
    return this.#at >= this.#bytes.length;
  }

  value(depth = 0): Amf {
    if (depth > maxDepth) throw new Error('AMF is nested too deeply');
    const kind = this.#take(1).readUInt8();
    switch (kind) {
      case marker.number:
        return this.#take(8).readDoubleBE();
      case marker.boolean:
        return this.#take(1).readUInt8() !== 0;
      case marker.string:
        return this.#text(this.#take(2).readUInt16BE());
      case marker.longString:
        return this.#text(this.#take(4).readUInt32BE());
      case marker.null:
        return null;
      case marker.undefined:
        return undefined;
      case marker.ecmaArray:
        this.#take(4);
        return this.#fields(depth);
      case marker.object:
        return this.#fields(depth);
      case marker.strictArray:
        return Array.from({ length: this.#count() }, () => this.value(depth + 1));
      case marker.date: {
        const time = new Date(this.#take(8).readDoubleBE());
        this.#take(2);
        return time;
      }
      default:
        throw new Error(`AMF marker ${kind} is not supported`);
    }
  }

  #fields(depth: number): { [name: string]: Amf } {
    const fields: [string, Amf][] = [];
    for (;;) {
      const name = this.#text(this.#take(2).readUInt16BE());
      if (name === '' && this.#bytes[this.#at] === marker.objectEnd) break;
      fields.push([name, this.value(depth + 1)]);
    }
    this.#take(1);
    return Object.fromEntries(fields);
  }

  /** Each element takes at least a byte, so an impossible count is refused before allocating. */
  #count(): number {
    const count = this.#take(4).readUInt32BE();
    if (count > this.#bytes.length - this.#at) throw new Error('AMF ends too early');
    return count;
  }

  #text(length: number): string {
    return this.#take(length).toString('utf8');
  }

  #take(length: number): Buffer {
    const part = this.#bytes.subarray(this.#at, this.#at + length);
    if (part.length < length) throw new Error('AMF ends too early');
    this.#at += length;
    return part;
  }
}

/** Reads all values. Throws if the bytes are not AMF 0. */
export function decodeAmf(bytes: Buffer): Amf[] {
  const reader = new Reader(bytes);
  const values: Amf[] = [];
  while (!reader.done) values.push(reader.value());
  return values;
}

function name(text: string): Buffer {
  const bytes = Buffer.from(text);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

function encode(value: Amf): Buffer {
  if (value === null) return Buffer.of(marker.null);
  switch (typeof value) {
    case 'undefined':
      return Buffer.of(marker.undefined);
    case 'number': {
      const bytes = Buffer.of(marker.number, 0, 0, 0, 0, 0, 0, 0, 0);
      bytes.writeDoubleBE(value, 1);
      return bytes;
    }
    case 'boolean':
      return Buffer.of(marker.boolean, Number(value));
    case 'string':
      return Buffer.concat([Buffer.of(marker.string), name(value)]);
    default:
      if (Array.isArray(value) || value instanceof Date)
        throw new Error('Arrays and dates are not supported');
      return Buffer.concat([
        Buffer.of(marker.object),
        ...Object.entries(value).flatMap(([key, field]) => [name(key), encode(field)]),
        Buffer.of(0, 0, marker.objectEnd),
      ]);
  }
}

export function encodeAmf(values: Amf[]): Buffer {
  return Buffer.concat(values.map(encode));
}
