// A sample for every source.
import { auth0 } from './auth0.ts';
import { chargebee } from './chargebee.ts';
import { clerk } from './clerk.ts';
import { creem } from './creem.ts';
import { descope } from './descope.ts';
import { dodo } from './dodo.ts';
import { firebase } from './firebase.ts';
import { fusionauth } from './fusionauth.ts';
import { kinde } from './kinde.ts';
import { lemonsqueezy } from './lemonsqueezy.ts';
import { logto } from './logto.ts';
import { memberstack } from './memberstack.ts';
import { outseta } from './outseta.ts';
import { paddle } from './paddle.ts';
import { polar } from './polar.ts';
import { revenuecat } from './revenuecat.ts';
import type { Sample } from './sample.ts';
import { shopify } from './shopify.ts';
import { signup } from './signup.ts';
import { stripe } from './stripe.ts';
import { stytch } from './stytch.ts';
import { supabase } from './supabase.ts';
import { workos } from './workos.ts';

export const samples: ReadonlyMap<string, Sample> = new Map(
  [
    stripe,
    clerk,
    auth0,
    supabase,
    workos,
    kinde,
    firebase,
    logto,
    stytch,
    descope,
    fusionauth,
    memberstack,
    outseta,
    polar,
    lemonsqueezy,
    paddle,
    dodo,
    creem,
    chargebee,
    shopify,
    revenuecat,
    signup,
  ].map((sample) => [sample.source, sample]),
);
