// The settings of the example. It is on when its token is set.
import { address, matching, type Setting } from '../../../src/settings/setting.ts';

export const TOKEN = 'EXAMPLE_TOKEN';

export const token: Setting = {
  name: TOKEN,
  doc: 'A token of the example CRM.',
  fix: 'Create a token in the example CRM, Settings → API.',
  isSecret: true,
  isNeeded: true,
  where: 'The example CRM, Settings → API.',
  read: matching(/^\S+$/),
};

export const url: Setting = {
  name: 'EXAMPLE_URL',
  doc: 'The address of the example CRM.',
  fix: 'Give an https URL without a query, or remove it.',
  isSecret: false,
  default: 'https://crm.example',
  read: address,
};

/** The key first. */
export const settings: readonly Setting[] = [token, url];
