// Texts about an owner's recordings, in English.

export const library = {
  playHere: (when: string) => `Play the recording of ${when} here`,
  stopHere: (when: string) => `Close the recording of ${when}`,
  cannotPlay: 'This recording can’t be played here. Open it with Play.',
  clip: (at: string) => `trimmed, ${at}`,
  clips: 'Trimmed',
  clipStates: {
    processing: 'being made',
    ready: 'ready',
    failed: 'failed',
  },
  trim: {
    action: 'Trim…',
    label: (when: string) => `Trim the recording of ${when}`,
    title: 'Trim recording',
    advice:
      'Choose the part to keep. It becomes a recording of its own, and the whole one stays until you delete it.',
    start: 'Start',
    end: 'End',
    keeps: (length: string, of: string) => `Keeps ${length} of ${of}.`,
    submit: 'Make trimmed recording',
    done: 'The trimmed recording is being made. It appears in the list when it’s ready.',
  },
  captions: {
    action: 'Captions…',
    label: (when: string) => `Captions of the recording of ${when}`,
    title: 'Captions',
    advice:
      'They’re made from what is said, in the language that is spoken. Viewers can turn them on in the player.',
    language: 'Spoken language',
    submit: 'Make captions',
    none: 'No captions yet.',
    looking: 'Looking for captions…',
    line: (name: string, at: string, state: string) => `${name}, ${at}: ${state}`,
    states: { making: 'being made', ready: 'ready', failed: 'couldn’t be made' },
  },
  remove: {
    action: 'Delete…',
    label: (when: string) => `Delete the recording of ${when}`,
    clipLabel: (at: string, when: string) => `Delete the trimmed recording at ${at} of ${when}`,
    question: 'Delete this recording?',
    clipQuestion: 'Delete the trimmed recording?',
    advice: (places: string) => `It’s deleted at ${places}, with every copy. It can’t be brought back.`,
    clipAdvice: (at: string) => `It’s deleted at ${at} and can’t be brought back. The whole recording stays.`,
    both: 'Cloudflare and Mux',
    keepClips: 'Keep the trimmed recordings',
    yes: 'Delete recording',
    done: 'Recording deleted.',
  },
};
