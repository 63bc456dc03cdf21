// `z.catch` by other means: zod's own makes the upload keep every inner tool of zod, 3 KB of them.
import * as z from 'zod/mini';

/** What `type` makes of the value, or `fallback` where it refuses. */
export function otherwise<Type extends z.ZodMiniType>(type: Type, fallback: z.output<Type>) {
  return z.pipe(
    z.optional(z.unknown()),
    z.transform((value: unknown): z.output<Type> => {
      const read = z.safeParse(type, value);
      return read.success ? read.data : fallback;
    }),
  );
}

/** Absent where `type` refuses. */
export function ifReadable<Type extends z.ZodMiniType>(type: Type) {
  return z.optional(otherwise(z.optional(type), undefined));
}
