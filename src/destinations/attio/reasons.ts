// Why a person did not arrive in Attio, or did not arrive whole.
import { type ReasonTable, reasonsOf } from '../../reasons.ts';
import { BY_ITSELF, standardReasons } from '../../upstream/reasons.ts';
import { TOKEN } from './settings.ts';

/** Stands in the ledger, and before each of these codes. */
export const NAME = 'attio';
export const LABEL = 'Attio';

export const reasons = {
  ...standardReasons(LABEL, TOKEN),
  attribute_missing: {
    class: 'configuration',
    says: 'Attio lacks an attribute that protects the first values of a person. The detail names it.',
    todo: 'Run npx whence-crm provision. Whence tries again every ten minutes, and nothing is lost.',
  },
  person_refused: {
    class: 'permanent',
    says: 'Attio refuses the person. The detail has Attio’s code.',
    todo: 'Fix what the code names, or leave the attribute out with FIELD_NAMES. Then replay the signup.',
  },
  person_gone: {
    class: 'permanent',
    says: 'The person is no longer in Attio. A refresh does not bring them back.',
    todo: 'Nothing to do. Replay the signup if the person should be there again.',
  },
  person_twice_in_batch: {
    class: 'transient',
    says: 'Two addresses of one batch belong to the same person. The second is written next.',
    todo: BY_ITSELF,
  },
  conflict: {
    class: 'transient',
    says: 'Another program created, merged or deleted the person at the same moment.',
    todo: BY_ITSELF,
  },
  nothing_to_erase: {
    class: 'permanent',
    says: 'Attio has no such person, or nothing from Whence about them.',
    todo: 'Nothing to do.',
  },
} as const satisfies ReasonTable;

/** A reason of Attio. */
export const reason = reasonsOf(reasons, NAME);
