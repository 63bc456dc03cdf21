// What brought the person: the facts, put before the rules.
import type { Attribution, Visitor } from '../model.ts';
import { conflicts } from './conflicts.ts';
import { type Facts, readFacts } from './facts.ts';
import { pageText } from './location.ts';
import { PAID_CHANNELS, RULES, RULES_VERSION } from './rules.ts';

/**
 * The attribution of a visitor, of a referrer, of both or of neither. An empty `referrer` says that there was
 * none; an absent one, that nobody knows. Never throws, whatever the texts are.
 */
export function attribute(input: { visitor?: Visitor; referrer?: string }): Attribution {
  const facts = readFacts(input.visitor, input.referrer);
  const { channel, reasons } = decide(facts);
  const { tags, landing, referrer } = facts;
  const source = sourceName(facts);
  const clickId = facts.clickIds[0];
  return {
    channel,
    ...(source !== undefined && { source }),
    ...(tags.utm_medium && { medium: tags.utm_medium.raw }),
    ...(tags.utm_campaign && { campaign: tags.utm_campaign.raw }),
    ...(tags.utm_term && { term: tags.utm_term.raw }),
    ...(tags.utm_content && { content: tags.utm_content.raw }),
    ...(tags.ref && { ref: tags.ref.raw }),
    ...(tags.via && { via: tags.via.raw }),
    ...(clickId && { clickId: { name: clickId.name, value: clickId.value } }),
    ...(landing && { landingPage: pageText(landing) }),
    ...(referrer.kind === 'page' && { referrer: referrer.page }),
    paid: PAID_CHANNELS.has(channel),
    evidence: [...reasons, ...conflicts(facts, channel)],
    rulesVersion: RULES_VERSION,
  };
}

function decide(facts: Facts): Pick<Attribution, 'channel'> & { reasons: readonly string[] } {
  for (const { channel, when } of RULES) {
    const reasons = when(facts);
    if (reasons !== undefined) return { channel, reasons };
  }
  return { channel: 'Unknown', reasons: [] };
}

/** What the link says, else where the person came from, else whose click ID it is. */
function sourceName({ source, referrer, clickIds }: Facts): string | undefined {
  if (source !== undefined) return source.name;
  if (referrer.kind === 'page') return referrer.source.name;
  return clickIds[0]?.network?.sources[0];
}
