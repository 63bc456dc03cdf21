// What live answers look like, against what the code expects: names of keys and their types, never a value. A difference is
// no fault of the operator, so that it is at most a warning.
import { LINK_IDS } from '../attribution/link-ids.ts';
import type { ShapeFindings } from '../destinations/destination.ts';
import type { DatafastContract } from '../visitors/learn-contract.ts';
import { type Check, line } from './report.ts';

const REPORT = 'Whence reads what it can. Report these names in an issue of Whence.';
/** A line stays short. */
const MAX_NAMES = 12;

/** `name`: whose answers these are, such as `datafast answers`. */
export function checkShape(name: string, findings: ShapeFindings): Check {
  const { keys, answers, added, missing, retyped, hidden } = findings;
  const differences = [
    added.length > 0 && `new: ${listed(added)}`,
    missing.length > 0 && `missing: ${listed(missing)}`,
    retyped.length > 0 && `other types: ${listed(retyped)}`,
    hidden > 0 && `${hidden} names are not shown, because they may be data`,
  ].filter((part) => part !== false);
  const what = `${findings.name}: ${keys} keys in ${answers} ${answers === 1 ? 'answer' : 'answers'}, `;
  // A new key costs nothing. One that is gone, or of another type, may.
  const isWarning = missing.length > 0 || retyped.length > 0;
  return line(
    name,
    what + (differences.join('; ') || 'as expected'),
    isWarning ? REPORT : undefined,
    isWarning ? 'warning' : 'ok',
  );
}

/** The open questions of DataFast's documentation, as far as its answers settle them. */
export function checkDatafastContract(contract: DatafastContract): readonly Check[] {
  const { shapes } = contract;
  if (shapes.length === 0) return [line(NAME, 'No answer about a visitor has been seen yet')];
  return [
    ...shapes.map((findings) => checkShape(NAME, findings)),
    checkClickIds(contract),
    checkPages(contract),
    line(NAME, otherFacts(contract)),
  ];
}

const NAME = 'datafast answers';

function checkClickIds({ clickIds, facts: { noClickIds } }: DatafastContract): Check {
  const empty = noClickIds ? `; without an ad click: ${noClickIds}` : '';
  const seen = clickIds.length > 0 ? listed(clickIds) : 'no ad click seen yet';
  const unknown = clickIds.filter((name) => !LINK_IDS.has(name.toLowerCase()) && !SIGNS.has(name));
  return line(
    NAME,
    `adClickIds: ${seen}${empty}`,
    unknown.length > 0
      ? `Whence does not know ${listed(unknown)}. Report it in an issue of Whence.`
      : undefined,
    unknown.length > 0 ? 'warning' : 'ok',
  );
}

/** Names that DataFast's script sends, and that say how a click was counted instead of which one it was. */
const SIGNS = new Set(['gclsrc']);

const QUERIES = {
  kept: 'have their query',
  lost: 'have no query, so marks that are only in the landing page’s address do not arrive',
  unknown: 'have not shown yet whether they keep their query',
};

function checkPages({ facts: { pageQueries, pageOrder, mostPages } }: DatafastContract): Check {
  const order = pageOrder === undefined ? '' : `; ${pageOrder}`;
  return line(
    NAME,
    `Visited pages ${QUERIES[pageQueries ?? 'unknown']}${order}; at most ${mostPages} seen`,
  );
}

function otherFacts({ facts: { country, limitReset, invalidId } }: DatafastContract): string {
  return [
    `country is ${country ?? 'not seen yet'}`,
    `the end of the rate limit’s minute is in ${limitReset ?? 'no answer yet'}`,
    `the refusal of an invalid visitor ID is ${invalidId ?? 'not seen yet'}`,
  ].join('; ');
}

function listed(names: readonly string[]): string {
  const more = names.length - MAX_NAMES;
  return names.slice(0, MAX_NAMES).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
