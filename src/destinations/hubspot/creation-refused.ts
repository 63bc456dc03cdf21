// HubSpot refuses to create a property: its own words, and the fix for their cause. Nothing personal is sent with a
// definition, so the words can be kept.
import type { DestinationProblem } from '../destination.ts';
import type { NoAnswer } from './client.ts';
import { type HubspotError, rejectedProperties } from './errors.ts';
import { answerProblem } from './properties.ts';
import { TOKEN } from './settings.ts';

type Cause = Extract<
  DestinationProblem['code'],
  'plan_limit' | 'forbidden' | 'name_taken' | 'refused' | 'unavailable'
>;

const THEN = 'then run npx whence-crm provision.';
const FIXES: Readonly<Record<Cause, string>> = {
  plan_limit: `Delete properties that nobody uses in HubSpot, Settings → Properties, or take a plan with more of them, ${THEN}`,
  forbidden: `Give the key the scope crm.schemas.contacts.write, ${THEN}`,
  name_taken: `Rename or delete what has this name in HubSpot, Settings → Properties, also among the archived properties, ${THEN}`,
  refused: `Fix what HubSpot names in Settings → Properties, ${THEN}`,
  unavailable: 'Run npx whence-crm provision again in a minute.',
};

/** The causes by HubSpot's words, the surest first. HubSpot documents no code for a plan's limit. */
const WORDS: readonly (readonly [Cause, RegExp])[] = [
  ['forbidden', /MISSING_SCOPES|\bscopes?\b/i],
  ['unavailable', /RATE.?LIMIT/i],
  [
    'name_taken',
    /ALREADY_EXISTS|NAME_EXISTS|DUPLICATE_LIST|already (exists|taken|used|in use)|reserved/i,
  ],
  ['plan_limit', /limit|\bplan\b|\btier\b|upgrade|exceed|maximum|quota|subscription/i],
];
const STATUSES: Readonly<Record<number, Cause>> = {
  402: 'plan_limit',
  403: 'forbidden',
  409: 'name_taken',
};

/** `key`: the property, or the group where HubSpot names none. */
export function creationRefused(
  key: string,
  error: HubspotError,
  status?: number,
): DestinationProblem {
  const code = causeOf(error, status);
  const words = [status && `HTTP ${status}`, wordsOf(error)].filter(Boolean).join(' ');
  return code === 'forbidden'
    ? {
        key: TOKEN,
        code,
        problem: `may not create properties in HubSpot: ${words}`,
        fix: FIXES[code],
      }
    : { key, code, problem: `is not complete: ${words}`, fix: FIXES[code] };
}

/** The refusal of a whole request; or what kept it from being answered. */
export function creationFailed(
  answer: NoAnswer,
  group: string,
  properties: readonly string[],
): DestinationProblem {
  const said = answer.kind === 'refused' ? answer : answer.said;
  // The scope is named already, and a wrong address has no words of HubSpot's.
  if (!said || said.error.category === 'MISSING_SCOPES' || said.status === 404) {
    return answerProblem(answer);
  }
  return creationRefused(propertyIn(said.error, properties) ?? group, said.error, said.status);
}

export function causeOf(error: HubspotError, status: number | undefined): Cause {
  // The words of a rate limit speak of a limit too.
  if (status === 429) return 'unavailable';
  const words = wordsOf(error);
  const byWords = WORDS.find(([, pattern]) => pattern.test(words))?.[0];
  return byWords ?? STATUSES[status ?? 0] ?? 'refused';
}

const MAX_WORDS = 300;

export function wordsOf({
  category,
  subCategory,
  message,
  errors = [],
  correlationId,
}: HubspotError) {
  const parts = [
    category,
    subCategory,
    ...errors.map(({ code }) => code),
    message,
    ...errors.map((detail) => detail.message),
  ];
  const words = [...new Set(parts.filter(Boolean))].join(' ').replace(/\s+/g, ' ');
  const short = words.length > MAX_WORDS ? `${words.slice(0, MAX_WORDS)}…` : words;
  return correlationId ? `${short} correlationId ${correlationId}` : short;
}

/** Which of the properties an error is about, where it says so. */
export function propertyIn(error: HubspotError, properties: readonly string[]): string | undefined {
  const named = [
    ...rejectedProperties(error).map(({ property }) => property),
    ...Object.values(error.context ?? {}).flat(),
    ...(wordsOf(error).match(/\w+/g) ?? []),
  ];
  return named.find((name) => properties.includes(name));
}
