// What the receiver of the webhook has got, next to the contacts that HubSpot has.
import Table from 'cli-table3';
import type { HubspotStandIn } from '../stand-ins/hubspot.ts';
import type { ReceivedEvent, ReceiverStandIn } from '../stand-ins/receiver.ts';
import type { Persona } from './personas.ts';

interface Received {
  hubspot: HubspotStandIn;
  receiver: ReceiverStandIn;
}

/** Shows the events of these people, and returns how all events differ from what is expected. */
export function reportEvents(
  { hubspot, receiver }: Received,
  personas: readonly Persona[],
  shown: ReadonlySet<string>,
): string[] {
  const shownIds = new Set([...shown].map((email) => hubspot.contact(email)?.id));
  const events = [...receiver.events.values()];
  const table = new Table({
    head: ['event', 'channel', 'source', 'score', 'CRM', 'contact'],
    style: { head: [], border: [], compact: true },
  });
  for (const { type, data } of events) {
    if (!shownIds.has(contactOf(data))) continue;
    const {
      datafast_channel: channel,
      datafast_source: source,
      datafast_lead_score: score,
    } = data.fields;
    table.push([
      type,
      channel ?? data.match,
      source ?? '',
      score ?? '',
      data.outcome ?? '',
      contactOf(data) ?? '',
    ]);
  }
  console.log(`What the receiver of the webhook has got:\n${table}\n`);
  const differences = [...receiver.refusals];
  if (receiver.bodies.length > events.length) differences.push('An event came twice.');
  for (const { webhooks, expected } of personas) {
    const email = webhooks[0]?.signup.email?.toLowerCase();
    const contact = email === undefined ? undefined : hubspot.contact(email);
    if (!expected || !contact) continue;
    const own = events.filter(({ data }) => contactOf(data) === contact.id);
    if (own.length !== webhooks.length) {
      differences.push(`${email}: ${own.length} events, expected ${webhooks.length}`);
    }
    for (const { data } of own) {
      const channel = data.fields.datafast_channel ?? '';
      if (channel !== expected.channel) {
        differences.push(`${email}: the event says "${channel}", expected "${expected.channel}"`);
      }
    }
  }
  return differences;
}

const contactOf = ({ deliveries }: ReceivedEvent['data']) =>
  deliveries.find(({ destination }) => destination === 'hubspot')?.externalId;
