// Waits until everybody has arrived.
import * as z from 'zod';
import type { Stage } from './stage.ts';

/** Enough for a slow machine. A run takes a few seconds. */
const TIMEOUT_MS = 90_000;
const LOOK_AGAIN_MS = 400;
/** For days, for an event that does not come here. */
const PARKED = 'waiting_for_customer';

const SignupList = z.object({
  nextCursor: z.string().nullable(),
  items: z.array(
    z.object({
      id: z.string(),
      status: z.string(),
      deliveries: z.array(z.object({ reason: z.string().nullable() })),
    }),
  ),
});

/** Until no signup waits any more in the ledger, other than for its address. Returns how many still do. */
export async function arrive(
  stage: Pick<Stage, 'url' | 'adminToken'>,
  ids: readonly string[],
  onProgress: (arrived: number) => void = () => undefined,
): Promise<number> {
  const expected = new Set(ids);
  const deadline = Date.now() + TIMEOUT_MS;
  for (;;) {
    const items = await readSignups(stage);
    const arrived = items.filter(
      ({ id, status, deliveries }) =>
        expected.has(id) &&
        (status !== 'waiting' || deliveries.every(({ reason }) => reason === PARKED)),
    ).length;
    onProgress(arrived);
    if (arrived === ids.length || Date.now() > deadline) return ids.length - arrived;
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}

/** Every page of the list. */
async function readSignups({ url, adminToken }: Pick<Stage, 'url' | 'adminToken'>) {
  const items: z.infer<typeof SignupList>['items'] = [];
  const address = new URL('/api/signups?limit=200', url);
  for (;;) {
    const response = await fetch(address, { headers: { authorization: `Bearer ${adminToken}` } });
    const page = SignupList.parse(await response.json());
    items.push(...page.items);
    if (page.nextCursor === null) return items;
    address.searchParams.set('cursor', page.nextCursor);
  }
}
