// Every word that a person reads. A translation is another file with the same names.

import type { FaultCode } from './live/fault.ts';

export interface Advice {
  title: string;
  advice: string;
}

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
  copyFailed: 'Copying did not work. The text is selected: copy it by hand.',
  loading: 'Loading …',
  notFound: {
    title: 'There is nothing at this address',
    advice: 'Check the link that you were given, or ask for a new one.',
  },
  manage: 'My streams',
  badges: {
    cloudflare: 'Cloudflare recording',
    mux: 'Mux backup',
    states: {
      waiting: 'waiting',
      recording: 'recording',
      saving: 'being saved',
      ready: 'ready',
      failed: 'failed',
      missing: 'not recording',
      off: 'off',
    },
    label: 'Recordings',
  },
  // Where the server says nothing that helps.
  api: {
    offline: { title: 'You are offline', advice: 'It goes on by itself when the network is back.' },
    unreachable: { title: 'The server cannot be reached', advice: 'Check your network, then try again.' },
    failed: { title: 'The server made a mistake', advice: 'Try again in a moment.' },
    signedOut: { title: 'You are signed out', advice: 'Open this page again from where you signed in.' },
  },
};

const openSettings: Record<'ios' | 'android' | 'desktop', string> = {
  ios: 'Tap “AA” or the page icon beside the address, choose Website Settings, and allow Camera and Microphone.',
  android: 'Tap the icon beside the address, choose Permissions, and allow Camera and Microphone.',
  desktop: 'Click the icon beside the address, and allow Camera and Microphone.',
};

/** What happened, and what to do. `system` is where the browser runs. */
export function faultText(code: FaultCode, system: 'ios' | 'android' | 'desktop'): Advice {
  const texts: Record<FaultCode, Advice> = {
    'insecure-context': {
      title: 'This page is not secure',
      advice: 'A camera works only on a page whose address begins with https. Ask for a new link.',
    },
    'in-app-browser': {
      title: 'This app cannot use your camera',
      advice: `Copy the link and open it in ${system === 'ios' ? 'Safari' : 'Chrome'}.`,
    },
    'unsupported-browser': {
      title: 'This browser cannot go live',
      advice: `Copy the link and open it in ${system === 'ios' ? 'Safari' : 'Chrome'}, in its newest version.`,
    },
    'camera-denied': {
      title: 'The camera is not allowed',
      advice: `${openSettings[system]} Then try again.`,
    },
    'camera-missing': {
      title: 'No camera or microphone was found',
      advice: 'Connect one, or use another device. Then try again.',
    },
    'camera-in-use': {
      title: 'The camera is in use',
      advice: 'Another app or tab has it. Close that one, then try again.',
    },
    'camera-failed': {
      title: 'The camera did not start',
      advice: 'Try again. If it stays like this, restart the browser.',
    },
    'not-allowed': {
      title: 'You may not go live here',
      advice: 'Your link may have expired or been taken back. Ask the person who sent it for a new one.',
    },
    'stream-gone': {
      title: 'This stream no longer exists',
      advice: 'It was deleted. Ask the person who sent you the link for a new one.',
    },
    'stream-busy': {
      title: 'The stream cannot be started now',
      advice:
        'Another phone may be live in it, or it has ended. Make sure that nobody else is, then try again.',
    },
    refused: {
      title: 'The server refused the broadcast',
      advice: 'Load this page again. If it stays like this, tell the person who sent you the link.',
    },
    'video-refused': {
      title: 'The server takes no picture from this browser',
      advice: 'Use another browser or another phone.',
    },
    'server-failed': {
      title: 'The server has a problem',
      advice: 'It is not your phone. Try again in a moment.',
    },
    'server-full': {
      title: 'The server is busy',
      advice: 'It is not your phone. Try again in a moment.',
    },
    unreachable: {
      title: 'The server cannot be reached',
      advice: 'Check that you have mobile data or Wi-Fi, then try again.',
    },
    'no-connection': {
      title: 'The picture does not get through',
      advice: 'This network may block live video. Change between Wi-Fi and mobile data, then try again.',
    },
    'connection-lost': {
      title: 'The connection was lost',
      advice: 'Check that you have mobile data or Wi-Fi, then try again.',
    },
    'no-picture': {
      title: 'The camera gives no picture',
      advice: 'Close other apps that use it, then try again.',
    },
  };
  return texts[code];
}

