// A stand-in for Stripe's customers: reads one, and changes its metadata, within the documented limits.
// https://docs.stripe.com/api/customers
import { type Context, Hono } from 'hono';
import { createRecorder, type Failure, type RecordedRequest } from './requests.ts';
import {
  createCustomers,
  customerBody,
  type StripeCustomer,
  type StripeEvent,
} from './stripe/customers.ts';
import { errorBody, refuse } from './stripe/errors.ts';
import { authenticated, documentedOnly, limited, needs, READ, WRITE } from './stripe/gate.ts';
import { idempotent } from './stripe/idempotency.ts';

const MAX_KEYS = 50;
const MAX_VALUE = 500;
const MAX_KEY = 40;

export interface StripeOptions {
  /** `rk_live_…` or `rk_test_…` */
  key: string;
  /** Absent: Customers: Write. */
  permissions?: readonly string[];
  now?: () => number;
  /** To one endpoint. */
  requestsPerSecond?: number;
}

export interface StripeStandIn {
  app: Hono;
  requests: RecordedRequest[];
  customer(id: string): StripeCustomer | undefined;
  /** As if the account had made it. It is of the key's mode unless it says otherwise. */
  addCustomer(given: Partial<StripeCustomer> & { id: string }): StripeCustomer;
  deleteCustomer(id: string): void;
  /** What the account's webhook endpoints get, oldest first. */
  events: readonly StripeEvent[];
  undocumented: readonly string[];
  failWith(next: Failure | undefined): void;
  forgetRequests(): void;
}

export function createStripe(options: StripeOptions): StripeStandIn {
  const now = options.now ?? Date.now;
  const isLive = !options.key.includes('_test_');
  const granted = options.permissions ?? [WRITE];
  const customers = createCustomers(now, '2026-10-28.endive');
  const undocumented: string[] = [];
  const recorder = createRecorder({
    now,
    errorBody: (status) =>
      errorBody({ type: 'api_error', message: `The server answered ${status}` }),
  });

  const app = new Hono();
  app.use(documentedOnly(undocumented));
  app.use(idempotent(now));
  app.use(recorder.record);
  app.use(authenticated(options.key));
  app.use(limited(options.requestsPerSecond ?? 100, now));
  app.get('/v1/customers/:id', needs(granted, READ), (c) => {
    const id = c.req.param('id');
    if (customers.deleted.has(id)) return c.json({ id, object: 'customer', deleted: true });
    const customer = ofMode(c, id);
    return customer instanceof Response ? customer : c.json(customerBody(customer));
  });
  app.post('/v1/customers/:id', needs(granted, WRITE), async (c) => {
    const customer = ofMode(c, c.req.param('id'));
    if (customer instanceof Response) return customer;
    const metadata = Object.fromEntries(
      [...new URLSearchParams(await c.req.text())].map(([name, value]) => [
        name.slice('metadata['.length, -1),
        value,
      ]),
    );
    const refusal = refusedMetadata(c, customer, metadata);
    if (refusal) return refusal;
    customers.merge(customer, metadata, {
      id: c.res.headers.get('request-id'),
      idempotency_key: c.req.header('idempotency-key') ?? null,
    });
    return c.json(customerBody(customer));
  });
  app.notFound((c) =>
    refuse(c, 404, {
      type: 'invalid_request_error',
      message: `Unrecognized request URL (${c.req.method}: ${c.req.path}).`,
    }),
  );
  // A network failure must reach the caller as a rejected promise, not as Hono's 500.
  app.onError((error) => {
    throw error;
  });

  function ofMode(c: Context, id: string): StripeCustomer | Response {
    const customer = customers.byId.get(id);
    if (customer?.livemode === isLive) return customer;
    const [theirs, ours] = isLive ? ['test', 'live'] : ['live', 'test'];
    const hint = customer
      ? `; a similar object exists in ${theirs} mode, but a ${ours} mode key was used to make this request.`
      : '';
    return refuse(c, 404, {
      type: 'invalid_request_error',
      code: 'resource_missing',
      param: 'id',
      message: `No such customer: '${id}'${hint}`,
      doc_url: 'https://docs.stripe.com/error-codes/resource-missing',
    });
  }

  const { requests, failWith, forgetRequests } = recorder;
  return {
    app,
    requests,
    customer: (id) => (customers.deleted.has(id) ? undefined : customers.byId.get(id)),
    addCustomer(given) {
      const customer: StripeCustomer = {
        object: 'customer',
        email: null,
        name: null,
        livemode: isLive,
        created: Math.floor(now() / 1000),
        metadata: {},
        ...given,
      };
      customers.byId.set(customer.id, customer);
      return customer;
    },
    deleteCustomer(id) {
      customers.deleted.add(id);
      customers.byId.delete(id);
    },
    events: customers.events,
    undocumented,
    failWith,
    forgetRequests,
  };
}

/** https://docs.stripe.com/metadata#data */
function refusedMetadata(
  c: Context,
  { metadata: held }: StripeCustomer,
  metadata: Readonly<Record<string, string>>,
): Response | undefined {
  for (const [key, value] of Object.entries(metadata)) {
    const [what, length, most] =
      key.length > MAX_KEY ? ['keys', key.length, MAX_KEY] : ['values', value.length, MAX_VALUE];
    if (length <= most) continue;
    return refuse(c, 400, {
      type: 'invalid_request_error',
      param: 'metadata',
      message: `Metadata ${what} can have up to ${most} characters, but you passed in a ${what.slice(0, -1)} that is ${length} characters. Invalid ${what.slice(0, -1)}: ${value}`,
    });
  }
  if (Object.keys({ ...held, ...metadata }).length <= MAX_KEYS) return undefined;
  return refuse(c, 400, {
    type: 'invalid_request_error',
    param: 'metadata',
    message: `You have exceeded the maximum number of metadata keys: ${MAX_KEYS}`,
  });
}
