// The description of the API: complete, and a page that needs no script.
import { describe, expect, it } from 'vitest';
import documentation from '../../../docs/api.md?raw';
import { version } from '../../../package.json';
import { routes } from '../../../src/web/app.ts';
import { openapiDocument } from '../../../src/web/reference/document.ts';
import { readExamples } from '../../../src/web/reference/examples.ts';
import { operations } from '../../../src/web/reference/operations.ts';
import { referencePage } from '../../../src/web/reference/page.ts';

const document = openapiDocument(version, readExamples(documentation));

/** Routes for machines. Those of the dashboard are for people. */
const IS_DESCRIBED = /^\/(api|webhooks|health)\b/;

const SCHEMAS: Record<string, string> = { 'person.erased': 'ErasedEvent' };

describe('the OpenAPI document', () => {
  it('describes every route of the Worker, and no other', () => {
    const there = routes()
      .routes.filter(({ method, path }) => method !== 'ALL' && IS_DESCRIBED.test(path))
      .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}').replace(/\/$/, '')}`);
    const described = operations
      // One route takes the webhooks of every source, and answers other methods itself.
      .filter(({ id, isAsset }) => !isAsset && !id.startsWith('receive'))
      .map(({ method, path }) => `${method.toUpperCase()} ${path}`);
    expect(new Set(described)).toEqual(new Set(there));
  });

  it('lets a newer Worker add keys to its answers', () => {
    for (const schema of Object.values(document.components?.schemas ?? {})) {
      expect(schema).not.toHaveProperty('additionalProperties', false);
    }
  });

  it('describes every event that Whence sends, with its headers and what may be answered', () => {
    const events = Object.entries(document.webhooks ?? {}).filter(([name]) => name.includes('.'));
    expect(events.map(([name]) => name)).toEqual([
      'signup.enriched',
      'signup.updated',
      'signup.failed',
      'person.erased',
    ]);
    for (const [name, item] of events) {
      const { post } = 'post' in item ? item : {};
      expect(post?.requestBody).toMatchObject({
        content: {
          'application/json': {
            schema: { $ref: `#/components/schemas/${SCHEMAS[name] ?? 'SentEvent'}` },
          },
        },
      });
      expect(post?.parameters).toHaveLength(3);
      expect(Object.keys(post?.responses ?? {})).toEqual(['410', '429', '2XX', '4XX', '5XX']);
    }
  });

  it('describes every parameter', () => {
    for (const item of Object.values(document.paths ?? {})) {
      for (const operation of [item.get, item.post, item.delete]) {
        for (const parameter of operation?.parameters ?? []) {
          expect(parameter).toHaveProperty('description', expect.stringMatching(/\w/));
        }
      }
    }
  });
});

describe('the reference page', async () => {
  const page = await referencePage(document);

  it('shows every operation, and every link has its target', () => {
    const anchors = new Set([...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
    const links = [...page.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id ?? '');
    expect(links.filter((link) => !anchors.has(link))).toEqual([]);
    expect(operations.filter(({ id }) => !anchors.has(id))).toEqual([]);
  });

  it('lets the keyboard scroll what is too wide', () => {
    expect(page).toContain('<div class="scroll" tabindex="0">');
    expect(page).not.toMatch(/class="scroll"(?! tabindex="0")|<pre(?! tabindex="0")/);
  });

  it('has no script, no inline style, and nothing from elsewhere', () => {
    expect(page).not.toMatch(/<script|<style|\sstyle=|\son\w+=|src=/);
    const linked = [...page.matchAll(/<link[^>]*href="([^"]+)"/g)].map(([, href]) => href);
    expect(linked).toEqual(['/static/whence.svg', '/api/reference.css']);
  });

  it('shows angle brackets as text', () => {
    expect(page).toContain('&lt;ADMIN_TOKEN&gt;');
    expect(page).not.toContain('<ADMIN_TOKEN>');
  });
});
