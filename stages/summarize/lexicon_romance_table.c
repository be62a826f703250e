/* French, Spanish, Italian, Portuguese. */
#include "stages/summarize/lexicon.h"

/* clang-format off */
const struct lexicon_row lexicon_fr_table[] = {
{"le la les l l' un une des du de d d' au aux et ou mais donc or ni car que qu' qui quoi dont où si "
 "quand comme lorsque puisque parce afin alors ainsi aussi puis ensuite enfin à a en dans par pour "
 "sur sous avec sans chez entre vers contre depuis pendant avant après dès jusque jusqu' selon "
 "malgré lors je j' tu il elle on nous vous ils elles me m' te t' se s' lui leur leurs y ce c' cet "
 "cette ces cela ça ceci celui celle ceux celles mon ma mes ton ta tes son sa ses notre nos votre "
 "vos quel quelle quels quelles tout toute tous toutes chaque plusieurs quelque quelques aucun "
 "aucune autre autres même mêmes tel telle est sont était étaient être été sera seront serait "
 "soit suis es sommes êtes ai as avons avez ont avait avaient avoir eu aura auront aurait peut "
 "peuvent pouvait doit doivent devait fait faire faut ne n' pas plus moins très trop peu encore "
 "déjà toujours jamais rien personne ici là bien non oui notamment également cependant pourtant "
 "toutefois", NULL, 0, LEX_STOP},
{"le la les l un une des du au aux et mais or car que qui si quand comme lorsque puisque parce afin "
 "alors ainsi aussi puis ensuite enfin à en dans par pour sur sous avec sans chez entre vers contre "
 "depuis pendant avant après dès selon malgré lors je tu il elle on nous vous ils elles ce c'est "
 "cet cette ces cela ça ceci celui celle ceux son sa ses leur leurs notre nos tout tous toutes "
 "chaque plusieurs quelques aucun ne pas plus très ici là voici voilà cependant pourtant toutefois "
 "quant mon ma mes pourquoi comment où", NULL, 0, LEX_STARTER},
{"m mm mme mmes mlle mlles mgr me dr pr prof ste st sr st-jean bd av env cf ex c.-à-d càd p.ex réf "
 "vs tél adj lt cdt col gal cap ing apr av.j.-c éd dir", NULL, 0, LEX_ABBR_INNER},
{"n° no nos art chap p pp vol fig par al t", NULL, 0, LEX_ABBR_NUMBER},
{"etc cie sarl s.a s.a.r.l j.-c av.j.-c apr.j.-c hab min sec max", NULL, 0, LEX_ABBR_EITHER},
{"janv févr juil sept oct nov déc lun mar mer jeu ven sam dim", NULL, 0, LEX_ABBR_CAPITAL},
{"janvier", NULL, 1, LEX_MONTH}, {"février", NULL, 2, LEX_MONTH}, {"mars", NULL, 3, LEX_MONTH},
{"avril", NULL, 4, LEX_MONTH}, {"mai", NULL, 5, LEX_MONTH}, {"juin", NULL, 6, LEX_MONTH},
{"juillet", NULL, 7, LEX_MONTH}, {"août", NULL, 8, LEX_MONTH}, {"septembre", NULL, 9, LEX_MONTH},
{"octobre", NULL, 10, LEX_MONTH}, {"novembre", NULL, 11, LEX_MONTH},
{"décembre", NULL, 12, LEX_MONTH},
{"lundi mardi mercredi jeudi vendredi samedi dimanche", NULL, 0, LEX_WEEKDAY},
{"deux", NULL, 2, LEX_NUMBER}, {"trois", NULL, 3, LEX_NUMBER}, {"quatre", NULL, 4, LEX_NUMBER},
{"cinq", NULL, 5, LEX_NUMBER}, {"six", NULL, 6, LEX_NUMBER}, {"sept", NULL, 7, LEX_NUMBER},
{"huit", NULL, 8, LEX_NUMBER}, {"neuf", NULL, 9, LEX_NUMBER}, {"dix", NULL, 10, LEX_NUMBER},
{"onze", NULL, 11, LEX_NUMBER}, {"douze", NULL, 12, LEX_NUMBER}, {"quinze", NULL, 15, LEX_NUMBER},
{"vingt", NULL, 20, LEX_NUMBER}, {"trente", NULL, 30, LEX_NUMBER},
{"quarante", NULL, 40, LEX_NUMBER}, {"cinquante", NULL, 50, LEX_NUMBER},
{"cent cents", NULL, 100, LEX_SCALE}, {"mille", NULL, 1000, LEX_SCALE},
{"million millions", NULL, 1000000, LEX_SCALE},
{"milliard milliards", NULL, 1000000000, LEX_SCALE},
{"pourcent", NULL, 0, LEX_PERCENT},
{"dollar dollars", "USD", 0, LEX_CURRENCY}, {"livres", "GBP", 0, LEX_CURRENCY},
{"environ près quelque presque", NULL, 0, LEX_APPROXIMATE},
{"plus", NULL, 0, LEX_THAN_MORE}, {"moins", NULL, 0, LEX_THAN_LESS},
{"seconde secondes", "seconde", 0, LEX_PERIOD}, {"minute minutes", "minute", 0, LEX_PERIOD},
{"heure heures", "heure", 0, LEX_PERIOD}, {"jour jours", "jour", 0, LEX_PERIOD},
{"semaine semaines", "semaine", 0, LEX_PERIOD}, {"mois", "mois", 0, LEX_PERIOD},
{"an ans année années", "an", 0, LEX_PERIOD}, {"siècle siècles", "siècle", 0, LEX_PERIOD},
{"mètre mètres", "mètre", 0, LEX_MEASURE}, {"kilomètre kilomètres", "km", 0, LEX_MEASURE},
{"tonne tonnes", "tonne", 0, LEX_MEASURE}, {"habitants habitant", "habitant", 0, LEX_MEASURE},
{"personnes", "personne", 0, LEX_MEASURE},
{"en depuis dès avant après fin début année", NULL, 0, LEX_YEAR_CUE},
{"dit affirme affirmé déclare déclaré explique expliqué indique indiqué précise précisé annonce "
 "annoncé estime ajoute ajouté souligne souligné rappelle assure confie confié raconte écrit",
 NULL, 0, LEX_SAY},
{"il elle ils elles on je nous ce c'est cela ça cette cet ces celui celle ici là et mais ou donc "
 "alors ainsi aussi puis cependant pourtant toutefois car son sa ses leur leurs", NULL, 0,
 LEX_POINTING},
{NULL, NULL, 0, 0},
};

