// A stand-in for HubSpot's contacts and properties. It accepts, refuses and limits as documented, and keeps everything in
// memory.
import { Hono } from 'hono';
import { batchRead } from './hubspot/batch-read.ts';
import { batchUpdate } from './hubspot/batch-update.ts';
import { batchUpsert } from './hubspot/batch-upsert.ts';
import type { HubspotContact, Version } from './hubspot/contacts.ts';
import {
  defineProperty,
  type PropertyCreate,
  type PropertyDefinition,
} from './hubspot/definitions.ts';
import { documentedOnly } from './hubspot/documented.ts';
import { errorBody, refuse } from './hubspot/errors.ts';
import { authenticated, limited, needs, rateLimitBody } from './hubspot/gate.ts';
import { createLists, type HubspotList } from './hubspot/lists.ts';
import { createPortal, type Portal } from './hubspot/portal.ts';
import {
  createGroup,
  createProperties,
  createProperty,
  listGroups,
  listProperties,
  readProperty,
} from './hubspot/provisioning.ts';
import { accept } from './hubspot/values.ts';
import { createRecorder, type Failure, type RecordedRequest } from './requests.ts';

const READ = 'crm.objects.contacts.read';
const WRITE = 'crm.objects.contacts.write';
const READ_LISTS = 'crm.lists.read';
const WRITE_LISTS = 'crm.lists.write';
const READ_SCHEMA = 'crm.schemas.contacts.read';
const WRITE_SCHEMA = 'crm.schemas.contacts.write';

export interface HubspotOptions {
  token: string;
  /** Absent: every scope that Whence needs. Lists take two more. */
  scopes?: string[];
  now?: () => number;
  requestsPer10Seconds?: number;
  /** The day ends at midnight in the time zone of the portal. */
  requestsPerDay?: number;
  utcOffsetMilliseconds?: number;
  /** How long a new property is missing from the list. HubSpot takes 250 to 700 ms. */
  listLagMilliseconds?: number;
  /** For tests of what HubSpot answers to requests that it does not document. */
  acceptsUndocumented?: boolean;
  /** How many properties the plan allows beside HubSpot's own. HubSpot's number is 1,000. */
  maxCustomProperties?: number;
  /** How many lists the plan allows that keep themselves up to date. */
  maxActiveLists?: number;
  /** What an admin requires of every new contact. Only 2026-09 enforces it. */
  requiredProperties?: string[];
}

export type AddedProperty = Partial<PropertyCreate> & { name: string; readOnlyValue?: boolean };

export interface HubspotStandIn {
  app: Hono;
  requests: RecordedRequest[];
  contacts(): HubspotContact[];
  /** By primary or additional email. */
  contact(email: string): HubspotContact | undefined;
  /** Every value that a property of the contact has had, newest first. */
  history(contactId: string, property: string): readonly Version[];
  /** As if a person had entered it in HubSpot. Read-only properties are allowed. Throws on what HubSpot would refuse. */
  addContact(properties: Record<string, string>): HubspotContact;
  /** As if a person had changed it in HubSpot. */
  correctContact(email: string, properties: Record<string, string>): void;
  /** As if a person had deleted it in HubSpot. */
  deleteContact(email: string): void;
  lists(): readonly HubspotList[];
  /** As if a person had made it. */
  addList(name: string, objectTypeId?: string): void;
  properties(): PropertyDefinition[];
  /** A property that the portal has already. It is a text unless the type is given. */
  addProperty(property: AddedProperty): PropertyDefinition;
  /** Archives a property. It counts as missing until it is created again. */
  archiveProperty(name: string): void;
  /** Deletes a property for good. */
  removeProperty(name: string): void;
  /** Drops the next upsert of each of these emails silently: no result, no error. */
  dropWrites(...emails: string[]): void;
  /** What was requested and is not documented by HubSpot. */
  undocumented: readonly string[];
  failWith(next: Failure | undefined): void;
  forgetRequests(): void;
}

