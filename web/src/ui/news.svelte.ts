// Short news about what just happened, such as "Link copied.", seen and heard.

const lasting = 6_000;

let text = $state('');
/** How many dialogs are open. Screen readers hear only the topmost one. */
let dialogs = $state(0);
let timer: ReturnType<typeof setTimeout> | undefined;

export const news = {
  get text(): string {
    return text;
  },

  get dialogs(): number {
    return dialogs;
  },

  say(what: string): void {
    clearTimeout(timer);
    text = '';
    // The same text again is news, too.
    timer = setTimeout(() => {
      text = what;
      timer = setTimeout(() => (text = ''), lasting);
    });
  },

  /** Returns the new dialog's number, from 1. */
  enter(): number {
    return ++dialogs;
  },

  leave(): void {
    dialogs -= 1;
  },
};
