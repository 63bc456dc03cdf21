// Hosts that serve ads, with the network that they belong to. Everybody who comes from one clicked an ad.
import type { AdCategory } from './known-source.ts';

type AdServers = readonly (readonly [network: string, hosts: string])[];

/** Ads beside search results: the search partners' ads, and the pages through which a click on them goes. */
const BESIDE_SEARCH: AdServers = [
  ['Google', 'syndicatedsearch.goog adsensecustomsearchads.com googleadservices.com'],
  ['Yandex', 'yabs.yandex.ru yabs.yandex.com'],
  ['Naver', 'ad.search.naver.com adcr.naver.com ader.naver.com'],
];

/** Ads on other people's pages. */
const ON_PAGES: AdServers = [
  [
    'Google',
    'doubleclick.net doubleclick.com googlesyndication.com googletagservices.com 2mdn.net admob.com adservice.google.*',
  ],
  ['Yandex', 'an.yandex.ru yandexadexchange.net adfox.ru'],
  ['Amazon Ads', 'amazon-adsystem.com'],
  ['Taboola', 'taboola.com taboolasyndication.com'],
  ['Outbrain', 'outbrain.com outbrainimg.com zemanta.com'],
  ['AdRoll', 'adroll.com'],
  ['Criteo', 'criteo.com criteo.net'],
  ['The Trade Desk', 'adsrvr.org'],
  ['Xandr', 'adnxs.com'],
  ['Magnite', 'rubiconproject.com'],
  ['PubMatic', 'pubmatic.com'],
  ['OpenX', 'openx.net'],
  ['Index Exchange', 'casalemedia.com'],
  ['Adform', 'adform.net adform.com'],
  ['Equativ', 'smartadserver.com sascdn.com'],
  ['Revcontent', 'revcontent.com'],
  ['MGID', 'mgid.com adskeeper.com'],
  ['Media.net', 'media.net'],
  ['BidSwitch', 'bidswitch.net'],
  ['Sharethrough', 'sharethrough.com'],
  ['TripleLift', 'triplelift.com 3lift.com'],
  ['Teads', 'teads.tv'],
  ['Nativo', 'postrelease.com'],
  ['AppLovin', 'applovin.com applvn.com'],
  ['InMobi', 'inmobi.com'],
  ['Unity Ads', 'unityads.unity3d.com'],
  ['Vungle', 'vungle.com'],
  ['Flashtalking', 'flashtalking.com'],
  ['Sizmek', 'serving-sys.com sizmek.com'],
  ['MediaMath', 'mathtag.com'],
  ['RTB House', 'creativecdn.com'],
  ['StackAdapt', 'stackadapt.com'],
  ['Basis', 'sitescout.com'],
  ['Yahoo DSP', 'ads.yahoo.com gemini.yahoo.com yieldmanager.com adtechus.com advertising.com'],
  ['BuySellAds', 'buysellads.com buysellads.net servedby-buysellads.com'],
  ['Carbon Ads', 'carbonads.com carbonads.net'],
  ['EthicalAds', 'ethicalads.io'],
  ['Kevel', 'adzerk.net'],
  ['AdButler', 'servedbyadbutler.com'],
  ['LiveIntent', 'liadm.com liveintent.com'],
  ['Rokt', 'rokt.com'],
  ['Tribal Fusion', 'tribalfusion.com'],
  ['Zedo', 'zedo.com'],
  ['Propeller Ads', 'propellerads.com onclickads.net'],
  ['PopAds', 'popads.net'],
  ['Adcash', 'adcash.com'],
  ['Adsterra', 'adsterra.com'],
  ['ExoClick', 'exoclick.com exosrv.com'],
  ['Epsilon', 'dotomi.com'],
  ['Adition', 'adition.com'],
  ['Freestar', 'pub.network'],
  ['Sonobi', 'sonobi.com'],
  ['GumGum', 'gumgum.com'],
  ['Smaato', 'smaato.net'],
  ['Integral Ad Science', 'adsafeprotected.com'],
];

/** Ads that a social network shows. */
const ON_SOCIAL: AdServers = [
  ['Audience Network', 'an.facebook.com'],
  ['Reddit', 'alb.reddit.com'],
  ['Snapchat', 'tr.snapchat.com'],
];

export const AD_SERVERS: readonly { shows: AdCategory; rows: AdServers }[] = [
  { shows: 'search', rows: BESIDE_SEARCH },
  { shows: 'display', rows: ON_PAGES },
  { shows: 'social', rows: ON_SOCIAL },
];
