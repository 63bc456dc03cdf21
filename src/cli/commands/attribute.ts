// `whence attribute 'utm_source=…' [referrer]`: explains where Whence would say that a visitor came from. Sends no request.
import { attribute } from '../../attribution/attribute.ts';
import { parseChannelRules } from '../../attribution/read-channel-rules.ts';
import { examples, exitCodes, jsonOption, newCommand, refuse } from '../command.ts';
import { nameOption, openNamed } from '../worker.ts';

/** The command, ready to be parsed. */
export function attributeCommand() {
  return newCommand('attribute')
    .summary('says where a visitor with this link would come from')
    .description(
      'Says where Whence would say that a visitor came from, and why. It uses CHANNEL_RULES of this machine. Sends nothing.',
    )
    .argument('<link>', 'a query string or a whole address')
    .argument('[referrer]', "the address of the page before; '' says that there was none")
    .addOption(nameOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      [
        examples(
          'attribute',
          ['utm_source=newsletter&utm_medium=email'],
          ['https://example.com/?gclid=abc', 'https://www.google.com/'],
        ),
        exitCodes('when it has answered', 'when CHANNEL_RULES has a mistake'),
      ].join('\n'),
    )
    .action((link, referrer, { name, json }, command) => {
      if (link.trim() === '') refuse(command, 'The link is empty.');
      const { settings } = openNamed(command, name);
      const { rules, problems } = parseChannelRules(settings.CHANNEL_RULES);
      for (const { key, problem, fix } of problems) console.error(`✗ ${key} ${problem}. ${fix}`);
      const isAddress = /^[a-z]+:\/\/|^[^?=&]+\?/i.test(link);
      const url = isAddress ? link : `/?${link.replace(/^\?/, '')}`;
      const visitor = { visitorId: '', params: {}, clickIds: {}, pages: [{ url }], goals: [] };
      const answer = attribute({ visitor, referrer }, rules);
      if (json) console.log(JSON.stringify(answer));
      else print(answer, isAddress);
      process.exitCode = problems.length > 0 ? 1 : 0;
    });
}

function print(answer: ReturnType<typeof attribute>, isAddress: boolean): void {
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
  for (const [label, value] of Object.entries(lines)) {
    if (value !== undefined) console.log(`${label.padEnd(13)} ${value}`);
  }
}
