// Where a person came from, and why Whence says so.
import * as z from 'zod';
import { CHANNELS, type Attribution as Model, type Touch as TouchModel } from '../model.ts';

const tag = (description: string) => z.string().optional().meta({ description });

export const Attribution = z
  .object({
    channel: z.enum(CHANNELS).meta({ description: 'The kind of traffic.' }),
    source: tag('The site, network or partner, e.g. Google.'),
    utmSource: tag('The tag that named the source, as it came: `fb` where `source` says Facebook.'),
    medium: tag('`utm_medium`.'),
    campaign: tag('`utm_campaign`.'),
    term: tag('`utm_term`.'),
    content: tag('`utm_content`.'),
    ref: tag('The parameter `ref`, unchanged.'),
    via: tag('The parameter `via`, unchanged.'),
    clickId: z
      .object({ name: z.string().meta({ example: 'gclid' }), value: z.string() })
      .optional()
      .meta({ description: 'The ad network’s click ID, unchanged.' }),
    unknownIds: z
      .array(z.string())
      .optional()
      .meta({
        description: 'Names of parameters that look like click IDs and that no rule knows.',
        example: ['newclid'],
      }),
    landingPage: tag('The first page the person saw.'),
    referrer: tag('The page that linked to the site.'),
    paid: z.boolean().meta({ description: 'Whether somebody paid for the visit.' }),
    rule: tag('The rule that decided, or the operator’s own: `CHANNEL_RULES[2]`.'),
    evidence: z.array(z.string()).meta({
      description: 'The parameters that decided, the most decisive first.',
      example: ['utm_medium=cpc'],
    }),
    rulesVersion: z.string().meta({ description: 'The version of the rules.' }),
  })
  .meta({
    id: 'Attribution',
    description: 'Where the person came from, and why Whence says so.',
  }) satisfies z.ZodType<Model>;

export const Touch = z
  .object({
    channel: z.enum(CHANNELS),
    source: tag('The site, network or partner.'),
    medium: tag('`utm_medium`.'),
    campaign: tag('`utm_campaign`.'),
    page: tag('The page that the visit began on.'),
    at: z.iso.datetime().optional().meta({ description: 'When the visit began.' }),
  })
  .meta({
    id: 'Touch',
    description: 'What brought the person on one visit.',
  }) satisfies z.ZodType<TouchModel>;
