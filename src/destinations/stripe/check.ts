// Whether the key may do what deliveries do. Asked about a customer that cannot exist, so that nobody is read or changed.
import type { DestinationProblem } from '../destination.ts';
import { requestProblem } from '../request-problem.ts';
import { addMetadata, GONE, readCustomer, type StripeClient } from './client.ts';
import { LABEL, NAME, reason, reasons } from './reasons.ts';
import { settings } from './settings.ts';

const NOBODY = 'cus_whencedoctor';
const PROBE = { datafast_channel: 'Unknown' };

/** Empty when deliveries can arrive. */
export async function checkStripe(client: StripeClient): Promise<readonly DestinationProblem[]> {
  const probes = [
    () => readCustomer(client, NOBODY),
    // Another attempt each time: an earlier answer says nothing about now.
    () => addMetadata(client, { id: NOBODY, metadata: PROBE, attempt: client.upstream.now() }),
  ];
  for (const probe of probes) {
    const answer = await probe();
    // Stripe checks the permission before it looks for the customer.
    if (answer.kind === 'none' && answer.outcome === GONE) continue;
    const why =
      answer.kind === 'none' && answer.outcome.status !== 'rejected'
        ? answer.outcome.reason
        : reason('request_refused', answer.kind === 'none' ? answer.outcome.reason.detail : '');
    return [requestProblem({ name: NAME, label: LABEL, settings, reasons }, why)];
  }
  return [];
}