const struct lexicon_row lexicon_es_table[] = {
{"el la los las lo un una unos unas de del al y e o u pero sino aunque porque pues si como cuando "
 "mientras donde que quien quienes cual cuales cuyo cuya a ante bajo con contra desde durante en "
 "entre hacia hasta para por según sin sobre tras yo tú él ella ello nosotros ustedes ellos ellas "
 "me te se nos os le les mi mis tu tus su sus nuestro nuestra nuestros nuestras este esta estos "
 "estas esto ese esa esos esas eso aquel aquella cada todo toda todos todas algún alguna algunos "
 "algunas algo alguien ningún ninguna nada nadie otro otra otros otras mismo misma es son era eran "
 "ser sido fue fueron será serán sería está están estaba estaban ha han había habían haber hay "
 "tiene tienen tenía puede pueden podía debe deben no ni nunca también muy más menos mucho muchos "
 "poco ya aún todavía siempre aquí allí ahora entonces así sí tan tanto qué quién cómo cuándo "
 "dónde", NULL, 0, LEX_STOP},
{"el la los las lo un una unos unas y pero aunque porque pues si como cuando mientras donde que "
 "quien a ante con contra desde durante en entre hacia hasta para por según sin sobre tras yo él "
 "ella ellos ellas nosotros se su sus este esta estos estas esto ese esa eso cada todo todos "
 "algunos no ni también muy más ya aún aquí allí ahora entonces así sí además sin embargo luego "
 "después antes qué quién cómo cuándo dónde mi nuestra nuestro es son fue hay", NULL, 0,
 LEX_STARTER},
{"sr sra sres sras srta d dña dr dra dres prof profa lic ing arq abg mons pbro rvdo hno gral cnel "
 "tte sto sta av avda ave cra crr calle col dpto depto edif esq urb vda fdo atte aprox ej p.ej "
 "párrf párr inc máx mín tel tfno ext admón adj admin art.f excmo excma ilmo ilma núm núms cap "
 "ee cía vs cf km.f pdta dir", NULL, 0, LEX_ABBR_INNER},
{"n° nº núm núms no art arts pág págs p pp vol cap fig párr párrf inc tít", NULL, 0,
 LEX_ABBR_NUMBER},
{"etc uu ee.uu s.a s.l s.r.l cía min seg hrs km d.c a.c v.gr a.m p.m", NULL, 0, LEX_ABBR_EITHER},
{"ene feb mar abr may jun jul ago sep sept oct nov dic lun mié jue vie sáb dom", NULL, 0,
 LEX_ABBR_CAPITAL},
{"enero", NULL, 1, LEX_MONTH}, {"febrero", NULL, 2, LEX_MONTH}, {"marzo", NULL, 3, LEX_MONTH},
{"abril", NULL, 4, LEX_MONTH}, {"mayo", NULL, 5, LEX_MONTH}, {"junio", NULL, 6, LEX_MONTH},
{"julio", NULL, 7, LEX_MONTH}, {"agosto", NULL, 8, LEX_MONTH},
{"septiembre setiembre", NULL, 9, LEX_MONTH}, {"octubre", NULL, 10, LEX_MONTH},
{"noviembre", NULL, 11, LEX_MONTH}, {"diciembre", NULL, 12, LEX_MONTH},
{"lunes martes miércoles jueves viernes sábado domingo", NULL, 0, LEX_WEEKDAY},
{"dos", NULL, 2, LEX_NUMBER}, {"tres", NULL, 3, LEX_NUMBER}, {"cuatro", NULL, 4, LEX_NUMBER},
{"cinco", NULL, 5, LEX_NUMBER}, {"seis", NULL, 6, LEX_NUMBER}, {"siete", NULL, 7, LEX_NUMBER},
{"ocho", NULL, 8, LEX_NUMBER}, {"nueve", NULL, 9, LEX_NUMBER}, {"diez", NULL, 10, LEX_NUMBER},
{"cien cientos", NULL, 100, LEX_SCALE}, {"mil", NULL, 1000, LEX_SCALE},
{"millón millones", NULL, 1000000, LEX_SCALE},
{"dólares dólar", "USD", 0, LEX_CURRENCY}, {"pesos", NULL, 0, LEX_MEASURE},
{"unos unas casi aproximadamente cerca", NULL, 0, LEX_APPROXIMATE},
{"más", NULL, 0, LEX_THAN_MORE}, {"menos", NULL, 0, LEX_THAN_LESS},
{"hora horas", "hora", 0, LEX_PERIOD}, {"día días", "día", 0, LEX_PERIOD},
{"semana semanas", "semana", 0, LEX_PERIOD}, {"mes meses", "mes", 0, LEX_PERIOD},
{"año años", "año", 0, LEX_PERIOD}, {"metros metro", "metro", 0, LEX_MEASURE},
{"kilómetros kilómetro", "km", 0, LEX_MEASURE}, {"personas", "persona", 0, LEX_MEASURE},
{"en desde hasta antes después año de", NULL, 0, LEX_YEAR_CUE},
{"dijo dice dijeron afirmó afirma aseguró declaró explicó señaló indicó añadió agregó advirtió "
 "informó sostuvo", NULL, 0, LEX_SAY},
{"él ella ellos ellas yo esto eso este esta ese esa aquí allí y pero o pues así también además "
 "luego entonces su sus", NULL, 0, LEX_POINTING},
{NULL, NULL, 0, 0},
};

