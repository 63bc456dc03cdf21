// Descriptions of parameters and bodies. They are not in the schemas, because those are part of the Worker's upload.
import * as z from 'zod';
import 'zod-openapi';

type Description = z.core.GlobalMeta & { description: string };

/** The schema that a route parses with, with a description of every field. */
export function described<
  Fields extends z.core.$ZodLooseShape,
  Schema extends z.core.$ZodObject<Fields>,
>(schema: Schema, descriptions: { [Name in keyof z.core.input<Schema>]-?: Description }): Schema {
  const { shape } = schema._zod.def;
  for (const [name, description] of Object.entries<Description>(descriptions)) {
    const field = shape[name];
    if (field) z.globalRegistry.add(field, description);
  }
  return schema;
}
