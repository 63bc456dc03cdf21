// Secrets that setup makes up, where no provider gives one.
import { randomBytes } from 'node:crypto';
import type { Source } from '../../sources/source.ts';

/** Apps sign with a library for Standard Webhooks, which wants its secrets in this form. */
const OWN_SOURCE = 'signup';

/** A new secret for the setting; `undefined` when it has to come from the provider. */
export function makeUpSecret(
  name: string,
  sources: readonly Pick<Source, 'name' | 'secretName' | 'secretIsChosen'>[],
): string | undefined {
  if (name === 'ADMIN_TOKEN') return randomBytes(32).toString('hex');
  const source = sources.find(({ secretName }) => secretName === name);
  if (!source?.secretIsChosen) return undefined;
  return source.name === OWN_SOURCE
    ? `whsec_${randomBytes(32).toString('base64')}`
    : // 40 characters: Lemon Squeezy takes no more, and every source takes as many.
      randomBytes(20).toString('hex');
}
