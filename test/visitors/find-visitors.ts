// Visitors by ID as somebody finds them who looks for no referrers.
import type { Lookup } from '../../src/visitors/lookup.ts';
import {
  searchVisitors,
  type VisitorQuery,
  type VisitorsOptions,
} from '../../src/visitors/visitors.ts';

export async function findVisitors(
  options: VisitorsOptions,
  wanted: readonly VisitorQuery[],
): Promise<ReadonlyMap<string, Lookup>> {
  const { known, ask, keep } = await searchVisitors(options, wanted);
  const asked = await ask();
  await keep(asked.keys());
  return new Map([...known, ...asked]);
}
