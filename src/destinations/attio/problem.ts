// What Attio would not answer, as a problem for the operator.
import type { Reason } from '../../reasons.ts';
import type { DestinationProblem } from '../destination.ts';
import { requestProblem } from '../request-problem.ts';
import { LABEL, NAME, reasons } from './reasons.ts';
import { settings } from './settings.ts';

export const attioProblem = (reason: Reason): DestinationProblem =>
  requestProblem({ name: NAME, label: LABEL, settings, reasons }, reason);
