// A lease: of all who ask under its name, one at a time has it, until it is given back, complete, or its time is over.
// What the first of them noted, and what came of it, is kept for a while. src/edge/lease.h says what for.

import { DurableObject } from 'cloudflare:workers';

const none = { holder: '', request: '', note: '', value: '', heldUntil: 0, keptUntil: 0 };

export class Lease extends DurableObject {
  // Every step gives how the lease stands then.
  async #change(step) {
    const now = Date.now();
    const found = this.ctx.storage.kv.get('lease');
    const before = found?.keptUntil > now ? found : none;
    const { heldUntil, keptUntil, ...told } = { ...before, ...step(before, now) };
    this.ctx.storage.kv.put('lease', { ...told, heldUntil, keptUntil });
    await this.ctx.storage.setAlarm(keptUntil);
    return Object.values(told);
  }

  acquire(holder, request, note, held, kept) {
    return this.#change((before, now) => {
      // Who asks for what comes after its value begins it anew.
      const lease = before === none || before.value === request ? { ...none, request, note } : before;
      const free = lease.heldUntil <= now || lease.holder === holder;
      if (!free || lease.value !== '' || lease.request !== request) return lease;
      return { ...lease, holder, heldUntil: now + held, keptUntil: now + kept };
    });
  }

  complete(holder, _request, value, _held, kept) {
    return this.#change((before, now) =>
      before.holder === holder ? { value, keptUntil: now + kept } : before,
    );
  }

  release(holder) {
    return this.#change((before) => (before.holder === holder ? { heldUntil: 0 } : before));
  }

  alarm() {
    return this.ctx.storage.deleteAll();
  }
}
