// The channels as a marketer would argue them: the link, where it was clicked, and on whose word.
import { describe, expect, it } from 'vitest';
import { attribute } from '../../src/attribution/attribute.ts';
import type { Channel } from '../../src/model.ts';
import { visitorBy } from './visitor.ts';

type Row = readonly [link: string, channel: Channel, source: string | undefined, basis: string];

const byTag: readonly Row[] = [
  // Paid by medium
  ['utm_source=google&utm_medium=cpc', 'Paid Search', 'Google', 'GA4'],
  ['utm_source=bing&utm_medium=ppc', 'Paid Search', 'Bing', 'GA4'],
  ['utm_source=duckduckgo&utm_medium=paid', 'Paid Search', 'DuckDuckGo', 'GA4: paid.*'],
  ['utm_source=facebook&utm_medium=cpc', 'Paid Social', 'Facebook', 'GA4'],
  ['utm_source=linkedin&utm_medium=paid-social', 'Paid Social', 'LinkedIn', 'GA4: paid.*'],
  ['utm_source=LinkedIn&utm_medium=Paid+Social', 'Paid Social', 'LinkedIn', 'spelling'],
  ['utm_source=fb&utm_medium=paidsocial', 'Paid Social', 'Facebook', 'HubSpot'],
  ['utm_source=reddit&utm_medium=social-paid', 'Paid Social', 'Reddit', 'paid as a suffix'],
  ['utm_source=facebook&utm_medium=cpm', 'Paid Social', 'Facebook', 'GA4: the source first'],
  ['utm_source=youtube&utm_medium=cpv', 'Paid Video', 'YouTube', 'GA4'],
  ['utm_source=amazon&utm_medium=cpc', 'Paid Shopping', 'Amazon', 'GA4'],
  [
    'utm_source=google&utm_medium=cpc&utm_campaign=shopping-eu',
    'Paid Shopping',
    'Google',
    'GA4: the campaign says shopping',
  ],
  [
    'utm_source=google&utm_medium=cpc&utm_campaign=shopify-apps',
    'Paid Search',
    'Google',
    'about shops is not shopping',
  ],
  [
    'utm_source=google&utm_medium=cpc&utm_campaign=workshop',
    'Paid Search',
    'Google',
    'GA4: a workshop is no shop',
  ],
  ['utm_source=acme&utm_medium=paid_social', 'Paid Social', 'acme', 'PostHog: the medium says it'],
  ['utm_source=acme&utm_medium=sem', 'Paid Search', 'acme', 'search engine marketing'],
  ['utm_source=acme&utm_medium=cpc', 'Paid Other', 'acme', 'GA4'],
  ['utm_source=acme&utm_medium=retargeting', 'Paid Other', 'acme', 'GA4'],
  ['utm_source=acme&utm_medium=sponsored', 'Paid Other', 'acme', 'a word for ads'],
  ['utm_source=google&utm_medium=pmax', 'Paid Search', 'Google', 'a word for ads'],
  ['utm_source=tldr&utm_medium=newsletter-ad', 'Paid Other', 'tldr', 'an ad in a newsletter'],
  ['utm_medium=cpc&fbclid=IwAR1', 'Paid Social', 'Meta', 'paid says the tag, Meta the click ID'],
  ['utm_source=chatgpt.com&utm_medium=cpc', 'Paid Other', 'ChatGPT', 'no paid channel for AI'],
  ['utm_source=acme&utm_medium=mcp', 'Other Campaign', 'acme', 'no ad, though GA4 reads .*cp.*'],

  // Paid by the name of the source
  ['utm_source=fb-ads', 'Paid Social', 'Facebook', 'Plausible'],
  ['utm_source=facebook_ads', 'Paid Social', 'Facebook', 'Plausible'],
  ['utm_source=googleads', 'Paid Search', 'Google', 'Plausible'],
  ['utm_source=adwords', 'Paid Search', 'Google', 'Plausible'],
  ['utm_source=reddit-ads', 'Paid Social', 'Reddit', 'Plausible'],
  ['utm_source=yt-ads', 'Paid Video', 'YouTube', 'Plausible'],
  ['utm_source=acme-ads', 'Paid Other', 'acme-ads', 'the name says it'],
  ['utm_source=downloads', 'Other Campaign', 'downloads', 'no ad, though it ends in ads'],
  ['utm_source=threads', 'Organic Social', 'Threads', 'no ad, though it ends in ads'],

  // Paid by click ID
  ['gclid=Cj0abc', 'Paid Search', 'Google', 'GA4, HubSpot'],
  ['gbraid=0AAAA', 'Paid Search', 'Google', 'Google Ads on iOS'],
  ['wbraid=ClkKCQ', 'Paid Search', 'Google', 'Google Ads on iOS'],
  ['gclid=Cj0abc&gclsrc=3p.ds', 'Display', 'Google', 'Search Ads 360 help'],
  ['gclid=Cj0abc&gclsrc=ds', 'Paid Search', undefined, 'SA360: maybe not Google'],
  ['gclsrc=aw.ds', 'Unknown', undefined, 'a qualifier is no click ID'],
  ['msclkid=e1f2', 'Paid Search', 'Bing', 'Snowplow, Plausible'],
  ['ttclid=E.C.P', 'Paid Social', 'TikTok', 'TikTok help'],
  ['twclid=2-abc', 'Paid Social', 'X', 'X'],
  ['li_fat_id=0a1b', 'Paid Social', 'LinkedIn', 'LinkedIn'],
  ['utm_source=youtube&gclid=Cj0abc', 'Paid Video', 'YouTube', 'the tag says where'],
  ['utm_source=google&utm_medium=display&gclid=Cj0abc', 'Display', 'Google', 'GA4: display'],
  ['utm_source=newsletter&gclid=Cj0abc', 'Paid Search', 'Newsletter', 'only a medium cancels'],

  // An explicit medium beats the click ID and the source
  ['utm_source=google&utm_medium=email', 'Email', 'Google', 'HubSpot'],
  ['utm_source=mailchimp&utm_medium=email&gclid=Cj0abc', 'Email', 'Mailchimp', 'a copied ad link'],
  ['utm_source=jane&utm_medium=affiliate&gclid=Cj0abc', 'Affiliate', 'jane', 'a copied ad link'],
  ['utm_source=acme&utm_medium=sms&fbclid=IwAR1', 'SMS', 'acme', 'a copied link'],
  ['utm_source=onesignal&utm_medium=push&msclkid=e1f2', 'Push', 'OneSignal', 'a copied ad link'],
  ['utm_source=fb-ads&utm_medium=email', 'Email', 'Facebook', 'the medium is explicit'],
  ['utm_source=hs_email', 'Email', 'hs_email', 'HubSpot tags its mail so'],
  ['utm_source=tldrnewsletter', 'Email', 'tldrnewsletter', 'Plausible'],
  ['utm_source=newsletter', 'Email', 'Newsletter', 'Plausible, Rybbit'],
  ['utm_source=acme&utm_medium=e_mail', 'Email', 'acme', 'GA4'],
  ['utm_source=acme&utm_medium=partnership', 'Affiliate', 'acme', 'PostHog'],
  ['utm_source=acme&utm_medium=web-push', 'Push', 'acme', 'GA4: ends with push'],
  ['utm_source=firebase', 'Push', 'Firebase', 'GA4'],
  ['utm_source=syntaxfm&utm_medium=podcast', 'Audio', 'syntaxfm', 'GA4: audio'],
  ['utm_source=acme&utm_medium=banner', 'Display', 'acme', 'GA4'],
  ['utm_source=acme&utm_medium=cpm', 'Display', 'acme', 'GA4'],
  ['utm_source=google&utm_campaign=Cross-network', 'Cross-network', 'Google', 'GA4'],
  ['utm_source=acme&utm_medium=ai-assistant', 'AI Assistant', 'acme', 'GA4 since May 2026'],
  ['utm_source=acme&utm_medium=referral', 'Referral', 'acme', 'GA4'],
  ['utm_source=acme&utm_medium=social', 'Organic Social', 'acme', 'GA4'],

  // By source
  ['utm_source=chatgpt.com', 'AI Assistant', 'ChatGPT', 'ChatGPT tags its links'],
  ['utm_source=perplexity', 'AI Assistant', 'Perplexity', 'Plausible'],
  ['utm_source=google&utm_medium=organic', 'Organic Search', 'Google', 'GA4'],
  ['ref=x.com', 'Organic Social', 'X', 'DataFast: refs are often hosts'],
  ['ref=youtube.com', 'Organic Video', 'YouTube', "DataFast's own sample"],
  ['ref=https%3A%2F%2Fwww.youtube.com%2Fwatch', 'Organic Video', 'YouTube', 'an address as ref'],
  ['ref=producthunt', 'Organic Social', 'Product Hunt', 'Plausible'],
  ['utm_source=t.co', 'Organic Social', 'X', 'Plausible'],
  ['utm_source=ig', 'Organic Social', 'Instagram', 'Plausible'],
  ['utm_source=linkedin&utm_medium=video', 'Organic Social', 'LinkedIn', 'GA4: the source first'],
  ['utm_source=acme&utm_medium=video', 'Organic Video', 'acme', 'GA4'],
  ['utm_source=acme&utm_campaign=e-shop', 'Organic Shopping', 'acme', 'GA4'],
  ['utm_source=etsy', 'Organic Shopping', 'Etsy', 'GA4'],
  ['utm_source=github', 'Referral', 'GitHub', 'a site, not a network'],

  // Weak signs
  ['fbclid=IwAR1', 'Organic Social', 'Meta', 'PostHog: not proof of an ad'],
  ['fbclid=IwAR1&msclkid=e1f2', 'Paid Search', 'Bing', 'never hides another'],
  ['via=jane', 'Affiliate', undefined, 'a partner code, not a source'],
  ['via=jane&ref=producthunt', 'Organic Social', 'Product Hunt', 'a known source says more'],

  // A source nobody knows
  ['ref=indiepage.example', 'Referral', 'indiepage.example', 'Plausible'],
  ['ref=jane', 'Referral', 'jane', 'came as ref'],
  ['source=partner-blog', 'Referral', 'partner-blog', 'came as source'],
  ['utm_source=blog.acme.com', 'Referral', 'blog.acme.com', 'looks like a host'],
  ['utm_source=spring-launch', 'Other Campaign', 'spring-launch', 'HubSpot: Other campaigns'],
  ['utm_campaign=spring', 'Other Campaign', undefined, 'HubSpot'],
  ['utm_source=codefa.st', 'Other Campaign', 'codefa.st', 'the site itself is no referrer'],
  ['ref=codefa.st', 'Unknown', undefined, 'the site itself is no referrer'],

  // Nothing said
  ['', 'Unknown', undefined, 'PostHog: not Direct, for nobody knows'],
  ['utm_source=null&utm_medium=(not+set)', 'Unknown', undefined, 'spellings of nothing'],
  ['utm_source=(direct)&utm_medium=(none)', 'Unknown', undefined, 'spellings of nothing'],
  ['utm_source={{site_source_name}}', 'Unknown', undefined, 'a macro nobody expanded'],
  ['gclid={gclid}', 'Unknown', undefined, 'a macro nobody expanded'],
  ['utm_source=google.github.io', 'Referral', 'google.github.io', 'a neighbour, not Google'],
  ['utm_source=google.co.uk', 'Organic Search', 'Google', 'every country'],
];

