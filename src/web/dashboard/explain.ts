// Why a signup stands where it stands, in plain words, and what to do about it. The words are a static asset, so that they
// can be as many as are needed.
import type { DeliveryStatus, Match } from '../../model.ts';

export interface Explanation {
  says: string;
  todo?: string;
}

/** `explanations.json`. */
export interface Explanations {
  matches: Readonly<Record<Match | 'none', Explanation>>;
  delivered: Explanation;
  /** By how the reason begins; the first that fits, and the last fits all. */
  reasons: readonly (Explanation & { begins: string })[];
  gaveUp: string;
  /** While there is no signup. */
  firstSteps: readonly string[];
}

export type AssetsFetcher = Pick<Fetcher, 'fetch'>;

export async function readExplanations(assets: AssetsFetcher): Promise<Explanations> {
  const response = await assets.fetch('https://assets/static/explanations.json');
  return response.json<Explanations>();
}

export function explainDelivery(
  { delivered, reasons, gaveUp }: Explanations,
  status: DeliveryStatus,
  reason: string | null,
): Explanation {
  if (status === 'delivered' && reason === null) return delivered;
  const bare = (reason ?? '').replace(/^gave_up: /, '');
  const found = reasons.find(({ begins }) => bare.startsWith(begins)) ?? { says: '' };
  return bare === reason ? found : { ...found, says: `${gaveUp} ${found.says}` };
}
