// What an entry says, as the rows that record.ts writes.
import { UNKNOWN_CHANNEL } from '../model.ts';
import { customerOf, namesOf } from './customer.ts';
import type { LedgerEntry } from './entry.ts';
import { worstOf } from './status.ts';
import { emailsIn, happenedAtOf } from './tombstones.ts';

/** The signup itself. */
export function signupRow(entry: LedgerEntry) {
  const { signup, unreadable, match, attribution, held, conversion, prediction } = entry;
  // Without a visitor the CRM gets no channel, and the list says what the CRM says. A refresh leaves out a match it knows.
  const isWritten = match === undefined || match === 'matched';
  const said = (isWritten ? attribution : undefined) ?? held;
  return {
    id: signup.id,
    source: signup.source,
    email: signup.email,
    // A guess that was none is the person's own ID, which the message keeps.
    visitorId: signup.visitorIdGuessed && match !== 'matched' ? undefined : signup.visitorId,
    customer: customerOf(signup),
    match,
    status: worstOf(entry.attempts),
    channel: said?.channel,
    broughtBy: said?.source,
    occurredAt: signup.occurredAt,
    happenedAt: happenedAtOf(signup),
    receivedAt: signup.receivedAt,
    signup: JSON.stringify(unreadable ?? { ...signup, refresh: undefined }),
    country: entry.country,
    paidAt: entry.paidAt,
    daysToSignup: entry.daysToSignup,
    attribution: attribution && JSON.stringify(attribution),
    conversion: conversion && JSON.stringify(conversion),
    lookups: entry.lookupFailed ? 1 : 0,
    score: prediction?.score,
    expectedValue: prediction?.expectedValue,
    refreshFrom: entry.refreshFrom,
  };
}

/** A row for each delivery that was tried. */
export function attemptRows({ signup, attempts, tried }: LedgerEntry) {
  return attempts.map(
    ({
      written,
      notAsked,
      isSnoozed,
      isBounded,
      isOutage,
      isParked,
      firstTouch,
      convertingChannel,
      stops,
      reason,
      ...attempt
    }) => ({
      signupId: signup.id,
      ...attempt,
      reason: reason?.code,
      detail: reason?.detail,
      attempts: notAsked || isSnoozed ? 0 : 1,
      refresh: signup.refresh !== undefined,
      tried,
      written: written && JSON.stringify(written),
    }),
  );
}

/** Whether the attempt changes the delivery. A refresh that fails leaves it as it is. */
export const isOfDelivery = ({ refresh, status }: ReturnType<typeof attemptRows>[number]) =>
  !refresh || status === 'delivered';

/** A source that has become known by this entry. */
export function filledRows(entry: LedgerEntry) {
  const { signup, attribution, attempts } = entry;
  const isWritten = attempts.some(({ firstTouch }) => firstTouch?.kind === 'written');
  const isKnown = attribution !== undefined && attribution.channel !== UNKNOWN_CHANNEL;
  return isWritten && isKnown && signup.email && signup.visitorId ? [signupRow(entry)] : [];
}

/** When the visitor is to be fetched again. */
export const refreshRows = ({ signup, refreshFrom }: LedgerEntry) =>
  refreshFrom === undefined ? [] : [{ signupId: signup.id, refreshFrom }];

/** Under which names the person may have been erased meanwhile. */
export function namesIn({ signup, unreadable }: LedgerEntry): string[] {
  return unreadable === undefined ? namesOf(signup) : emailsIn(JSON.stringify(unreadable));
}
