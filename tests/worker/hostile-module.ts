// Modules that keep to the ABI of wasm/abi.h in form only, for tests of what the shim makes of them. They serve every
// request but those that are doomed, which are told by their length.

import binaryen from 'binaryen';

/** A path of a doomed request, one that the platform has no page for. */
export const doomed = `/api?${'x'.repeat(5000)}`;

/** A path of a request that is served, with `served` for its body. */
export const spared = '/api';

type Value = number | string | Uint8Array | Value[];

/** What the module has in place of well-behaved code: WebAssembly text, each giving a number. */
export interface Ways {
  abiVersion?: string;
  /** For doomed requests only. */
  allocate?: string;
  start?: string;
  resume?: string;
  /** For the others: what they begin with; `resume` then serves them. */
  startSpared?: string;
  /** Declarations beside these. */
  more?: string;
}

const utf8 = new TextEncoder();

/** Places bytes and outboxes in the module's memory, and gives the text that is their address. */
export class Data {
  #next = 1024;
  readonly segments: string[] = [];

  bytes(content: Uint8Array): string {
    const at = this.#next;
    const escaped = Array.from(content, (byte) => `\\${byte.toString(16).padStart(2, '0')}`).join('');
    this.segments.push(`(data (i32.const ${at}) "${escaped}")`);
    this.#next += content.length;
    return `(i32.const ${at})`;
  }

  /** An outbox of these records. */
  outbox(...records: Value[][]): string {
    return this.rawOutbox(written(records));
  }

  /** An outbox that says its length truly, whatever is in it. */
  rawOutbox(content: Uint8Array): string {
    return this.bytes(Uint8Array.from([...u32(content.length), ...content]));
  }
}

const u32 = (value: number): Uint8Array => new Uint8Array(Uint32Array.of(value).buffer);

/** A value as the outbox has it. */
export function written(value: Value): Uint8Array {
  if (typeof value === 'number') return Uint8Array.from([...u32(0), ...u32(value)]);
  if (Array.isArray(value)) {
    return Uint8Array.from([...u32(3), ...u32(value.length), ...value.flatMap((each) => [...written(each)])]);
  }
  const content = typeof value === 'string' ? utf8.encode(value) : value;
  return Uint8Array.from([...u32(typeof value === 'string' ? 1 : 2), ...u32(content.length), ...content]);
}

export const respond = (status: number, text = '', headers: [string, string][] = []): Value[] => [
  'respond',
  status,
  headers,
  utf8.encode(text),
];

/** Asks for a sleep of no time, so that `resume` is called. */
export const sleep: Value[] = ['sleep', 7, 0];

export function hostileModule(ways: (data: Data) => Ways): Uint8Array {
  const data = new Data();
  const serve = data.outbox(respond(200, 'served'));
  const asleep = data.outbox(sleep);
  const {
    abiVersion = '(i32.const 1)',
    allocate = '(i32.const 65536)',
    start,
    resume,
    ...spare
  } = ways(data);
  const text = `(module
    (memory (export "memory") 4 64)
    (table 1 funcref)
    (type $nothing_to_number (func (result i32)))
    (global $doomed (mut i32) (i32.const 0))
    ${data.segments.join('\n')}
    ${spare.more ?? ''}
    (func (export "abi_version") (result i32) ${abiVersion})
    (func (export "allocate") (param $size i32) (result i32)
      (if (i32.gt_u (local.get $size) (i32.const 5000)) (then (global.set $doomed (i32.const 1))))
      (if (result i32) (global.get $doomed) (then ${allocate}) (else (i32.const 65536))))
    (func (export "start") (param $now f64) (result i32)
      (if (result i32) (global.get $doomed)
        (then ${start ?? asleep})
        (else ${spare.startSpared ?? serve})))
    (func (export "resume") (param $now f64) (param $operation i32) (param $failure i32) (result i32)
      (if (result i32) (global.get $doomed) (then ${resume ?? serve}) (else ${serve}))))`;
  return assemble(text);
}

export function assemble(text: string): Uint8Array {
  const module = binaryen.parseText(text);
  try {
    module.setFeatures(binaryen.Features.All);
    if (!module.validate()) throw new Error('the module of the test is not valid');
    return module.emitBinary();
  } finally {
    module.dispose();
  }
}
