// The type of an answer, taken from its schema.
import type * as z from 'zod';

/** What a route must return to satisfy a schema. Lists may be readonly, because nobody changes an answer. */
export type Answer<Schema extends z.ZodType> = ReadonlyDeep<z.infer<Schema>>;

type ReadonlyDeep<Value> = Value extends readonly (infer Item)[]
  ? readonly ReadonlyDeep<Item>[]
  : Value extends object
    ? { readonly [Key in keyof Value]: ReadonlyDeep<Value[Key]> }
    : Value;
