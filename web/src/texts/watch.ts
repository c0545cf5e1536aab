// Texts of the viewer's page, in English.

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
    hls: (seconds: number | undefined) =>
      seconds === undefined ? 'a few seconds of delay' : `about ${seconds} s delay`,
  },
  recording: 'Recording',
  backup: 'Backup recording',
  player: 'Player',
  play: 'Play',
  pause: 'Pause',
  replay: 'Play again',
  mute: 'Mute',
  unmute: 'Unmute',
  volume: 'Volume',
  percent: (percent: number) => `${percent} %`,
  pictureInPicture: 'Picture in picture',
  cast: 'Play on a TV',
  captions: 'Captions',
  captionsOff: 'Off',
  fullscreen: 'Full screen',
  exitFullscreen: 'Exit full screen',
  seek: 'Seek',
  share: 'Share',
  shared: 'Link copied.',
  notShared: (url: string) => `Couldn’t copy the link: ${url}`,
  basic: 'Having trouble? Try the basic player',
  full: 'Back to the full player',
  all: 'All recordings',
  now: 'Watch it live',
  stalled: 'The picture has stopped. It continues here as soon as the broadcast does.',
  position: (at: string, of: string) => `${at} of ${of}`,
};
