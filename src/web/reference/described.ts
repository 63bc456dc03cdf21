// Words for what a request takes. They stand here and not in the schemas, which are part of the Worker's upload.
import * as z from 'zod';
import 'zod-openapi';

type Words = z.core.GlobalMeta & { description: string };

/** The schema a route parses with, its every field described. */
export function described<
  Fields extends z.core.$ZodLooseShape,
  Schema extends z.core.$ZodObject<Fields>,
>(schema: Schema, words: { [Name in keyof z.core.input<Schema>]-?: Words }): Schema {
  const { shape } = schema._zod.def;
  for (const [name, word] of Object.entries<Words>(words)) {
    const field = shape[name];
    if (field) z.globalRegistry.add(field, word);
  }
  return schema;
}
