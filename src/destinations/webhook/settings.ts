// The settings of the webhook. It is on when its address is set, and the secret too where the receiver is no chat.
import { publicAddress } from '../../settings/public-address.ts';
import type { Setting, SettingValues } from '../../settings/setting.ts';
import { chatServiceOf } from '../../upstream/chat.ts';
import { signingKey } from '../../upstream/sign-webhook.ts';
import { fieldsFrom } from './fields.ts';
import { conditionsFrom } from './when.ts';

export const URL_NAME = 'WEBHOOK_URL';

export const url: Setting = {
  name: URL_NAME,
  doc: 'Where a signed event goes for each signup: an https address of yours. The address of a Slack, Discord or Teams incoming webhook gets a readable line instead.',
  fix: 'Give the https address of your receiver, or of a Slack, Discord or Teams incoming webhook.',
  isSecret: true,
  isNeeded: true,
  where: 'the https address of your receiver, or of a Slack, Discord or Teams incoming webhook',
  read: publicAddress,
};

export const secret: Setting = {
  name: 'WEBHOOK_SECRET',
  doc: 'Signs the events, as Standard Webhooks describes: `whsec_…`. Two of them, separated by white space, while you rotate. Chats need none.',
  fix: 'Give whsec_ and 24 to 64 random bytes in base64, e.g. from openssl rand -base64 32.',
  where: 'whsec_ and 24 to 64 random bytes in base64, which your receiver knows too',
  isSecret: true,
  isMadeUp: true,
  neededBy: (values) => {
    const address = values.get(URL_NAME);
    return address !== undefined && chatServiceOf(address) === undefined ? URL_NAME : undefined;
  },
  read: (text) =>
    secretsIn(text).every((one) => signingKey(one)) ? { value: text } : { problem: 'is not valid' },
};

export const fields: Setting = {
  name: 'WEBHOOK_FIELDS',
  doc: 'Which fields leave, separated by commas: names of docs/fields.md, `email`, `name`, `company`, `user_id`, and `default` for all but those four, the visitor ID and the click ID. Default: `default`.',
  fix: 'Name fields of docs/destinations.md, separated by commas, or remove it.',
  isSecret: false,
  isBinding: true,
  read: (text) => {
    const read = fieldsFrom(text);
    return 'problem' in read ? read : { value: text };
  },
};

export const when: Setting = {
  name: 'WEBHOOK_WHEN',
  doc: 'JSON: which signups make an event, e.g. `{"score":">=70","channel":["Paid Search","AI Assistant"]}`. Default: every one.',
  fix: 'Give a condition as docs/destinations.md describes it, or remove it.',
  isSecret: false,
  isBinding: true,
  read: (text) => {
    const read = conditionsFrom(text);
    return 'problem' in read ? read : { value: text };
  },
};

/** The key first. */
export const settings: readonly Setting[] = [url, secret, fields, when];

const secretsIn = (text: string | undefined): readonly string[] =>
  text?.split(/\s+/).filter((one) => one !== '') ?? [];

/** What the settings say, in the words of the code. */
export interface Receiver {
  url: string;
  secrets: readonly string[];
  chat: ReturnType<typeof chatServiceOf>;
}

export function receiverOf(values: SettingValues): Receiver {
  const address = values.get(URL_NAME) ?? '';
  return {
    url: address,
    secrets: secretsIn(values.get(secret.name)),
    chat: chatServiceOf(address),
  };
}
