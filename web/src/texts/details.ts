// Texts of the fields for start, description and cover, in English. They are loaded with the fields.

export const detailTexts = {
  edit: {
    title: 'Edit details',
    save: 'Save',
    done: 'Details saved.',
  },
  start: 'Start',
  startHint: (zone: string) => `Optional. In your time zone, ${zone}. Viewers see it in theirs.`,
  startInvalid: 'Enter a date and a time, at most two years ahead.',
  description: 'Description',
  descriptionHint: 'Optional. Shown to viewers until the broadcast starts.',
  descriptionInvalid: 'Enter a description of at most 1,000 characters.',
  cover: 'Cover picture',
  coverHint: 'Optional. The address of a picture, starting with https://',
  coverInvalid: 'Enter the address of a picture. It starts with https://.',
};
