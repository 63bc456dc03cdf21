// Texts compared in a time that tells nothing about either.

/** Compares digests: `timingSafeEqual` wants equal lengths, and a length is a hint too. */
export async function areEqual(a: string, b: string): Promise<boolean> {
  const encoder = new TextEncoder();
  const [digestA, digestB] = await Promise.all(
    [a, b].map((text) => crypto.subtle.digest('SHA-256', encoder.encode(text))),
  );
  return digestA && digestB ? crypto.subtle.timingSafeEqual(digestA, digestB) : false;
}
