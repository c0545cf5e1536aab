// What the elements say. A page in another language replaces texts before it uses the elements:
// `Object.assign(texts.player, { start: '…' })`.

import { common, faultText, live, watch } from '../texts.ts';

export const texts = {
  broadcaster: { ...live, tryAgain: common.tryAgain },
  player: {
    ...watch,
    loading: common.loading,
    tryAgain: common.tryAgain,
    unreachable: common.api.unreachable,
  },
  fault: faultText,
};
