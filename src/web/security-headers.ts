// What every answer tells a browser: load nothing from elsewhere, show it in no frame, say nothing to other sites.

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  ...['script', 'style', 'img', 'connect'].map((kind) => `${kind}-src 'self'`),
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

export const SECURITY_HEADERS: readonly (readonly [name: string, value: string])[] = [
  ['content-security-policy', CONTENT_SECURITY_POLICY],
  ['x-content-type-options', 'nosniff'],
  // Stricter still, browsers would hide the origin of our own forms from us.
  ['referrer-policy', 'same-origin'],
  ['strict-transport-security', 'max-age=31536000'],
  ['permissions-policy', 'camera=(), geolocation=(), microphone=(), payment=()'],
  ['cross-origin-opener-policy', 'same-origin'],
];
