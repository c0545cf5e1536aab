// Texts of the owner's page, in English.

import type { ActivityEntry, Warning } from '../api-schema.ts';
import { common } from './common.ts';
import { count } from './format.ts';

const places = { phone: 'the phone', cloudflare: 'Cloudflare', mux: 'Mux' };

/** What happened. Undefined for what this page does not know. */
function happened({ kind, source, detail }: ActivityEntry): string | undefined {
  const at = source === null ? '' : places[source];
  const code = detail === null ? '' : ` (${detail})`;
  const phone = source === 'phone';
  const known: Record<string, string> = {
    created: 'Stream created',
    renamed: `Renamed to “${detail}”`,
    made_private: 'Made private',
    made_public: 'Made public',
    downloads_on: 'Downloads turned on for viewers',
    downloads_off: 'Downloads turned off for viewers',
    ended: 'Stream ended',
    invited: detail === null ? 'Invitation created' : `Invited “${detail}”`,
    invite_cancelled: detail === null ? 'Invitation cancelled' : `Cancelled the invitation “${detail}”`,
    live: phone ? 'Went live' : `${at} is receiving the broadcast`,
    reconnected: phone ? 'The phone reconnected' : `${at} is receiving it again`,
    disconnected: phone ? 'The phone stopped' : `${at} is no longer receiving it`,
    stopped: 'The phone was told to stop',
    credentials_replaced: 'Stream key reset',
    backup_attached: 'Mux backup added',
    backup_on: 'Mux backup turned on',
    backup_off: 'Mux backup turned off',
    recording_ready: `Recording ready on ${at}`,
    recording_failed: `Recording failed on ${at}${code}`,
    recording_deleted: `Recording deleted on ${at}`,
    warning: `Problem reported by ${at}${code}`,
  };
  return known[kind];
}

