// Tombstones: who was erased, as digests, so that nothing still on its way brings them back.
import { emailFrom, type Signup } from '../model.ts';
import { digest } from './digest.ts';

/** The names under which a person is erased: their email, and the provider's id of them as a customer. */
export function tombstonesOf(names: Iterable<string>): Promise<string[]> {
  return Promise.all([...new Set(names)].map(digest));
}

/**
 * What happened or arrived before the erasure does not bring the person back; what happens afterwards is
 * somebody new, and welcome.
 */
export function isBefore({ occurredAt, receivedAt }: Signup, erasedAt: string): boolean {
  return receivedAt <= erasedAt || occurredAt <= erasedAt;
}

/** No address is longer, with whatever stands before it. */
const MAX_TOKEN = 1000;

/** Every text that may be an email address, lower case, of a message of which only the text is known. */
export function emailsIn(text: string): string[] {
  const found = new Set<string>();
  for (const token of text.split(/[\s"<>(),;]+/)) {
    if (token.length > MAX_TOKEN || !token.includes('@')) continue;
    // What stands before, as in `mailto:`, may belong to the address or not.
    const parts = token.split(/(?<=[:=/\\])/);
    for (const start of parts.keys()) {
      const email = emailFrom(
        parts
          .slice(start)
          .join('')
          .replace(/[.!?\]}\\]+$/, ''),
      );
      if (email !== undefined) found.add(email);
    }
  }
  return [...found];
}
