// Figures that stay fresh: the page is asked for again, and the parts that changed take the place of the old ones. What
// somebody types, selects or has focused stays as it is.

/** By id: what the server last said, since times have been localized since. */
const shown = new Map<string, string>();

export function keepFresh(onChange: (root: ParentNode) => void): void {
  if (secondsOf(document) === 0) return;
  for (const part of partsOf(document)) shown.set(part.id, part.innerHTML);
  const sign = addSign();
  let timer: number | undefined;

  const refresh = async () => {
    window.clearTimeout(timer);
    // A tab nobody looks at asks for nothing.
    if (document.hidden) return;
    let seconds = secondsOf(document);
    try {
      const response = await fetch(location.href, { headers: { accept: 'text/html' } });
      // The session has ended, or the signup is gone: the server's own page says so.
      if (response.redirected || response.status === 404) return location.reload();
      if (!response.ok) throw new Error(String(response.status));
      const fresh = new DOMParser().parseFromString(await response.text(), 'text/html');
      seconds = secondsOf(fresh);
      if (replaceParts(fresh)) onChange(document);
      sign.textContent = `Updated ${new Date().toLocaleTimeString()}`;
    } catch {
      sign.textContent = 'Not reachable; trying again';
    }
    timer = window.setTimeout(() => void refresh(), seconds * 1000);
  };

  timer = window.setTimeout(() => void refresh(), secondsOf(document) * 1000);
  document.addEventListener('visibilitychange', () => void refresh());
}

const secondsOf = (page: Document) => Number(page.body.dataset.refreshSeconds ?? 0);
const partsOf = (page: Document) => page.querySelectorAll<HTMLElement>('[data-live][id]');

/** Whether anything changed. */
function replaceParts(fresh: Document): boolean {
  const here = new Map([...partsOf(document)].map((part) => [part.id, part]));
  const there = [...partsOf(fresh)];
  // Another set of parts is another page, e.g. the first signup after none.
  if (there.length !== here.size || there.some(({ id }) => !here.has(id))) {
    if (!isBusy(document.querySelector('main'))) location.reload();
    return false;
  }
  let changed = false;
  for (const part of there) {
    const old = here.get(part.id);
    const html = part.innerHTML;
    if (!old || shown.get(part.id) === html || isBusy(old)) continue;
    shown.set(part.id, html);
    replaceKeepingFocus(old, part);
    changed = true;
  }
  return changed;
}

/** Somebody types in it, or has selected some of it. */
function isBusy(part: Element | null): boolean {
  const selection = getSelection();
  const isTyping = document.activeElement?.matches('input, select, textarea') ?? false;
  return (
    part !== null &&
    ((isTyping && part.contains(document.activeElement)) ||
      (selection !== null && !selection.isCollapsed && part.contains(selection.anchorNode)))
  );
}

function replaceKeepingFocus(old: HTMLElement, fresh: HTMLElement): void {
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  const href = focused?.getAttribute('href');
  old.replaceChildren(...document.importNode(fresh, true).childNodes);
  if (href) old.querySelector<HTMLElement>(`[href="${CSS.escape(href)}"]`)?.focus();
}

function addSign(): HTMLElement {
  const sign = document.createElement('span');
  sign.className = 'hint freshness';
  document.querySelector('header .brand')?.after(sign);
  return sign;
}
