// What `npm run chaos -- --write` keeps for the documentation.
import type { Figure } from '../bench/figures.ts';
import { keepFigures } from '../figures/kept.ts';
import type { Flags } from './flags.ts';
import type { Result } from './result.ts';

/** A run that was cut short proves nothing, so nothing is kept of it. */
export function keepResult(result: Result, flags: Flags): void {
  const { checks, budgets, counts, isCutShort } = result;
  if (isCutShort) {
    console.error('Nothing is kept: the run was cut short.');
    return;
  }
  const percent = (id: string, name: string, share: number): Figure => ({
    ...{ id, name, value: 100 * share, unit: '%' },
  });
  const count = (id: string, name: string, value: number, mustBeNone = false): Figure => ({
    ...{ id, name, value, unit: '', ...(mustBeNone && { target: { atMost: 0 } }) },
  });
  const counted = (id: string, name: string) => count(id, name, Number(counts[name] ?? 0));
  keepFigures('chaos', {
    title: 'Signups through faults, kills and outages',
    command: `npm run chaos -- --signups ${flags.signups}`,
    figures: [
      counted('signups', 'signups'),
      percent('twicePercent', 'sent twice', flags.duplicates),
      percent(
        'datafastFaultsPercent',
        'faults in the requests to DataFast',
        flags.datafastFailures,
      ),
      percent('hubspotFaultsPercent', 'faults in the requests to HubSpot', flags.hubspotFailures),
      counted('kills', 'kills of workerd'),
      count(
        'differences',
        'differences found',
        checks.reduce((sum, { differences }) => sum + differences.length, 0),
        true,
      ),
      count(
        'brokenBudgets',
        'budgets that were not kept',
        budgets.filter(({ most, allowed }) => most > allowed).length,
        true,
      ),
      counted('deadLetters', 'dead letters'),
      counted('replayed', 'signups replayed'),
      { id: 'seconds', name: 'time', value: Math.round(result.wallSeconds), unit: 's' },
    ],
    notes: [
      'A difference is whatever is lost, duplicated or wrong, and a trouble that has not happened.',
      'Visitors whose every lookup kills workerd, a HubSpot that hangs, and D1 refusing writes and reads are among the troubles.',
    ],
  });
}
