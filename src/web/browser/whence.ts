// `whence.js`, for the operator's own site: it carries the visitor ID onto checkout links and into forms, and keeps where
// the first visit came from. It stores nothing, and adds nothing, before DataFast's cookie is there: without consent there is
// none.

const COOKIE = /(?:^|; )datafast_visitor_id=([^;]+)/;
const KEPT = 'whence_referrer';

/** Hosts of checkout links, and the parameter in which each takes the visitor ID. */
const CHECKOUTS: readonly (readonly [RegExp, string])[] = [
  [/^buy\.stripe\.com$/, 'client_reference_id'],
  [/(^|\.)lemonsqueezy\.com$/, 'checkout[custom][datafast_visitor_id]'],
  [/^(www\.)?creem\.io$/, 'metadata[datafast_visitor_id]'],
  [/^(buy|sandbox-buy|buy-sandbox)\.polar\.sh$/, 'reference_id'],
];

const visitorId = () => COOKIE.exec(document.cookie)?.[1];

/**
 * The page before the first one. A page of this site is none. An empty text only keeps a later visit from counting as the
 * first: it is not handed on, because a browser also hides where it came from.
 */
function keepReferrer(): void {
  const { referrer } = document;
  const isOwn = referrer !== '' && new URL(referrer).host === location.host;
  if (isOwn || visitorId() === undefined) return;
  try {
    if (localStorage.getItem(KEPT) === null) localStorage.setItem(KEPT, referrer);
  } catch {
    // The browser stores nothing here.
  }
}

function keptReferrer(): string | null {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    return null;
  }
}

/** What the app has set itself stays. */
function addTo(link: HTMLAnchorElement): void {
  const id = visitorId();
  if (id === undefined || !URL.canParse(link.href)) return;
  const url = new URL(link.href);
  const name = CHECKOUTS.find(([host]) => host.test(url.hostname))?.[1];
  if (name === undefined || url.searchParams.has(name)) return;
  url.searchParams.set(name, id);
  link.href = url.href;
}

function fill(form: HTMLFormElement): void {
  const values = { datafast_visitor_id: visitorId(), datafast_referrer: keptReferrer() };
  for (const [name, value] of Object.entries(values)) {
    if (!value) continue;
    let field = form.querySelector<HTMLInputElement>(`input[name="${name}"]`);
    if (field === null) {
      field = document.createElement('input');
      field.type = 'hidden';
      field.name = name;
      form.append(field);
    }
    field.value = value;
  }
}

const onClick = ({ target }: Event) => {
  keepReferrer();
  const link = target instanceof Element && target.closest('a');
  if (link) addTo(link);
};

keepReferrer();
// At the moment of use, so that links and forms which an app makes later count as well.
for (const name of ['click', 'auxclick', 'contextmenu']) addEventListener(name, onClick, true);
addEventListener(
  'submit',
  ({ target }) => {
    keepReferrer();
    if (target instanceof HTMLFormElement && 'whence' in target.dataset) fill(target);
  },
  true,
);
addEventListener('pagehide', keepReferrer);
