// Reads CHANNEL_RULES from its JSON. Every mistake is named with its place, and the rules without a mistake still run.
import { isObject, parseJson } from '../json.ts';
import { placeOfMistake } from '../json-mistake.ts';
import { CHANNELS, type Channel, type Problem } from '../model.ts';
import {
  type ChannelRule,
  type ChannelRules,
  CONDITIONS,
  NO_RULES,
  type Pattern,
  withoutSlash,
} from './channel-rules.ts';
import { comparable } from './clean.ts';

const SETTING = 'CHANNEL_RULES';
const FIX =
  'Give a list of rules like {"when": {"campaign": "webinar-*"}, "channel": "Email"}; see docs/attribution.md.';
/** More rules would cost more than the visitor's attribution itself. */
const MAX_RULES = 200;
const MAX_PATTERNS = 100;
/** As long as a tag in the CRM may be. */
const MAX_LENGTH = 500;

type Report = (place: string, problem: string) => void;

/** The rules in the setting's text, and everything that is wrong with it. */
export function parseChannelRules(text: string | undefined): {
  rules: ChannelRules;
  problems: Problem[];
} {
  const problems: Problem[] = [];
  const report: Report = (place, problem) => problems.push({ key: place, problem, fix: FIX });
  if (text === undefined || text.trim() === '') return { rules: NO_RULES, problems };
  const json = parseJson(text);
  if (!Array.isArray(json)) {
    report(
      SETTING,
      json === undefined
        ? `is not JSON: ${placeOfMistake(text)}`
        : `is ${nameOf(json)}, not a list of rules`,
    );
    return { rules: NO_RULES, problems };
  }
  if (json.length > MAX_RULES)
    report(SETTING, `has more than ${MAX_RULES} rules; the rest is left out`);
  const rules = json.slice(0, MAX_RULES).flatMap((rule: unknown, index) => {
    const before = problems.length;
    const read = readRule(rule, `${SETTING}[${index}]`, report);
    return read !== undefined && problems.length === before ? [read] : [];
  });
  return { rules: rules.length > 0 ? { rules, version: fingerprint(text) } : NO_RULES, problems };
}

function readRule(rule: unknown, place: string, report: Report): ChannelRule | undefined {
  if (!isObject(rule)) {
    report(place, `is ${nameOf(rule)}, not a rule`);
    return undefined;
  }
  for (const key of Object.keys(rule)) {
    if (!['when', 'channel', 'source'].includes(key)) {
      report(`${place}.${key}`, 'is not known; a rule has when, channel and source');
    }
  }
  const when = readConditions(rule.when, `${place}.when`, report);
  const channel = readChannel(rule.channel, `${place}.channel`, report);
  const source = readSource(rule.source, `${place}.source`, report);
  if (rule.channel === undefined && rule.source === undefined) {
    report(place, 'decides nothing: it has neither channel nor source');
  }
  return { place, when, channel, source };
}

function readConditions(when: unknown, place: string, report: Report): ChannelRule['when'] {
  if (!isObject(when)) {
    report(place, when === undefined ? 'is missing' : `is ${nameOf(when)}, not conditions`);
    return [];
  }
  if (Object.keys(when).length === 0) report(place, 'is empty, so the rule would match everybody');
  return Object.entries(when).flatMap(([key, value]) => {
    const condition = CONDITIONS.find((known) => known === key);
    if (condition === undefined) {
      report(`${place}.${key}`, `is not known; conditions are ${CONDITIONS.join(', ')}`);
      return [];
    }
    return [{ condition, patterns: readPatterns(value, `${place}.${key}`, report) }];
  });
}

function readPatterns(value: unknown, place: string, report: Report): Pattern[] {
  const isList = Array.isArray(value);
  const items: unknown[] = isList ? value : [value];
  if (items.length === 0) report(place, 'is an empty list, which nothing matches');
  if (items.length > MAX_PATTERNS) report(place, `has more than ${MAX_PATTERNS} texts`);
  return items.slice(0, MAX_PATTERNS).flatMap((item, index) => {
    const itemPlace = isList ? `${place}[${index}]` : place;
    if (typeof item !== 'string') {
      report(itemPlace, `is ${nameOf(item)}, not ${isList ? 'text' : 'text or a list of texts'}`);
      return [];
    }
    const pattern = withoutSlash(comparable(withoutScheme(item)));
    if (pattern === '') report(itemPlace, 'is empty, which nothing matches');
    return [pattern.split('*')];
  });
}

/** Pages are compared as they are written to the CRM: without scheme and `www.`. */
function withoutScheme(text: string): string {
  return text.trim().replace(/^https?:\/\/(?:www\.)?/i, '');
}

function readChannel(value: unknown, place: string, report: Report): Channel | undefined {
  if (value === undefined) return undefined;
  const wanted = typeof value === 'string' ? comparable(value) : undefined;
  const channel = CHANNELS.find((known) => comparable(known) === wanted);
  if (channel === undefined) report(place, `is not one of: ${CHANNELS.join(', ')}`);
  return channel;
}

function readSource(value: unknown, place: string, report: Report): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string' && value.trim() !== '' && value.length <= MAX_LENGTH) {
    return value.trim();
  }
  report(
    place,
    `is ${typeof value === 'string' ? 'empty or too long' : `${nameOf(value)}, not text`}`,
  );
  return undefined;
}

function nameOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** A short name of exactly this text (FNV-1a). It shows whether these rules or older ones made an attribution. */
function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}
