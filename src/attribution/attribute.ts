// What brought the person: the operator's rules judge the signals first, then the built-in rules do.
import type { Attribution, Channel, Visitor } from '../model.ts';
import { type ChannelRules, matchingRule, NO_RULES } from './channel-rules.ts';
import { conflicts } from './conflicts.ts';
import { pageText } from './location.ts';
import { PAID_CHANNELS, RULES, RULES_VERSION } from './rules.ts';
import { readSignals, renamed, type Signals } from './signals.ts';

/**
 * The attribution of a visitor, of a referrer, of both or of neither. An empty `referrer` means that there was none.
 * An absent one means that nobody knows. No text makes it throw.
 */
export function attribute(
  input: { visitor?: Visitor; referrer?: string },
  rules: ChannelRules = NO_RULES,
): Attribution {
  const read = readSignals(input.visitor, input.referrer);
  const own = matchingRule(rules, { ...read, sourceName: sourceName(read) });
  const signals = own?.source === undefined ? read : renamed(read, own.source, own.reason);
  const decided = own?.channel
    ? { channel: own.channel, rule: own.place, reasons: [own.reason] }
    : decide(signals);
  const { tags, landing, referrer } = signals;
  const clickId = signals.linkIds.find(({ value }) => value !== undefined);
  return {
    channel: decided.channel,
    source: sourceName(signals),
    utmSource: read.source && tags[read.source.tag]?.raw,
    medium: tags.utm_medium?.raw,
    campaign: tags.utm_campaign?.raw,
    term: tags.utm_term?.raw,
    content: tags.utm_content?.raw,
    ref: tags.ref?.raw,
    via: tags.via?.raw,
    clickId:
      clickId?.value === undefined ? undefined : { name: clickId.name, value: clickId.value },
    unknownIds: signals.unknownIds && [...signals.unknownIds],
    landingPage: landing && pageText(landing),
    referrer: referrer.kind === 'page' ? referrer.page : undefined,
    paid: PAID_CHANNELS.has(decided.channel),
    rule: decided.rule,
    evidence: [...decided.reasons, ...conflicts(signals, decided.channel)],
    rulesVersion: rules.version === undefined ? RULES_VERSION : `${RULES_VERSION}+${rules.version}`,
  };
}

function decide(signals: Signals): { channel: Channel; rule: string; reasons: readonly string[] } {
  for (const { channel, name, when } of RULES) {
    const reasons = when(signals);
    if (reasons !== undefined) {
      return { channel, rule: typeof name === 'string' ? name : name(signals), reasons };
    }
  }
  return { channel: 'Unknown', rule: 'nothing known', reasons: [] };
}

/**
 * The source that the link names. Without one, the network of the click ID. The place that the person came from counts
 * instead when it is one of that network's own places (a `msclkid` from DuckDuckGo), when the ID is a partner
 * programme's, which is no place, and when there is no click ID.
 */
function sourceName({ source, referrer, linkIds }: Signals): string | undefined {
  if (source !== undefined) return source.name;
  const place = referrer.kind === 'page' ? referrer.source.name : undefined;
  const info = linkIds.find((linkId) => linkId.info !== undefined)?.info;
  const [network] = info?.sources ?? [];
  if (place === undefined) return network;
  const isFiner = info === undefined || info.sources.includes(place);
  return isFiner || info.indicates === 'affiliate' ? place : (network ?? place);
}