export const manage = {
  /** The text of a warning, which the server writes in English. */
  warning: ({ detail }: Warning): string => detail,
  title: 'My streams',
  create: 'New stream',
  empty: {
    title: 'Go live from your phone',
    advice: 'Create a stream, open it on your phone and tap Go live. Nothing to install.',
    action: 'Create your first stream',
  },
  signIn: {
    title: 'Sign in to see your streams',
    advice: 'Your session may have expired. Open this page from your app again.',
  },
  status: { ready: 'Ready', live: 'Live', completed: 'Ended' },
  watching: (now: number, most: number) => `${common.watching(now)}, at most ${count(most)}`,
  watched: (most: number) => `At most ${count(most)} watching`,
  statusSince: (when: string) => `Created ${when}`,
  more: 'Show more',
  search: 'Search by title',
  filter: 'Status',
  all: 'All streams',
  found: (streams: number) =>
    streams === 0
      ? 'No streams match.'
      : streams === 1
        ? '1 stream found.'
        : `${count(streams)} streams found.`,
  created: 'Stream created.',
  playRecording: 'Play recording',
  stale: 'Can’t reach the server. This list may be out of date.',
  dialog: {
    title: 'New stream',
    name: 'Title',
    nameHint: 'Shown to viewers.',
    nameMissing: 'Enter a title.',
    nameInvalid: 'Enter a title of at most 200 characters.',
    method: 'How will you stream?',
    browser: 'Browser',
    browserHint: 'Your phone’s or laptop’s camera. Nothing to install.',
    obs: 'OBS',
    obsHint: 'OBS or another encoder, over RTMPS.',
    backup: 'Backup recording',
    backupHint: 'A second recording on Mux, in case the first is lost.',
    phoneCopy: 'Copy on the phone',
    phoneCopies: { auto: 'Auto', on: 'On', off: 'Off' },
    phoneCopyHint:
      'The phone also records, and uploads its copy afterwards. Auto: unless the broadcast is recorded twice anyway.',
    private: 'Private',
    privateHint: 'Only people with an invitation can watch.',
    submit: 'Create stream',
    busy: 'Creating…',
  },
  methods: { whip_browser: 'Browser', obs: 'OBS' },
  goLive: 'Go live',
  invite: 'Invite',
  watch: 'Watch',
  details: 'Details',
  sections: {
    encoder: 'Set up OBS',
    outputs: 'Restream',
    share: 'Playback and embed',
    recordings: 'Recordings',
    stream: 'This stream',
  },
  recordings: {
    none: 'No recordings yet.',
    play: 'Play',
    playLabel: (when: string) => `Play the recording of ${when}`,
  },
  downloads: {
    action: (at: string) => `Download MP4 (${at})`,
    preparing: (at: string, percent: number | null) =>
      percent === null ? `Preparing MP4 (${at})…` : `Preparing MP4 (${at})… ${percent}\u00a0%`,
    save: (at: string) => `Save MP4 (${at})`,
    said: {
      preparing: (at: string) => `${at} is preparing the MP4. This can take a few minutes.`,
      ready: (at: string) => `The MP4 from ${at} is ready.`,
      failed: (at: string) => `${at} couldn’t make the MP4. Try again, or download the other recording.`,
      unavailable: (at: string, reason: string) => reason || `${at} has no MP4 of this recording.`,
    },
    allow: 'Viewers can download the MP4s you’ve made',
  },
  rename: {
    action: 'Rename',
    title: 'Rename stream',
    save: 'Save',
    done: 'Stream renamed.',
  },
  onAir: {
    picture: (title: string) => `What is on air in “${title}”`,
    publisher: (who: string) => `${who} is publishing`,
    rate: (megabits: number) => ({ value: megabits.toFixed(1), unit: 'Mbit/s' }),
    frames: (each: number) => ({ value: count(each), unit: 'frames a second' }),
  },
  activity: {
    title: 'Activity',
    kind: happened,
    by: (who: string) => ` by ${who}`,
    kept: 'Entries are kept for 30 days.',
  },
  visibility: {
    live: 'You can change who can watch when the broadcast is over.',
    fixed: 'You can change who can watch the recordings after you end the stream.',
    toPrivate: {
      action: 'Make private',
      question: (stream: string) => `Make “${stream}” private?`,
      advice: 'Links that people already have will stop working. Only you and people you invite can watch.',
      done: 'Stream is now private.',
    },
    toPublic: {
      action: 'Make public',
      question: (stream: string) => `Make “${stream}” public?`,
      advice: 'Anyone with the link will be able to watch, with no invitation.',
      done: 'Stream is now public.',
    },
  },
  recordedTwice: 'Recorded on Cloudflare and Mux',
  recordedOnce: (where: string) => `Recorded on ${where}`,
  notRecorded: 'Not recorded',
  subSecond: 'Less than a second of delay',
  encoder: {
    steps: [
      'In OBS, open Settings, then Stream. For Service, choose Custom.',
      'Paste the server and stream key from above.',
      'Under Output, set the keyframe interval to 2\u00a0s.',
      'Click Start Streaming.',
    ],
    server: 'Server',
    key: 'Stream key',
    rotate: 'Reset stream key',
    rotateQuestion: (stream: string) => `Reset the stream key of “${stream}”?`,
    rotateAdvice: 'The old key stops working right away. Anyone using it will need the new one.',
    rotated: 'Stream key reset.',
    secret: 'Anyone with this key can stream here. Keep it secret.',
  },
  invites: {
    title: 'Invite someone',
    advice:
      'Anyone with the link can go live on this stream, no account needed, until it expires or you cancel it.',
    watchAdvice: 'Anyone with the link can watch, no account needed, until it expires or you cancel it.',
    privateAdvice:
      'Anyone with the link can go live or watch, no account needed, until it expires or you cancel it.',
    purpose: 'They can',
    purposes: { publish: 'Go live', watch: 'Watch' },
    name: 'Name',
    nameInvalid: 'Enter a name of at most 80 characters.',
    nameHint: 'Helps you tell invitations apart, such as “Anna’s phone”.',
    expires: 'Expires in',
    durations: { '3600': '1 hour', '86400': '1 day', '604800': '1 week' },
    create: 'Create link',
    made: 'Invitation created.',
    another: 'Invite someone else',
    link: 'Link',
    code: 'QR code for the invitation link',
    scan: 'Scan it with the phone that will go live. You won’t see this link again.',
    scanToWatch: 'Send this link to your viewer. You won’t see it again.',
    none: 'No invitations yet.',
    until: (when: string) => `expires ${when}`,
    expired: 'expired',
    cancelled: 'cancelled',
    cancel: 'Cancel',
    cancelLabel: (name: string) => `Cancel ${name}`,
    cancelQuestion: (name: string) => `Cancel the invitation “${name}”?`,
    cancelAdvice: 'Its link will stop working. This can’t be undone.',
    cancelYes: 'Cancel invitation',
    cancelNo: 'Keep it',
    cancelDone: 'Invitation cancelled.',
    unnamed: 'Invitation',
    list: 'Invitations',
  },
  outputs: {
    advice: 'Leave a destination off while you test. Turn it on when you’re ready to go public there.',
    backup: 'Mux backup',
    service: 'Service',
    otherService: 'Another server',
    server: 'Server URL',
    serverHint: 'Starts with rtmp:// or rtmps://',
    serverInvalid: 'Enter a valid server URL. It starts with rtmp:// or rtmps://.',
    keyInvalid: 'Enter the stream key that the destination gave you.',
    added: 'Destination added.',
    turned: (what: string, on: boolean) => `${what} is ${on ? 'on' : 'off'}.`,
    removed: 'Destination removed.',
    removeQuestion: 'Remove this destination?',
    removeAdvice: (url: string) =>
      `Your broadcasts will no longer go to ${url}. Its stream key is deleted here.`,
    removeYes: 'Remove destination',
    backupQuestion: 'Turn off the backup?',
    backupAdvice:
      'Your broadcasts will be recorded on Cloudflare only. If that recording is lost, there is no other.',
    backupYes: 'Turn off backup',
    key: 'Stream key',
    enabled: 'Turn on now',
    add: 'Add destination',
    removeLabel: (url: string) => `Remove ${url}`,
  },
  share: {
    private: 'Only you and people with an invitation to watch can play these links.',
    watch: 'Watch page',
    embed: 'Embed code',
    recording: 'Recording',
  },
  end: {
    end: 'End stream',
    endQuestion: (stream: string) => `End “${stream}”?`,
    endAdvice: 'It stops for everyone, and no one can go live here again. Recordings are kept.',
    remove: 'Delete stream',
    removeQuestion: (stream: string) => `Delete “${stream}”?`,
    removeAdvice: 'Its links and stream key will stop working.',
    recordings: 'Also delete its recordings. This can’t be undone.',
    removed: 'Stream deleted.',
    ended: 'Stream ended.',
  },
};
