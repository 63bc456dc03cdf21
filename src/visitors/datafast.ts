// DataFast as an upstream: its address, its key, and what is known of its limits and health.
import { configurationRetry, type Snooze, type Waiting } from '../outcome.ts';
import { needsWebsite } from '../settings/own-settings.ts';
import type { RateLimit } from '../upstream/rate-limit.ts';
import { type Meaning, meaningOf } from '../upstream/status.ts';
import {
  ask,
  isRecovering,
  newUpstreamState,
  type UpstreamAnswer,
  type UpstreamOptions,
  type UpstreamState,
} from '../upstream/upstream.ts';
import { type Line, newLine } from './line.ts';
import { datafastLimits, newDatafastRateLimit } from './rate-limit.ts';
import { datafastReason } from './reasons.ts';
import { newRefusals, type Refusals } from './refusals.ts';

/** What is known of DataFast. Shared by everything that asks, and kept as long as the isolate. */
export interface DatafastState extends UpstreamState {
  rateLimit: RateLimit;
  /** Who waits for its next minutes. */
  line: Line;
  /** Whether it refuses everybody. */
  refusals: Refusals;
  /** Until when a visitor counts as unknown, in milliseconds, by ID. In memory, since the cache has few writes a day. */
  unknown: Map<string, number>;
}

export const newDatafastState = (): DatafastState => ({
  ...newUpstreamState(),
  rateLimit: newDatafastRateLimit(),
  line: newLine(),
  refusals: newRefusals(),
  unknown: new Map(),
});

export interface DatafastOptions {
  apiKey: string | undefined;
  websiteId: string | undefined;
  url: string;
  fetch: typeof fetch;
  now(): number;
  state: DatafastState;
}

/** 400 and 404 can speak about the visitor. */
const RECORD_STATUSES = [400, 404];

/** What the status alone says. 402, 403, 405, 410, 426 and the like speak about everybody. */
export const meaningOfStatus = (status: number): Meaning =>
  meaningOf(status, { recordStatuses: RECORD_STATUSES });

/** Why DataFast cannot be asked with these settings, or while it refuses everybody. */
export function obstacleOf(options: DatafastOptions): Waiting | undefined {
  const { apiKey, websiteId, state, now } = options;
  if (apiKey === undefined) return configurationRetry(datafastReason('key_missing'));
  if (needsWebsite(apiKey) && websiteId === undefined) {
    return configurationRetry(datafastReason('website_id_missing'));
  }
  const { everybody } = state.refusals;
  if (everybody === undefined || now() >= everybody.untilMs) return undefined;
  const { reason, afterSeconds = 0 } = configurationRetry(everybody.reason);
  return { status: 'snooze', reason, afterSeconds, isOutage: true } satisfies Snooze;
}

/** Asks for one visitor, or for something else below `/api/v1/`. `state`: whose failures count. */
export function askDatafast(
  options: DatafastOptions,
  path: string,
  timeoutMs: number,
  state: UpstreamState = options.state,
): Promise<UpstreamAnswer> {
  const upstream: UpstreamOptions = {
    fetch: options.fetch,
    now: options.now,
    state,
    reason: datafastReason,
    timeoutMs,
    recordStatuses: RECORD_STATUSES,
    limits: datafastLimits(options.state.rateLimit),
  };
  return ask(upstream, {
    method: 'GET',
    url: addressOf(options, path),
    headers: { authorization: `Bearer ${options.apiKey}` },
    subject: path,
  });
}

/** Whether DataFast was down and the next answer tells if it is back. Nobody else should ask meanwhile. */
export const isDatafastRecovering = ({ state, now }: DatafastOptions): boolean =>
  isRecovering({ state, now });

export function addressOf(
  { url, apiKey, websiteId }: Pick<DatafastOptions, 'url' | 'apiKey' | 'websiteId'>,
  path: string,
): string {
  const address = `${url}/api/v1/${path}`;
  if (!needsWebsite(apiKey) || !websiteId) return address;
  return `${address}${path.includes('?') ? '&' : '?'}websiteId=${encodeURIComponent(websiteId)}`;
}
