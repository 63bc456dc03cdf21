// What spoke against the decision: noted for the person who disagrees with it.
import type { Channel } from '../model.ts';
import type { Facts } from './facts.ts';
import { PAID_CHANNELS } from './rules.ts';

/** The conflicts in plain words; most signups have none. */
export function conflicts(facts: Facts, channel: Channel): readonly string[] {
  const { tags, source, referrer, clickIds } = facts;
  const notes: string[] = [];
  const [first, ...others] = clickIds;
  const medium = tags.utm_medium?.reason;

  if (!PAID_CHANNELS.has(channel) && medium !== undefined) {
    if (first?.network?.proof === 'strong') {
      notes.push(`${first.name} is present, but ${medium} decides`);
    }
    if (source?.namesAnAd) notes.push(`${source.reason} names an ad, but ${medium} decides`);
  }
  const [network] = first?.network?.sources ?? [];
  if (first?.network && network && source?.known) {
    if (!first.network.sources.includes(source.known.name)) {
      notes.push(`${first.name} belongs to ${network}, yet ${source.reason}`);
    }
  }
  const known = others.filter((other) => other.network !== undefined);
  if (known.length > 0) notes.push(`also ${known.map(({ name }) => name).join(', ')}`);
  if (referrer.kind === 'ignored') notes.push(referrer.reason);
  return notes;
}
