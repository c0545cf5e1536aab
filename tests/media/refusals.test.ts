// The sandbox refuses what the providers refuse.

import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { account, eventTypes } from '../sandbox/support.ts';
import { encode, eventually, runBothWithMedia } from './support.ts';

it('a wrong stream key, a wrong application and a disabled input are refused', async () => {
  const { cloudflare, inputId, input, publishUrl, liveHook } = await runBothWithMedia();
  const server = input.rtmps?.url ?? '';
  expect(await encode(`${server}not-a-key`, { seconds: 2 }).done).not.toBe(0);
  expect(await encode(publishUrl.replace('/live/', '/app/'), { seconds: 2 }).done).not.toBe(0);
  await cloudflare.stream.liveInputs.update(inputId, { account_id: account, enabled: false } as never);
  expect(await encode(publishUrl, { seconds: 2 }).done).not.toBe(0);
  expect(liveHook.received).toEqual([]);
});

it('a second publisher is refused while the first is connected', async () => {
  const { publishUrl, cloudflare, inputId } = await runBothWithMedia();
  const first = encode(publishUrl);
  await eventually(async () => {
    const { status } = await cloudflare.stream.liveInputs.get(inputId, { account_id: account });
    return status;
  });
  expect(await encode(publishUrl, { seconds: 2 }).done).not.toBe(0);
  expect(first.process.exitCode).toBeNull();
});

it('RTMP without TLS is refused if only RTMPS is allowed', async () => {
  const { publishUrl, mux, liveStream } = await runBothWithMedia();
  expect(await encode(publishUrl.replace('rtmps:', 'rtmp:'), { seconds: 2 }).done).not.toBe(0);
  const plain = `${mux.rtmpsUrl}/${liveStream.stream_key}`.replace('rtmps:', 'rtmp:');
  expect(await encode(plain, { seconds: 2 }).done).not.toBe(0);
});

it('a codec that Cloudflare does not support ends the broadcast with an error that names it', async () => {
  const { publishUrl, liveHook, cloudflare, inputId } = await runBothWithMedia();
  expect(await encode(publishUrl, { audio: ['libmp3lame', '-ar', '44100'] }).done).not.toBe(0);
  const errored = await eventually(() =>
    liveHook.received.find(({ json }) => json.data?.event_type === 'live_input.errored'),
  );
  expect(errored.json.data).toMatchObject({
    live_input_errored: { error: { code: 'ERR_UNSUPPORTED_AUDIO_CODEC' } },
  });
  const { status } = await cloudflare.stream.liveInputs.get(inputId, { account_id: account });
  expect(status).toMatchObject({ current: { state: 'errored' } });
});

it('key frames less than 2 s apart are warned of, and those 2 s apart are not', async () => {
  const { publishUrl, cloudflare } = await runBothWithMedia();
  const codec = ['libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-pix_fmt', 'yuv420p', '-g'];
  const warnings = async (): Promise<string[]> => {
    const events = await cloudflare.control.get<{ words: string }[]>('events');
    return events.map(({ words }) => words).filter((words) => words.startsWith('warning'));
  };
  expect(await encode(publishUrl, { seconds: 7, video: [...codec, '60'] }).done).toBe(0);
  expect(await warnings()).toEqual([]);
  expect(await encode(publishUrl, { seconds: 4, video: [...codec, '30'] }).done).toBe(0);
  expect(await warnings()).toEqual([expect.stringMatching(/^warning: key frames are 1\d\d\d ms apart/)]);
});

it('key frames more than 10 s apart end the broadcast with an error', async () => {
  const { publishUrl, liveHook } = await runBothWithMedia();
  const video = ['libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-g', '600', '-sc_threshold', '0'];
  expect(await encode(publishUrl, { seconds: 20, video }).done).not.toBe(0);
  const errored = await eventually(() =>
    liveHook.received.find(({ json }) => json.data?.event_type === 'live_input.errored'),
  );
  expect(errored.json.data).toMatchObject({
    live_input_errored: { error: { code: 'ERR_GOP_OUT_OF_RANGE' } },
  });
});

it('rotating the keys disconnects the encoder, and the old key stops working', async () => {
  const { cloudflare, inputId, publishUrl, liveHook } = await runBothWithMedia();
  const encoder = encode(publishUrl);
  await eventually(() => eventTypes(liveHook).includes('live_input.connected'));
  const path = `/accounts/${account}/stream/live_inputs/${inputId}/rotate_keys`;
  await cloudflare.client.post(path);
  expect(await encoder.done).not.toBe(0);
  expect(await encode(publishUrl, { seconds: 2 }).done).not.toBe(0);
});

it('garbage on the RTMP port ends only that connection', async () => {
  const { mux, liveStream, muxHook } = await runBothWithMedia();
  const port = Number(new URL(mux.rtmpUrl ?? '').port);
  const rubbish = [Buffer.from('GET / HTTP/1.1\r\n\r\n'), Buffer.alloc(20_000, 0xff), Buffer.alloc(8000, 3)];
  for (const bytes of rubbish) {
    await new Promise<void>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => socket.end(bytes));
      socket.once('error', () => undefined);
      socket.once('close', () => resolve());
      socket.resume();
    });
  }
  expect(await encode(`${mux.rtmpUrl}/${liveStream.stream_key}`, { seconds: 4 }).done).toBe(0);
  await eventually(() => eventTypes(muxHook).includes('video.live_stream.active'));
});
