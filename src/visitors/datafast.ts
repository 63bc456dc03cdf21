// DataFast as an upstream: its address, its key, and what is known of its limits and health.
import { configurationRetry, type Waiting } from '../outcome.ts';
import { needsWebsite } from '../settings/own-settings.ts';
import type { RateLimit } from '../upstream/rate-limit.ts';
import {
  ask,
  isRecovering,
  newUpstreamState,
  type UpstreamAnswer,
  type UpstreamOptions,
  type UpstreamState,
} from '../upstream/upstream.ts';
import { datafastLimits, newDatafastRateLimit } from './rate-limit.ts';
import { datafastReason } from './reasons.ts';

/** What is known of DataFast. Shared by everything that asks, and kept as long as the isolate. */
export interface DatafastState extends UpstreamState {
  rateLimit: RateLimit;
}

export const newDatafastState = (): DatafastState => ({
  ...newUpstreamState(),
  rateLimit: newDatafastRateLimit(),
});

export interface DatafastOptions {
  apiKey: string | undefined;
  websiteId: string | undefined;
  url: string;
  fetch: typeof fetch;
  now(): number;
  state: DatafastState;
}

/** 400 and 404 speak about the visitor. */
const RECORD_STATUSES = [400, 404];

/** Why DataFast cannot be asked with these settings. */
export function obstacleOf(
  options: Pick<DatafastOptions, 'apiKey' | 'websiteId'>,
): Waiting | undefined {
  const { apiKey, websiteId } = options;
  if (apiKey === undefined) return configurationRetry(datafastReason('key_missing'));
  return needsWebsite(apiKey) && websiteId === undefined
    ? configurationRetry(datafastReason('website_id_missing'))
    : undefined;
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
  });
}

/** Whether DataFast was down and the next answer tells if it is back. Nobody else should ask meanwhile. */
export const isDatafastRecovering = ({ state, now }: DatafastOptions): boolean =>
  isRecovering({ state, now });

export function addressOf(
  { url, apiKey, websiteId }: Pick<DatafastOptions, 'url' | 'apiKey' | 'websiteId'>,
  path: string,
): string {
  const address = new URL(`${url}/api/v1/${path}`);
  if (needsWebsite(apiKey) && websiteId) address.searchParams.set('websiteId', websiteId);
  return address.toString();
}
