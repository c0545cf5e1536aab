// What the elements say. A page in another language replaces texts before it uses the elements:
// `Object.assign(texts.player, { start: '…' })`.

import { common } from '../texts/common.ts';
import { live } from '../texts/live.ts';
import { waitingTexts } from '../texts/waiting.ts';
import { watch } from '../texts/watch.ts';

export const texts = {
  broadcaster: { ...live, tryAgain: common.tryAgain },
  player: {
    ...watch,
    waiting: waitingTexts.ready,
    processing: waitingTexts.processing,
    nothing: waitingTexts.nothing,
    loading: common.loading,
    tryAgain: common.tryAgain,
    unreachable: common.api.unreachable,
  },
  fault: live.fault,
};
