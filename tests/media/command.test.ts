// The broadcast command, called as ./run suggests.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { expectSeconds, probe, runBothWithMedia } from './support.ts';

it('sends a test picture to a stand-in with real media, without a stream key in its arguments', async () => {
  const { mux, cloudflare, inputId, videoHook } = await runBothWithMedia({ timeoutSeconds: 60 });
  const script = fileURLToPath(new URL('../../sandbox/broadcast.ts', import.meta.url));
  const args = ['--input', inputId, '--seconds', '5', '--reconnect-seconds', '0.2'];
  const addresses = { CLOUDFLARE_CONTROL_URL: cloudflare.url, MUX_CONTROL_URL: mux.url };
  const child = spawn(process.execPath, [script, ...args], { env: { ...process.env, ...addresses } });
  let output = '';
  child.stdout.on('data', (chunk) => (output += String(chunk)));
  const [code] = await once(child, 'close');
  expect(output).toContain('the live stream is live');
  expect(output).toContain('the recording is complete');
  expect(code).toBe(0);
  const video = videoHook.received[0]?.json;
  const recording = await probe((video?.playback as { hls: string }).hls);
  expect(recording).toMatchObject({ codecs: ['aac', 'h264'], size: '1280x720' });
  expectSeconds(recording.seconds, 5);
  const [asset] = (await mux.mux.video.assets.list()).data;
  expectSeconds(Number(asset?.duration), 5);
});
