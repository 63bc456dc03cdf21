// Gives the Worker the clock of the stage, before any module of the Worker is loaded. The Worker's code stays the same: the
// runtime's time, waits and timeouts follow that clock.
import { env } from 'cloudflare:workers';

const originMs = Number(Reflect.get(env, 'CLOCK_ORIGIN_MS'));
const speed = Number(Reflect.get(env, 'CLOCK_SPEED'));

const WallDate = Date;
const now = () => Math.round(originMs + (WallDate.now() - originMs) * speed);
globalThis.Date = new Proxy(WallDate, {
  construct: (target, given, newTarget) =>
    Reflect.construct(target, given.length === 0 ? [now()] : given, newTarget),
  get: (target, key) => (key === 'now' ? now : Reflect.get(target, key)),
});

const wait = scheduler.wait.bind(scheduler);
scheduler.wait = (ms, options) => wait(ms / speed, options);

/** A busy machine must not look like a slow service: no timeout is shorter than this in real time. */
const SHORTEST_TIMEOUT_MS = 500;
globalThis.setTimeout = new Proxy(globalThis.setTimeout, {
  apply: (target, self, [handler, ms = 0, ...more]) =>
    Reflect.apply(target, self, [handler, Math.max(SHORTEST_TIMEOUT_MS, ms / speed), ...more]),
});
