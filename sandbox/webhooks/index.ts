// A sample for every source.
import { clerk } from './clerk.ts';
import type { Sample } from './sample.ts';
import { signup } from './signup.ts';
import { stripe } from './stripe.ts';

export const samples: ReadonlyMap<string, Sample> = new Map(
  [stripe, clerk, signup].map((sample) => [sample.source, sample]),
);
