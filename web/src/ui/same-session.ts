// For links within the app: the session lives in one tab, and a browser gives it to a new tab only if the page opens it.

export function sameSession(link: HTMLAnchorElement): void {
  const open = (event: MouseEvent) => {
    const elsewhere = event.button === 1 || event.ctrlKey || event.metaKey || event.shiftKey;
    if (!elsewhere || event.button > 1) return;
    event.preventDefault();
    window.open(link.href, '_blank');
  };
  link.addEventListener('click', open);
  link.addEventListener('auxclick', open);
}
