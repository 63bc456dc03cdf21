// A stand-in for wrangler and the account behind it. It prints what wrangler prints, remembers what it was given, and
// refuses what the real ones refuse as far as that is known. Recorded on 4.155: --version, whoami without a login, no
// network, no token, migrations. On 4.156, against an API that has none of it: a Worker, a queue, a database and a namespace
// that are not there. Read in wrangler's source, without an account: whoami with a login, secret list, secret bulk, the
// targets of a deploy, a queue without a consumer.
import { createServer } from 'node:http';
import type { RunWrangler } from '../src/cli/wrangler.ts';
import { Call, callOf, Printed, type WorkerConfig, writeOutput } from './cloudflare/call.ts';
import { ERRORS, errorText, type Mishap } from './cloudflare/errors.ts';

export interface Cloudflare {
  accounts: { id: string; name: string }[];
  isLoggedIn: boolean;
  /** By name. */
  workers: Map<string, DeployedWorker>;
  /** By name: how often migrations were applied. */
  databases: Map<string, number>;
  /** By name: the Worker that consumes it. */
  queues: Map<string, string | undefined>;
  /** Of KV, by name. */
  namespaces: Set<string>;
  calls: Call[];
  /** What goes wrong, by the command it hits: `whoami`, `secret list`, `deploy`, `d1`, `secret bulk`. */
  mishaps: Map<string, Mishap>;
  /** Called at a deploy. Returns where the Worker answers. */
  onDeploy(worker: DeployedWorker): Promise<string>;
  /** Called when the migrations of a Worker are applied. */
  onMigrate(name: string): Promise<void>;
  answer(call: Call): Promise<Printed>;
}

export interface DeployedWorker {
  name: string;
  /** The configuration file; it may be gone after the call. */
  configPath: string;
  secrets: Map<string, string>;
  deploys: number;
}

export function createCloudflare(): Cloudflare {
  const account: Cloudflare = {
    accounts: [{ id: '0123456789abcdef0123456789abcdef', name: 'Acme' }],
    isLoggedIn: true,
    workers: new Map(),
    databases: new Map(),
    queues: new Map(),
    namespaces: new Set(),
    calls: [],
    mishaps: new Map(),
    onDeploy: async ({ name }) => `https://${name}.acme.workers.dev`,
    onMigrate: async () => {},
    async answer(call) {
      account.calls.push(call);
      const [command = '', verb = ''] = call.args;
      const name = command === 'secret' ? `secret ${verb}` : command;
      const mishap = account.mishaps.get(name);
      if (mishap === 'hangs') return new Promise(() => {});
      if (mishap) return { code: 1, stderr: ERRORS[mishap] };
      return run(account, name, call);
    },
  };
  return account;
}

async function run(account: Cloudflare, name: string, call: Call): Promise<Printed> {
  if (name === '--version') return { code: 0, stdout: '4.155.0\n' };
  if (name === 'whoami') return whoami(account);
  if (name === 'login') {
    account.isLoggedIn = true;
    return { code: 0 };
  }
  if (!account.isLoggedIn) return { code: 1, stderr: ERRORS.noToken };
  const { config } = call;
  if (config === undefined) return refused(`Unknown command: ${call.args.join(' ')}`);
  if ('refusal' in config) return refused(config.refusal);
  switch (name) {
    case 'secret list':
      return listSecrets(account, config);
    case 'secret bulk':
      return setSecrets(account, config, call);
    case 'deploy':
      return deploy(account, config, call);
    case 'd1':
      return call.args[1] === 'delete'
        ? deleteDatabase(account, call)
        : migrate(account, config, call);
    case 'delete':
      return deleteWorker(account, call);
    case 'queues':
      return queues(account, call);
    case 'kv':
      return deleteNamespace(account, call);
    default:
      return refused(`Unknown command: ${call.args.join(' ')}`);
  }
}

const refused = (text: string): Printed => ({ code: 1, stderr: errorText(text) });

function whoami({ isLoggedIn, accounts }: Cloudflare): Printed {
  if (!isLoggedIn) return { code: 1, stdout: '\n{"loggedIn":false}\n' };
  const user = { loggedIn: true, authType: 'OAuth Token', email: 'you@example.com', accounts };
  return { code: 0, stdout: `${JSON.stringify({ ...user, tokenPermissions: [] }, null, 2)}\n` };
}

const notFound = (name: string) =>
  refused(
    `Worker "${name}" not found.\n\nIf this is a new Worker, run \`wrangler deploy\` first to create it.\nOtherwise, check that the Worker name is correct and you're logged into the right account.`,
  );

function listSecrets({ workers }: Cloudflare, { name }: WorkerConfig): Printed {
  const worker = workers.get(name);
  if (!worker) return notFound(name);
  const secrets = [...worker.secrets.keys()].map((key) => ({ name: key, type: 'secret_text' }));
  return { code: 0, stdout: `${JSON.stringify(secrets, null, '  ')}\n` };
}

function setSecrets(
  { workers }: Cloudflare,
  { name }: WorkerConfig,
  { secrets = {} }: Call,
): Printed {
  const worker = workers.get(name);
  if (!worker) return notFound(name);
  for (const [key, value] of Object.entries(secrets)) worker.secrets.set(key, value);
  return { code: 0, stdout: `✨ ${Object.keys(secrets).length} secrets successfully uploaded\n` };
}

