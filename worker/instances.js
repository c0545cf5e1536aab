// Instances of the module. Each serves one request at a time and begins with the memory of a new instance: it is new, or
// it ended cleanly and its memory was restored. Restoring takes microseconds, instantiating takes hundreds of them.

const version = 4; // of wasm/abi.h
const mostIdle = 8;
const largestMemory = 1 << 20; // in bytes

export class Instances {
  #idle = [];
  #fresh; // what a new instance has

  constructor(module) {
    this.module = module;
  }

  // The exports of an instance that serves no other request. The memory is restored only now, because the runtime may
  // have written __instance_signal to the memory of an idle instance.
  take() {
    const exports = this.#idle.pop();
    if (!exports) return this.#instantiate();
    const memory = new Uint8Array(exports.memory.buffer);
    memory.set(this.#fresh.memory);
    memory.fill(0, this.#fresh.memory.length); // what it has grown by
    return exports;
  }

  // Takes back an instance that answered, has nothing pending, and never left an export by exception.
  giveBack(exports) {
    const stackIsEmpty = exports.__stack_pointer.value === this.#fresh.stack;
    const isSmall = exports.memory.buffer.byteLength <= largestMemory;
    if (stackIsEmpty && isSmall && this.#idle.length < mostIdle) this.#idle.push(exports);
  }

  #instantiate() {
    const { exports } = new WebAssembly.Instance(this.module, {});
    this.#fresh ??= {
      memory: new Uint8Array(exports.memory.buffer).slice(),
      stack: exports.__stack_pointer.value,
    };
    if (exports.abi_version() !== version) throw new Error('the module has another ABI version');
    return exports;
  }
}
