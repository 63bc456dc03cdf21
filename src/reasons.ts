// Every reason why a delivery did not arrive, or did not arrive whole: its class, its words, and what to do. These are
// the reasons of Whence itself. Each upstream adds the standard ones (upstream/reasons.ts) and those of its own.

/**
 * `transient` passes by itself. `configuration` needs the operator, and nothing is lost meanwhile. `permanent` is the
 * same next time. `snooze` is a wait that is no failure.
 */
export type ReasonClass = 'transient' | 'configuration' | 'permanent' | 'snooze';

export interface ReasonEntry {
  class: ReasonClass;
  /** What happened, as one or two sentences. */
  says: string;
  /** What the operator can do about it. */
  todo: string;
}
export type ReasonTable = Readonly<Record<string, ReasonEntry>>;

/** Why something is as it is. */
export interface Reason {
  /** A key of a reason table. */
  code: string;
  /** What the code cannot say: which property, which scope, the status of an answer. Free text, for the ledger only. */
  detail?: string;
}

const MAX_DETAIL = 500;

/**
 * Makes reasons of one table: a code that the table does not have does not compile. `prefix` is the name of an upstream,
 * and stands before the code: `hubspot` and `unauthorized` make `hubspot_unauthorized`.
 */
export function reasonsOf<Table extends ReasonTable>(
  _table: Table,
  prefix?: string,
): (code: keyof Table & string, detail?: string) => Reason {
  return (code, detail) => ({
    code: prefix === undefined ? code : `${prefix}_${code}`,
    ...(detail && { detail: detail.slice(0, MAX_DETAIL) }),
  });
}

/** The table of an upstream as the ledger has its codes: each with the upstream's name before it. */
export function prefixed(prefix: string, table: ReasonTable): ReasonTable {
  return Object.fromEntries(
    Object.entries(table).map(([code, entry]) => [`${prefix}_${code}`, entry]),
  );
}

export const REASONS = {
  no_email: {
    class: 'permanent',
    says: 'No email came with it, so there is no contact to write to.',
    todo: 'Nothing to do. When a later event of the person has an email, it is delivered. docs/sources.md says which event that is.',
  },
  waiting_for_customer: {
    class: 'snooze',
    says: 'It has no email. It waits up to seven days for an event of the same person that has one.',
    todo: 'Let the provider send the events that complete a signup, too: docs/sources.md names them for each source.',
  },
  email_unverified: {
    class: 'snooze',
    says: 'The provider says that the address is not verified. Somebody else may have typed it, so the contact that exists was not changed.',
    todo: 'The event that says that the address is verified sends it on, within seven days. docs/sources.md says which event that is.',
  },
  visitor_not_found_yet: {
    class: 'snooze',
    says: 'DataFast does not know the visitor yet. Whence asks again for some minutes. Then the contact is written without a source.',
    todo: 'Nothing to do.',
  },
  visitor_not_refreshed: {
    class: 'transient',
    says: 'DataFast gave no new answer, and an old copy is not a refresh. Whence tries again later.',
    todo: 'Nothing to do.',
  },
  enrichment_failed: {
    class: 'transient',
    says: 'Whence failed to work out the source. This is a bug in Whence.',
    todo: 'Whence tries again by itself. The log says where it failed.',
  },
  destination_not_set: {
    class: 'configuration',
    says: 'The settings of the destination are missing or wrong.',
    todo: 'Run npx whence-crm doctor, which names the setting. Nothing is lost.',
  },
  waiting_for_others: {
    class: 'snooze',
    says: 'It waits until the other destinations are done, an hour at most, because it tells how they ended.',
    todo: 'Nothing to do.',
  },
  sent_before_others: {
    class: 'snooze',
    says: 'It arrived before another destination had the signup. It is told again when that has it.',
    todo: 'Look at the other destination.',
  },
  left_out_by_condition: {
    class: 'permanent',
    says: 'The condition that you have set for this destination leaves the signup out.',
    todo: 'Nothing to do. A refresh looks again.',
  },
  destination_off: {
    class: 'permanent',
    says: 'The destination was switched off while the signup waited for it.',
    todo: 'Nothing to do. To deliver it after all, set the destination, then replay it.',
  },
  destination_stopped: {
    class: 'permanent',
    says: 'The service of this destination has said that it wants nothing more, so the destination is off.',
    todo: 'Change the setting that the doctor names, or switch the destination on again there. Then replay what was skipped.',
  },
  destination_failed: {
    class: 'transient',
    says: 'Whence failed to write to this destination. This is a bug in Whence.',
    todo: 'Whence tries again by itself. The log says where it failed.',
  },
  destination_too_slow: {
    class: 'transient',
    says: 'The destination took longer than a batch waits for it.',
    todo: 'Whence tries again by itself, and nothing is lost.',
  },
  requests_used_up: {
    class: 'snooze',
    says: 'The plan allows an invocation only so many requests, and others came first.',
    todo: 'It goes on by itself with the next batch, and nothing is lost.',
  },
  visitor_left_out: {
    class: 'permanent',
    says: 'The platform ended Whence again and again while it handled this visitor, so the contact arrived without its source.',
    todo: 'Nothing to do. To ask for the visitor once more, replay it.',
  },
  invocation_ended: {
    class: 'permanent',
    says: 'The platform ended Whence each time that it handled this signup. The signup is kept and can be replayed.',
    todo: 'Replay it. If it fails again, report it in an issue of Whence.',
  },
  replayed: {
    class: 'snooze',
    says: 'It is on the queue again.',
    todo: 'Nothing to do.',
  },
  replay_not_queued: {
    class: 'permanent',
    says: 'The queue did not accept the replay.',
    todo: 'Replay it again.',
  },
  message_unreadable: {
    class: 'permanent',
    says: 'This version of the Worker cannot read the message.',
    todo: 'Deploy the newest version, then replay it.',
  },
  gave_up_elsewhere: {
    class: 'snooze',
    says: 'Whence gave up at another destination. This one is told so with the next run of cron.',
    todo: 'Nothing to do here. Fix the reason at the other destination, then replay the signup.',
  },
  gave_up: {
    class: 'permanent',
    says: 'Whence gave up after many attempts. The signup is kept and can be replayed.',
    todo: 'Fix the last reason, then replay it.',
  },
  first_touch_held: {
    class: 'permanent',
    says: 'It arrived. The contact had its first touch already, which stays as it is.',
    todo: 'Nothing to do.',
  },
  fields_left_out: {
    class: 'configuration',
    says: 'It arrived, without the fields that the detail names.',
    todo: 'Fix the property that the detail names, or create it with npx whence-crm provision. Then replay it.',
  },
} as const satisfies ReasonTable;

/** A reason of Whence itself. */
export const reason = reasonsOf(REASONS);
