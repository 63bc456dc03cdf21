// Attio's settings. Attio is on when its token is set.
import { address, matching, type Setting } from '../../settings/setting.ts';

export const TOKEN = 'ATTIO_TOKEN';

/** All scopes that Whence uses, as `GET /v2/self` names them. */
export const RECORDS = 'record_permission:read-write';
export const CONFIGURATION = 'object_configuration:read';
export const PROVISIONING = 'object_configuration:read-write';

const SCOPES = 'Records: Read-write and Object configuration: Read-write';

export const token: Setting = {
  name: TOKEN,
  doc: `An access token of Attio with ${SCOPES}. The latter is needed only while attributes are missing; then Read is enough.`,
  fix: `Create a token in Attio, Workspace settings → Developers → New access token, with ${SCOPES}.`,
  isSecret: true,
  isNeeded: true,
  where: `Attio → Workspace settings → Developers → New access token. Scopes: ${SCOPES}.`,
  read: matching(/^\S+$/),
};

export const url: Setting = {
  name: 'ATTIO_URL',
  doc: 'The address of Attio’s API.',
  fix: 'Give an https URL without a query, or remove it.',
  isSecret: false,
  default: 'https://api.attio.com',
  read: address,
};

/** The key first. */
export const settings: readonly Setting[] = [token, url];