describe('the channel by the link alone', () => {
  it.each(byTag)('?%s is %s from %s (%s)', (link, channel, source) => {
    const attribution = attribute({ visitor: visitorBy(link) });
    expect(attribution.channel).toBe(channel);
    expect(attribution.source).toBe(source);
  });
});

const byReferrer: readonly (readonly [referrer: string, ...Row])[] = [
  ['', '', 'Direct', undefined, 'known to be empty'],
  ['Direct/None', '', 'Direct', undefined, "DataFast's word for empty"],
  ['null', '', 'Unknown', undefined, 'nothing was told'],
  ['about:blank', '', 'Unknown', undefined, 'no page'],
  ['https://www.google.com/', '', 'Organic Search', 'Google', 'a search engine'],
  ['https://google.evil.example/', '', 'Referral', 'google.evil.example', 'not Google'],
  ['Google', '', 'Organic Search', 'Google', "DataFast's friendly name"],
  ['https://docs.google.com/document/d/1', '', 'Referral', 'Google Workspace', 'no search'],
  ['https://mail.google.com/mail/u/0/', '', 'Email', 'Gmail', 'mail, not search'],
  ['android-app://com.google.android.gm/', '', 'Email', 'Gmail', 'the app'],
  ['https://chatgpt.com/', '', 'AI Assistant', 'ChatGPT', 'an assistant'],
  ['https://gemini.google.com/', '', 'AI Assistant', 'Gemini', 'AI before search'],
  ['https://edgeservices.bing.com/', '', 'AI Assistant', 'Microsoft Copilot', 'AI before search'],
  ['https://l.facebook.com/l.php?u=x', '', 'Organic Social', 'Facebook', 'its link shim'],
  ['https://news.ycombinator.com/', '', 'Organic Social', 'Hacker News', 'Plausible'],
  ['https://youtu.be/abc', '', 'Organic Video', 'YouTube', 'a short link'],
  ['https://blog.acme.com/review', '', 'Referral', 'blog.acme.com', 'any other page'],
  ['https://app.codefa.st/signup', '', 'Unknown', undefined, 'the site itself'],
  ['https://checkout.stripe.com/c/pay', '', 'Unknown', undefined, 'a payment page'],
  ['https://accounts.google.com/', '', 'Unknown', undefined, 'a login'],
  ['https://www.google.com/', 'utm_medium=cpc', 'Paid Search', 'Google', 'PostHog'],
  ['https://t.co/abc', 'gclid=Cj0abc', 'Paid Search', 'X', 'the click ID says where'],
  ['https://www.google.com/', 'ref=acme.com', 'Referral', 'acme.com', 'the tag speaks first'],
  [
    'https://lnkd.in/',
    'utm_campaign=spring',
    'Organic Social',
    'LinkedIn',
    'no source in the tags',
  ],
  ['', 'utm_source=spring', 'Other Campaign', 'spring', 'tagged, so not Direct'],
];

describe('the channel where the referrer is known', () => {
  it.each(byReferrer)('"%s" with ?%s is %s from %s (%s)', (referrer, link, channel, source) => {
    const attribution = attribute({ visitor: visitorBy(link), referrer });
    expect(attribution.channel).toBe(channel);
    expect(attribution.source).toBe(source);
  });

  it('attributes by the referrer alone when the visitor is unknown', () => {
    expect(attribute({ referrer: 'https://www.bing.com/' })).toMatchObject({
      channel: 'Organic Search',
      source: 'Bing',
      referrer: 'bing.com/',
    });
    expect(attribute({}).channel).toBe('Unknown');
  });
});

describe('what counts as paid', () => {
  it.each([
    ['utm_source=google&utm_medium=cpc', true],
    ['gclid=Cj0abc', true],
    ['utm_medium=display', true],
    ['fbclid=IwAR1', false],
    ['utm_medium=email&gclid=Cj0abc', false],
    ['utm_source=google', false],
    ['via=jane', false],
  ])('?%s: %s', (link, paid) => {
    expect(attribute({ visitor: visitorBy(link) }).paid).toBe(paid);
  });
});
