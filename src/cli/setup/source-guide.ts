// Where a source's webhook is made and where its secret comes from. Read from docs/sources.md, so the titles of its
// paragraphs (Webhook, Events, Secret, Carry the cookie) must stay.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DOCS } from '../product.ts';

export interface SourceGuide {
  webhook: string;
  events: string;
  secret: string;
  /** How the visitor ID travels with a signup, with its code. */
  cookie: string;
}

const PLACEHOLDER = 'https://<your worker>';

/** By source. `url`: the Worker's, put in place of the documentation's. */
export function readSourceGuides(url: string): ReadonlyMap<string, SourceGuide> {
  const worker = url.replace(/\/$/, '');
  const withUrl = (text: string) => text.replaceAll(PLACEHOLDER, worker);
  const sections = readFileSync(join(DOCS, 'sources.md'), 'utf8').split(/^## /m).slice(1);
  return new Map(
    sections.map((section) => {
      const [name = ''] = section.split('\n', 1);
      const paragraph = (title: string) =>
        (new RegExp(`^\\*\\*${title}\\.\\*\\* ([\\s\\S]*?)\\n\\n`, 'm').exec(section)?.[1] ?? '')
          .replace(/\s+/g, ' ')
          .replace(/`|\[([^\]]*)\]\([^)]*\)/g, '$1')
          .replaceAll(PLACEHOLDER, worker)
          // What follows in the documentation is code, which is not shown here.
          .replace(/:$/, ', as docs/sources.md shows.');
      const guide = {
        webhook: paragraph('Webhook'),
        events: paragraph('Events'),
        secret: paragraph('Secret'),
        cookie: withUrl(cookieIn(section)),
      };
      return [name.trim(), guide];
    }),
  );
}

/** From its title to the first code, or to the end of the paragraph where there is none. */
function cookieIn(section: string): string {
  const [, rest = ''] = section.split('**Carry the cookie.**');
  const [text = ''] = rest.split(/^\*\*[A-Z]/m, 1);
  const [, before = '', code = ''] = /^([\s\S]*?)```\w*\n([\s\S]*?)```/.exec(text) ?? [];
  const words = (code ? before : (text.split('\n\n')[0] ?? ''))
    .replace(/\s+/g, ' ')
    .replace(/`|\[([^\]]*)\]\([^)]*\)/g, '$1')
    .trim();
  return [words, code.trimEnd()].filter((part) => part).join('\n');
}
