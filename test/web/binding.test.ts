// What other Workers of the account call through a service binding: over the real RPC of workerd.
import { exports } from 'cloudflare:workers';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { ServiceAnswer, ServiceSignup } from '../../src/web/binding.ts';
import type { WhenceService } from '../../whence.d.ts';
import { createWorld, type World } from '../world.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});

/** The types of the package say what the code does. */
const signUp: WhenceService['signup'] = (signup: ServiceSignup): Promise<ServiceAnswer> =>
  exports.Whence.signup(signup);

const email = () => `ada.${crypto.randomUUID()}@example.com`;
const contactOf = (address: string) =>
  vi.waitUntil(() => world.hubspot.contact(address), { timeout: 10_000 });

describe('a service binding', () => {
  it('takes a signup, which becomes a contact with its source', async () => {
    const visitorId = world.visitor({ params: { utm_source: 'google', utm_medium: 'cpc' } });
    const address = email();
    const answer = await signUp({ email: address, name: 'Ada Lovelace', userId: '7', visitorId });
    expect(answer).toEqual({ status: 'accepted', id: expect.stringMatching(/^signup:service_/) });
    expect((await contactOf(address)).properties).toMatchObject({
      datafast_channel: 'Paid Search',
      datafast_signup_source: 'signup',
      firstname: 'Ada',
    });
  });

  it('takes the same person twice as one signup, and another id as another', async () => {
    const address = email();
    const first = await signUp({ email: address });
    expect(await signUp({ email: address })).toEqual(first);
    expect(await signUp({ email: address, id: 'a.b c' })).not.toEqual(first);
  });

  it('says what is known of a visitor', async () => {
    const visitorId = world.visitor({ params: { utm_source: 'chatgpt.com' } });
    expect(await exports.Whence.visitor(visitorId)).toMatchObject({
      visitorId,
      match: 'matched',
      attribution: { channel: 'AI Assistant', source: 'ChatGPT' },
      fields: { datafast_channel: 'AI Assistant' },
    });
    expect(await exports.Whence.visitor('nonsense')).toBeUndefined();
  });
});
