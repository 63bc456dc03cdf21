// Outseta, experimental: the body is the account, and nothing in it or around it names the event. So its own times say
// whether it is new. https://go.outseta.com/support/kb/articles/Rm85R5Q4/secure-and-verify-webhooks-with-a-sha256-signature
import { isObject } from '../json.ts';
import { at, elapsedMs, type Reader } from './payload.ts';
import type { HmacScheme } from './scheme.ts';
import { source, WAITED_FOR_MS } from './source.ts';

/** `sha256=` and the MAC of the body. */
const outsetaSignature: HmacScheme = {
  kind: 'hmac',
  families: [{ signature: 'x-hub-signature-256' }],
  layout: { kind: 'fields', separator: ',', timestampField: '', signatureField: 'sha256' },
  signedBeforeBody: [],
  encoding: 'hex',
  key: 'hex',
};

export const outseta = source({
  name: 'outseta',
  schemes: [outsetaSignature],
  eventType: (body) => (Array.isArray(body.PersonAccount) ? 'account' : 'another object'),
  signupEvents: ['account'],
  // An update of the account is the same event again.
  completes: { events: [], of: 'user', by: ['Uid'] },
  eventId: 'Uid',
  occurredAt: zoned('Created'),
  // Accounts are updated for ever.
  ignore: (body) =>
    elapsedMs(body, zoned('Created'), zoned('Updated')) > WAITED_FOR_MS
      ? 'completes_nothing'
      : undefined,
  metadataPaths: [],
  // The names of custom properties begin with a capital.
  visitorId: [person('DatafastVisitorId'), 'DatafastVisitorId'],
  email: [person('Email')],
  personName: [person('FullName')],
  company: ['Name'],
  userId: [person('Uid')],
});

/** A property of the person who signed up, among the people of the account. */
function person(name: string): Reader {
  return (body) => {
    const list = at(body, 'PersonAccount');
    const people = Array.isArray(list) ? list.filter(isObject) : [];
    const first = people.find(({ IsPrimary }) => IsPrimary === true) ?? people[0];
    return first && at(first, `Person.${name}`);
  };
}

/** Times are in UTC, and do not say so. */
function zoned(name: string): Reader {
  return (body) => {
    const time = at(body, name);
    return typeof time === 'string' && !/(?:Z|[+-]\d\d:\d\d)$/.test(time) ? `${time}Z` : time;
  };
}
