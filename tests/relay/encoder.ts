// An encoder like OBS or ffmpeg that publishes by WHIP.

import { publishByWhip } from '../../sandbox/media/whip-push.ts';
import { atEnd } from './processes.ts';

/** Publishes a test picture without sound; `encoding` are x264's settings. */
export async function publishByEncoder(url: string, token: string, encoding: string[]): Promise<void> {
  const { stop } = await publishByWhip(url, token, { level: '4d401f', encoding });
  atEnd(stop);
}
