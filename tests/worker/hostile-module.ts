// Modules that follow the ABI of wasm/abi.h only in form, to test how the shim copes. They serve every request except
// doomed ones, which they recognise by length.

import binaryen from 'binaryen';

/** Path of a doomed request, without a page of the platform. */
export const doomed = `/api?${'x'.repeat(5000)}`;

/** Path of a request that is served, with `served` as its body. */
export const spared = '/api';

type Value = number | string | Uint8Array | Value[];

/** Replaces well-behaved code: WebAssembly text that produces a number. */
export interface Ways {
  abiVersion?: string;
  /** Only for doomed requests. */
  allocate?: string;
  start?: string;
  resume?: string;
  /** For the others: how they start; `resume` then serves them. */
  startSpared?: string;
  /** Additional declarations. */
  more?: string;
}

const utf8 = new TextEncoder();

/** Places bytes and outboxes in the module's memory and returns their address as text. */
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

  /** An outbox with these records. */
  outbox(...records: Value[][]): string {
    return this.rawOutbox(written(records));
  }

  /** An outbox with a correct length and any content. */
  rawOutbox(content: Uint8Array): string {
    return this.bytes(Uint8Array.from([...u32(content.length), ...content]));
  }
}

export const u32 = (value: number): Uint8Array => new Uint8Array(Uint32Array.of(value).buffer);

/** A value as encoded in the outbox. */
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
  headers
    .flat()
    .map((each) => `${each}\0`)
    .join(''),
  utf8.encode(text),
];

/** Requests a sleep of zero, so that `resume` is called. */
export const sleep: Value[] = ['sleep', 7, 0];

export function hostileModule(ways: (data: Data) => Ways): Uint8Array {
  const data = new Data();
  const serve = data.outbox(respond(200, 'served'));
  const asleep = data.outbox(sleep);
  const {
    abiVersion = '(i32.const 4)',
    allocate = '(i32.const 65536)',
    start,
    resume,
    ...spare
  } = ways(data);
  const text = `(module
    (memory (export "memory") 4 64)
    (table 1 funcref)
    (type $nothing_to_number (func (result i32)))
    (global (export "__stack_pointer") (mut i32) (i32.const 65536))
    ${data.segments.join('\n')}
    ${spare.more ?? ''}
    (func (export "abi_version") (result i32) ${abiVersion})
    (func (export "allocate") (param $size i32) (result i32)
      (if (i32.gt_u (local.get $size) (i32.const 5000)) (then (i32.store (i32.const 16) (i32.const 1))))
      (if (result i32) (i32.load (i32.const 16)) (then ${allocate}) (else (i32.const 65536))))
    (func (export "start") (param $now f64) (result i32)
      (if (result i32) (i32.load (i32.const 16))
        (then ${start ?? asleep})
        (else ${spare.startSpared ?? serve})))
    (func (export "resume") (param $now f64) (param $operation i32) (param $failure i32) (result i32)
      (if (result i32) (i32.load (i32.const 16)) (then ${resume ?? serve}) (else ${serve}))))`;
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
