// Keeps the keyboard's focus where the user is when the page changes under it.

const selector =
  'a[href], button:not([disabled]), input:not([disabled]), select:not([disabled]), textarea:not([disabled])';

/** The elements in a container that the Tab key reaches, in order. */
export const reachable = (container: HTMLElement): HTMLElement[] =>
  Array.from(container.querySelectorAll<HTMLElement>(selector)).filter(
    (each) => each.getClientRects().length > 0,
  );

const nowhere = () => document.activeElement === null || document.activeElement === document.body;

/** Sends the focus to the page's heading, if it is nowhere. */
export function rest(): void {
  if (!nowhere()) return;
  const heading = document.querySelector<HTMLElement>('main h1');
  heading?.setAttribute('tabindex', '-1');
  heading?.focus({ preventScroll: true });
}

/** Takes the focus as the element appears, unless the user is somewhere else. */
export function focused(element: HTMLElement): void {
  if (nowhere()) element.focus({ preventScroll: true });
}

/**
 * For a container. When the element with the focus disappears, the focus goes to what appeared for it (`data-focus`), or
 * to what took its place, and not to the beginning of the page.
 */
export function keepFocus(container: HTMLElement): { destroy(): void } {
  let last: HTMLElement | undefined;
  let place = 0;
  const remember = ({ target }: FocusEvent) => {
    if (!(target instanceof HTMLElement) || target === container) return;
    last = target;
    place = reachable(container).indexOf(target);
  };
  const leave = ({ relatedTarget }: FocusEvent) => {
    if (relatedTarget instanceof Node) {
      if (!container.contains(relatedTarget)) last = undefined;
      return;
    }
    // The element is being removed or moved, which the observer hears before this; or the user clicked on what takes no
    // focus.
    setTimeout(() => {
      if (nowhere()) last = undefined;
    });
  };
  const observer = new MutationObserver((changes) => {
    if (!last || !nowhere()) return;
    const added = changes.flatMap(({ addedNodes }) => Array.from(addedNodes));
    const wanted = added
      .filter((each): each is HTMLElement => each instanceof HTMLElement)
      .flatMap((each) => [each, ...Array.from(each.querySelectorAll<HTMLElement>('[data-focus]'))])
      .find((each) => each.hasAttribute('data-focus') && each.isConnected);
    const all = reachable(container);
    const same = last.isConnected && all.includes(last) ? last : undefined;
    (wanted ?? same ?? all[Math.min(Math.max(0, place), all.length - 1)] ?? container).focus();
  });
  container.addEventListener('focusin', remember);
  container.addEventListener('focusout', leave);
  observer.observe(container, { childList: true, subtree: true });
  return {
    destroy() {
      observer.disconnect();
      container.removeEventListener('focusin', remember);
      container.removeEventListener('focusout', leave);
    },
  };
}
