// Whether `acquisition` of List visitors speaks about the first visit of a returning visitor, or about the last one.
import { minuteOf } from '../time.ts';
import type { AcquisitionMeaning } from '../visitors/acquisition-proof.ts';
import { type Check, line } from './report.ts';

const NAME = 'acquisition';

/** `names`: those seen inside `acquisition`. */
export function checkAcquisition(
  proof: AcquisitionMeaning | undefined,
  names: readonly string[] = [],
): Check {
  const has = names.length > 0 ? ` It has ${names.slice(0, 12).join(', ')}.` : '';
  switch (proof?.meaning) {
    case undefined:
      return line(NAME, `List visitors: not known yet whether it is the first touch.${has}`);
    case 'first touch':
      return line(NAME, `List visitors: the first touch, as seen at ${minuteOf(proof.at)}.${has}`);
    case 'last touch':
      return line(
        NAME,
        `List visitors: the last touch, as seen at ${minuteOf(proof.at)}.${has}`,
        'Whence does not use it for returning visitors. Nothing to do.',
        'warning',
      );
  }
}
