// Defines <whip-broadcaster> and <whip-player>.

import { WhipBroadcasterElement } from './broadcaster-element.ts';
import { WhipPlayerElement } from './player-element.ts';

declare global {
  interface HTMLElementTagNameMap {
    'whip-broadcaster': WhipBroadcasterElement;
    'whip-player': WhipPlayerElement;
  }
}

for (const [name, element] of [
  ['whip-broadcaster', WhipBroadcasterElement],
  ['whip-player', WhipPlayerElement],
] as const)
  if (!customElements.get(name)) customElements.define(name, element);

export { texts } from './texts.ts';
export { WhipBroadcasterElement, WhipPlayerElement };
