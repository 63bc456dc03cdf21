// The bindings that exist in tests only.
declare namespace Cloudflare {
  interface Env {
    MIGRATIONS: import('cloudflare:test').D1Migration[];
    HUBSPOT_TOKEN: string;
    STRIPE_WEBHOOK_SECRET: string;
    CLERK_WEBHOOK_SECRET: string;
    SIGNUP_WEBHOOK_SECRET: string;
  }
}
