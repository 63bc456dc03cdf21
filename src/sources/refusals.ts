// Why a webhook was refused. The answer to the sender never says it: these words are for the operator alone.
import type { ReasonTable } from '../reasons.ts';
import type { Refusal } from './verification.ts';

const OTHER_SECRET =
  'Copy the signing secret from the provider’s webhook page again: it was changed there, or it belongs to another endpoint.';
const NOT_FROM_THE_PROVIDER =
  'If nothing of yours sends it, it is a stranger, and there is nothing to do. Otherwise check that the webhook is of this provider.';

export const REFUSAL_REASONS = {
  no_secret: {
    class: 'configuration',
    says: 'The secret of the source is not set, so nothing can be proven.',
    todo: 'Set the secret of the source, or remove the webhook at the provider.',
  },
  signature_mismatch: {
    class: 'configuration',
    says: 'The signature does not fit the secret.',
    todo: OTHER_SECRET,
  },
  token_mismatch: {
    class: 'configuration',
    says: 'The token is not the one that is set.',
    todo: 'Set the same token at the provider and as the secret of the source.',
  },
  jwt_invalid: {
    class: 'configuration',
    says: 'The signed token is not of the issuer that is set, or it has expired.',
    todo: 'Check the secret of the source: docs/sources.md says what names the issuer.',
  },
  timestamp_outside_tolerance: {
    class: 'configuration',
    says: 'It was signed more than five minutes ago, or in the future.',
    todo: 'Check the clock of the sender. A provider that sends again signs again.',
  },
  id_malformed: {
    class: 'configuration',
    says: 'The id in the header has a dot, a space or a letter outside ASCII, or is over 256 characters.',
    todo: 'Make the id of a digest of your own id, as docs/sources.md shows it.',
  },
  header_missing: {
    class: 'permanent',
    says: 'It has no signature.',
    todo: NOT_FROM_THE_PROVIDER,
  },
  header_malformed: {
    class: 'permanent',
    says: 'Its signature is not in the form of this provider.',
    todo: NOT_FROM_THE_PROVIDER,
  },
  too_large: {
    class: 'permanent',
    says: 'It is larger than 1 MiB.',
    todo: NOT_FROM_THE_PROVIDER,
  },
  broken_off: {
    class: 'transient',
    says: 'Its body broke off.',
    todo: 'Nothing to do. The provider sends it again.',
  },
  keys_unavailable: {
    class: 'transient',
    says: 'The keys of the issuer could not be read.',
    todo: 'Nothing to do, unless it happens often. The provider sends it again.',
  },
  not_queued: {
    class: 'transient',
    says: 'The queue did not accept the signup.',
    todo: 'The provider sends it again. When it happens often, look at the status of Cloudflare Queues.',
  },
} as const satisfies ReasonTable & Record<Refusal, unknown>;
