// Why a delivery is where it is, in plain words, and what to do about it.
import { findReason } from '../../health/all-reasons.ts';
import type { DeliveryStatus } from '../../model.ts';
import type { ReasonEntry } from '../../reasons.ts';

export interface Explanation {
  says: string;
  todo?: string;
}

/** The part of a delivery that an explanation needs. */
export interface Explained {
  status: DeliveryStatus;
  /** A reason code. */
  reason: string | null;
  lastReason?: string | null;
}

export function explainDelivery({ status, reason, lastReason }: Explained): Explanation {
  if (reason === null) {
    return { says: status === 'delivered' ? 'It was delivered.' : 'No reason was recorded.' };
  }
  const entry = findReason(reason);
  if (!entry) return { says: 'This version of Whence does not know the reason.' };
  return lastReason ? explainLastReason(entry, findReason(lastReason)) : entry;
}

/** What has to be fixed is the last reason. */
function explainLastReason(gaveUp: Explanation, last: ReasonEntry | undefined): Explanation {
  if (!last) return gaveUp;
  // A reason that passes by itself has nothing to fix first.
  const isTransient = last.class === 'transient' || last.class === 'snooze';
  return {
    says: `${gaveUp.says} The last reason: ${last.says}`,
    todo: isTransient ? 'Replay it.' : `${last.todo} ${gaveUp.todo}`,
  };
}
