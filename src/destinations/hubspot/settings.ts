// HubSpot's settings. HubSpot is on when its token is set.
import { address, matching, oneOf, type Setting } from '../../settings/setting.ts';

export const TOKEN = 'HUBSPOT_TOKEN';

/** All scopes that Whence uses. The last one is needed only while properties are missing. */
export const SCOPES =
  'crm.objects.contacts.read, crm.objects.contacts.write and, to create properties, crm.schemas.contacts.write';

export const token: Setting = {
  name: TOKEN,
  doc: `A HubSpot service key with ${SCOPES}.`,
  fix: 'Create a service key in HubSpot, Development → Keys → Service keys.',
  isSecret: true,
  isNeeded: true,
  where: `HubSpot → Development → Keys → Service keys (in some accounts Settings → Integrations → Service Keys). Scopes: ${SCOPES}.`,
  read: matching(/^\S+$/, [
    [
      /^(?!pat-)([\w-]+-)?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
      'is an API key of the old kind, or a client secret, which HubSpot does not accept as a token',
    ],
    [/^(sk|rk|pk|whsec|dft?|dfid)_/, 'is a key of another service'],
  ]),
};

export const url: Setting = {
  name: 'HUBSPOT_URL',
  doc: 'The address of HubSpot’s API.',
  fix: 'Give an https URL without a query, or remove it.',
  isSecret: false,
  default: 'https://api.hubapi.com',
  read: address,
};

export const apiVersion: Setting = {
  name: 'HUBSPOT_API_VERSION',
  doc: 'The version of HubSpot’s API: 2026-03 or 2026-09.',
  fix: 'Use 2026-03 or 2026-09, or remove it.',
  isSecret: false,
  default: '2026-03',
  read: oneOf('2026-03', '2026-09'),
};

/** The key first. */
export const settings: readonly Setting[] = [token, url, apiVersion];
