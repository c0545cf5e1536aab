// Every text that users read. A translation is another file with the same names.

import type { FaultCode } from './live/fault.ts';

export interface Advice {
  title: string;
  advice: string;
}

const count = (number: number) => number.toLocaleString('en-GB');
const plural = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`;

export const common = {
  product: 'WHIP-Mux',
  close: 'Close',
  cancel: 'Cancel',
  tryAgain: 'Try again',
  copy: 'Copy',
  show: 'Show',
  hide: 'Hide',
  copied: 'Copied',
  copyFailed: 'Couldn’t copy. The text is selected, so you can copy it yourself.',
  loading: 'Loading…',
  notFound: {
    title: 'Page not found',
    advice: 'Check the link, or ask for a new one.',
  },
  manage: 'My streams',
  watching: (viewers: number) => `${count(viewers)} watching`,
  badges: {
    cloudflare: 'Cloudflare',
    mux: 'Mux',
    states: {
      waiting: 'not started',
      recording: 'recording',
      saving: 'saving…',
      ready: 'ready',
      failed: 'failed',
      missing: 'not recording',
      removed: 'removed',
      off: 'off',
    },
    label: 'Recordings',
  },
  // Shown when the server's answer holds no text of its own.
  api: {
    offline: { title: 'You’re offline', advice: 'We’ll carry on when you’re back online.' },
    unreachable: { title: 'Can’t reach the server', advice: 'Check your connection, then try again.' },
    failed: { title: 'Something went wrong on our side', advice: 'Try again in a moment.' },
    signedOut: { title: 'Your session has expired', advice: 'Open this page from your app again.' },
  },
};

const openSettings: Record<'ios' | 'android' | 'desktop', string> = {
  ios: 'Tap “AA” or the page icon next to the address, choose Website Settings, and allow Camera and Microphone.',
  android: 'Tap the icon next to the address, choose Permissions, and allow Camera and Microphone.',
  desktop: 'Click the icon next to the address and allow Camera and Microphone.',
};

/** What happened and what to do about it. `system` is the browser's operating system. */
export function faultText(code: FaultCode, system: 'ios' | 'android' | 'desktop'): Advice {
  const texts: Record<FaultCode, Advice> = {
    'insecure-context': {
      title: 'This page is not secure',
      advice: 'Cameras only work on https pages. Ask for a new link.',
    },
    'in-app-browser': {
      title: 'This app can’t use your camera',
      advice: `Copy the link and open it in ${system === 'ios' ? 'Safari' : 'Chrome'}.`,
    },
    'unsupported-browser': {
      title: 'This browser can’t go live',
      advice: `Copy the link and open it in the latest ${system === 'ios' ? 'Safari' : 'Chrome'}.`,
    },
    'camera-denied': {
      title: 'Camera access is blocked',
      advice: `${openSettings[system]} Then try again.`,
    },
    'camera-missing': {
      title: 'No camera or microphone found',
      advice: 'Connect one or use another device, then try again.',
    },
    'camera-in-use': {
      title: 'The camera is in use',
      advice: 'Another app or tab is using it. Close it and try again.',
    },
    'camera-failed': {
      title: 'The camera did not start',
      advice: 'Try again. If that doesn’t help, restart your browser.',
    },
    'microphone-missing': {
      title: 'No microphone found',
      advice: 'Connect one and try again, or go live without sound.',
    },
    'microphone-in-use': {
      title: 'The microphone is in use',
      advice: 'A call, another app or tab is using it. Close it and try again, or go live without sound.',
    },
    'microphone-failed': {
      title: 'The microphone did not start',
      advice: 'Try again, or go live without sound.',
    },
    'not-allowed': {
      title: 'You can’t go live with this link',
      advice: 'It may have expired or been revoked. Ask the person who sent it for a new one.',
    },
    'stream-gone': {
      title: 'This stream no longer exists',
      advice: 'It was deleted. Ask the person who sent you the link for a new one.',
    },
    'stream-busy': {
      title: 'You can’t go live right now',
      advice: 'Someone else may be live on this stream, or it has ended. Ask them to stop, then try again.',
    },
    refused: {
      title: 'The server refused the broadcast',
      advice: 'Reload this page. If that doesn’t help, tell the person who sent you the link.',
    },
    'video-refused': {
      title: 'This browser’s video isn’t supported',
      advice: 'Use another browser or another phone.',
    },
    'server-failed': {
      title: 'We’re having trouble',
      advice: 'It’s not your phone. Try again in a moment.',
    },
    'server-full': {
      title: 'The server is busy',
      advice: 'It’s not your phone. Try again in a moment.',
    },
    unreachable: {
      title: 'Can’t reach the server',
      advice: 'Check that you have mobile data or Wi-Fi, then try again.',
    },
    'no-connection': {
      title: 'Your video isn’t getting through',
      advice: 'This network may block live video. Switch between Wi-Fi and mobile data, then try again.',
    },
    'connection-lost': {
      title: 'Connection lost',
      advice: 'Check that you have mobile data or Wi-Fi, then try again.',
    },
    'no-picture': {
      title: 'No picture from the camera',
      advice: 'Close other apps that use the camera, then try again.',
    },
  };
  return texts[code];
}

export const invitation: Record<'missing' | 'expired' | 'revoked' | 'ended', Advice> = {
  missing: {
    title: 'This link is incomplete',
    advice: 'Open the full link, or scan the QR code again.',
  },
  expired: {
    title: 'This invitation has expired',
    advice: 'Ask the person who sent it for a new one.',
  },
  revoked: {
    title: 'This invitation was revoked',
    advice: 'Ask the person who sent it for a new one.',
  },
  ended: {
    title: 'This stream has ended',
    advice: 'No one can go live on it anymore. Ask for a new link if there is another broadcast.',
  },
};

export const live = {
  title: (stream: string) => `Go live: ${stream}`,
  welcome: 'You’re about to go live',
  why: 'We need your camera and microphone. You won’t be live until you tap Go live.',
  allow: 'Allow camera and microphone',
  asking: 'Tap Allow to continue.',
  link: 'Link to this page',
  states: {
    idle: 'Ready',
    'requesting-media': 'Opening the camera',
    connecting: 'Connecting',
    streaming: (time: string) => `Live ${time}`,
    reconnecting: (seconds: number) => `Reconnecting (${seconds} s)`,
    stopped: 'Ended',
    error: 'Not live',
  },
  badge: 'LIVE',
  goLive: 'Go live',
  stop: 'End',
  stopQuestion: 'End the broadcast?',
  stopAdvice: 'Viewers will see that it’s over.',
  stopYes: 'End broadcast',
  stopNo: 'Stay live',
  flip: 'Switch camera',
  mute: 'Mute microphone',
  muted: 'Microphone is off',
  goSilent: 'Continue without sound',
  silent: 'No sound: viewers won’t hear you. Reload this page to use a microphone.',
  level: 'Microphone level',
  settings: 'Camera and microphone',
  camera: 'Camera',
  microphone: 'Microphone',
  device: (index: number) => `Device ${index}`,
  preview: 'What your camera sees',
  health: { good: 'Good network', weak: 'Weak network', poor: 'Poor network' },
  reduced: 'quality lowered',
  rate: (kilobits: number) =>
    kilobits >= 1000 ? `${(kilobits / 1000).toFixed(1)} Mbit/s` : `${kilobits} kbit/s`,
  reconnecting: {
    title: 'Connection lost',
    advice: 'Stay here. You’ll be live again as soon as you’re back online.',
  },
  interrupted: {
    title: 'Your camera was paused',
    advice: 'A call, another app or the lock screen took it. You’re still connected.',
    resume: 'Turn camera back on',
  },
  flipFailed: 'Couldn’t switch cameras.',
  deviceFailed: 'Couldn’t use that device, so we went back to one that works.',
  deviceGone: 'A device that you chose is gone, so we’re using another one.',
  keepAwake: 'Tap the screen now and then, or your phone will sleep and the picture will freeze.',
  rotate: 'For a wide picture, turn your phone sideways before you go live.',
  recordingAtRisk: {
    title: 'This broadcast is not being recorded',
    advice:
      'You’re live, but nothing is being saved. End and go live again, or also record on another device.',
  },
  unrecorded:
    'This broadcast can be watched live, but isn’t recorded. To keep it, record on another device too.',
  stopped: {
    title: 'Your broadcast has ended',
    waiting: 'Your recording will appear here when it’s ready.',
    ready: 'Your recording is ready.',
    failed: 'No recording was saved.',
    removed: 'The recording was removed.',
    failedAdvice: 'Let the organiser know.',
    lasted: (time: string) => `You were live for ${time}.`,
    play: 'Play the recording',
    again: 'Go live again',
  },
};

export const manage = {
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
  stale: 'Can’t reach the server. This list may be out of date.',
  dialog: {
    title: 'New stream',
    name: 'Title',
    nameHint: 'Shown to viewers.',
    nameMissing: 'Enter a title.',
    method: 'How will you stream?',
    browser: 'Browser',
    browserHint: 'Your phone’s or laptop’s camera. Nothing to install.',
    obs: 'OBS',
    obsHint: 'OBS or another encoder, over RTMPS.',
    backup: 'Backup recording',
    backupHint: 'A second recording on Mux, in case the first is lost.',
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
    end: 'End or delete',
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
    rotateQuestion: 'Reset the stream key?',
    rotateAdvice: 'The old key stops working right away. Anyone using it will need the new one.',
    rotated: 'Stream key reset.',
    secret: 'Anyone with this key can stream here. Keep it secret.',
  },
  invites: {
    title: 'Invite someone',
    advice:
      'Anyone with the link can go live on this stream, no account needed, until it expires or you revoke it.',
    privateTitle: 'Invite someone',
    privateAdvice:
      'Anyone with the link can go live or watch, no account needed, until it expires or you revoke it.',
    purpose: 'They can',
    purposes: { publish: 'Go live', watch: 'Watch' },
    name: 'Name',
    nameHint: 'Helps you tell invitations apart, such as “Anna’s phone”.',
    expires: 'Expires in',
    durations: { '3600': '1 hour', '86400': '1 day', '604800': '1 week' },
    create: 'Create link',
    link: 'Link',
    code: 'QR code for the invitation link',
    scan: 'Scan it with the phone that will go live. You won’t see this link again.',
    scanToWatch: 'Send this link to your viewer. You won’t see it again.',
    none: 'No invitations yet.',
    until: (when: string) => `expires ${when}`,
    expired: 'expired',
    revoked: 'revoked',
    revoke: 'Revoke',
    revokeLabel: (name: string) => `Revoke ${name}`,
    unnamed: 'Invitation',
    list: 'Invitations',
  },
  outputs: {
    none: 'No destinations yet.',
    advice: 'Leave a destination off while you test. Turn it on when you’re ready to go public there.',
    backup: 'Mux backup',
    server: 'Server URL',
    serverHint: 'Starts with rtmp:// or rtmps://',
    key: 'Stream key',
    enabled: 'Turn on now',
    add: 'Add destination',
    remove: 'Remove',
    removeLabel: (url: string) => `Remove ${url}`,
    on: 'On',
    off: 'Off',
  },
  share: {
    private: 'Only you and people with an invitation to watch can play these links.',
    watch: 'Watch page',
    embed: 'Embed code',
    recording: 'Recording',
  },
  end: {
    end: 'End stream',
    endQuestion: 'End this stream?',
    endAdvice:
      'No one can go live on it again. A live broadcast continues until the publisher ends it, but its Mux backup stops now. Recordings are kept.',
    remove: 'Delete stream',
    removeQuestion: 'Delete this stream?',
    removeAdvice: 'Its links and stream key will stop working.',
    recordings: 'Also delete its recordings. This can’t be undone.',
    removed: 'Stream deleted.',
    ended: 'Stream ended.',
  },
};

export const watch = {
  title: 'Broadcast',
  start: 'Tap to play',
  waiting: {
    title: 'Not live yet',
    advice: 'The broadcast will start here automatically.',
  },
  processing: {
    title: 'The broadcast has ended',
    advice: 'If there is a recording, it will play here once it’s ready.',
  },
  nothing: {
    title: 'The broadcast has ended',
    advice: 'There’s no recording.',
  },
  private: {
    title: 'This broadcast is private',
    advice: 'Open it with the link you were sent, or ask for a new one.',
  },
  gone: {
    title: 'Broadcast not found',
    advice: 'Check the link. The broadcast may have been deleted.',
  },
  unplayable: {
    title: 'This video can’t be played here',
    advice: 'Update your browser or use another one.',
    basic: 'Update your browser or try the basic player.',
  },
  connecting: 'Connecting…',
  live: 'LIVE',
  latency: {
    whep: 'under 1 s delay',
    hls: 'about 20 s delay',
  },
  recording: 'Recording',
  backup: 'Backup recording',
  player: 'Player',
  play: 'Play',
  pause: 'Pause',
  mute: 'Mute',
  unmute: 'Unmute',
  volume: 'Volume',
  captions: 'Captions',
  captionsOff: 'Off',
  fullscreen: 'Full screen',
  exitFullscreen: 'Exit full screen',
  seek: 'Seek',
  share: 'Share',
  shared: 'Link copied.',
  basic: 'Having trouble? Try the basic player',
  position: (at: string, of: string) => `${at} of ${of}`,
};

/** 03:12, or 1:03:12. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (part: number) => String(part).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  const rest = `${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}

/** A duration in words, for screen readers and sentences. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const parts = [
    plural(Math.floor(whole / 3600), 'hour', 'hours'),
    plural(Math.floor(whole / 60) % 60, 'minute', 'minutes'),
    plural(whole % 60, 'second', 'seconds'),
  ];
  const first = whole >= 3600 ? 0 : whole >= 60 ? 1 : 2;
  return parts.slice(first, first + 2).join(' and ');
}

export const moment = (iso: string): string =>
  new Date(iso).toLocaleString('en-GB', {
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
  });