export const invitation: Record<'missing' | 'expired' | 'revoked' | 'ended', Advice> = {
  missing: {
    title: 'This link is not complete',
    advice: 'Open the whole link that you were sent, or scan its code again.',
  },
  expired: {
    title: 'This invitation has expired',
    advice: 'Ask the person who sent it for a new one.',
  },
  revoked: {
    title: 'This invitation was taken back',
    advice: 'Ask the person who sent it for a new one.',
  },
  ended: {
    title: 'This stream has ended',
    advice: 'Nobody can go live in it any more. Ask for a new link if there is another broadcast.',
  },
};

export const live = {
  title: (stream: string) => `Go live: ${stream}`,
  welcome: 'You are about to broadcast',
  why: 'To go live, this page needs your camera and your microphone. Nothing is sent before you tap Go live.',
  allow: 'Allow camera and microphone',
  asking: 'Answer your browser’s question to go on.',
  link: 'The link to this page',
  states: {
    idle: 'Ready',
    'requesting-media': 'Opening the camera',
    connecting: 'Connecting',
    streaming: (time: string) => `Live ${time}`,
    reconnecting: (seconds: number) => `Reconnecting (${seconds} s)`,
    stopped: 'Stopped',
    error: 'Error',
  },
  badge: 'LIVE',
  goLive: 'Go live',
  goLiveHint: 'Tap to go live',
  stop: 'Stop',
  stopQuestion: 'Stop the broadcast?',
  stopAdvice: 'Viewers see that it has ended, and the recording is saved.',
  stopYes: 'Stop broadcast',
  stopNo: 'Stay live',
  flip: 'Switch camera',
  mute: 'Mute microphone',
  muted: 'Microphone is off',
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
    title: 'The connection was lost',
    advice: 'Stay on this page. You are live again as soon as the network is back.',
  },
  interrupted: {
    title: 'Your camera was paused',
    advice: 'A call, another app or the lock screen took it. You are still connected.',
    resume: 'Turn the camera on again',
  },
  flipFailed: 'The other camera did not start. You still have this one.',
  deviceFailed: 'That device did not start. You still have the one before.',
  keepAwake:
    'Keep touching the screen now and then: this phone would go to sleep, and that stops the picture.',
  rotate: 'Turn your phone sideways before you start for a wide picture.',
  recordingAtRisk: {
    title: 'This broadcast is not being recorded',
    advice:
      'It is live, but nothing is being saved. Stop and start again, or record with another device as well.',
  },
  stopped: {
    title: 'Your broadcast has ended',
    waiting: 'Your recording will appear here.',
    ready: 'Your recording is ready.',
    failed: 'No recording was saved.',
    failedAdvice: 'Tell the person who runs this stream.',
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
    advice: 'Create a stream, open it on a phone, and tap once. Nothing to install.',
    action: 'Create your first stream',
  },
  signIn: {
    title: 'Sign in to see your streams',
    advice: 'Open this page from the application that you signed in to.',
  },
  status: { ready: 'Ready', live: 'Live', completed: 'Ended' },
  statusSince: (when: string) => `created ${when}`,
  more: 'Show more streams',
  stale: 'What you see may be old: the server cannot be reached.',
  dialog: {
    title: 'New stream',
    name: 'Title',
    nameHint: 'Viewers see it.',
    nameMissing: 'Enter a title.',
    method: 'How will you stream?',
    browser: 'Browser',
    browserHint: 'A phone or a laptop, with its own camera. Nothing to install.',
    obs: 'OBS',
    obsHint: 'OBS or another encoder, by RTMPS.',
    backup: 'Enable Mux backup recording',
    backupHint: 'A second recording, at another provider, in case the first is lost.',
    private: 'Private',
    privateHint: 'Only people with an invitation can watch.',
    submit: 'Create stream',
    busy: 'Creating …',
  },
  methods: { whip_browser: 'Browser', obs: 'OBS' },
  goLive: 'Go live',
  invite: 'Invite',
  watch: 'Watch',
  details: 'Details',
  rename: 'Rename',
  sections: {
    encoder: 'Set up OBS',
    phone: 'Phones',
    outputs: 'Restream',
    share: 'Playback and embed',
    end: 'End or delete',
  },
  recordedTwice: 'Recorded at Cloudflare and at Mux',
  recordedOnce: (where: string) => `Recorded at ${where}`,
  recordedUnknown: 'Whether this is recorded is checked when it is live',
  subSecond: 'Viewers see it in less than a second',
  encoder: {
    steps: [
      'In OBS, open Settings, then Stream. Choose Custom as the service.',
      'Paste the server and the stream key from here.',
      'Under Output, set a keyframe interval of 2\u00a0s.',
      'Click Start Streaming.',
    ],
    server: 'Server',
    key: 'Stream key',
    rotate: 'Replace the key',
    rotateQuestion: 'Replace the stream key?',
    rotateAdvice: 'The old key stops working at once. Whoever uses it has to enter the new one.',
    rotated: 'The key was replaced.',
    secret: 'Whoever has this key can broadcast here. Keep it to yourself.',
  },
  invites: {
    title: 'Invite a phone',
    advice:
      'Whoever has the link can go live in this stream, with no account, until it expires or you revoke it.',
    privateTitle: 'Invite somebody',
    privateAdvice:
      'Whoever has the link can go live or watch, with no account, until it expires or you revoke it.',
    purpose: 'What for',
    purposes: { publish: 'to go live', watch: 'to watch' },
    name: 'For whom',
    nameHint: 'A name that tells invitations apart, such as “Anna’s phone”.',
    expires: 'Good for',
    durations: { '3600': '1 hour', '86400': '1 day', '604800': '1 week' },
    create: 'Create link',
    link: 'Link',
    code: 'Code with the invitation link',
    scan: 'Scan it with the phone that goes live. The link is shown only now.',
    scanToWatch: 'Send the link to whoever is to watch. It is shown only now.',
    none: 'No invitations yet.',
    until: (when: string) => `until ${when}`,
    expired: 'expired',
    revoked: 'revoked',
    revoke: 'Revoke',
    revokeLabel: (name: string) => `Revoke ${name}`,
    unnamed: 'Invitation',
    list: 'Invitations',
  },
  outputs: {
    none: 'This stream goes nowhere else.',
    advice: 'Keep a destination off while you check the picture, then switch it on: it goes public at once.',
    backup: 'Mux backup',
    server: 'RTMP address',
    serverHint: 'Begins with rtmp:// or rtmps://',
    key: 'Stream key',
    enabled: 'Send from the start',
    add: 'Add destination',
    remove: 'Remove',
    removeLabel: (url: string) => `Remove ${url}`,
    on: 'on',
    off: 'off',
  },
  share: {
    private:
      'This stream is private: these addresses play for you, and for whoever has an invitation to watch.',
    watch: 'Watch page',
    embed: 'Embed code',
    recording: 'Recording',
  },
  end: {
    end: 'End broadcast',
    endQuestion: 'End this broadcast?',
    endAdvice: 'It stops for everybody, and nobody can go live in this stream any more. Recordings are kept.',
    remove: 'Delete stream',
    removeQuestion: 'Delete this stream?',
    removeAdvice: 'Its links and keys stop working.',
    recordings: 'Delete its recordings too. They cannot be brought back.',
    removed: 'The stream was deleted.',
    ended: 'The broadcast was ended.',
  },
};

