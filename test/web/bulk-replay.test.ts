// Many signups replayed from the dashboard: those that are selected, or all of a status and a reason.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { LedgerEntry } from '../../src/ledger/entry.ts';
import { readSignup } from '../../src/ledger/query.ts';
import { recordEntries } from '../../src/ledger/record.ts';
import { signup } from '../operations/operator.ts';
import { ask, createWorld } from '../world.ts';
import { openSession, postForm, type Session } from './browser-session.ts';

let session: Session;
beforeEach(async () => {
  await createWorld();
  session = await openSession();
});

/** New signups that have failed for this reason; their IDs. */
async function failed(count: number, code: string): Promise<string[]> {
  const entries = Array.from({ length: count }, (): LedgerEntry => {
    const attempts = [
      { destination: 'hubspot', status: 'failed' as const, reason: { code, detail: 'HTTP 400' } },
    ];
    return { signup: signup(), match: 'no_visitor_id', attempts };
  });
  await recordEntries(env.LEDGER, entries, '2026-11-20T09:00:00.000Z');
  return entries.map((entry) => entry.signup.id);
}

const textOf = (html: string) => html.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');
const statusOf = async (id: string) => (await readSignup(env.LEDGER, id))?.status;
/** What the page's form for a replay would send. */
function formIn(html: string): [string, string][] {
  const form = /<form[^>]*action="\/replay"[\s\S]*?<\/form>/.exec(html)?.[0] ?? '';
  const hidden = form.matchAll(/type="hidden" name="([^"]+)" value="([^"]*)"/g);
  return [...hidden].map(([, name = '', value = '']) => [name, value.replaceAll('&amp;', '&')]);
}
async function post(fields: [string, string][]): Promise<Response> {
  return postForm('/replay', fields, { cookie: session.cookie });
}
const path = (fields: Record<string, string>) => `/replay?${new URLSearchParams(fields)}`;

describe('replay of a kind from the dashboard', () => {
  it('is offered where the list shows what has failed, for the reason that was chosen', async () => {
    await failed(1, 'hubspot_contact_refused');
    expect(await session.html('/')).not.toContain('Replay all');
    expect(await session.html('/?status=delivered')).not.toContain('Replay all');
    expect(textOf(await session.html('/?status=failed'))).toContain('Replay all failed');
    const html = await session.html('/?status=failed&reason=hubspot_contact_refused');
    expect(textOf(html)).toContain('Replay all failed of this reason');
    expect(html).toContain('/replay?status=failed&amp;reason=hubspot_contact_refused');
  });

  it('says how many it is before it does anything, and what is wrong with them', async () => {
    const ids = await failed(3, 'hubspot_contact_refused');
    await failed(2, 'gave_up');
    const text = textOf(
      await session.html(path({ status: 'failed', reason: 'hubspot_contact_refused' })),
    );
    expect(text).toContain('Replay 3 failed signups of hubspot_contact_refused ?');
    expect(text).toContain('INVALID_EMAIL');
    for (const id of ids) expect(await statusOf(id)).toBe('failed');
  });

  it('without a reason counts every reason, and leads to each', async () => {
    await failed(3, 'hubspot_contact_refused');
    await failed(2, 'gave_up');
    const html = await session.html(path({ status: 'failed' }));
    expect(textOf(html)).toContain('Replay 5 failed signups?');
    expect(html).toContain('/replay?status=failed&amp;reason=gave_up');
  });

  it('replays those of the reason and no others, and goes back to the list with a notice', async () => {
    const ids = await failed(3, 'hubspot_contact_refused');
    const [other = ''] = await failed(1, 'gave_up');
    const list = 'status=failed&reason=hubspot_contact_refused&q=person';
    const page = await session.html(
      path({ status: 'failed', reason: 'hubspot_contact_refused', list }),
    );
    const response = await post(formIn(page));
    expect(response.status).toBe(303);
    const location = response.headers.get('location') ?? '';
    expect(location).toBe(`/?${list}&done=replayed%3A3%3A0#list`);
    expect(textOf(await session.html(location.replace('#list', '')))).toContain(
      '3 signups are on the queue again.',
    );
    for (const id of ids) await vi.waitUntil(async () => (await statusOf(id)) === 'delivered');
    expect(await statusOf(other)).toBe('failed');
  });

  it('says so when there is nothing of the kind', async () => {
    const text = textOf(await session.html(path({ status: 'failed', reason: 'gave_up' })));
    expect(text).toContain('Nothing to replay');
  });

  it('of very many goes in parts, and each page continues where the one before stopped', async () => {
    const ids: string[] = [];
    for (let part = 0; part < 4; part += 1) ids.push(...(await failed(80, 'gave_up')));
    const sent = vi.spyOn(env.SIGNUPS, 'sendBatch').mockResolvedValue({
      metadata: { metrics: { backlogCount: 0, backlogBytes: 0 } },
    });
    onTestFinished(() => sent.mockRestore());
    const first = await post(formIn(await session.html(path({ status: 'failed' }))));
    expect(first.status).toBe(200);
    const page = await first.text();
    expect(textOf(page)).toContain('300 signups on the queue');
    expect(textOf(page)).toContain('About 20 signups more');
    const second = await post(formIn(page));
    expect(second.headers.get('location')).toContain('done=replayed%3A320%3A0');
    const messages = sent.mock.calls.flatMap(([batch]) => [...batch]);
    expect(messages.length).toBe(ids.length);
  });

  it('waits while the queue is busy, and loses nothing', async () => {
    const [id = ''] = await failed(1, 'gave_up');
    const metrics = vi
      .spyOn(env.SIGNUPS, 'metrics')
      .mockResolvedValue({ backlogCount: 900, backlogBytes: 1 });
    onTestFinished(() => metrics.mockRestore());
    const response = await post(formIn(await session.html(path({ status: 'failed' }))));
    const page = await response.text();
    expect(textOf(page)).toContain('0 signups on the queue');
    expect(await statusOf(id)).toBe('failed');
    metrics.mockRestore();
    const again = await post(formIn(page));
    expect(again.headers.get('location')).toContain('done=replayed%3A1%3A0');
  });

  it('says what to do while the queue takes nothing', async () => {
    const [id = ''] = await failed(1, 'gave_up');
    const broken = vi.spyOn(env.SIGNUPS, 'sendBatch').mockRejectedValue(new Error('down'));
    onTestFinished(() => broken.mockRestore());
    const response = await post(formIn(await session.html(path({ status: 'failed' }))));
    expect(response.status).toBe(503);
    expect(textOf(await response.text())).toContain('Try again in a minute');
    expect(await statusOf(id)).toBe('failed');
  });
});

