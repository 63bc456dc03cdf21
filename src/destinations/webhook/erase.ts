// Tells the receiver that a person is erased: which signups it should forget.
import { digest } from '../../crypto.ts';
import type { Outcome } from '../../outcome.ts';
import { isoOf } from '../../time.ts';
import type { PersonErased } from '../signup-event.ts';
import { post, refusalOf } from './client.ts';
import { reason } from './reasons.ts';
import type { Webhook } from './sending.ts';

/** Delivered when the receiver has accepted it. */
export async function tellErasure(
  { client, fields }: Webhook,
  email: string,
  signups: readonly string[],
): Promise<Outcome> {
  // A chat keeps its lines.
  if (client.chat || signups.length === 0) {
    return { status: 'skipped', reason: reason('nothing_to_erase') };
  }
  const atMs = client.upstream.now();
  const mayName = fields.some(({ property }) => property === 'email');
  const event: PersonErased = {
    type: 'person.erased',
    timestamp: isoOf(atMs),
    data: { signups, email: mayName ? email : undefined },
  };
  const id = `${await digest(signups.join(' '))}:erased:${atMs}`;
  const answer = await post(client, { id, body: JSON.stringify(event) });
  return answer.kind === 'ok' ? { status: 'delivered', written: {} } : refusalOf(answer);
}
