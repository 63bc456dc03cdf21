// HubSpot does not create a segment, or does not show the segments: what the operator can do.
import type { DestinationProblem } from '../destination.ts';
import { type HubspotAnswer, UNREADABLE } from './client.ts';
import { causeOf, wordsOf } from './creation-refused.ts';
import { answerProblem } from './properties.ts';
import { TOKEN } from './settings.ts';

const SCOPES = 'crm.lists.read and crm.lists.write';
const AGAIN = 'then run npx whence-crm provision --segments again.';
const PLAN = [402, 403];

/** `undefined` when a list of this name is there already, which is as good. */
export function segmentRefused(key: string, answer: HubspotAnswer): DestinationProblem | undefined {
  if (answer.kind === 'ok') return answerProblem({ kind: 'unavailable', wait: UNREADABLE });
  const said = answer.kind === 'refused' ? answer : answer.said;
  if (!said || said.status === 404) return answerProblem(answer);
  const { error, status } = said;
  const words = `HTTP ${status} ${wordsOf(error)}`;
  if (error.category === 'MISSING_SCOPES') {
    return {
      key: TOKEN,
      code: 'forbidden',
      problem: `may not create segments in HubSpot: ${words}`,
      fix: `Give the key the scopes ${SCOPES}, ${AGAIN}`,
    };
  }
  const cause = causeOf(error, status);
  if (cause === 'name_taken') return undefined;
  if (cause === 'plan_limit' || PLAN.includes(status)) {
    return {
      key,
      code: 'plan_limit',
      problem: `is not allowed by the plan of the HubSpot account: ${words}`,
      fix: `Delete segments that nobody uses, or take a plan with more of them, ${AGAIN}`,
    };
  }
  if (cause === 'unavailable') return answerProblem(answer);
  return {
    key,
    code: 'refused',
    problem: `is not created: ${words}`,
    fix: `Fix what HubSpot names, ${AGAIN}`,
  };
}