const struct lexicon_row lexicon_it_table[] = {
{"il lo la i gli le l l' un uno una un' di del dello della dei degli delle dell' a al allo alla ai "
 "agli alle all' da dal dallo dalla dai dagli dalle dall' in nel nello nella nei negli nelle nell' "
 "con col su sul sullo sulla sui sugli sulle sull' per tra fra e ed o ma però se che chi cui come "
 "quando mentre perché poiché dove anche ancora già io tu lui lei noi voi loro mi ti si ci vi ne "
 "mio mia tuo suo sua suoi sue nostro nostra questo questa questi queste quello quella quelli "
 "quelle ogni tutto tutta tutti tutte alcuni alcune qualche altro altra altri altre stesso è sono "
 "era erano essere stato stata stati state sarà saranno ha hanno aveva avevano avere ho può possono "
 "deve devono non né mai più meno molto poco così qui lì ora poi sì no quindi dunque", NULL, 0,
 LEX_STOP},
{"il lo la i gli le un uno una di del della dei delle al alla ai alle da dal dalla in nel nella nei "
 "nelle con su sul sulla per tra fra e ma però se che chi come quando mentre perché poiché dove "
 "anche già io lui lei noi loro si ci questo questa questi queste quello quella ogni tutti alcuni "
 "è sono non più così qui ora poi quindi dunque secondo dopo prima ha ho inoltre tuttavia grazie",
 NULL, 0, LEX_STARTER},
{"sig sigg sig.ra sig.na dott dott.ssa prof prof.ssa ing avv arch geom rag on gen col cap ten serg "
 "mons rev don ill.mo egr gent spett psicol dr d.ssa st s.f es p.es ad.es cfr vs tel fam soc "
 "amm dir int ecc.mo comm cav on.le sen min.f pres", NULL, 0, LEX_ABBR_INNER},
{"n nn art artt pag pagg p pp vol cap fig par all tav", NULL, 0, LEX_ABBR_NUMBER},
{"ecc etc s.p.a s.r.l spa srl a.c d.c min sec ca", NULL, 0, LEX_ABBR_EITHER},
{"gen feb mar apr mag giu lug ago set sett ott nov dic lun mer gio ven sab dom", NULL, 0,
 LEX_ABBR_EITHER},
{"gennaio", NULL, 1, LEX_MONTH}, {"febbraio", NULL, 2, LEX_MONTH}, {"marzo", NULL, 3, LEX_MONTH},
{"aprile", NULL, 4, LEX_MONTH}, {"maggio", NULL, 5, LEX_MONTH}, {"giugno", NULL, 6, LEX_MONTH},
{"luglio", NULL, 7, LEX_MONTH}, {"agosto", NULL, 8, LEX_MONTH}, {"settembre", NULL, 9, LEX_MONTH},
{"ottobre", NULL, 10, LEX_MONTH}, {"novembre", NULL, 11, LEX_MONTH},
{"dicembre", NULL, 12, LEX_MONTH},
{"lunedì martedì mercoledì giovedì venerdì sabato domenica", NULL, 0, LEX_WEEKDAY},
{"due", NULL, 2, LEX_NUMBER}, {"tre", NULL, 3, LEX_NUMBER}, {"quattro", NULL, 4, LEX_NUMBER},
{"cinque", NULL, 5, LEX_NUMBER}, {"dieci", NULL, 10, LEX_NUMBER},
{"cento", NULL, 100, LEX_SCALE}, {"mille mila", NULL, 1000, LEX_SCALE},
{"milione milioni", NULL, 1000000, LEX_SCALE},
{"miliardo miliardi", NULL, 1000000000, LEX_SCALE},
{"dollari dollaro", "USD", 0, LEX_CURRENCY},
{"circa quasi", NULL, 0, LEX_APPROXIMATE},
{"almeno", NULL, 0, LEX_MORE}, {"più", NULL, 0, LEX_THAN_MORE}, {"meno", NULL, 0, LEX_THAN_LESS},
{"ora ore", "ora", 0, LEX_PERIOD}, {"giorno giorni", "giorno", 0, LEX_PERIOD},
{"settimana settimane", "settimana", 0, LEX_PERIOD}, {"mese mesi", "mese", 0, LEX_PERIOD},
{"anno anni", "anno", 0, LEX_PERIOD}, {"metri metro", "metro", 0, LEX_MEASURE},
{"chilometri chilometro", "km", 0, LEX_MEASURE}, {"persone", "persona", 0, LEX_MEASURE},
{"nel dal fino dopo prima anno del", NULL, 0, LEX_YEAR_CUE},
{"ha.detto disse dice detto spiega spiegato afferma affermato aggiunge aggiunto dichiarato "
 "sottolinea", NULL, 0, LEX_SAY},
{"lui lei loro io noi questo questa quello quella qui e ma o così anche poi quindi dunque inoltre "
 "tuttavia suo sua", NULL, 0, LEX_POINTING},
{NULL, NULL, 0, 0},
};

