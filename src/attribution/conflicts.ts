// The signals that speak against the decision, noted for people who disagree with it.
import type { Channel } from '../model.ts';
import { PAID_CHANNELS } from './rules.ts';
import type { Signals } from './signals.ts';

/** The conflicts in plain words. Most signups have none. */
export function conflicts(signals: Signals, channel: Channel): readonly string[] {
  const { tags, source, referrer, linkIds } = signals;
  const notes: string[] = [];
  const [first, ...others] = linkIds;
  const medium = tags.utm_medium?.reason;

  const [network] = first?.info?.sources ?? [];
  if (first?.info?.indicates === 'ad' && !PAID_CHANNELS.has(channel) && medium !== undefined) {
    notes.push(`${first.name} is present, but ${medium} decides`);
  } else if (first && network && source?.known && first.info?.indicates !== 'email') {
    if (!first.info?.sources.includes(source.known.name)) {
      notes.push(`${first.name} belongs to ${network}, yet ${source.reason}`);
    }
  }
  if (source?.namesAnAd && !PAID_CHANNELS.has(channel) && medium !== undefined) {
    notes.push(`${source.reason} names an ad, but ${medium} decides`);
  }
  const known = others.filter(({ info }) => info !== undefined).map(({ name }) => name);
  if (known.length > 0) notes.push(`also ${known.join(', ')}`);
  if (referrer.kind === 'ignored') notes.push(referrer.reason);
  return notes;
}
