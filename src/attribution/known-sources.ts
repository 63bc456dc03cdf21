// The sources a SaaS meets most, by hand: one name each, whatever a tag or a host calls it.

/** What kind of place a source is; the rules turn it into a channel. */
export type Category =
  | 'search'
  | 'social'
  | 'video'
  | 'shopping'
  | 'ai'
  | 'email'
  | 'sms'
  | 'push'
  | 'site';

/** The kinds of place with a paid channel of their own. */
export type AdCategory = 'search' | 'social' | 'video' | 'shopping' | 'display';

export interface KnownSource {
  /** The one name it goes by in the CRM. */
  name: string;
  category: Category;
}

/** Name; hosts, the main one first, `google.*` meaning every country's; further names, in `comparable` form. */
export type Row = readonly [name: string, hosts: string, aliases?: string];

/** Subdomains count as their parent unless they have a row of their own: `mail.google.com` is mail, not search. */
export const KNOWN_SOURCES: readonly { category: Category; rows: readonly Row[] }[] = [
  {
    category: 'search',
    rows: [
      [
        'Google',
        'google.* com.google.android.googlequicksearchbox',
        'google-organic google-search',
      ],
      ['Bing', 'bing.com ntp.msn.com', 'msn microsoft-bing'],
      ['DuckDuckGo', 'duckduckgo.com ddg.gg', 'ddg duck-duck-go'],
      ['Yahoo', 'yahoo.*', 'yahoo!'],
      ['Yandex', 'yandex.* ya.ru'],
      ['Baidu', 'baidu.com'],
      ['Ecosia', 'ecosia.org'],
      ['Brave', 'search.brave.com', 'brave-search brave.com'],
      ['Kagi', 'kagi.com'],
      ['Startpage', 'startpage.com'],
      ['Qwant', 'qwant.com'],
      ['Naver', 'naver.com'],
      ['Seznam', 'seznam.cz'],
      ['Sogou', 'sogou.com'],
      ['AOL', 'aol.com'],
      ['Ask', 'ask.com'],
      ['Mojeek', 'mojeek.com'],
      ['Presearch', 'presearch.com presearch.org'],
      ['Marginalia', 'search.marginalia.nu marginalia-search.com'],
      ['Google News', 'news.google.com'],
      ['Swisscows', 'swisscows.com'],
    ],
  },
  {
    category: 'social',
    rows: [
      [
        'Facebook',
        'facebook.com fb.com fb.me m.me messenger.com com.facebook.katana',
        'fb fcb messenger',
      ],
      ['Instagram', 'instagram.com ig.me com.instagram.android', 'ig insta'],
      ['Meta', 'meta.com'],
      ['X', 'x.com twitter.com t.co com.twitter.android', 'twitter x-twitter x-(twitter)'],
      ['LinkedIn', 'linkedin.com lnkd.in com.linkedin.android', 'li linked-in'],
      ['Reddit', 'reddit.com redd.it com.reddit.frontpage'],
      ['TikTok', 'tiktok.com com.zhiliaoapp.musically', 'tik-tok tik.tok'],
      ['Pinterest', 'pinterest.* pin.it'],
      ['Snapchat', 'snapchat.com', 'snap'],
      ['Threads', 'threads.net threads.com'],
      ['Bluesky', 'bsky.app', 'bsky'],
      ['Mastodon', 'mastodon.social mastodon.online fosstodon.org hachyderm.io mstdn.social'],
      ['Hacker News', 'news.ycombinator.com hckrnews.com', 'hn hackernews'],
      ['Product Hunt', 'producthunt.com', 'producthunt ph'],
      ['Indie Hackers', 'indiehackers.com', 'indiehackers ih'],
      ['Quora', 'quora.com'],
      ['Discord', 'discord.com discord.gg discordapp.com'],
      ['Slack', 'slack.com com.slack'],
      ['Telegram', 'telegram.org t.me telegram.me telegram.dog org.telegram.messenger'],
      ['WhatsApp', 'whatsapp.com wa.me com.whatsapp'],
      ['Microsoft Teams', 'teams.microsoft.com teams.live.com', 'teams'],
      ['VK', 'vk.com vk.ru vkontakte.ru', 'vkontakte'],
      ['Tumblr', 'tumblr.com'],
      ['Weibo', 'weibo.com'],
      ['WeChat', 'wechat.com weixin.qq.com'],
      ['Xing', 'xing.com'],
      ['Nextdoor', 'nextdoor.com'],
      ['Lobsters', 'lobste.rs'],
      ['Skool', 'skool.com'],
      ['Farcaster', 'farcaster.xyz warpcast.com'],
      ['Zhihu', 'zhihu.com'],
      ['Xiaohongshu', 'xiaohongshu.com', 'rednote'],
      ['Line', 'line.me'],
      ['Odnoklassniki', 'ok.ru odnoklassniki.ru'],
      ['Lemmy', 'lemmy.world lemmy.ml'],
      ['Steam', 'steamcommunity.com'],
      ['Viber', 'viber.com'],
    ],
  },
  {
    category: 'video',
    rows: [
      ['YouTube', 'youtube.com youtu.be', 'yt'],
      ['Vimeo', 'vimeo.com'],
      ['Twitch', 'twitch.tv'],
      ['Dailymotion', 'dailymotion.com dai.ly'],
      ['Wistia', 'wistia.com'],
      ['Bilibili', 'bilibili.com'],
      ['Rumble', 'rumble.com'],
    ],
  },
  {
    category: 'shopping',
    rows: [
      ['Amazon', 'amazon.* amzn.to'],
      ['eBay', 'ebay.*'],
      ['Etsy', 'etsy.com'],
      ['Google Shopping', 'shopping.google.com', 'googleshopping'],
      ['Walmart', 'walmart.com'],
      ['AliExpress', 'aliexpress.com'],
      ['Temu', 'temu.com'],
    ],
  },
  {
    category: 'ai',
    rows: [
      ['ChatGPT', 'chatgpt.com chat.openai.com com.openai.chatgpt', 'chat-gpt openai openai.com'],
      ['Claude', 'claude.ai claude.com', 'anthropic anthropic.com'],
      ['Perplexity', 'perplexity.ai pplx.ai ai.perplexity.app.android', 'pplx perplexity-ai'],
      ['Gemini', 'gemini.google.com bard.google.com aistudio.google.com', 'bard google-gemini'],
      [
        'Microsoft Copilot',
        'copilot.microsoft.com copilot.com edgeservices.bing.com m365.cloud.microsoft',
        'copilot bing-chat',
      ],
      ['Grok', 'grok.com x.ai'],
      ['DeepSeek', 'deepseek.com'],
      ['Meta AI', 'meta.ai'],
      ['Mistral', 'chat.mistral.ai mistral.ai', 'le-chat lechat'],
      ['NotebookLM', 'notebooklm.google.com'],
      ['Poe', 'poe.com'],
      ['You.com', 'you.com'],
      ['Phind', 'phind.com'],
      ['Kimi', 'kimi.com kimi.moonshot.cn'],
      ['Qwen', 'chat.qwen.ai qwen.ai'],
      ['Character.AI', 'character.ai'],
      ['Pi', 'pi.ai'],
      ['Duck.ai', 'duck.ai'],
      ['Genspark', 'genspark.ai'],
      ['Manus', 'manus.im'],
      ['Felo', 'felo.ai'],
      ['Andi', 'andisearch.com'],
      ['Komo', 'komo.ai'],
      ['Doubao', 'doubao.com'],
      ['Ernie', 'yiyan.baidu.com ernie.baidu.com'],
    ],
  },
  {
    category: 'email',
    rows: [
      ['Newsletter', '', 'newsletters'],
      ['Email', '', 'e-mail emails'],
      ['Gmail', 'mail.google.com com.google.android.gm inbox.google.com'],
      ['Outlook', 'outlook.live.com outlook.office.com outlook.office365.com'],
      ['Yahoo Mail', 'mail.yahoo.com mail.yahoo.co.jp'],
      ['Proton Mail', 'mail.proton.me mail.protonmail.com', 'protonmail'],
      ['Yandex Mail', 'mail.yandex.ru mail.yandex.com'],
      ['Zoho Mail', 'mail.zoho.com mail.zoho.eu mail.zoho.in'],
      ['Fastmail', 'app.fastmail.com fastmail.com'],
      ['HEY', 'app.hey.com'],
      ['Superhuman', 'mail.superhuman.com'],
      ['AOL Mail', 'mail.aol.com'],
      ['GMX', 'navigator.gmx.net lightmailer.gmx.net'],
      ['Naver Mail', 'mail.naver.com'],
      ['Seznam Email', 'email.seznam.cz'],
      ['Mail.ru', 'e.mail.ru'],
      ['Mailchimp', 'mailchimp.com list-manage.com campaign-archive.com'],
      ['Kit', 'convertkit.com', 'convertkit'],
      ['Klaviyo', 'klaviyo.com'],
      ['Brevo', 'brevo.com', 'sendinblue'],
      ['ActiveCampaign', 'activecampaign.com'],
      ['Customer.io', 'customer.io', 'customerio'],
      ['MailerLite', 'mailerlite.com'],
      ['SendGrid', 'sendgrid.net'],
      ['Beehiiv', '', 'beehiv'],
      ['HubSpot', 'hubspotlinks.com hubspotemail.net hs-email.com'],
      ['Marketo', 'mktoweb.com'],
      ['Drip', 'getdrip.com'],
      ['Loops', 'loops.so'],
      ['Resend', 'resend.com'],
      ['Postmark', 'postmarkapp.com'],
      ['Mailgun', 'mailgun.com'],
      ['Intercom', '', 'intercom-mail'],
      ['Constant Contact', 'constantcontact.com', 'constantcontact'],
      ['GetResponse', 'getresponse.com'],
      ['Omnisend', 'omnisend.com'],
      ['Iterable', 'iterable.com'],
      ['Braze', 'braze.com'],
      ['Buttondown', 'buttondown.com buttondown.email'],
      ['Vero', 'getvero.com'],
      ['iCloud Mail', 'mail.icloud.com'],
      ['Web.de Mail', 'navigator.web.de'],
      ['QQ Mail', 'mail.qq.com'],
      ['163 Mail', 'mail.163.com'],
      ['Tuta', 'app.tuta.com mail.tutanota.com'],
    ],
  },
  { category: 'sms', rows: [['SMS', '']] },
  {
    category: 'push',
    rows: [
      // GA4: source firebase is Mobile Push.
      ['Firebase', ''],
      ['OneSignal', 'onesignal.com'],
    ],
  },
  {
    category: 'site',
    rows: [
      // Places people come from that are no search, whatever the host above them is.
      [
        'Google Workspace',
        'docs.google.com drive.google.com sites.google.com groups.google.com calendar.google.com meet.google.com chat.google.com classroom.google.com',
      ],
      ['Google Play', 'play.google.com'],
      ['App Store', 'apps.apple.com'],
      ['Microsoft 365', 'officeapps.live.com', 'office365'],
      ['GitHub', 'github.com'],
      ['GitLab', 'gitlab.com'],
      ['npm', 'npmjs.com'],
      ['Feedly', 'feedly.com'],
      ['Chrome Web Store', 'chromewebstore.google.com'],
      ['Google Translate', 'translate.google.com'],
      ['Trustpilot', 'trustpilot.com'],
      ['AppSumo', 'appsumo.com'],
      ['Crunchbase', 'crunchbase.com'],
      ['AlternativeTo', 'alternativeto.net'],
      ['BetaList', 'betalist.com'],
      ["There's An AI For That", 'theresanaiforthat.com', 'taaft'],
      ['Stack Overflow', 'stackoverflow.com', 'stackoverflow'],
      ['Wikipedia', 'wikipedia.org wikipedia.com'],
      ['Linktree', 'linktr.ee'],
      ['Medium', 'medium.com'],
      ['Substack', 'substack.com'],
      ['dev.to', 'dev.to', 'devto'],
      ['G2', 'g2.com'],
      ['Capterra', 'capterra.com'],
    ],
  },
];

/** Names that are themselves an advertisement, beside every `…-ads`; the source they stand for. */
export const PAID_ALIASES: ReadonlyMap<string, string> = new Map([
  ['adwords', 'Google'],
  ['google-adwords', 'Google'],
  ['gads', 'Google'],
  ['microsoft-ads', 'Bing'],
  ['microsoft-advertising', 'Bing'],
  ['msads', 'Bing'],
  ['facebook-feed-ad', 'Facebook'],
]);
