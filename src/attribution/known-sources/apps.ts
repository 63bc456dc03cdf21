// Android apps by package name, which Android sends as the referrer: `android-app://com.instagram.barcelona/`.
import type { Category } from './known-source.ts';

type Apps = readonly (readonly [name: string, packages: string])[];

const SOCIAL: Apps = [
  [
    'Facebook',
    'com.facebook.katana com.facebook.lite com.facebook.orca com.facebook.mlite com.facebook.pages.app',
  ],
  ['Instagram', 'com.instagram.android com.instagram.lite'],
  ['Threads', 'com.instagram.barcelona'],
  ['X', 'com.twitter.android com.twitter.android.lite'],
  ['LinkedIn', 'com.linkedin.android com.linkedin.android.lite'],
  [
    'Reddit',
    'com.reddit.frontpage com.andrewshu.android.reddit com.laurencedawson.reddit_sync com.rubenmayayo.reddit free.reddit.news',
  ],
  ['TikTok', 'com.zhiliaoapp.musically com.zhiliaoapp.musically.go com.ss.android.ugc.trill'],
  ['Pinterest', 'com.pinterest com.pinterest.twa'],
  ['Snapchat', 'com.snapchat.android'],
  ['Bluesky', 'xyz.blueskyweb.app'],
  ['Mastodon', 'org.joinmastodon.android com.keylesspalace.tusky app.fedilab.android'],
  ['Hacker News', 'io.github.hidroh.materialistic com.emergetools.hackernews com.premii.hn'],
  ['Quora', 'com.quora.android'],
  ['Discord', 'com.discord'],
  ['Slack', 'com.slack'],
  [
    'Telegram',
    'org.telegram.messenger org.telegram.messenger.web org.telegram.plus org.thunderdog.challegram',
  ],
  ['WhatsApp', 'com.whatsapp com.whatsapp.w4b'],
  ['Microsoft Teams', 'com.microsoft.teams'],
  ['Signal', 'org.thoughtcrime.securesms'],
  ['VK', 'com.vkontakte.android com.vk.vkclient com.vk.im'],
  ['Odnoklassniki', 'ru.ok.android'],
  ['Tumblr', 'com.tumblr'],
  ['Weibo', 'com.sina.weibo com.weico.international'],
  ['WeChat', 'com.tencent.mm'],
  ['QQ', 'com.tencent.mobileqq com.tencent.tim'],
  ['KakaoTalk', 'com.kakao.talk com.kakao.story'],
  ['Line', 'jp.naver.line.android com.linecorp.linelite'],
  ['Zalo', 'com.zing.zalo'],
  ['Viber', 'com.viber.voip'],
  ['Xing', 'com.xing.android'],
  ['Nextdoor', 'com.nextdoor'],
  ['Zhihu', 'com.zhihu.android'],
  ['Xiaohongshu', 'com.xingin.xhs com.xingin.discover'],
  ['Steam', 'com.valvesoftware.android.steam.community'],
  ['Skool', 'com.skool.app'],
  ['Baidu Tieba', 'com.baidu.tieba'],
];

const AI: Apps = [
  ['ChatGPT', 'com.openai.chatgpt'],
  ['Claude', 'com.anthropic.claude'],
  ['Perplexity', 'ai.perplexity.app.android'],
  ['Gemini', 'com.google.android.apps.bard'],
  ['Microsoft Copilot', 'com.microsoft.copilot com.microsoft.office.officehubrow'],
  ['Grok', 'ai.x.grok'],
  ['DeepSeek', 'com.deepseek.chat'],
  ['Meta AI', 'com.facebook.stella'],
  ['Mistral', 'ai.mistral.chat'],
  ['Poe', 'com.poe.android'],
  ['Kimi', 'com.moonshot.kimichat'],
  ['Qwen', 'com.aliyun.tongyi ai.qwenlm.chat.android'],
  ['Doubao', 'com.larus.nova'],
  ['Character.AI', 'ai.character.app'],
  ['NotebookLM', 'com.google.android.apps.labs.language.tailwind'],
];

const EMAIL: Apps = [
  ['Gmail', 'com.google.android.gm com.google.android.gm.lite'],
  ['Outlook', 'com.microsoft.office.outlook com.microsoft.outlooklite'],
  ['Yahoo Mail', 'com.yahoo.mobile.client.android.mail com.yahoo.mobile.client.android.mail.lite'],
  ['Proton Mail', 'ch.protonmail.android'],
  ['Samsung Email', 'com.samsung.android.email.provider'],
  ['Thunderbird', 'com.fsck.k9 net.thunderbird.android'],
  ['Spark', 'com.readdle.spark'],
  ['Mail.ru', 'ru.mail.mailapp'],
  ['Yandex Mail', 'ru.yandex.mail'],
  ['HEY', 'com.basecamp.hey'],
  ['Tuta', 'de.tutao.tutanota'],
  ['AOL Mail', 'com.aol.mobile.aolapp'],
];

