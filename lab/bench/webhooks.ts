// Webhooks of new people, signed by the providers' own SDKs, and the settings that belong to them.
import { randomUUID } from 'node:crypto';
import { samples } from '../../samples/index.ts';
import { sources } from '../../src/sources/index.ts';
import type { PreparedRequest } from './load.ts';

/** One source of each scheme that apps and payment providers use most. */
export const SOURCES = ['stripe', 'clerk', 'signup'];

const secrets = new Map(SOURCES.map((source) => [source, sampleOf(source).newSecret()]));

function sampleOf(source: string) {
  const sample = samples.get(source);
  if (!sample) throw new Error(`There is no sample of ${source}`);
  return sample;
}

/** Everything that the Worker needs to accept them. */
export const settings: Readonly<Record<string, string>> = {
  DATAFAST_API_KEY: 'df_bench',
  HUBSPOT_TOKEN: 'pat-bench',
  ADMIN_TOKEN: randomUUID(),
  ...Object.fromEntries(
    [...secrets].map(([source, secret]) => [sources.get(source)?.secretName ?? source, secret]),
  ),
};

export function prepareWebhooks(
  source: string,
  visitorIds: readonly string[],
): Promise<PreparedRequest[]> {
  const { payload, sign } = sampleOf(source);
  return Promise.all(
    visitorIds.map(async (visitorId) => {
      const eventId = `evt_${randomUUID()}`;
      const event = payload({
        eventId,
        email: `${eventId}@example.com`,
        name: 'Ada Lovelace',
        visitorId,
        occurredAt: new Date(),
      });
      const secret = secrets.get(source) ?? '';
      const { headers, body } = await sign(event, { secret, eventId, at: new Date() });
      return {
        path: `/webhooks/${source}`,
        headers: Object.fromEntries(headers),
        body: Buffer.from(body),
      };
    }),
  );
}
