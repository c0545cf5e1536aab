// What both elements need: a shadow root with a style, and elements in it.

/** Opens a shadow root. Its style needs no exception in a page's content security policy since Safari 16.4. */
export function openShadow(host: HTMLElement, css: string): ShadowRoot {
  const root = host.attachShadow({ mode: 'open' });
  if ('adoptedStyleSheets' in root) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [sheet];
  } else {
    const style = document.createElement('style');
    style.textContent = css;
    (root as ShadowRoot).append(style);
  }
  return root;
}

/** Makes an element that pages can style as `::part(name)`. */
export function part<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  name: string,
  attributes: Record<string, string> = {},
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  element.setAttribute('part', name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

export function button(name: string, press: () => void): HTMLButtonElement {
  const element = part('button', `button ${name}`, { type: 'button' });
  element.addEventListener('click', press);
  return element;
}

/** Changes the text only if it differs, so that screen readers announce it once. */
export function say(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
  element.hidden = text === '';
}

/** Sets an attribute, or removes it if there is no value. */
export function reflect(element: HTMLElement, name: string, value: string | undefined): void {
  if (value === undefined) element.removeAttribute(name);
  else if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

export const style = `
  :host { display: block; position: relative; background: #0b0c0e; color: #fff; font-family: system-ui, sans-serif; }
  :host([hidden]), [hidden] { display: none !important; }
  video, iframe { display: block; width: 100%; aspect-ratio: 16 / 9; border: 0; background: #000; object-fit: contain; }
  p { margin: 0; padding: 0.6rem 0.9rem; line-height: 1.4; }
  button { min-height: 44px; margin: 0 0 0.6rem 0.6rem; padding: 0 1.1rem; border: 2px solid #fff; border-radius: 22px;
    background: transparent; color: inherit; font: inherit; font-weight: 600; cursor: pointer; }
  button.main { background: #fff; color: #17191c; }
  button[aria-pressed="true"] { background: #fff; color: #17191c; }
  button:focus-visible { outline: 3px solid #8ab8ff; outline-offset: 2px; }
`;
