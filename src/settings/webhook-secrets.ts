// The secrets of the sources: one setting each, which holds several secrets while they are rotated.
import type { Problem } from '../model.ts';
import type { Setting } from './setting.ts';

/** A source as its setting needs it. */
export interface SecretSetting {
  /** `STRIPE_WEBHOOK_SECRET` */
  secretName: string;
  /** Why this secret cannot be one of the source; `undefined` when it can. */
  secretProblem(secret: string): string | undefined;
}

/** By setting name. Absent means that the source is off. */
export type WebhookSecrets = ReadonlyMap<string, readonly string[]>;

/** What stands for the setting of a source that nobody has named. */
export const ANY_SECRET = '<SOURCE>_WEBHOOK_SECRET';

const FIX = 'Copy the signing secret from the provider’s webhook page.';

/** The row of one source. */
export function secretSetting({ secretName, secretProblem }: SecretSetting): Setting {
  return {
    name: secretName,
    doc: 'One per source that you use; several, separated by white space, while you rotate.',
    fix: FIX,
    where: 'docs/sources.md',
    isSecret: true,
    read(text) {
      const problem = candidatesIn(text)
        .map((secret) => secretProblem(secret))
        .find((found) => found !== undefined);
      return problem === undefined ? { value: text } : { problem };
    },
  };
}

/** One bad secret beside a good one is named, and the good one counts. */
export function readWebhookSecrets(
  given: ReadonlyMap<string, string>,
  sources: readonly SecretSetting[],
): { secrets: WebhookSecrets; problems: readonly Problem[] } {
  const secrets = new Map<string, readonly string[]>();
  const problems: Problem[] = [];
  for (const { secretName, secretProblem } of sources) {
    const usable: string[] = [];
    for (const candidate of candidatesIn(given.get(secretName))) {
      const problem = secretProblem(candidate);
      if (problem === undefined) usable.push(candidate);
      else problems.push({ key: secretName, problem, fix: FIX });
    }
    if (usable.length > 0) secrets.set(secretName, usable);
  }
  if (secrets.size === 0) {
    problems.push({
      key: ANY_SECRET,
      problem: 'is not set for any source, so no webhook is accepted',
      fix: 'Set the secret of a source: see docs/sources.md.',
    });
  }
  return { secrets, problems };
}

/** White space separates, because Supabase's secrets hold commas. Supabase's own list has bars. */
export function candidatesIn(text: string | undefined): readonly string[] {
  return text?.split(/\s+|\|(?=v1,whsec_)/) ?? [];
}
