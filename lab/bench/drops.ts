// How often the check of the match rate wakes somebody for nothing, and how soon it sees a cookie that is lost: simulated
// months with a fixed seed, so that every machine finds the same.
import { findDrop, MOST_SIGNUPS } from '../../src/health/alerts/match-drop.ts';
import { createChance } from '../../stand-ins/chance.ts';
import type { Figure, Measured } from './figures.ts';

/** The share of signups whose visitor is known, as long as all is well. */
export const USUAL_SHARE = 0.75;
/** Signups in 30 days. */
export const RATES = {
  '12 a week': 51,
  '330 a month': 330,
  '50 a day': 1_500,
  '500 a day': 15_000,
};
const MONTHS = 1_000;
const DROPS = 400;
/** A drop that is not seen by then counts as seen then. */
const LONGEST = 300;

/** So many signups, one after the other, and before them as many as the check looks at. */
function play(seed: string, count: number, before: number, share: number) {
  const chance = createChance(seed);
  const all = [
    ...Array.from({ length: before }, () => chance() < USUAL_SHARE),
    ...Array.from({ length: count }, () => chance() < share),
  ].reverse();
  /** The newest first, when so many had come. */
  return (come: number) => all.slice(count - come, count - come + MOST_SIGNUPS);
}

/** In how many of so many healthy months somebody is woken, with a look at every signup. */
export function falseAlarms(looks: number, months: number): number {
  let woken = 0;
  for (let month = 0; month < months; month += 1) {
    const newest = play(`healthy ${month}`, looks, MOST_SIGNUPS, USUAL_SHARE);
    let come = 0;
    while (come < looks && !findDrop(newest(come), looks)) come += 1;
    if (come < looks) woken += 1;
  }
  return woken;
}

/** After how many signups a fall to this share is seen, at the median and in 95 of 100 cases. */
export function seenAfter(looks: number, share: number): readonly [median: number, late: number] {
  const counts = Array.from({ length: DROPS }, (_, round) => {
    // The ledger is asked for 60 days.
    const newest = play(`drop ${round}`, LONGEST, Math.min(2 * looks, MOST_SIGNUPS), share);
    let come = 1;
    while (come < LONGEST && !findDrop(newest(come), looks)) come += 1;
    return come;
  }).sort((one, other) => one - other);
  return [counts[DROPS * 0.5] ?? 0, counts[DROPS * 0.95] ?? 0];
}

export async function measureDrops(): Promise<Measured> {
  return {
    figures: Object.entries(RATES).flatMap(([rate, looks]) => {
      const id = `of${looks}`;
      const drops = { None: 0, Few: 0.3 };
      const alarms = (100 * falseAlarms(looks, MONTHS)) / MONTHS;
      return [
        {
          id: `${id}FalsePercent`,
          name: `${rate}: months with a false alarm`,
          value: alarms,
          unit: '%',
        },
        ...Object.entries(drops).flatMap(([kept, share]): Figure[] => {
          const [median, late] = seenAfter(looks, share);
          const name = `${rate}: signups until a fall to ${100 * share} % is seen`;
          return [
            { id: `${id}${kept}Signups`, name: `${name}, at the median`, value: median, unit: '' },
            {
              id: `${id}${kept}LateSignups`,
              name: `${name}, in 95 of 100 cases`,
              value: late,
              unit: '',
            },
          ];
        }),
      ];
    }),
    notes: [
      `${MONTHS.toLocaleString('en')} simulated months and ${DROPS} falls, from a share of ${100 * USUAL_SHARE} %, with a look at every signup.`,
    ],
  };
}
