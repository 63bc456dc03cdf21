// Every operation, in the order of the reference. A new route is one entry.
import type { Operation } from './operation.ts';
import { operatorOperations } from './operations/backfill-replay-erase.ts';
import { reportOperations } from './operations/reports.ts';
import { signupOperations } from './operations/signups.ts';
import { visitorOperations } from './operations/visitors.ts';
import { webhookOperations } from './operations/webhooks.ts';
import { whenceOperations } from './operations/whence.ts';

export const operations: readonly Operation[] = [
  ...webhookOperations,
  ...signupOperations,
  ...operatorOperations,
  ...visitorOperations,
  ...reportOperations,
  ...whenceOperations,
];
