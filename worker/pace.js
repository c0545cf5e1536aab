// A pace: gives turns to all who ask, one gap after the other, but up to `burst` at once after a pause. So what many
// rooms do at the same time stays within the rate limit that a provider sets for the account as a whole.

import { DurableObject } from 'cloudflare:workers';

export class Pace extends DurableObject {
  // How many milliseconds to wait for the turn that this takes. If that is longer than `longest`, none is taken.
  turn(gap, burst, longest) {
    const now = Date.now();
    const next = Math.max(this.ctx.storage.kv.get('next') ?? 0, now - (burst - 1) * gap);
    const wait = Math.max(next - now, 0);
    if (wait <= longest) this.ctx.storage.kv.put('next', next + gap);
    return wait;
  }
}
