// The registry: a destination in this list gets every signup, once its settings are set.
import { prefixed, type ReasonTable } from '../reasons.ts';
import { neededSettings, type SettingValues } from '../settings/setting.ts';
import { newUpstreamState, type UpstreamState } from '../upstream/upstream.ts';
import { attio } from './attio/attio.ts';
import { closedDestination } from './closed.ts';
import type { Destination, DestinationIo, OpenDestination } from './destination.ts';
import type { NamesByDestination } from './field-names.ts';
import { hubspot } from './hubspot/hubspot.ts';
import { stripe } from './stripe/stripe.ts';
import { webhook } from './webhook/webhook.ts';

/** All destinations. To add one: one folder, and one entry here. */
export const destinations: readonly Destination[] = [hubspot, attio, stripe, webhook];

/** The reasons of all destinations, as the ledger has their codes. */
export const destinationReasons: ReasonTable = Object.fromEntries(
  destinations.flatMap(({ name, reasons }) => Object.entries(prefixed(name, reasons))),
);

/** What services have said about their limits, by the name of the destination. It outlives an invocation. */
export type DestinationMemory = Map<string, UpstreamState>;

export const newDestinationMemory = (): DestinationMemory => new Map();

/** Whether every setting that the destination needs is set. */
export function isOn(destination: Pick<Destination, 'settings'>, values: SettingValues): boolean {
  return neededSettings(destination, values).every(({ name }) => values.has(name));
}

export interface OpeningIo extends Pick<DestinationIo, 'fetch' | 'now' | 'sleep'> {
  /** Absent: a command in Node has no limit. */
  requestsLeft?: () => number;
  memory?: DestinationMemory;
}

/** Opens the destinations that are on. `names`: the operator's own, from FIELD_NAMES. */
export function openDestinations(
  values: SettingValues,
  names: NamesByDestination,
  {
    fetch,
    now,
    sleep,
    requestsLeft = () => Number.POSITIVE_INFINITY,
    memory = newDestinationMemory(),
  }: OpeningIo,
  declared: readonly Destination[] = destinations,
): readonly OpenDestination[] {
  return declared
    .filter((destination) => isOn(destination, values))
    .map((destination) => {
      const meter = meterOf(fetch, requestsLeft);
      const opened = destination.open(values, {
        ...meter,
        now,
        sleep,
        state: stateOf(memory, destination.name),
        names: names.get(destination.name) ?? new Map(),
      });
      return { ...opened, allow: meter.allow };
    });
}

/** Counts the requests of one destination against its own allowance, and against the invocation's. */
function meterOf(send: typeof fetch, requestsLeft: () => number) {
  let allowed = Number.POSITIVE_INFINITY;
  const counted: typeof fetch = (...request) => {
    allowed -= 1;
    return send(...request);
  };
  return {
    fetch: counted,
    requestsLeft: () => Math.max(0, Math.min(allowed, requestsLeft())),
    allow(requests: number) {
      allowed = requests;
    },
  };
}

/**
 * What signups are delivered to: the destinations that are on, and those that the operator has begun to set. With none
 * of either, the first of the registry. Signups wait for a destination that cannot be opened.
 */
export function openForDelivery(
  values: SettingValues,
  names: NamesByDestination,
  io: OpeningIo & { begun: ReadonlySet<string> },
  declared: readonly Destination[] = destinations,
): readonly OpenDestination[] {
  const open = openDestinations(values, names, io, declared);
  const closed = declared
    .filter((destination) => !isOn(destination, values) && io.begun.has(destination.name))
    .map(closedDestination);
  const all = [...open, ...closed];
  return all.length > 0 ? all : declared.slice(0, 1).map(closedDestination);
}

function stateOf(memory: DestinationMemory, name: string): UpstreamState {
  const state = memory.get(name) ?? newUpstreamState();
  memory.set(name, state);
  return state;
}
