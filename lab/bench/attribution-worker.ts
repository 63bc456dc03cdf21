// The Worker that lab/bench/attribution.ts measures: it attributes one visitor as often as it is told to.
import { attribute } from '../../src/attribution/attribute.ts';
import { parseChannelRules } from '../../src/attribution/read-channel-rules.ts';

const { rules } = parseChannelRules(
  JSON.stringify(
    Array.from({ length: 20 }, (_, index) => ({
      when: { campaign: `webinar-${index}-*`, source: ['acme', 'initech'] },
      channel: 'Email',
    })),
  ),
);
const TAGS = ['utm_source', 'utm_medium', 'utm_campaign', 'utm_term', 'utm_content'];

export interface Job {
  link: string;
  referrer: string;
  count: number;
  withRules: boolean;
}

export default {
  async fetch(request) {
    const { link, referrer, count, withRules } = await request.json<Job>();
    const query = [...new URLSearchParams(link)];
    const params = Object.fromEntries(query.filter(([name]) => TAGS.includes(name)));
    const clickIds = Object.fromEntries(query.filter(([name]) => !TAGS.includes(name)));
    let length = 0;
    for (let index = 0; index < count; index += 1) {
      const url = `codefa.st/pricing/${index}?${link}`;
      const visitor = {
        visitorId: '',
        params,
        clickIds,
        pages: [{ url, at: '2026-11-01T10:00:00Z' }],
        goals: [],
        currentUrl: 'codefa.st/signup',
        firstSeenAt: '2026-11-01T10:00:00Z',
      };
      length += attribute({ visitor, referrer }, withRules ? rules : undefined).channel.length;
    }
    return Response.json({ length });
  },
} satisfies ExportedHandler;
