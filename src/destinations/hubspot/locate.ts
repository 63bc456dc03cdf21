// Where people see a contact in HubSpot: it depends on the account and on the region of its data.
// https://developers.hubspot.com/docs/api-reference/2026-03/account/account-information/get-account-details
import * as z from 'zod/mini';
import type { DestinationIo } from '../destination.ts';
import { accountPath, callHubspot, type HubspotClient } from './client.ts';

const Account = z.object({
  portalId: z.number(),
  uiDomain: z.catch(z.string(), 'app.hubspot.com'),
});

/** Asks once. Without an answer there is no link. */
export async function locateAccount(
  client: HubspotClient,
  { state, requestsLeft }: Pick<DestinationIo, 'state' | 'requestsLeft'>,
): Promise<void> {
  if (state.place !== undefined || requestsLeft() === 0) return;
  state.place = '';
  const answer = await callHubspot(client, 'GET', accountPath(client));
  const account = answer.kind === 'ok' ? Account.safeParse(answer.json).data : undefined;
  if (account) state.place = `https://${account.uiDomain}/contacts/${account.portalId}`;
}
