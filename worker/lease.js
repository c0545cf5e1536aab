// A lease: of all requests that ask under its name, one at a time holds it, until it is released, complete or expired.
// It keeps the holder's note and the result for a while. src/edge/lease.h says what it is for.

import { DurableObject } from 'cloudflare:workers';

const none = { holder: '', request: '', note: '', value: '', heldUntil: 0, keptUntil: 0 };

export class Lease extends DurableObject {
  #stored() {
    const lease = this.ctx.storage.kv.get('lease');
    return lease?.keptUntil > Date.now() ? lease : none;
  }

  // Applies `step`, which returns the lease unchanged if it does not apply, and tells how the lease stands then.
  async #change(step) {
    const before = this.#stored();
    const lease = step(before, Date.now());
    if (lease !== before) this.ctx.storage.kv.put('lease', lease);
    if (lease.keptUntil !== before.keptUntil) await this.ctx.storage.setAlarm(lease.keptUntil);
    return [lease.holder, lease.request, lease.note, lease.value];
  }

  acquire(holder, request, note, held, kept) {
    return this.#change((before, now) => {
      // A request for what follows the result starts a new lease.
      const lease = before === none || before.value === request ? { ...none, request, note } : before;
      const free = lease.heldUntil <= now || lease.holder === holder;
      if (!free || lease.value !== '' || lease.request !== request) return before;
      return { ...lease, holder, heldUntil: now + held, keptUntil: now + kept };
    });
  }

  complete(holder, _request, value, _held, kept) {
    return this.#change((before, now) =>
      before.holder === holder ? { ...before, value, keptUntil: now + kept } : before,
    );
  }

  release(holder) {
    return this.#change((before) => (before.holder === holder ? { ...before, heldUntil: 0 } : before));
  }

  // A later step may have extended the time that the lease is kept.
  async alarm() {
    const lease = this.#stored();
    if (lease === none) await this.ctx.storage.deleteAll();
    else await this.ctx.storage.setAlarm(lease.keptUntil);
  }
}
