// The server counts days in the viewer's time zone, which only the browser knows.

/** The server keeps the zone in a cookie and leads back. One that it does not know stays in the address, and that is all. */
export function tellZone(): void {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const { zone } = document.body.dataset;
  const url = new URL(location.href);
  if (zone === undefined || zone === timeZone || url.searchParams.has('zone')) return;
  url.searchParams.set('zone', timeZone);
  location.replace(url);
}
