// The registry: a source that stands here has a route.
import { clerk } from './clerk.ts';
import { signup } from './signup.ts';
import type { Source } from './source.ts';
import { stripe } from './stripe.ts';

export const sources: ReadonlyMap<string, Source> = new Map(
  [stripe, clerk, signup].map((source) => [source.name, source]),
);