export const watch = {
  title: 'Broadcast',
  waiting: {
    title: 'It has not started yet',
    advice: 'This page starts playing by itself as soon as somebody is live.',
  },
  processing: {
    title: 'The broadcast has ended',
    advice: 'The recording is being prepared. It plays here as soon as it is ready.',
  },
  nothing: {
    title: 'The broadcast has ended',
    advice: 'There is no recording of it.',
  },
  private: {
    title: 'This broadcast is private',
    advice: 'Open it with the link that you were sent, or ask for a new one.',
  },
  gone: {
    title: 'There is no such broadcast',
    advice: 'Check the link. It may have been deleted.',
  },
  unplayable: {
    title: 'It cannot be played here',
    advice: 'Update your browser, or use another one.',
    basic: 'Update your browser, or try the basic player.',
  },
  connecting: 'Connecting …',
  live: 'LIVE',
  latency: {
    whep: 'less than 1 s behind',
    llhls: 'about 5 s behind',
    hls: 'about 20 s behind',
  },
  recording: 'Recording',
  backup: 'Backup recording',
  player: 'Player',
  play: 'Play',
  pause: 'Pause',
  mute: 'Mute',
  unmute: 'Turn the sound on',
  volume: 'Volume',
  captions: 'Captions',
  captionsOff: 'Off',
  fullscreen: 'Fullscreen',
  exitFullscreen: 'Leave fullscreen',
  seek: 'Position',
  share: 'Share',
  shared: 'The link was copied.',
  basic: 'Trouble? Open the basic player',
  tapToPlay: 'Tap to play',
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

/** In words, for screen readers and sentences. */
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
