// A request that a destination could not make, as a problem for the operator.
import type { Reason } from '../reasons.ts';
import type { Destination, DestinationProblem, ProblemCode } from './destination.ts';

/** The standard reasons that are a kind of problem of their own. */
const CODES: Readonly<Record<string, ProblemCode>> = {
  key_missing: 'key_missing',
  unauthorized: 'unauthorized',
  forbidden: 'forbidden',
  request_refused: 'refused',
};

/** Which setting is concerned, what is wrong with it, and how to fix it. The key is the first of the settings. */
export function requestProblem(
  { name, label, settings, reasons }: Pick<Destination, 'name' | 'label' | 'settings' | 'reasons'>,
  { code: reasonCode, detail }: Reason,
): DestinationProblem {
  const ownCode = reasonCode.slice(name.length + 1);
  const entry = reasons[ownCode];
  // A configuration reason of the destination's own is about what the key may do.
  const code =
    CODES[ownCode] ?? (entry?.class === 'configuration' ? 'forbidden' : ('unavailable' as const));
  const key = settings[0];
  const address = settings.find((setting) => setting.name.endsWith('_URL')) ?? key;
  const says = entry?.says.replace(/\.$/, '') ?? reasonCode;
  const because = detail ? `: ${detail}` : '';
  switch (code) {
    case 'key_missing':
      return { code, key: key?.name ?? name, problem: 'is not set', fix: key?.fix ?? '' };
    case 'unauthorized':
      return {
        code,
        key: key?.name ?? name,
        problem: `is refused by ${label}`,
        fix: key?.fix ?? '',
      };
    case 'forbidden':
      return {
        code,
        key: key?.name ?? name,
        problem: `lacks a permission at ${label}${because}`,
        fix: entry?.todo ?? '',
      };
    case 'refused':
      return {
        code,
        key: address?.name ?? name,
        problem: `does not lead to what Whence asks for${because}`,
        fix: `Check that ${label} answers there, and that the plan includes it.`,
      };
    default:
      return {
        code,
        key: address?.name ?? name,
        problem: `cannot be used now: ${says}${because}`,
        fix: 'Try again in a minute.',
      };
  }
}
