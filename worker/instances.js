// Instances of the module. Each serves one request at a time and begins with the memory of a new instance: it is new, or
// it ended cleanly and its memory was restored. Restoring takes microseconds, instantiating takes hundreds of them.

const mostIdle = 8;
const largestMemory = 4 << 20; // bytes

export function instancesOf(module) {
  const idle = [];
  let fresh; // what a new instance has

  // Restored when it is used again, because the runtime may write its CPU signal into idle instances too.
  function restored(exports) {
    const memory = new Uint8Array(exports.memory.buffer);
    memory.set(fresh.memory);
    memory.fill(0, fresh.memory.length); // what it has grown by
    return exports;
  }

  return {
    // The exports of an instance that serves no other request.
    take() {
      if (idle.length > 0) return restored(idle.pop());
      const { exports } = new WebAssembly.Instance(module, {});
      fresh ??= {
        memory: new Uint8Array(exports.memory.buffer).slice(),
        stack: exports.__stack_pointer.value,
      };
      return exports;
    },
    // Takes back an instance that has nothing pending and never left an export by exception.
    giveBack(exports) {
      const memory = new Uint8Array(exports.memory.buffer);
      const stackIsEmpty = exports.__stack_pointer.value === fresh.stack;
      if (!stackIsEmpty || memory.length > largestMemory || idle.length >= mostIdle) return;
      idle.push(exports);
    },
  };
}
