// The event that tells a receiver of a signup. docs/destinations.md shows this file as it is.

/** The body of a webhook that Whence sends. An absent key is unknown, and a newer version may add keys. */
export interface SignupEvent {
  /** `enriched`: once, when the CRM is done. `updated`: a refresh has changed it. `failed`: no CRM takes the signup. */
  type: 'signup.enriched' | 'signup.updated' | 'signup.failed';
  /** When the signup arrived; of an update, when it was looked at again. ISO 8601 in UTC, like every time here. */
  timestamp: string;
  data: {
    /** `<source>:<event id>`: the same in every event of the signup, and in the API of Whence. */
    id: string;
    /** The provider that announced the signup: `stripe`. */
    source: string;
    occurredAt: string;
    receivedAt: string;
    /** From the provider’s test mode. */
    test: boolean;
    /** `matched`, or why no visitor is known. */
    match: string;
    /** How it ended at the other destinations: `waiting` before all, then the best. `null`: there is no other one. */
    outcome: ReachedStatus | null;
    /** Each other destination, with the ID of the contact and where people see it. */
    deliveries: readonly {
      destination: string;
      status: ReachedStatus;
      /** The code of a reason. */
      reason?: string | undefined;
      externalId?: string | undefined;
      url?: string | undefined;
    }[];
    /** Of the lead score: below 40, below 70, from 70 on. */
    scoreBand?: 'low' | 'medium' | 'high' | undefined;
    /** Only in `signup.updated`: what has changed. */
    changed?: readonly ('first_touch' | 'score_band' | 'outcome')[] | undefined;
    /** By the names of docs/fields.md, as far as WEBHOOK_FIELDS lets them leave. */
    fields: Readonly<Record<string, string | number | boolean>>;
    links: {
      /** The signup’s page on the dashboard. */
      story?: string | undefined;
    };
  };
}

/** `skipped`: there was nothing to do. `waiting`: Whence tries again. `failed`: a person must act. */
export type ReachedStatus = 'delivered' | 'skipped' | 'waiting' | 'failed';

/** Sent when an operator erases a person and asks for it: forget these signups. */
export interface PersonErased {
  type: 'person.erased';
  timestamp: string;
  data: {
    /** The IDs of the events that told of the person. */
    signups: readonly string[];
    /** Only where WEBHOOK_FIELDS names it. */
    email?: string | undefined;
  };
}
