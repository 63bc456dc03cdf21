// Figures that stay fresh: the page is fetched again, and parts that changed replace the old ones. A part in which
// somebody types, selects or has the focus stays as it is.

/** The server's last version of each part, by id. The page itself differs, because its times are localized. */
const shown = new Map<string, string>();

export function keepFresh(onChange: (root: ParentNode) => void): void {
  // The newest pause that the server gave: an answer of "nothing new" gives none.
  let seconds = secondsOf(document);
  if (seconds === 0) return;
  for (const part of partsOf(document)) shown.set(part.id, part.innerHTML);
  const freshness = addFreshness();
  let timer: number | undefined;
  let etag: string | null = null;

  const refresh = async () => {
    window.clearTimeout(timer);
    // A hidden tab fetches nothing.
    if (document.hidden) return;
    try {
      const response = await fetch(location.href, {
        cache: 'no-store',
        headers: { accept: 'text/html', ...(etag !== null && { 'if-none-match': etag }) },
      });
      // The session has ended, or the signup is gone. The server's own page says so.
      if (response.redirected || response.status === 404) return location.reload();
      // Nothing is new: the ledger was hardly asked.
      const isSame = response.status === 304;
      if (!response.ok && !isSame) throw new Error(String(response.status));
      if (!isSame) {
        etag = response.headers.get('etag');
        const fresh = new DOMParser().parseFromString(await response.text(), 'text/html');
        seconds = secondsOf(fresh) || seconds;
        if (replaceParts(fresh)) onChange(document);
      }
      freshness.textContent = `Updated ${new Date().toLocaleTimeString()}`;
    } catch {
      freshness.textContent = 'No answer; trying again. Load the page again to see why';
    }
    timer = window.setTimeout(() => void refresh(), seconds * 1000);
  };

  timer = window.setTimeout(() => void refresh(), seconds * 1000);
  document.addEventListener('visibilitychange', () => void refresh());
}

const secondsOf = (page: Document) => Number(page.body.dataset.refreshSeconds ?? 0);
const partsOf = (page: Document) => page.querySelectorAll<HTMLElement>('[data-live][id]');

/** Whether anything changed. */
function replaceParts(fresh: Document): boolean {
  const here = new Map([...partsOf(document)].map((part) => [part.id, part]));
  const there = [...partsOf(fresh)];
  // Other parts mean another page, e.g. when the first signup has arrived.
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

/** Whether somebody types in it, or has selected a part of it. */
function isBusy(part: Element | null): boolean {
  const selection = getSelection();
  const isTyping = document.activeElement?.matches('input, select, textarea') ?? false;
  return (
    part !== null &&
    ((isTyping && part.contains(document.activeElement)) ||
      (selection !== null && !selection.isCollapsed && part.contains(selection.anchorNode)))
  );
}

/** Boxes that are checked stay checked, and what is folded out stays so. */
function replaceKeepingFocus(old: HTMLElement, fresh: HTMLElement): void {
  const checked = new Set(boxesIn(old).flatMap((box, at) => (box.checked ? keyOf(box, at) : [])));
  const open = new Map(detailsIn(old).map(({ id, open: isOpen }) => [id, isOpen]));
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  const href = focused?.getAttribute('href');
  old.replaceChildren(...document.importNode(fresh, true).childNodes);
  boxesIn(old).forEach((box, at) => {
    box.checked = checked.has(keyOf(box, at));
  });
  for (const part of detailsIn(old)) part.open = open.get(part.id) ?? part.open;
  if (href) old.querySelector<HTMLElement>(`[href="${CSS.escape(href)}"]`)?.focus();
}

const detailsIn = (part: HTMLElement) => [
  ...part.querySelectorAll<HTMLDetailsElement>('details[id]'),
];
const boxesIn = (part: HTMLElement) => [
  ...part.querySelectorAll<HTMLInputElement>('input[type="checkbox"]'),
];
const keyOf = ({ name, value }: HTMLInputElement, at: number) => (name ? `${name} ${value}` : at);

function addFreshness(): HTMLElement {
  const freshness = document.createElement('span');
  freshness.className = 'hint freshness';
  document.querySelector('header .brand')?.after(freshness);
  return freshness;
}
