// The OpenAPI document as a page. It needs no script, and works under the strictest Content-Security-Policy.
import { html, raw } from 'hono/html';
import { marked } from 'marked';
import type { oas31 } from 'zod-openapi';
import type { OpenApiDocument } from './document.ts';
import { type Html, prose, row, schemaTable } from './schema-table.ts';

interface Shown {
  method: string;
  path: string;
  operation: oas31.OperationObject;
}

/** The page. Its style is `page.css`, served as `/api/reference.css`. */
export async function referencePage(document: OpenApiDocument): Promise<string> {
  const shown = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    (['get', 'post', 'delete'] as const).flatMap((method): Shown[] => {
      const operation = item[method];
      return operation ? [{ method: method.toUpperCase(), path, operation }] : [];
    }),
  );
  for (const [name, item] of Object.entries(document.webhooks ?? {})) {
    if ('post' in item && item.post) {
      shown.push({ method: 'EVENT', path: name, operation: item.post });
    }
  }
  const tags = (document.tags ?? []).map(({ name, description }) => ({
    name,
    description,
    own: shown.filter(({ operation }) => operation.tags?.includes(name)),
  }));
  const schemas = Object.entries(document.components?.schemas ?? {});
  const { title, version, description } = document.info;
  const page = await html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} API</title>
<link rel="icon" href="/static/whence.svg">
<link rel="stylesheet" href="/api/reference.css">
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header><a class="brand" href="/">Whence</a><h1>${title} API</h1>
<p>Version ${version} · <a href="/api/openapi.json">OpenAPI document</a> · <a href="/">Dashboard</a></p></header>
<div class="columns">
<nav aria-label="Routes">${tags.map(
    ({ name, own }) => html`<h2><a href="#tag-${name}">${name}</a></h2>
<ul>${own.map(
      ({ operation }) =>
        html`<li><a href="#${operation.operationId}">${operation.summary}</a></li>`,
    )}</ul>`,
  )}<h2><a href="#schemas">Schemas</a></h2></nav>
<main id="content">
${raw(marked.parse(description ?? '', { async: false }))}
${tags.map(
  (tag) => html`<section id="tag-${tag.name}" aria-labelledby="title-${tag.name}">
<h2 id="title-${tag.name}">${tag.name}</h2><p>${prose(tag.description)}</p>
${tag.own.map(section)}</section>`,
)}
<section id="schemas" aria-labelledby="title-schemas"><h2 id="title-schemas">Schemas</h2>
${schemas.map(
  ([name, schema]) => html`<article id="schema-${name}"><h3>${name}</h3>
<p>${prose(schema.description)}</p>${schemaTable(schema)}</article>`,
)}</section>
</main>
</div>
</body>
</html>
`;
  return String(page);
}

const WHO = new Map([
  ['token', 'For operators: Authorization: Bearer <ADMIN_TOKEN>. VIEWER_TOKEN opens what is read.'],
  ['signature', 'For senders with a signing secret: see the headers.'],
]);

function section({ method, path, operation }: Shown): Html {
  const scheme = Object.keys(operation.security?.[0] ?? {})[0] ?? '';
  const body = operation.requestBody;
  const samples = samplesOf(operation);
  return html`<article id="${operation.operationId}">
<h3>${operation.summary}</h3>
<p class="route"><span class="method ${method.toLowerCase()}">${method}</span> <code>${path}</code></p>
<p>${prose(operation.description)}</p>
<p><small>${WHO.get(scheme) ?? 'Open to everybody.'}</small></p>
${parametersOf(operation)}
${
  body && 'content' in body
    ? html`<h4>Body${body.required ? '' : html` <small>optional</small>`}</h4>
${Object.values(body.content).map(content)}`
    : ''
}
${samples.length > 0 ? html`<h4>Example</h4>${samples.map(code)}` : ''}
<h4>Responses</h4>
${Object.entries<oas31.ResponseObject | oas31.ReferenceObject>(operation.responses ?? {}).map(([status, response]) => responseOf(status, response))}
</article>`;
}

function parametersOf({ parameters = [] }: oas31.OperationObject): Html {
  const named = parameters.flatMap((parameter) => ('in' in parameter ? [parameter] : []));
  if (named.length === 0) return html``;
  return html`<h4>Parameters</h4><div class="scroll" tabindex="0"><table>
<thead><tr><th scope="col">name</th><th scope="col">type</th><th scope="col">meaning</th></tr></thead>
<tbody>${named.map(({ name, schema = {}, required = false, description }) => row(name, schema, required, description))}</tbody></table></div>`;
}

function responseOf(status: string, response: oas31.ResponseObject | oas31.ReferenceObject): Html {
  if (!('description' in response)) return html``;
  const contents = 'content' in response ? Object.values(response.content ?? {}) : [];
  const headers = 'headers' in response ? Object.keys(response.headers ?? {}) : [];
  return html`<details${status.startsWith('2') ? raw(' open') : ''}>
<summary><strong>${status}</strong> ${prose(response.description)}</summary>
${headers.length > 0 ? html`<p><small>With the header ${headers.join(', ')}.</small></p>` : ''}
${contents.map(content)}
</details>`;
}

function content({ schema = {}, example }: oas31.MediaTypeObject): Html {
  return html`${schemaTable(schema)}${
    example === undefined ? '' : code(JSON.stringify(example, null, 2))
  }`;
}

const code = (text: string) => html`<pre tabindex="0"><code>${text}</code></pre>`;

function samplesOf(operation: object): string[] {
  if (!('x-codeSamples' in operation) || !Array.isArray(operation['x-codeSamples'])) return [];
  return operation['x-codeSamples'].flatMap((sample: { source: string }) => sample.source);
}
