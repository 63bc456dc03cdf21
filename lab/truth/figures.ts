// What the documentation says of `npm run truth`.
import type { Figure } from '../bench/figures.ts';
import { type Scenario, share, type Verdicts } from './result.ts';

/** Of one scenario, and of the population with the first. */
export function figuresOf(
  { id, title, run, targets }: Scenario,
  { atOnce, after }: Verdicts,
  isFirst: boolean,
): Figure[] {
  const percent = (kept: string, what: string, part: number, whole: number): Figure => ({
    ...{
      id: `${id}${kept}`,
      name: `${title}: ${what}`,
      unit: '%',
      value: 100 * share(part, whole),
    },
  });
  const right = (kept: string, what: string, whole: number, moment: keyof Verdicts): Figure => {
    const least = targets[moment]?.right;
    return {
      ...percent(kept, what, { atOnce, after }[moment].total.right, whole),
      ...(least && { target: { atLeast: 100 * least } }),
    };
  };
  const requests = (kept: string, what: string, moment: keyof Verdicts): Figure => {
    const { total } = { atOnce, after }[moment];
    const value = share(total.requests, total.people);
    return { id: `${id}${kept}`, name: `${title}: ${what}`, unit: '', value };
  };
  const { people, knowable, wrong } = after.total;
  return [
    ...(isFirst
      ? [
          { id: 'people', name: 'people', value: people, unit: '' },
          { id: 'knowable', name: 'whose first touch can be known', value: knowable, unit: '' },
        ]
      : []),
    right('AtOncePercent', 'right at once', atOnce.total.knowable, 'atOnce'),
    percent('EarlyPercent', 'the same of all people', atOnce.total.right, knowable),
    right('AfterPercent', `right after the ${run.afterwards}`, knowable, 'after'),
    {
      ...percent('WrongPercent', 'wrong', Math.max(wrong, atOnce.total.wrong), people),
      ...(targets.after && { target: { atMost: 100 * targets.after.wrong } }),
    },
    requests('AtOnceRequests', 'DataFast requests of a signup at once', 'atOnce'),
    requests('AfterRequests', `the same with the ${run.afterwards}`, 'after'),
  ];
}
