// Tells the receiver that a person is erased: which signups it should forget.
import { digest } from '../../crypto.ts';
import { isoOf } from '../../time.ts';
import type { ErasedPerson, Erasure, Failure } from '../destination.ts';
import type { PersonErased } from '../signup-event.ts';
import { post, refusalOf } from './client.ts';
import { reason } from './reasons.ts';
import type { Webhook } from './sending.ts';

/** Nothing of it can be seen here: what the receiver does with it is its own. */
export async function tellErasure(
  { client, fields }: Webhook,
  { emails: [email], signups }: ErasedPerson,
): Promise<Erasure | Failure> {
  // A chat keeps its lines.
  if (client.chat || signups.length === 0) {
    return { failed: { status: 'skipped', reason: reason('nothing_to_erase') } };
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
  return answer.kind === 'ok' ? { erased: [], kept: [] } : { failed: refusalOf(answer) };
}