const SMS: Apps = [
  ['SMS', 'com.google.android.apps.messaging com.samsung.android.messaging com.android.mms'],
];

const VIDEO: Apps = [
  ['YouTube', 'com.google.android.youtube com.google.android.apps.youtube.music'],
  ['Vimeo', 'com.vimeo.android.videoapp'],
  ['Twitch', 'tv.twitch.android.app'],
  ['Dailymotion', 'com.dailymotion.dailymotion'],
  ['Rumble', 'com.rumble.battles'],
  ['Bilibili', 'tv.danmaku.bili com.bilibili.app.in'],
];

const SHOPPING: Apps = [
  ['Amazon', 'com.amazon.mshop.android.shopping in.amazon.mshop.android.shopping'],
  ['eBay', 'com.ebay.mobile'],
  ['Etsy', 'com.etsy.android'],
  ['Walmart', 'com.walmart.android'],
  ['AliExpress', 'com.alibaba.aliexpresshd'],
  ['Temu', 'com.einnovation.temu'],
];

const SEARCH: Apps = [
  ['Google', 'com.google.android.googlequicksearchbox com.google.android.apps.searchlite'],
  ['Google News', 'com.google.android.apps.magazines'],
  ['Bing', 'com.microsoft.bing com.microsoft.bingintl'],
  ['Yandex', 'ru.yandex.searchplugin com.yandex.searchapp'],
  ['Yahoo', 'com.yahoo.mobile.client.android.search jp.co.yahoo.android.yjtop'],
  ['Baidu', 'com.baidu.searchbox'],
  ['Naver', 'com.nhn.android.search'],
  ['Daum', 'net.daum.android.daum'],
  ['Seznam', 'cz.seznam.android'],
];

const SITE: Apps = [
  [
    'Google Workspace',
    'com.google.android.apps.docs com.google.android.apps.docs.editors.docs com.google.android.apps.docs.editors.sheets com.google.android.apps.docs.editors.slides com.google.android.keep com.google.android.calendar com.google.android.apps.dynamite com.google.android.talk com.google.android.apps.meetings',
  ],
  ['Google Maps', 'com.google.android.apps.maps'],
  ['Google Play', 'com.android.vending'],
  ['GitHub', 'com.github.android'],
  ['Medium', 'com.medium.reader'],
  ['Substack', 'com.substack.app'],
  ['Wikipedia', 'org.wikipedia'],
  ['Feedly', 'com.devhd.feedly'],
  ['Pocket', 'com.ideashower.readitlater.pro'],
  ['Flipboard', 'flipboard.app'],
  ['Notion', 'notion.id'],
  ['SoundCloud', 'com.soundcloud.android'],
  ['Spotify', 'com.spotify.music'],
];

export const APPS: readonly { category: Category; rows: Apps }[] = [
  { category: 'social', rows: SOCIAL },
  { category: 'ai', rows: AI },
  { category: 'email', rows: EMAIL },
  { category: 'sms', rows: SMS },
  { category: 'video', rows: VIDEO },
  { category: 'shopping', rows: SHOPPING },
  { category: 'search', rows: SEARCH },
  { category: 'site', rows: SITE },
];

/** Browsers, home screens and other parts of Android: people come through them, not from them. */
const NO_PLACE = new Set([
  ...['com.microsoft.emmx', 'com.duckduckgo.mobile.android', 'com.ecosia.android'],
  ...['com.qwant.liberty', 'com.ucmobile.intl', 'com.uc.browser.en', 'mark.via.gp', 'mark.via'],
  ...['com.amazon.cloud9', 'com.cloudmosa.puffinfree', 'com.transsion.phoenix', 'com.tencent.mtt'],
  ...['com.naver.whale', 'org.bromite.bromite', 'org.cromite.cromite', 'org.lineageos.jelly'],
  ...['com.opera.gx', 'com.opera.touch', 'com.opera.mini.native', 'com.opera.mini.native.beta'],
  ...['org.mozilla.fenix', 'org.mozilla.focus', 'org.mozilla.klar', 'org.mozilla.rocket'],
  ...[
    'us.spotco.fennec_dos',
    'ai.perplexity.comet',
    'com.google.android.gms',
    'com.android.systemui',
  ],
  ...['com.google.android.apps.nexuslauncher', 'com.sec.android.app.launcher', 'android'],
  ...['com.android.settings', 'com.android.shell', 'com.android.htmlviewer'],
]);
const BROWSER = /browser|chrome|chromium|firefox|fennec|webview|launcher/;

/** Whether the app says nothing about where a person came from. */
export function isBrowserApp(packageName: string): boolean {
  return NO_PLACE.has(packageName) || BROWSER.test(packageName);
}

/** Whether an app that is not listed is a mail app by its name: `com.acme.mail`. */
export function isMailApp(packageName: string): boolean {
  return /(?:^|\.)(?:[a-z]{0,6}e?mail|mailapp|inbox)(?:\.|$)/.test(packageName);
}
