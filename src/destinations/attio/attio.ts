// Attio as a destination: people by email, with attributes that Whence creates.
import type { Destination } from '../destination.ts';
import type { Field } from '../field.ts';
import { withNames } from '../field-names.ts';
import { once } from '../once.ts';
import { previewRows } from '../preview-rows.ts';
import { isUnread, problemOf, readAttributes } from './attributes.ts';
import { checkAttio, readSelf } from './check.ts';
import { type AttioClient, attioClient } from './client.ts';
import { deleteSample } from './delete-sample.ts';
import { erasePerson } from './erase.ts';
import { fields } from './fields.ts';
import { provision } from './provision.ts';
import { readPeople } from './read.ts';
import { LABEL, NAME, reasons } from './reasons.ts';
import { settings } from './settings.ts';
import { requestsPerBatch, upsertBatch, type Workspace } from './upsert.ts';
import { formatValue, type TypeOf, typeOfOwn } from './values.ts';

/** A record comes with all its attributes, so more of them would be a large answer. */
const BATCH_SIZE = 25;

export const attio: Destination = {
  name: NAME,
  label: LABEL,
  settings,
  reasons,
  fields,
  naming: {
    pattern: /^[a-z][a-z0-9_]*$/,
    rule: 'lower-case letters, digits and _',
    identity: ['email_addresses', 'record_id'],
  },
  key: 'email',
  reads: true,
  batchSize: BATCH_SIZE,
  requestsPerBatch,
  open(values, io) {
    const client = attioClient(values, io);
    const named = withNames(fields, io.names);
    const { state } = io;
    const workspace: Workspace = {
      client,
      fields: named,
      types: once(() => typesOf(client, named)),
      requestsLeft: io.requestsLeft,
    };
    return {
      name: NAME,
      label: LABEL,
      key: 'email',
      batchSize: BATCH_SIZE,
      requestsPerBatch,
      fields: named,
      check: () => checkAttio(client, named),
      prepare: () => provision(client, named, io.sleep),
      contactUrl: (id) => (state.place ? `${state.place}/person/${id}` : undefined),
      async locate() {
        if (state.place !== undefined || io.requestsLeft() === 0) return;
        state.place = '';
        const self = await readSelf(client);
        const slug = 'code' in self ? undefined : self.workspace_slug;
        if (slug !== undefined) state.place = `https://app.attio.com/${slug}`;
      },
      upsert: (contacts) => upsertBatch(workspace, contacts),
      async preview(contact) {
        const known = await readPeople(client, [contact.email]);
        if ('status' in known) return { failed: known };
        const held = known.get(contact.email);
        const attributes = await readAttributes(client);
        const read = isUnread(attributes) ? undefined : attributes;
        const typeOf = await workspace.types();
        const rows = previewRows(
          named,
          contact,
          held,
          (field, value) => formatValue(typeOf(field), value),
          (field) => read && problemOf(field, read.get(field.property))?.problem,
        );
        return { ...(held && { externalId: held.externalId }), properties: rows };
      },
      erase: (person) => erasePerson(workspace, person),
      deleteSample: (email) => deleteSample(client, email),
    };
  },
};

/** The operator's own attributes may be of any type, and only they have to be asked for. */
async function typesOf(client: AttioClient, named: readonly Field[]): Promise<TypeOf> {
  const mapped = named.filter(({ isMapped }) => isMapped);
  const read = mapped.length > 0 ? await readAttributes(client) : new Map();
  if (isUnread(read)) return typeOfOwn;
  return (field) => read.get(field.property)?.type ?? typeOfOwn(field);
}
