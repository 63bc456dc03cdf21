// Every operation there is, in the order the reference shows them. A new route is one entry here.
import type { Operation } from './operation.ts';
import { repairOperations } from './operations/repair.ts';
import { reportOperations } from './operations/reports.ts';
import { signupOperations } from './operations/signups.ts';
import { visitorOperations } from './operations/visitors.ts';
import { webhookOperations } from './operations/webhooks.ts';
import { whenceOperations } from './operations/whence.ts';

export const operations: readonly Operation[] = [
  ...webhookOperations,
  ...signupOperations,
  ...repairOperations,
  ...visitorOperations,
  ...reportOperations,
  ...whenceOperations,
];