const struct lexicon_row lexicon_pt_table[] = {
{"o a os as um uma uns umas de do da dos das ao à aos às em no na nos nas num numa por pelo pela "
 "pelos pelas para com sem sob sobre entre até desde após contra e ou mas porém porque pois se como "
 "quando enquanto onde que quem qual quais cujo eu tu você ele ela nós vocês eles elas me te se lhe "
 "lhes meu minha seu sua seus suas nosso nossa este esta estes estas isto esse essa esses essas "
 "isso aquele aquela cada todo toda todos todas algum alguma alguns algumas algo nada ninguém outro "
 "outra outros outras mesmo é são era eram ser sido foi foram será serão seria está estão estava há "
 "tem têm tinha ter pode podem deve devem não nem nunca também muito mais menos pouco já ainda "
 "sempre aqui ali agora então assim sim", NULL, 0, LEX_STOP},
{"o a os as um uma em no na nos nas por pelo pela para com sem sobre entre até desde após e mas "
 "porém porque pois se como quando enquanto onde que quem eu você ele ela nós eles elas seu sua "
 "este esta isto esse essa isso cada todos alguns não nem também já ainda aqui agora então assim "
 "segundo além depois antes de do da ao é são foi há minha meu nossa", NULL, 0, LEX_STARTER},
{"sr sra srs sras srta d dr dra prof profa eng arq exmo exma ilmo gen cel cap ten sgt sto sta av r "
 "trav ed ap apto tel ex p.ex aprox cf vs adm dep dir", NULL, 0, LEX_ABBR_INNER},
{"n° nº núm no art arts pág págs p pp vol cap fig inc", NULL, 0, LEX_ABBR_NUMBER},
{"etc ltda cia s.a d.c a.c min seg", NULL, 0, LEX_ABBR_EITHER},
{"jan fev mar abr mai jun jul ago set out nov dez", NULL, 0, LEX_ABBR_CAPITAL},
{"janeiro", NULL, 1, LEX_MONTH}, {"fevereiro", NULL, 2, LEX_MONTH}, {"março", NULL, 3, LEX_MONTH},
{"abril", NULL, 4, LEX_MONTH}, {"maio", NULL, 5, LEX_MONTH}, {"junho", NULL, 6, LEX_MONTH},
{"julho", NULL, 7, LEX_MONTH}, {"agosto", NULL, 8, LEX_MONTH}, {"setembro", NULL, 9, LEX_MONTH},
{"outubro", NULL, 10, LEX_MONTH}, {"novembro", NULL, 11, LEX_MONTH},
{"dezembro", NULL, 12, LEX_MONTH},
{"dois duas", NULL, 2, LEX_NUMBER}, {"três", NULL, 3, LEX_NUMBER}, {"quatro", NULL, 4, LEX_NUMBER},
{"cinco", NULL, 5, LEX_NUMBER}, {"dez", NULL, 10, LEX_NUMBER},
{"cem", NULL, 100, LEX_SCALE}, {"mil", NULL, 1000, LEX_SCALE},
{"milhão milhões", NULL, 1000000, LEX_SCALE}, {"bilhão bilhões", NULL, 1000000000, LEX_SCALE},
{"dólares dólar", "USD", 0, LEX_CURRENCY}, {"reais", "BRL", 0, LEX_CURRENCY},
{"quase aproximadamente", NULL, 0, LEX_APPROXIMATE},
{"mais", NULL, 0, LEX_THAN_MORE}, {"menos", NULL, 0, LEX_THAN_LESS},
{"hora horas", "hora", 0, LEX_PERIOD}, {"dia dias", "dia", 0, LEX_PERIOD},
{"semana semanas", "semana", 0, LEX_PERIOD}, {"mês meses", "mês", 0, LEX_PERIOD},
{"ano anos", "ano", 0, LEX_PERIOD}, {"metros metro", "metro", 0, LEX_MEASURE},
{"quilômetros quilómetros", "km", 0, LEX_MEASURE}, {"pessoas", "pessoa", 0, LEX_MEASURE},
{"em desde até após antes de ano", NULL, 0, LEX_YEAR_CUE},
{"disse diz afirmou afirma explicou declarou acrescentou informou destacou", NULL, 0, LEX_SAY},
{"ele ela eles elas eu isto isso este esta esse essa aqui ali e mas ou pois assim também além "
 "então seu sua", NULL, 0, LEX_POINTING},
{NULL, NULL, 0, 0},
};
/* clang-format on */
