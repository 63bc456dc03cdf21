// `npm run attribute -- 'utm_source=…&gclid=…' [referrer]`: explains where Whence would say that a visitor came from.
// Takes a query string or a whole address. An empty referrer ('') says that there was none. Sends no request.
import { attribute } from '../attribution/attribute.ts';
import { parseChannelRules } from '../attribution/read-channel-rules.ts';
import { readArguments, refuse } from './arguments.ts';
import { machineSettings } from './machine-settings.ts';

const COMMAND = {
  name: 'npm run attribute',
  usage: `usage: npm run attribute -- 'utm_source=newsletter&utm_medium=email' [referrer]

  Says where Whence would say that a visitor came from, and why. It takes a query string or a whole address, and uses
  the CHANNEL_RULES of .dev.vars or the environment. An empty referrer ('') says that there was none. Sends no request.

  Ends with 0, with 1 when CHANNEL_RULES has a mistake, 2 when it was called wrongly.`,
  options: {},
  mostArguments: 2,
} as const;

const [link, referrer] = readArguments(COMMAND).positionals;
if (link === undefined) refuse(COMMAND, 'The query string or the address is missing');

const { rules, problems } = parseChannelRules(machineSettings().CHANNEL_RULES);
for (const { key, problem, fix } of problems) console.error(`✗ ${key} ${problem}. ${fix}`);

const isAddress = /^[a-z]+:\/\/|^[^?=&]+\?/i.test(link);
const url = isAddress ? link : `/?${link.replace(/^\?/, '')}`;
const visitor = { visitorId: '', params: {}, clickIds: {}, pages: [{ url }], goals: [] };
const answer = attribute({ visitor, referrer }, rules);

const lines = {
  Channel: answer.channel,
  Source: answer.source,
  Medium: answer.medium,
  Campaign: answer.campaign,
  Term: answer.term,
  Content: answer.content,
  Ref: answer.ref,
  Via: answer.via,
  'Click ID': answer.clickId && `${answer.clickId.name} = ${answer.clickId.value}`,
  'Landing page': isAddress ? answer.landingPage : undefined,
  Referrer: answer.referrer,
  Paid: answer.paid ? 'yes' : 'no',
  Rule: answer.rule,
  Because: answer.evidence.join('\n              '),
  'Rules version': answer.rulesVersion,
};
for (const [name, value] of Object.entries(lines)) {
  if (value !== undefined) console.log(`${name.padEnd(13)} ${value}`);
}
process.exitCode = problems.length > 0 ? 1 : 0;
