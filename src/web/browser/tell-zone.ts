// The server counts days in the viewer's time zone, which only the browser knows.

const YEAR_SECONDS = 365 * 86_400;

/** A cookie of this browser, without anything that tells who it is. The page is loaded again when the zone is another one. */
export function tellZone(): void {
  const zone = `zone=${encodeURIComponent(Intl.DateTimeFormat().resolvedOptions().timeZone)}`;
  const isTold = () => document.cookie.split('; ').includes(zone);
  if (document.body.dataset.zone === undefined || isTold()) return;
  document.cookie = `${zone}; Path=/; Max-Age=${YEAR_SECONDS}; SameSite=Strict`;
  if (isTold()) location.reload();
}
