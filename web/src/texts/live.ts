// Texts of the publisher's page, in English.

import type { FaultCode } from '../live/fault.ts';
import type { Advice } from './common.ts';

const openSettings: Record<'ios' | 'android' | 'desktop', string> = {
  ios: 'Tap “AA” or the page icon next to the address, choose Website Settings, and allow Camera and Microphone.',
  android: 'Tap the icon next to the address, choose Permissions, and allow Camera and Microphone.',
  desktop: 'Click the icon next to the address and allow Camera and Microphone.',
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
  settings: 'Settings',
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
    byOrganiser: 'The organiser ended the broadcast',
    waiting: 'Saving your recording. This usually takes about a minute.',
    ready: 'Your recording is ready.',
    private: 'This broadcast is private. The organiser can share the recording with you.',
    failed: 'No recording was saved.',
    removed: 'The recording was removed.',
    failedAdvice: 'Let the organiser know.',
    lasted: (time: string) => `You were live for ${time}.`,
    play: 'Play the recording',
    again: 'Go live again',
  },
  /** What happened and what to do about it. `system` is the browser's operating system. */
  fault(code: FaultCode, system: 'ios' | 'android' | 'desktop'): Advice {
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
        advice: 'It may have expired or been cancelled. Ask the person who sent it for a new one.',
      },
      'stream-gone': {
        title: 'This stream no longer exists',
        advice: 'It was deleted. Ask the person who sent you the link for a new one.',
      },
      'stream-ended': {
        title: 'This stream has ended',
        advice: 'No one can go live on it anymore. Ask for a new link if there is another broadcast.',
      },
      'stream-busy': {
        title: 'Someone else is already live',
        advice: 'Ask them to end their broadcast, then try again.',
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
  },
  invitation: {
    missing: {
      title: 'This link is incomplete',
      advice: 'Open the full link, or scan the QR code again.',
    },
    expired: {
      title: 'This invitation has expired',
      advice: 'Ask the person who sent it for a new one.',
    },
    cancelled: {
      title: 'This invitation was cancelled',
      advice: 'Ask the person who sent it for a new one.',
    },
  },
};
