// Why a contact did not arrive in the example CRM.
import { type ReasonTable, reasonsOf } from '../../../src/reasons.ts';
import { standardReasons } from '../../../src/upstream/reasons.ts';
import { TOKEN } from './settings.ts';

export const NAME = 'example';
export const LABEL = 'Example';

export const reasons = {
  ...standardReasons(LABEL, TOKEN),
  person_refused: {
    class: 'permanent',
    says: 'Example refuses the person. The detail names the attribute.',
    todo: 'Fix the attribute, then replay the signup.',
  },
  person_gone: {
    class: 'permanent',
    says: 'The person is no longer in Example. A refresh does not bring them back.',
    todo: 'Nothing to do.',
  },
  nothing_to_erase: {
    class: 'permanent',
    says: 'Example has nothing from Whence about the person.',
    todo: 'Nothing to do.',
  },
} as const satisfies ReasonTable;

export const reason = reasonsOf(reasons, NAME);
