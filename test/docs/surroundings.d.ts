// What stands around the snippets: the reader's own code, the clients of the providers with their own types where a
// package is here, and frameworks that are too large to install for this.
import type { BetterAuthOptions } from '@better-auth/core';
import type { createCheckout as createLemonSqueezyCheckout } from '@lemonsqueezy/lemonsqueezy.js';
import type { Paddle as PaddleJs } from '@paddle/paddle-js';
import type { Polar } from '@polar-sh/sdk/2026-10';
import type { AuthClient } from '@supabase/auth-js';
import type { WorkOS } from '@workos-inc/node';
import type { Creem } from 'creem';
import type DodoPayments from 'dodopayments';
import type Stripe from 'stripe';
import type { Client } from 'stytch';

interface OwnUser {
  id: string;
  email: string;
  name?: string;
  landingReferrer?: string;
  createdAt: Date;
}

declare global {
  // The reader's own code.
  const visitorId: string | undefined;
  const email: string;
  const password: string;
  const user: OwnUser;
  const isNewUser: boolean;
  const idToken: string;
  const client_id: string;
  const applicationId: string;
  const creationTime: string;
  const productId: string;
  const priceId: string;
  const cookies: typeof import('next/headers').cookies;
  const subscription_items: { item_price_id: string }[];
  const storeId: string;
  const variantId: string;
  const id: string;
  const at: Date;
  const body: string;
  function createUser(input: unknown): Promise<OwnUser>;
  // docs/sources.md shows both.
  function announceSignup(
    user: { id: string | number; email: string; name?: string | null },
    visitorId?: string | null,
  ): Promise<void>;
  function visitorIdOf(cookieHeader: string | null | undefined): string | undefined;

  // Clients of the providers.
  const stripe: Stripe;
  const supabase: { auth: AuthClient };
  const workos: WorkOS;
  const polar: Polar;
  const client: DodoPayments;
  const creem: Creem;
  const stytch: Client;
  const Paddle: PaddleJs;
  const createCheckout: typeof createLemonSqueezyCheckout;
  function betterAuth(options: BetterAuthOptions): unknown;

  namespace JSX {
    interface Element {
      readonly type: unknown;
    }
    interface ElementChildrenAttribute {
      children: unknown;
    }
  }
}
