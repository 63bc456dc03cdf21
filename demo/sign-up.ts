// Everybody signs up, in the order of time: the providers' own SDKs sign the webhooks.
import * as z from 'zod';
import { samples } from '../samples/index.ts';
import type { Persona } from './personas.ts';
import type { Stage } from './stage.ts';

/** Stripe has the customer before it tells of the checkout. */
const Checkout = z.object({ data: z.object({ object: z.object({ customer: z.string() }) }) });

const WebhookAnswer = z.object({ id: z.string().optional() });

export interface SignedUp {
  sent: number;
  /** The ids that the Worker gave. An ignored webhook has none. */
  ids: readonly string[];
}

export async function signUp(
  {
    url,
    secrets,
    datafast,
    stripe,
    customers,
  }: Pick<Stage, 'url' | 'secrets' | 'datafast' | 'stripe' | 'customers'>,
  personas: readonly Persona[],
): Promise<SignedUp> {
  const ids: string[] = [];
  let sent = 0;
  for (const { visitor } of personas) {
    if (visitor) datafast.visitors.set(visitor.visitorId, 'bot' in visitor ? 'bot' : visitor);
  }
  const inOrder = personas
    .flatMap(({ webhooks }) => webhooks)
    .sort((a, b) => a.signup.occurredAt.getTime() - b.signup.occurredAt.getTime());
  for (const { source, signup } of inOrder) {
    const sample = samples.get(source);
    const secret = secrets.get(source);
    if (!sample || !secret) throw new Error(`There is no sample of ${source}`);
    const payload = sample.payload(signup);
    const checkout = source === 'stripe' ? Checkout.safeParse(JSON.parse(payload)).data : undefined;
    if (checkout) {
      const { customer: id } = checkout.data.object;
      stripe.addCustomer({ id, email: signup.email ?? null });
      customers.set(signup.email?.toLowerCase() ?? '', id);
    }
    const { headers, body } = await sample.sign(payload, {
      secret,
      eventId: signup.eventId,
      at: new Date(),
    });
    const response = await fetch(new URL(`/webhooks/${source}`, url), {
      method: 'POST',
      headers,
      body,
    });
    const answer = WebhookAnswer.parse(await response.json());
    if (!response.ok)
      throw new Error(`${source} was answered ${response.status}: ${JSON.stringify(answer)}`);
    if (answer.id !== undefined) ids.push(answer.id);
    sent += 1;
  }
  return { sent, ids };
}
