// A schema as a table: one row per key. Nested keys have their path.
import { html, raw } from 'hono/html';
import { marked } from 'marked';

/** The part of an OpenAPI 3.1 schema that the tables show. */
export interface Schema {
  $ref?: string;
  description?: string;
  type?: string | readonly string[];
  format?: string;
  const?: unknown;
  enum?: readonly unknown[];
  oneOf?: readonly Schema[];
  anyOf?: readonly Schema[];
  items?: Schema;
  properties?: Readonly<Record<string, Schema>>;
  additionalProperties?: Schema | boolean;
  required?: readonly string[];
  minimum?: number;
  maximum?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  default?: unknown;
  example?: unknown;
  examples?: readonly unknown[];
}
export type Html = ReturnType<typeof html>;

/** Text with `code`, **stress** and [links](…). */
export const prose = (text = '') => raw(marked.parseInline(text, { async: false }));

/** A table of the schema's keys. A schema that is not an object is its type in words. */
export function schemaTable(schema: Schema): Html {
  const rows = rowsOf(schema, '');
  if (rows.length === 0) return html`<p>${typeOf(schema)}</p>`;
  return html`<div class="scroll" tabindex="0"><table>
<thead><tr><th scope="col">key</th><th scope="col">type</th><th scope="col">meaning</th></tr></thead>
<tbody>${rows}</tbody></table></div>`;
}

/** One row of a table of keys or parameters. */
export function row(name: string, schema: Schema, isRequired: boolean, description?: string): Html {
  const example = exampleOf(schema);
  return html`<tr><td><code>${name}</code>${isRequired ? '' : html` <small>optional</small>`}</td>
<td>${typeOf(schema)}</td>
<td>${prose(description ?? schema.description)}${limitsOf(schema)}${
    example === undefined ? '' : html` <small>e.g. <code>${example}</code></small>`
  }</td></tr>`;
}

function rowsOf(schema: Schema, path: string): Html[] {
  const variants = schema.oneOf ?? schema.anyOf ?? [];
  if (variants.some(isObject)) {
    return variants.flatMap((variant, index) => [
      ...(index > 0 ? [html`<tr><td colspan="3"><em>or</em></td></tr>`] : []),
      ...rowsOf(variant, path),
    ]);
  }
  if (schema.items) return rowsOf(schema.items, `${path}[]`);
  const required = schema.required ?? [];
  return Object.entries(schema.properties ?? {}).flatMap(([key, value]) => {
    const name = path === '' ? key : `${path}.${key}`;
    return [row(name, value, required.includes(key)), ...rowsOf(value, name)];
  });
}

const isObject = (schema: Schema) => schema.properties !== undefined;

function typeOf(schema: Schema): Html {
  if (schema.$ref) {
    const name = schema.$ref.replace('#/components/schemas/', '');
    return html`<a href="#schema-${name}">${name}</a>`;
  }
  if (schema.const !== undefined) return html`<code>${String(schema.const)}</code>`;
  if (schema.enum) return between(schema.enum.map((value) => html`<code>${String(value)}</code>`));
  const variants = schema.oneOf ?? schema.anyOf;
  if (variants?.length) return between(variants.map(typeOf));
  if (schema.items) return html`list of ${typeOf(schema.items)}`;
  const { additionalProperties: values } = schema;
  if (typeof values === 'object' && Object.keys(values).length > 0) {
    return html`map of ${typeOf(values)}`;
  }
  const types = [schema.type ?? 'any value'].flat().join(' or ');
  return html`${types}${schema.format ? html` <small>${schema.format}</small>` : ''}`;
}

function between(parts: readonly Html[]): Html {
  return html`${parts.map((part, index) => (index === 0 ? part : html` or ${part}`))}`;
}

function limitsOf(schema: Schema): Html {
  const limits = [
    schema.minimum !== undefined && `from ${schema.minimum}`,
    schema.maximum !== undefined &&
      schema.maximum < Number.MAX_SAFE_INTEGER &&
      `at most ${schema.maximum}`,
    schema.maxLength !== undefined && `at most ${schema.maxLength} characters`,
    schema.minItems !== undefined && `at least ${schema.minItems}`,
    schema.maxItems !== undefined && `at most ${schema.maxItems}`,
    schema.default !== undefined && `default ${String(schema.default)}`,
  ].filter((limit) => limit !== false);
  return limits.length > 0 ? html` <small>${limits.join(', ')}</small>` : html``;
}

function exampleOf({ example, examples }: Schema): string | undefined {
  const shown: unknown = example ?? examples?.[0];
  return shown === undefined
    ? undefined
    : typeof shown === 'string'
      ? shown
      : JSON.stringify(shown);
}
