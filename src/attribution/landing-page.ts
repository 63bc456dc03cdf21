// The first page a visitor saw. DataFast has no field for it; the earliest visited page stands in.
import type { Page } from '../model.ts';
import { type Location, parseLocation } from './location.ts';
import { timeOf } from './time.ts';

/** The earliest page by its time; the first of the list where no time can be read. */
export function landingPage(pages: readonly Page[]): Location | undefined {
  let earliest: { url: string; time: number } | undefined;
  for (const { url, at } of pages) {
    const time = timeOf(at);
    if (time !== undefined && (earliest === undefined || time < earliest.time)) {
      earliest = { url, time };
    }
  }
  const url = earliest?.url ?? pages[0]?.url;
  return url === undefined ? undefined : parseLocation(url);
}