async function deploy(
  account: Cloudflare,
  config: WorkerConfig,
  { secrets = {} }: Call,
): Promise<Printed> {
  const { name, database, producers, consumers } = config;
  const refusal = refusalOf(account, config);
  if (refusal !== undefined) return refused(refusal);
  // Resources without ids are created at the first deploy.
  for (const queue of producers) account.queues.set(queue, account.queues.get(queue));
  for (const queue of consumers) account.queues.set(queue, name);
  account.databases.set(database, account.databases.get(database) ?? 0);
  account.namespaces.add(`${name}-visitors`);
  const before = account.workers.get(name);
  const worker: DeployedWorker = {
    name,
    configPath: config.path,
    secrets: new Map([...(before?.secrets ?? []), ...Object.entries(secrets)]),
    deploys: (before?.deploys ?? 0) + 1,
  };
  account.workers.set(name, worker);
  const targets = [
    'schedule: */5 * * * *',
    ...producers.map((queue) => `Producer for ${queue}`),
    await account.onDeploy(worker),
    ...consumers.map((queue) => `Consumer for ${queue}`),
  ];
  return {
    code: 0,
    stdout: `Uploaded ${name} (2.10 sec)\nDeployed ${name} triggers (1.20 sec)\n`,
    output: [
      { type: 'wrangler-session', version: 1, wrangler_version: '4.155.0' },
      { type: 'deploy', version: 1, worker_name: name, targets },
    ],
  };
}

/** A queue has one consumer, and has to exist or to be created with the Worker. */
function refusalOf(
  { queues }: Cloudflare,
  { name, producers, consumers }: WorkerConfig,
): string | undefined {
  for (const queue of consumers) {
    if (!producers.includes(queue) && !queues.has(queue)) {
      return `Queue "${queue}" does not exist. To create it, run: wrangler queues create ${queue}`;
    }
    const consumer = queues.get(queue);
    if (consumer !== undefined && consumer !== name) {
      return `A request to the Cloudflare API (/accounts/0/queues/${queue}/consumers) failed.\n  Queue ${queue} already has a consumer.`;
    }
  }
  return undefined;
}

async function migrate(
  { databases, onMigrate }: Cloudflare,
  { name, database }: WorkerConfig,
  { args }: Call,
): Promise<Printed> {
  if (!args.join(' ').startsWith('d1 migrations apply LEDGER --remote')) {
    return refused(`Unknown command: ${args.join(' ')}`);
  }
  const applied = databases.get(database);
  if (applied === undefined) {
    return refused(
      `Couldn't find a D1 DB named '${database}' (bound as 'LEDGER') in the API. Run 'wrangler d1 create ${database}' to create it.`,
    );
  }
  await onMigrate(name);
  databases.set(database, applied + 1);
  return { code: 0, stdout: '✅ No migrations to apply!\n' };
}

function deleteWorker(
  { workers, queues: all }: Cloudflare,
  { args: [, name = ''] }: Call,
): Printed {
  if ([...all.values()].includes(name)) return refused(`${name} still consumes a queue.`);
  const failed = `A request to the Cloudflare API (/accounts/0/workers/services/${name}) failed.`;
  return workers.delete(name)
    ? { code: 0 }
    : refused(`${failed}\n\n  workers.api.error.service_not_found [code: 10090]`);
}

function deleteNamespace({ namespaces }: Cloudflare, { args: [, , , name = ''] }: Call): Printed {
  return namespaces.delete(name)
    ? { code: 0, stdout: `Deleted KV namespace ${name}\n` }
    : refused(
        `Not able to delete namespace.\n\n  No KV namespace named "${name}" was found in your account.`,
      );
}

function deleteDatabase({ databases }: Cloudflare, { args: [, , name = ''] }: Call): Printed {
  const missing = `Couldn't find a D1 DB named '${name}' (bound as '${name}') in the API.`;
  return databases.delete(name) ? { code: 0 } : refused(missing);
}

/** `queues delete <queue>` and `queues consumer worker remove <queue> <Worker>`. A queue with a consumer stays. */
function queues({ queues: all }: Cloudflare, { args }: Call): Printed {
  const [, verb, , , consumed = ''] = args;
  const queue = verb === 'consumer' ? consumed : (args[2] ?? '');
  if (!all.has(queue)) return refused(`Queue "${queue}" does not exist.`);
  if (verb === 'consumer') {
    if (all.get(queue) === undefined) {
      return refused(`No worker consumer '${args[5]}' exists for queue ${queue}`);
    }
    all.set(queue, undefined);
    return { code: 0 };
  }
  if (all.get(queue) !== undefined) return refused(`Queue ${queue} has a consumer.`);
  all.delete(queue);
  return { code: 0 };
}

/** Wrangler without a process of its own. */
export function runInProcess(account: Cloudflare): RunWrangler {
  return async (args, env = {}) => {
    const { output, ...ran } = Printed.parse(await account.answer(await callOf(args, env)));
    writeOutput(output, env);
    return ran;
  };
}

/** The account, where the program `wrangler.ts` beside it finds it. */
export function serveCloudflare(account: Cloudflare): Promise<{ url: string; close(): void }> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const call = Call.parse(JSON.parse(Buffer.concat(chunks).toString()));
    response.end(JSON.stringify(Printed.parse(await account.answer(call))));
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' ? address?.port : undefined;
      resolve({
        url: `http://127.0.0.1:${port}`,
        close() {
          server.closeAllConnections();
          server.close();
        },
      });
    });
  });
}
