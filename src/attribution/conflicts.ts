// The signals that speak against the decision, noted for people who disagree with it.
import type { Channel } from '../model.ts';
import { isOwnId, OUTRANKS_CLICK_ID } from './paid.ts';
import { PAID_CHANNELS } from './rules.ts';
import type { Signals } from './signals.ts';

/** The conflicts in plain words. Most signups have none. */
export function conflicts(signals: Signals, channel: Channel): readonly string[] {
  const { tags, families, source, referrer, linkIds } = signals;
  const notes: string[] = [];
  const [first, ...others] = linkIds;
  const medium = tags.utm_medium?.reason;

  const { name = '', info } = first ?? {};
  const [network] = info?.sources ?? [];
  const isDenied = !PAID_CHANNELS.has(channel) && info?.indicates === 'ad' && medium !== undefined;
  if (isDenied && OUTRANKS_CLICK_ID.some((family) => families.has(family))) {
    notes.push(`${name} is present, but ${medium} decides`);
  } else if (info && network && source && info.indicates !== 'email' && !isOwnId(info, source)) {
    notes.push(`${name} belongs to ${network}, yet ${source.reason}`);
  } else if (isDenied) {
    notes.push(`${name} is present, but ${medium} decides`);
  }
  if (source?.namesAnAd && !PAID_CHANNELS.has(channel) && medium !== undefined) {
    notes.push(`${source.reason} names an ad, but ${medium} decides`);
  }
  const known = others.filter(({ info }) => info !== undefined).map(({ name }) => name);
  if (known.length > 0) notes.push(`also ${known.join(', ')}`);
  if (referrer.kind === 'ignored') notes.push(referrer.reason);
  return notes;
}
