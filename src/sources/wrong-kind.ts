// What people paste where a signing secret belongs: another kind of key, recognised by how it begins.

const KINDS: readonly (readonly [RegExp, string])[] = [
  [/^sk_/, 'is a secret API key (sk_…), not a signing secret'],
  [/^rk_/, 'is a restricted API key (rk_…), not a signing secret'],
  [/^pk_/, 'is a publishable key (pk_…), not a signing secret'],
  [/^dft?_/, 'is a key of DataFast, not a signing secret'],
  [/^(we|evt|acct|ep|ins|app)_[A-Za-z0-9]+$/, 'is an id, not a signing secret'],
  [/^https?:\/\//i, 'is an address, not a signing secret'],
];

/** What the text is instead of a secret; `undefined` when it may be one. */
export function wrongKind(text: string): string | undefined {
  return KINDS.find(([pattern]) => pattern.test(text))?.[1];
}
