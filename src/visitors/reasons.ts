// Why DataFast could not be asked, or did not answer.
import { reasonsOf } from '../reasons.ts';
import { standardReasons } from '../upstream/reasons.ts';

export const DATAFAST_REASONS = {
  ...standardReasons('DataFast', 'DATAFAST_API_KEY'),
  postponed: {
    class: 'snooze',
    says: 'Other visitors were asked for first, because DataFast answers slowly or many signups came at once.',
    todo: 'Nothing to do.',
  },
  referrer_postponed: {
    class: 'snooze',
    says: 'A signup of the past waits up to an hour until DataFast can be asked where the visitor came from.',
    todo: 'Nothing to do.',
  },
  website_id_missing: {
    class: 'configuration',
    says: 'The DataFast token is for several websites, and no website is named.',
    todo: 'Set DATAFAST_WEBSITE_ID. Whence tries again every ten minutes, and nothing is lost.',
  },
  website_refused: {
    class: 'configuration',
    says: 'DataFast refuses the website. The detail quotes it.',
    todo: 'Check DATAFAST_WEBSITE_ID: a dft_ token needs the ID of one of its websites. A df_ key has its own website. Nothing is lost meanwhile.',
  },
} as const;

export const datafastReason = reasonsOf(DATAFAST_REASONS, 'datafast');
