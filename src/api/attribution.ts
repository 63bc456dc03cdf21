// What brought a person, and why Whence says so.
import * as z from 'zod';
import { CHANNELS, type Attribution as Model } from '../model.ts';

const tag = (description: string) => z.string().optional().meta({ description });

export const Attribution = z
  .strictObject({
    channel: z.enum(CHANNELS).meta({ description: 'What kind of traffic it was.' }),
    source: tag('Which site, network or partner, e.g. Google.'),
    medium: tag('utm_medium.'),
    campaign: tag('utm_campaign.'),
    term: tag('utm_term.'),
    content: tag('utm_content.'),
    ref: tag('The ref parameter, as it came.'),
    via: tag('The via parameter, as it came.'),
    clickId: z
      .strictObject({ name: z.string().meta({ example: 'gclid' }), value: z.string() })
      .optional()
      .meta({ description: 'The ad network’s click ID, unchanged.' }),
    landingPage: tag('The first page the person saw.'),
    referrer: tag('The page that linked to the site.'),
    paid: z.boolean().meta({ description: 'Whether somebody paid for the visit.' }),
    rule: tag('The rule that decided, or the operator’s own: `CHANNEL_RULES[2]`.'),
    evidence: z.array(z.string()).meta({
      description: 'The parameters that decided, most decisive first.',
      example: ['utm_medium=cpc'],
    }),
    rulesVersion: z.string().meta({ description: 'Which version of the rules it was.' }),
  })
  .meta({
    id: 'Attribution',
    description: 'What brought the person, and why we say so.',
  }) satisfies z.ZodType<Model>;
