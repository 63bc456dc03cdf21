// `whence erase <email>`: removes everything that Whence keeps about a person.
import { type CommandUnknownOpts, InvalidArgumentError } from '@commander-js/extra-typings';
import * as z from 'zod';
import { Erased } from '../../api/operations.ts';
import {
  dryRunOption,
  examples,
  exitCodes,
  fail,
  jsonOption,
  newCommand,
  refuse,
  yesOption,
} from '../command.ts';
import { isConfirmed } from '../confirm.ts';
import { nameOption, openApi, openWorker, urlOption } from '../worker.ts';
import type { WorkerApi } from '../worker-api.ts';

/** The command, ready to be parsed. */
export function eraseCommand() {
  return newCommand('erase')
    .summary('removes everything that Whence keeps about a person')
    .description(
      'Erases the person from ledger, cache, dead letters and queue, after it has shown what there is and asked. It does not touch the CRM, unless you ask for it with --destinations: a CRM removes the values of Whence and says what stays, and a receiver of events gets person.erased. Delete the contact itself there yourself. The person may sign up again. What happened before the erasure does not come back.',
    )
    .argument('<email>', 'of the person', emailAddress)
    .option(
      '--destinations',
      'also asks the destinations that can to erase what they have from Whence',
    )
    .addOption(nameOption())
    .addOption(urlOption())
    .addOption(dryRunOption('shows what would be erased, and erases nothing'))
    .addOption(yesOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      [
        examples('erase', ['ada@example.com'], ['ada@example.com', '--dry-run']),
        exitCodes('when the person is erased or was not there', 'when something failed'),
      ].join('\n'),
    )
    .action(
      async (
        email,
        { destinations = false, dryRun = false, yes = false, json = false, ...flags },
        command,
      ) => {
        const worker = openWorker(command, flags);
        const api = await openApi(worker);
        const say = json ? console.error : console.log;
        if (dryRun || !yes) {
          const there = await signupsOf(api, email, command);
          say(
            `${worker.url} keeps ${there.ids.length}${there.more ? ' or more' : ''} ${there.ids.length === 1 && !there.more ? 'signup' : 'signups'} of ${email}.`,
          );
          for (const id of there.ids) say(`  ${id}`);
          if (dryRun) {
            if (json) console.log(JSON.stringify({ dryRun: true, signups: there.ids }));
            say('Nothing was erased.');
            return;
          }
          const question =
            'Erase them, with everything in cache, dead letters and queue? It cannot be undone.';
          if (!(await isConfirmed(question, yes))) return;
        }
        const query = destinations ? '?destinations=true' : '';
        const path = `/api/people/${encodeURIComponent(email)}${query}`;
        const erased = await api.call(Erased, 'DELETE', path);
        if (erased.kind !== 'ok') return fail(erased.message, 1);
        console.log(json ? JSON.stringify(erased.answer) : inWords(erased.answer));
        if (json) return;
        for (const one of erased.answer.destinations ?? []) console.log(elsewhereInWords(one));
      },
    );
}

function emailAddress(text: string): string {
  if (/^[^@\s]+@[^@\s]+$/.test(text)) return text;
  throw new InvalidArgumentError('It is not an email address.');
}

/** As much of the list as is shown before the question. */
const Listed = z.object({
  items: z.array(z.object({ id: z.string(), email: z.string().nullable() })),
  nextCursor: z.string().nullish(),
});

async function signupsOf(api: WorkerApi, email: string, command: CommandUnknownOpts) {
  // The search finds every email that begins so.
  const query = new URLSearchParams({ q: email, limit: '100' });
  const listed = await api.call(Listed, 'GET', `/api/signups?${query}`);
  if (listed.kind === 'refused' && listed.status === 400) return refuse(command, listed.message);
  if (listed.kind !== 'ok') return fail(listed.message, 1);
  const { items, nextCursor } = listed.answer;
  const own = items.filter((item) => item.email === email.toLowerCase());
  return { ids: own.map(({ id }) => id), more: Boolean(nextCursor) };
}

function elsewhereInWords({
  name,
  status,
  reason,
  erased,
  kept,
}: NonNullable<Erased['destinations']>[number]): string {
  if (status !== 'delivered') return `${name}: ${status} (${reason})`;
  if (erased.length === 0) return `${name}: was told`;
  const left = kept.length > 0 ? `, with ${kept.join(', ')}, which are not Whence’s` : '';
  return `${name}: ${erased.length} values erased. The record itself stays${left}. Delete it there.`;
}

function inWords({ signups, unreadable, deliveries, visitors }: Erased): string {
  return signups + unreadable === 0
    ? 'There was nothing about this person.'
    : `Erased: ${signups} signups with ${deliveries} deliveries, ${unreadable} unreadable messages, ${visitors} cached visitors.`;
}
