// Secrets that setup makes up, where no provider gives one.
import { randomBytes } from 'node:crypto';
import type { DestinationSettings } from '../../settings/config.ts';
import type { Source } from '../../sources/source.ts';

/** Apps sign with a library for Standard Webhooks, which wants its secrets in this form. */
const OWN_SOURCE = 'signup';

/** A new secret for the setting; `undefined` when it has to come from the provider. */
export function makeUpSecret(
  name: string,
  {
    sources,
    destinations,
  }: {
    sources: readonly Pick<Source, 'name' | 'secretName' | 'secretIsChosen'>[];
    destinations: readonly DestinationSettings[];
  },
): string | undefined {
  if (name === 'ADMIN_TOKEN') return randomBytes(32).toString('hex');
  const isOurs = destinations.some(({ settings }) =>
    settings.some((setting) => setting.isMadeUp && setting.name === name),
  );
  if (isOurs) return standardSecret();
  const source = sources.find(({ secretName }) => secretName === name);
  if (!source?.secretIsChosen) return undefined;
  return source.name === OWN_SOURCE
    ? standardSecret()
    : // 40 characters: Lemon Squeezy takes no more, and every source takes as many.
      randomBytes(20).toString('hex');
}

/** As Standard Webhooks wants it. */
const standardSecret = () => `whsec_${randomBytes(32).toString('base64')}`;
