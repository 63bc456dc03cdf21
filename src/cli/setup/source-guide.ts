// Where a source's webhook is made and where its secret comes from. Read from docs/sources.md, so the titles of its
// paragraphs (Webhook, Events, Secret) must stay.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DOCS } from '../product.ts';

export interface SourceGuide {
  webhook: string;
  events: string;
  secret: string;
}

/** By source. `url`: the Worker's, put in place of the documentation's. */
export function readSourceGuides(url: string): ReadonlyMap<string, SourceGuide> {
  const sections = readFileSync(join(DOCS, 'sources.md'), 'utf8').split(/^## /m).slice(1);
  return new Map(
    sections.map((section) => {
      const [name = ''] = section.split('\n', 1);
      const paragraph = (title: string) =>
        (new RegExp(`^\\*\\*${title}\\.\\*\\* ([^]*?)\\n\\n`, 'm').exec(section)?.[1] ?? '')
          .replace(/\s+/g, ' ')
          .replace(/`|\[([^\]]*)\]\([^)]*\)/g, '$1')
          .replaceAll('https://<your worker>', url.replace(/\/$/, ''))
          // What follows in the documentation is code, which is not shown here.
          .replace(/:$/, ', as docs/sources.md shows.');
      const guide = {
        webhook: paragraph('Webhook'),
        events: paragraph('Events'),
        secret: paragraph('Secret'),
      };
      return [name.trim(), guide];
    }),
  );
}