export function createHubspot(options: HubspotOptions): HubspotStandIn {
  const now = options.now ?? Date.now;
  const granted = options.scopes ?? [READ, WRITE, WRITE_SCHEMA];
  const portal = createPortal(now, options.requiredProperties ?? []);
  portal.listLagMs = options.listLagMilliseconds ?? 0;
  portal.maxCustomProperties = options.maxCustomProperties ?? portal.maxCustomProperties;
  const lists = createLists(portal, options.maxActiveLists ?? 1_000);
  const undocumented: string[] = [];
  const utcOffsetMilliseconds = options.utcOffsetMilliseconds ?? 0;
  const recorder = createRecorder({ now, errorBody: bodyOfInjected });

  const app = new Hono();
  if (!options.acceptsUndocumented) app.use(documentedOnly(undocumented));
  app.use(recorder.record);
  app.use(authenticated(options.token));
  app.use(
    limited({
      per10Seconds: options.requestsPer10Seconds ?? 100,
      perDay: options.requestsPerDay ?? 250_000,
      utcOffsetMilliseconds,
      now,
    }),
  );

  addRoutes(app, portal, { granted, utcOffsetMilliseconds });
  const path = '/crm/lists/:version{2026-0[39]}';
  app.post(`${path}/search`, needs(granted, READ_LISTS), lists.search);
  app.post(path, needs(granted, WRITE_LISTS), lists.create);
  app.notFound((c) => refuse(c, 404, { message: 'resource not found' }));
  // A network failure must reach the caller as a rejected promise, not as Hono's 500.
  app.onError((error) => {
    throw error;
  });

  const { requests, failWith, forgetRequests } = recorder;
  return {
    app,
    requests,
    contacts: portal.contacts.all,
    contact: (email) => portal.contacts.find('email', email),
    correctContact(email, properties) {
      const contact = portal.contacts.find('email', email);
      if (!contact) throw new Error('The portal has no such contact.');
      portal.contacts.write(contact.id, properties);
    },
    deleteContact(email) {
      const contact = portal.contacts.find('email', email);
      if (!contact) throw new Error('The portal has no such contact.');
      portal.contacts.remove(contact.id);
    },
    history: portal.contacts.historyOf,
    addContact: (properties) => addContact(portal, properties),
    lists: () => lists.all,
    addList: lists.add,
    properties: () => [...portal.properties.values()],
    addProperty({ readOnlyValue = false, ...given }) {
      const text = { type: 'string', fieldType: 'text', groupName: 'contactinformation' } as const;
      const property = defineProperty(
        { ...text, label: given.name, ...given },
        { at: portal.timestamp(), readOnlyValue },
      );
      portal.properties.set(property.name, property);
      return property;
    },
    archiveProperty(name) {
      const property = portal.properties.get(name);
      if (!property) throw new Error(`The portal has no property ${name}.`);
      portal.properties.delete(name);
      portal.archived.set(name, property);
    },
    removeProperty(name) {
      portal.properties.delete(name);
    },
    dropWrites(...emails) {
      for (const email of emails) portal.dropped.add(email);
    },
    undocumented,
    failWith,
    forgetRequests,
  };
}

function bodyOfInjected(status: number) {
  if (status === 429) return rateLimitBody('TEN_SECONDLY_ROLLING');
  return errorBody({ message: `The server answered ${status}` });
}

function addRoutes(
  app: Hono,
  portal: Portal,
  { granted, utcOffsetMilliseconds }: { granted: string[]; utcOffsetMilliseconds: number },
): void {
  app.get('/account-info/:version{2026-0[39]}/details', (c) =>
    c.json({
      portalId: 12_345_678,
      accountType: 'STANDARD',
      uiDomain: 'app-eu1.hubspot.com',
      utcOffsetMilliseconds,
    }),
  );

  const contacts = '/crm/objects/:version{2026-0[39]}/contacts';
  app.post(`${contacts}/batch/read`, needs(granted, READ), batchRead(portal));
  app.post(`${contacts}/batch/update`, needs(granted, WRITE), batchUpdate(portal));
  // Deleting what is not there is answered alike.
  app.delete(`${contacts}/:id`, needs(granted, WRITE), (c) => {
    portal.contacts.remove(c.req.param('id'));
    return c.body(null, 204);
  });
  app.post(`${contacts}/batch/upsert`, needs(granted, WRITE), batchUpsert(portal));

  const definitions = '/crm/properties/:version{2026-0[39]}/contacts';
  const readsDefinitions = needs(granted, READ, WRITE, READ_SCHEMA);
  const writesDefinitions = needs(granted, WRITE_SCHEMA);
  app.get(definitions, readsDefinitions, listProperties(portal));
  app.post(definitions, writesDefinitions, createProperty(portal));
  app.post(`${definitions}/batch/create`, writesDefinitions, createProperties(portal));
  app.get(`${definitions}/groups`, readsDefinitions, listGroups(portal));
  app.post(`${definitions}/groups`, writesDefinitions, createGroup(portal));
  app.get(`${definitions}/:name`, readsDefinitions, readProperty(portal));
}

function addContact(portal: Portal, properties: Record<string, string>): HubspotContact {
  const accepted = Object.entries(properties).map(([name, raw]) => {
    const definition = portal.properties.get(name);
    if (!definition) throw new Error(`The portal has no property ${name}; add it first.`);
    const value = accept(definition, raw, undefined);
    if (typeof value !== 'string') throw new Error(`${name}: ${value.message}`);
    return [name, value];
  });
  return portal.contacts.create(Object.fromEntries(accepted));
}
