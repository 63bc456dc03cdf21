// What happened to one signup, in order: from the visits to every attempt.
import { html } from 'hono/html';
import type { SignupDetail } from '../../ledger/query.ts';
import type { Visitor } from '../../model.ts';
import { MINUTE_MS, timeOf } from '../../time.ts';
import { because } from './because.ts';
import { type Markup, time } from './page.ts';
import { badge } from './signup-list.ts';
import { visitMoments } from './story-visits.ts';
import type { LabelOf } from './words.ts';

interface Moment {
  /** ISO 8601. */
  at: string;
  what: Markup | string;
}

export interface Seen {
  /** The first visit, where a destination was told of it. */
  firstSeenAt: string | undefined;
  /** What the cache still has of the visitor. */
  visitor: Visitor | undefined;
}

export function timeline(detail: SignupDetail, seen: Seen, labelOf: LabelOf): Markup {
  const { conversion, occurredAt, receivedAt, refreshAt, source } = detail;
  const visits = seen.visitor ? visitMoments(seen.visitor) : [];
  const { firstSeenAt } = seen;
  const hasFirst = visits.some(({ at }) => isSameMinute(at, firstSeenAt));
  const moments: (Moment | false | undefined)[] = [
    firstSeenAt !== undefined && !hasFirst && { at: firstSeenAt, what: 'First visit' },
    ...visits,
    conversion?.at !== undefined && {
      at: conversion.at,
      what: html`Visit of the signup: ${conversion.channel}${conversion.source && ` · ${conversion.source}`}`,
    },
    { at: occurredAt, what: html`Signed up, says ${source}` },
    { at: receivedAt, what: 'The webhook arrived' },
    ...attempts(detail, labelOf),
    refreshAt !== null && { at: refreshAt, what: 'Whence fetches the visitor again' },
  ];
  const inOrder = moments
    .filter((moment) => moment !== false && moment !== undefined)
    .sort((a, b) => (timeOf(a.at) ?? 0) - (timeOf(b.at) ?? 0));
  return html`<section class="card"><h2>Timeline</h2><ol class="timeline">${inOrder.map(({ at, what }) => html`<li>${time(at)} <span>${what}</span></li>`)}</ol></section>`;
}

const isSameMinute = (a: string, b: string | undefined) =>
  b !== undefined && Math.abs((timeOf(a) ?? 0) - (timeOf(b) ?? 0)) < MINUTE_MS;

/** What ended alike at several destinations is one moment. */
function attempts({ deliveries }: SignupDetail, labelOf: LabelOf): Moment[] {
  const all = deliveries.flatMap(({ destination, history }) =>
    (history ?? []).map((attempt) => ({ label: labelOf(destination), attempt })),
  );
  const alike = Map.groupBy(all, ({ attempt: { at, ...ended } }) =>
    JSON.stringify([at.slice(0, 16), ended.status, ended.reason, ended.detail, ended.refresh]),
  );
  return [...alike.values()].flatMap((same) => {
    const [first] = same;
    if (!first) return [];
    const { attempt } = first;
    const where = same.map(({ label }) => label).join(', ');
    const what = html`${where}: ${badge(attempt.status)} ${attempt.refresh ? 'refresh ' : ''}${because(attempt)}`;
    return [{ at: attempt.at, what }];
  });
}
