// Names and hosts from Matomo's lists (matomo-org/searchengine-and-social-list, revision SearchEngines.yml 02e45a1c, Socials.yml 03dcb356, AIAssistants.yml 02a81257), CC0 1.0: see LICENSE.txt.
// Made by scripts/refresh-attribution-data.ts; edit src/attribution/known-sources/ instead.

/** One source a line: its name, a bar, its hosts. */
export const LISTED = {
  ai: `Baidu AI|ai.baidu.com
Chat+|chatplus.com chat-gpt.org
ChatGPT|labs.openai.com
ChatGLM|chatglm.cn
iAsk|iask.ai
Jasper|app.jasper.ai`,
  social: `Badoo|badoo.com
Classmates.com|classmates.com
Douban|douban.com
Dribbble|dribbble.com
Fetlife|fetlife.com
Flickr|flickr.com
Foursquare|foursquare.com
Last.fm|last.fm lastfm.ru lastfm.de lastfm.es lastfm.fr lastfm.it lastfm.jp lastfm.pl lastfm.com.br lastfm.se lastfm.com.tr
LiveJournal|livejournal.ru livejournal.com
Mixi|mixi.jp
my.mail.ru|my.mail.ru
MyHeritage|myheritage.com
Myspace|myspace.com
Ozone|qzone.qq.com
Renren|renren.com
Sourceforge|sourceforge.net
V2EX|v2ex.com
Viadeo|viadeo.com
Weibo|t.cn`,
  search: `360search|so.360.cn so.com m.so.com
Arianna|arianna.libero.it arianna.com
Avira SafeSearch|search.avira.com search.avira.net safesearch.avira.com
auone|search.auone.jp sp-search.auone.jp sp-web.search.auone.jp
Biglobe|cgi.search.biglobe.ne.jp
Bluewin|search.bluewin.ch
Centrum|search.centrum.cz morfeo.centrum.cz
Cốc Cốc|coccoc.com
Daum|search.daum.net
DisconnectSearch|search.disconnect.me
Eniro|eniro.se
Entireweb|entireweb.com
Excite|search.excite.it search.excite.fr search.excite.de search.excite.co.uk search.excite.es search.excite.nl msxml.excite.com excite.co.jp
Free|search.free.fr search1-2.free.fr search1-1.free.fr
Freenet|suche.freenet.de
Gibiru|gibiru.com
goo|search.goo.ne.jp ocnsearch.goo.ne.jp
Haosou|haosou.com
Jungle Key|junglekey.com junglekey.fr
Kvasir|kvasir.no
Laban|laban.vn
Lilo|search.lilo.org
Lycos|search.lycos.com lycos.*
Mailru|go.mail.ru
Meta.ua|meta.ua
Metager|meta.rrzn.uni-hannover.de metager.de
Najdi.si|najdi.si
Nate|search.nate.com
Neti|neti.ee
Nifty|search.nifty.com search.azby.fmworld.net
Onet.pl|szukaj.onet.pl
Orange|busca.orange.es lemoteur.ke.voila.fr lemoteur.orange.fr
Rakuten|websearch.rakuten.co.jp
Rambler|nova.rambler.ru
Sapo|pesquisa.sapo.pt
Search.ch|search.ch
Search.com|search.com
SearchLock|searchlock.com results.searchlock.com
sm.cn|m.sm.cn so.m.sm.cn m.sp.sm.cn yz.m.sm.cn quark.sm.cn
Startsiden|startsiden.no
T-Online|suche.t-online.de brisbane.t-online.de navigationshilfe.t-online.de
uol.com.br|busca.uol.com.br
Virgilio|ricerca.virgilio.it ricercaimmagini.virgilio.it ricercavideo.virgilio.it ricercanews.virgilio.it mobile.virgilio.it
Web.de|suche.web.de m.suche.web.de
Wirtualna Polska|szukaj.wp.pl
Zapmeta|zapmeta.com zapmeta.* uk.zapmeta.com ar.zapmeta.com au.zapmeta.com ca.zapmeta.com fi.zapmeta.com no.zapmeta.com tr.zapmeta.com
Zoznam|zoznam.sk`,
};
