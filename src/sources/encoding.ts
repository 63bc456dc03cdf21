// Strict decoding: a value has one canonical spelling, and no other is accepted. So a signature has no second spelling.

/** The 32 bytes of an HMAC-SHA256 in hex or base64; `undefined` for anything else. */
export function decodeMac(text: string, encoding: 'hex' | 'base64'): Uint8Array | undefined {
  if (encoding === 'hex') return /^[0-9a-f]{64}$/i.test(text) ? fromHex(text) : undefined;
  if (!/^[A-Za-z0-9+/]{43}=$/.test(text)) return undefined;
  const bytes = fromBase64(text);
  return toBase64(bytes) === text ? bytes : undefined;
}

/** The 64 bytes of an Ed25519 signature in base64; `undefined` for anything else. */
export function decodeEd25519(text: string): Uint8Array | undefined {
  if (!/^[A-Za-z0-9+/]{86}==$/.test(text)) return undefined;
  const bytes = fromBase64(text);
  return toBase64(bytes) === text ? bytes : undefined;
}

/** The bytes of a secret in base64, padded or not; `undefined` for anything else and for an empty text. */
export function decodeSecret(text: string): Uint8Array | undefined {
  const unpadded = text.replace(/={1,2}$/, '');
  if (unpadded === '' || unpadded.length % 4 === 1 || !/^[A-Za-z0-9+/]+$/.test(unpadded)) {
    return undefined;
  }
  return fromBase64(unpadded);
}

/** The bytes of a key in hex, 16 at least; `undefined` for anything else. */
export function decodeHex(text: string): Uint8Array | undefined {
  return /^(?:[0-9a-f]{2}){16,}$/i.test(text) ? fromHex(text) : undefined;
}

function fromHex(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length / 2);
  for (let index = 0; index < bytes.length; index += 1) {
    bytes[index] = Number.parseInt(text.slice(2 * index, 2 * index + 2), 16);
  }
  return bytes;
}

function fromBase64(text: string): Uint8Array {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let index = 0; index < bytes.length; index += 1) bytes[index] = binary.charCodeAt(index);
  return bytes;
}

export function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}