describe('replay of selected signups', () => {
  it('asks first, then replays them and nobody else', async () => {
    const [first = '', second = '', other = ''] = await failed(3, 'gave_up');
    const list = await session.html('/?status=failed');
    expect(list.match(/type="checkbox" name="id"/g)?.length).toBe(3);
    const asked = await post([...formIn(list), ['id', first], ['id', second]]);
    const page = await asked.text();
    expect(textOf(page)).toContain('Replay 2 signups?');
    expect(await statusOf(first)).toBe('failed');
    const response = await post(formIn(page));
    expect(response.headers.get('location')).toBe('/?status=failed&done=replayed%3A2%3A0#list');
    for (const id of [first, second]) {
      await vi.waitUntil(async () => (await statusOf(id)) === 'delivered');
    }
    expect(await statusOf(other)).toBe('failed');
  });

  it('of none says what to do', async () => {
    await failed(1, 'gave_up');
    const asked = await post(formIn(await session.html('/')));
    expect(textOf(await asked.text())).toContain('Nothing is selected');
  });

  it('leaves out what the ledger does not know', async () => {
    const [id = ''] = await failed(1, 'gave_up');
    const page = await post([...formIn(await session.html('/')), ['id', id], ['id', 'signup:x']]);
    const response = await post(formIn(await page.text()));
    expect(response.headers.get('location')).toContain('done=replayed%3A1%3A0');
  });

  it('takes a page of the longest IDs', async () => {
    const ids = Array.from({ length: 50 }, (_, at) => `signup:${at}${'x'.repeat(256)}`);
    const page = await post([
      ['proof', session.proof],
      ...ids.map((id): [string, string] => ['id', id]),
    ]);
    expect(textOf(await page.text())).toContain('Replay 50 signups?');
  });
});

describe('a replay of many', () => {
  it('is refused without the token of the page, and to strangers', async () => {
    const [id = ''] = await failed(1, 'gave_up');
    const fields: [string, string][] = [
      ['id', id],
      ['sure', 'yes'],
    ];
    expect((await post(fields)).status).toBe(403);
    const stranger = await postForm('/replay', fields);
    expect(stranger.headers.get('location')).toBe('/login');
    expect(await statusOf(id)).toBe('failed');
  });

  it('shows what strangers put into the address as text', async () => {
    await failed(1, 'gave_up');
    const html = await session.html(
      path({ status: '<b>', reason: '"><script>alert(1)</script>', list: '"><script>' }),
    );
    expect(html).not.toContain('<script>alert');
  });
});

describe('a list by reason', () => {
  it('holds the signups with a delivery of this reason, on the page and in the API', async () => {
    const [id = ''] = await failed(1, 'hubspot_contact_refused');
    const [other = ''] = await failed(1, 'gave_up');
    const html = await session.html('/?status=failed&reason=hubspot_contact_refused');
    expect(html).toContain(encodeURIComponent(id));
    expect(html).not.toContain(encodeURIComponent(other));
    const response = await ask('/api/signups?reason=gave_up');
    expect(await response.json()).toMatchObject({ items: [{ id: other }] });
  });
});
