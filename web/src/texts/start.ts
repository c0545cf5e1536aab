// Texts about the planned start on the publisher's page, in English. They are loaded only where there is one.

export const startTexts = {
  ahead: (when: string) => `Starts ${when}`,
  early: 'You can go live now, and viewers will see you right away. Until then, they see a countdown.',
  passed: (when: string) => `Should have started ${when}`,
  late: 'Viewers are waiting. They’ll see you as soon as you go live.',
};
