// Reports: totals, and whether all is well.

import { Alerts, TestAlert } from '../../../api/alerts.ts';
import { Coverages } from '../../../api/coverage.ts';
import { DoctorReport } from '../../../api/doctor.ts';
import { Sources } from '../../../api/sources.ts';
import { Recounted, Stats } from '../../../api/stats.ts';
import { CoverageQuery } from '../../coverage.ts';
import { PeopleQuery } from '../../people-query.ts';
import { described } from '../described.ts';
import { json, type Operation, operatorResponses } from '../operation.ts';
import { FILTERS } from './filters.ts';

/** Whatever happens to the sample is an answer. */
const { 500: _, ...sampleResponses } = operatorResponses({ 200: json('How it went.', TestAlert) });

export const reportOperations: readonly Operation[] = [
  {
    id: 'stats',
    method: 'get',
    path: '/api/stats',
    tag: 'Signups',
    summary: 'Count people',
    description:
      'People, not webhooks: each counts once, at the time of their first signup. A person is an address, else a customer of a provider, else a single signup. Totals of a period, and rows for each day, channel, campaign and so on. They stay when the signups are pruned.',
    opensTo: 'operator',
    parameters: {
      query: described(PeopleQuery, {
        ...FILTERS,
        days: {
          description: 'How many days, today included. Without a period: 30.',
          override: { type: 'integer' },
        },
        period: { description: 'This month or this year, until today.' },
        from: {
          description: 'From this day or moment on.',
          override: { type: 'string', examples: ['2026-11-01'] },
        },
        to: {
          description: 'Until the end of this day, or before this moment.',
          override: { type: 'string', examples: ['2026-11-30'] },
        },
        zone: {
          description: 'The time zone of the days; without it UTC.',
          override: { type: 'string', examples: ['Europe/Berlin'] },
        },
        by: {
          description:
            'What the rows are. `source` is what brought people, `provider` is who sent the webhook.',
        },
        format: { description: '`csv` gives the rows as a file.' },
        compare: {
          description:
            '`previous`: as many days right before. `year`: the same days of the year before.',
        },
      }),
    },
    responses: operatorResponses(
      { 200: json('The totals.', Stats) },
      { 400: 'A parameter is wrong, or the period is.' },
    ),
  },
  {
    id: 'recount',
    method: 'post',
    path: '/api/stats/recount',
    tag: 'Signups',
    summary: 'Count people again',
    description:
      'Cron counts by itself what has changed, so this is for doubt. The next runs of cron count every day of which the ledger has signups; days whose signups are pruned stay as they are.',
    opensTo: 'operator',
    responses: operatorResponses({ 200: json('What is counted again.', Recounted) }),
  },
  {
    id: 'listSources',
    method: 'get',
    path: '/api/sources',
    tag: 'Whence',
    summary: 'What each source sends',
    description:
      'For each source that is on or was heard: when it was last heard, and how many webhooks were accepted, ignored and refused, by reason. Ignored and refused ones are counted at most a minute late.',
    opensTo: 'operator',
    responses: operatorResponses({ 200: json('The sources.', Sources) }),
  },
  {
    id: 'coverage',
    method: 'get',
    path: '/api/coverage',
    tag: 'Whence',
    summary: 'Where signups lose their source',
    description:
      'For all sources together and for each: how many signups came, how many carry their source into the CRM, and why the others do not, against as many days before.',
    opensTo: 'operator',
    parameters: {
      query: described(CoverageQuery, {
        days: { description: 'How many days, today included.', override: { type: 'integer' } },
      }),
    },
    responses: operatorResponses(
      { 200: json('The coverage.', Coverages) },
      { 400: '`days` is not a whole number from 1 to 90.' },
    ),
  },
  {
    id: 'listAlerts',
    method: 'get',
    path: '/api/alerts',
    tag: 'Whence',
    summary: 'What is broken now',
    description:
      'What the checks that run by themselves every five minutes have found twice in a row and not yet found to be over.',
    opensTo: 'operator',
    responses: operatorResponses({ 200: json('The faults, the oldest first.', Alerts) }),
  },
  {
    id: 'testAlert',
    method: 'post',
    path: '/api/alerts/test',
    tag: 'Whence',
    summary: 'Send a sample alert',
    description: 'Sends one sample to ALERT_URL and says whether it was accepted.',
    opensTo: 'operator',
    responses: sampleResponses,
  },
  {
    id: 'doctor',
    method: 'get',
    path: '/api/doctor',
    tag: 'Whence',
    summary: 'Run the doctor',
    description:
      'Checks settings, keys, scopes, properties, ledger, cron and what waits. Each check says what to do. `npx whence-crm doctor` shows the same.',
    opensTo: 'operator',
    responses: operatorResponses({ 200: json('The report.', DoctorReport) }),
  },
];
