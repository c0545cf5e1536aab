// Texts of the phone's settings, in English.

export const phoneSettings = {
  quality: {
    label: 'Quality',
    saver: 'Data saver (480p)',
    hd: 'Good (720p)',
    full: 'Best (1080p)',
    before: 'You can change the quality before you go live.',
  },
  light: 'Light',
  orientation: {
    label: 'Picture',
    any: 'Turns with the phone',
    landscape: 'Always sideways',
    portrait: 'Always upright',
  },
  watchLink: 'Link for viewers',
  share: 'Share the link',
  camera: 'Camera',
  microphone: 'Microphone',
  device: (index: number) => `Device ${index}`,
};
