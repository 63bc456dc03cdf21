// What happened to one signup, in order: from the visits to every attempt.
import { html } from 'hono/html';
import type { SignupDetail } from '../../ledger/query.ts';
import { timeOf } from '../../time.ts';
import { because } from './because.ts';
import { type Markup, time } from './page.ts';
import { badge } from './signup-list.ts';
import type { LabelOf } from './words.ts';

interface Moment {
  /** ISO 8601. */
  at: string;
  what: Markup | string;
}

/** `firstSeenAt`: the first visit, where a destination was told of it. */
export function timeline(
  detail: SignupDetail,
  firstSeenAt: string | undefined,
  labelOf: LabelOf,
): Markup {
  const { conversion, occurredAt, receivedAt, refreshAt, source, deliveries } = detail;
  const moments: (Moment | false | undefined)[] = [
    firstSeenAt !== undefined && { at: firstSeenAt, what: 'First visit' },
    conversion?.at !== undefined && {
      at: conversion.at,
      what: html`Visit of the signup: ${conversion.channel}${conversion.source && ` · ${conversion.source}`}`,
    },
    { at: occurredAt, what: html`Signed up, says ${source}` },
    { at: receivedAt, what: 'The webhook arrived' },
    ...deliveries.flatMap(({ destination, history }) =>
      (history ?? []).map((attempt) => ({
        at: attempt.at,
        what: html`${labelOf(destination)}: ${badge(attempt.status)} ${attempt.refresh ? 'refresh ' : ''}${because(attempt)}`,
      })),
    ),
    refreshAt !== null && { at: refreshAt, what: 'Whence fetches the visitor again' },
  ];
  const inOrder = moments
    .filter((moment) => moment !== false && moment !== undefined)
    .sort((a, b) => (timeOf(a.at) ?? 0) - (timeOf(b.at) ?? 0));
  return html`<section class="card"><h2>Timeline</h2><ol class="timeline">${inOrder.map(({ at, what }) => html`<li>${time(at)} <span>${what}</span></li>`)}</ol></section>`;
}
