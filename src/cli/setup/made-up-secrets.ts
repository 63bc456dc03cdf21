// Secrets that the operator makes up, where no provider gives one.
import { randomBytes } from 'node:crypto';

/** 40 characters: Lemon Squeezy takes no more, and every source takes as many. */
const token = () => randomBytes(20).toString('hex');

/** By setting. All others come from the provider. */
const MAKERS: Readonly<Record<string, () => string>> = {
  ADMIN_TOKEN: () => randomBytes(32).toString('hex'),
  SIGNUP_WEBHOOK_SECRET: () => `whsec_${randomBytes(32).toString('base64')}`,
  AUTH0_WEBHOOK_SECRET: token,
  SUPABASE_WEBHOOK_SECRET: token,
  DESCOPE_WEBHOOK_SECRET: token,
  LEMONSQUEEZY_WEBHOOK_SECRET: token,
  REVENUECAT_WEBHOOK_SECRET: token,
};

/** A new secret for the setting; `undefined` when it has to come from the provider. */
export function makeUpSecret(name: string): string | undefined {
  return MAKERS[name]?.();
}
