// The owner ends a stream that is live, or stops its phone, with real media, on each plan: what the phone, the viewer,
// the encoder and the owner's card then say, and when. bench/e2e/end.bench.ts prints the times.

import type { Page } from 'playwright-core';
import { encode, eventually } from '../media/support.ts';
import type { Encoder } from '../media/support.ts';
import { goLive, press } from '../web/support/screens.ts';
import { shows } from '../web/support/seen.ts';
import { streamOf } from '../worker/api/client.ts';
import type { Stream } from '../worker/api/client.ts';
import type { Recordings } from '../worker/api/watching.ts';
import type { Deployment } from './deployment.ts';

// Encoders, players and browsers share the machine.
const patience = 60_000;
const title = 'Spring concert';
const guest = 'Anna';

export const plans = {
  relay: { streamingMethod: 'whip_browser', ingest: 'relay' },
  cloudflare: { streamingMethod: 'whip_browser', ingest: 'cloudflare' },
  mux: { streamingMethod: 'whip_browser', ingest: 'mux' },
  encoder: { streamingMethod: 'obs' },
} as const;
export type PlanName = keyof typeof plans;

interface Order {
  /** The buttons before the question, and its answer. */
  taps: (string | RegExp)[];
  question: string;
  answer: string;
  /** What the card shows then. */
  card: RegExp;
}

/** What the owner can do about somebody who is live. */
export const orders = {
  end: {
    taps: [/^Details/, 'End stream'],
    question: `End “${title}”?`,
    answer: 'End stream',
    card: /Ended/,
  },
  stop: {
    taps: ['Stop this phone'],
    question: `Stop the phone that’s live on “${title}”?`,
    answer: 'Stop this phone',
    card: /Phone stopped/,
  },
  cancel: {
    taps: ['Invite', `Cancel ${guest}`],
    question: `Cancel the invitation “${guest}”?`,
    answer: 'Cancel invitation',
    card: /Invitation cancelled/,
  },
} satisfies Record<string, Order>;
export type OrderName = keyof typeof orders;

/** Who says so, and how many milliseconds after the owner's tap. Phones and encoders publish on different plans. */
export interface Ending {
  stream: Stream;
  said: Partial<Record<'phone' | 'encoder' | 'viewer' | 'card', number>>;
  encoder: Encoder | undefined;
}

/** The time at which a page shows a text, and not the other one. */
async function whenShown(page: Page, text: RegExp, gone?: RegExp): Promise<number> {
  const shown = await page.waitForFunction(
    ([text, gone]) => {
      const seen = document.body.innerText;
      return text.test(seen) && !gone?.test(seen) && Date.now();
    },
    [text, gone] as const,
    { timeout: patience },
  );
  return Number(await shown.jsonValue());
}

const fieldsOf = <Fields>(answer: { body: unknown }): Fields => answer.body as Fields;

async function publishByPhone(deployment: Deployment, { id }: Stream): Promise<Page> {
  const answer = await deployment.ask(`/api/streams/${id}/invites`, { name: guest, expiresIn: 3600 });
  const { page } = await deployment.person();
  await page.goto(fieldsOf<{ invite: { url: string } }>(answer).invite.url);
  await goLive(page);
  return page;
}

async function publishByEncoder(deployment: Deployment, { id }: Stream): Promise<Encoder> {
  const answer = await deployment.ask(`/api/streams/${id}/credentials`);
  const { rtmpUrl, streamKey } = fieldsOf<{ rtmpUrl: string; streamKey: string }>(answer);
  return encode(`${rtmpUrl}${streamKey}`);
}

/** The owner's card, whose question only waits for the last tap. */
async function openQuestion({ person, signIn }: Deployment, { taps, question }: Order): Promise<Page> {
  const { page } = await person();
  await page.goto(signIn);
  await shows(page, 'Live', patience);
  for (const each of taps) await press(page, each);
  await shows(page, question, patience);
  return page;
}

/** Goes live on that plan, until all that it records has begun, and gives the order. */
export async function endOn(
  plan: PlanName,
  deployment: Deployment,
  order: Order = orders.end,
): Promise<Ending> {
  const stream = streamOf(await deployment.ask('/api/streams', { title, ...plans[plan] }));
  await deployment.waitBriefly();
  const encoder = plan === 'encoder' ? await publishByEncoder(deployment, stream) : undefined;
  const phone = encoder ? undefined : await publishByPhone(deployment, stream);
  const { page: viewer } = await deployment.person();
  await viewer.goto(`${deployment.origin}/watch/${stream.id}`);
  await shows(viewer, /^LIVE$/, patience);
  await isRecorded(deployment, stream);
  const card = await openQuestion(deployment, order);

  const seen = {
    ...(phone && { phone: whenShown(phone, /The organiser ended the broadcast/) }),
    ...(encoder && { encoder: encoder.done.then(() => Date.now()) }),
    // The recording can be there as soon as the broadcast has ended, and then the viewer sees it at once.
    viewer: whenShown(viewer, /^(The broadcast has ended|Recording)$/m, /^LIVE$/m),
    card: whenShown(card, order.card),
  };
  const tapped = Date.now();
  await card.getByRole('button', { name: order.answer }).last().click();
  const said: Ending['said'] = {};
  for (const [who, at] of Object.entries(seen)) said[who as keyof typeof seen] = (await at) - tapped;
  return { stream, said, encoder };
}

async function recordingsOf(deployment: Deployment, { id }: Stream): Promise<Recordings> {
  return fieldsOf<Recordings>(await deployment.ask(`/api/streams/${id}/recordings`));
}

/** Waits until the broadcast is recorded wherever the plan says so. */
async function isRecorded(deployment: Deployment, stream: Stream): Promise<void> {
  await eventually(async () => {
    await deployment.schedule();
    const { broadcasts } = await recordingsOf(deployment, stream);
    const [newest] = broadcasts;
    return stream.plan.recordedAt.every((source) =>
      newest?.recordings.some((recording) => recording.source === source),
    );
  }, patience / 1000);
}

/** The seconds of each recording, by its source, once all that the plan promises are ready. */
export async function lengthsOf(deployment: Deployment, stream: Stream): Promise<Record<string, number>> {
  return eventually(async () => {
    const { broadcasts } = await recordingsOf(deployment, stream);
    const ready = broadcasts.flatMap(({ recordings }) => recordings.filter(({ state }) => state === 'ready'));
    const isWhole = stream.plan.recordedAt.every((wanted) => ready.some(({ source }) => source === wanted));
    return isWhole && Object.fromEntries(ready.map(({ source, duration }) => [source, duration ?? 0]));
  }, patience / 1000);
}
