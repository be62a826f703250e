/* German, Norwegian (Bokmal and Nynorsk), Danish, Swedish, Dutch. */
#include "stages/summarize/lexicon.h"

/* clang-format off */
const struct lexicon_row lexicon_de_table[] = {
{"der die das den dem des ein eine einen einem einer eines kein keine keinen keinem keiner und "
 "oder aber sondern denn doch wenn als wie ob dass daß weil da damit obwohl während bevor nachdem "
 "in im an am auf aus bei beim mit nach von vom zu zum zur für durch um über unter vor hinter "
 "neben zwischen gegen ohne bis seit trotz wegen ich du er sie es wir ihr mich dich sich uns euch "
 "mir dir ihm ihn ihnen mein meine sein seine seinen seinem seiner ihre ihren ihrem ihrer unser "
 "unsere euer dieser diese dieses diesen diesem jener jene jenes jeder jede jedes alle allem allen "
 "aller alles man wer was wen wem wo wann warum welche welcher welches ist sind war waren bin bist "
 "sei seien wäre wären wird werden wurde wurden worden würde würden hat haben hatte hatten habe "
 "hätte hätten kann können konnte konnten könnte könnten muss müssen musste mussten soll sollen "
 "sollte sollten will wollen wollte wollten darf dürfen durfte mag nicht nichts nie auch noch nur "
 "schon sehr mehr so dann hier dort nun jetzt immer wieder etwa rund bereits sowie bzw ja nein zwar "
 "dabei dazu davon daran darauf dafür dagegen dadurch deshalb jedoch allerdings selbst einmal "
 "andere anderen anderer anderes viele vielen wenig ganz", NULL, 0, LEX_STOP},
{"der die das ein eine er sie es wir ich dies diese dieser dieses man in im an am auf aus bei mit "
 "nach von vor zu zum zur für durch um über unter und oder aber doch denn wenn als wie ob weil da "
 "damit obwohl während dabei dazu danach davor darum deshalb jedoch allerdings auch noch nur schon "
 "so dann hier dort nun jetzt nicht kein keine alle viele seit bis trotz was wer wo wann warum "
 "bereits zudem außerdem laut nachdem bevor ihr sein seine ihre unser beim einer zwar jeder ist",
 NULL, 0, LEX_STARTER},
{"hr hrn fr frl herrn prof dr dipl ing mag bzw ca vgl evtl ggf inkl exkl zzgl sog gem geb gest "
 "verh verw z.b u.a d.h s.o s.u i.d.r o.ä u.ä v.a i.v m.e z.t u.u bzgl einschl ausschl allg eigtl "
 "engl dt franz lat griech ital span kath ev evang röm ehem urspr entspr insb insbes inh vors stv "
 "stellv abt abs hrsg jh jhd jhdt kfm lfd max min mind mtl jährl mrd mio tel telef hl pf str "
 "strasse rd sen jun verf zit zus zzt bd vorm nachm vermutl wahrsch schweiz österr nördl südl westl "
 "östl mwst gegr christl jur med phil rer nat pol theol", NULL, 0, LEX_ABBR_INNER},
{"nr s art bd abs kap anm abb tab ziff par", NULL, 0, LEX_ABBR_NUMBER},
{"usw usf etc u.s.w co gmbh n.chr v.chr u.v.m", NULL, 0, LEX_ABBR_EITHER},
{"januar jänner", NULL, 1, LEX_MONTH}, {"februar feber", NULL, 2, LEX_MONTH},
{"märz", NULL, 3, LEX_MONTH}, {"april", NULL, 4, LEX_MONTH}, {"mai", NULL, 5, LEX_MONTH},
{"juni", NULL, 6, LEX_MONTH}, {"juli", NULL, 7, LEX_MONTH}, {"august", NULL, 8, LEX_MONTH},
{"september", NULL, 9, LEX_MONTH}, {"oktober", NULL, 10, LEX_MONTH},
{"november", NULL, 11, LEX_MONTH}, {"dezember", NULL, 12, LEX_MONTH},
{"montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag", NULL, 0, LEX_WEEKDAY},
{"zwei", NULL, 2, LEX_NUMBER}, {"drei", NULL, 3, LEX_NUMBER}, {"vier", NULL, 4, LEX_NUMBER},
{"fünf", NULL, 5, LEX_NUMBER}, {"sechs", NULL, 6, LEX_NUMBER}, {"sieben", NULL, 7, LEX_NUMBER},
{"acht", NULL, 8, LEX_NUMBER}, {"neun", NULL, 9, LEX_NUMBER}, {"zehn", NULL, 10, LEX_NUMBER},
{"elf", NULL, 11, LEX_NUMBER}, {"zwölf", NULL, 12, LEX_NUMBER},
{"hundert", NULL, 100, LEX_SCALE}, {"tausend", NULL, 1000, LEX_SCALE},
{"million millionen mio", NULL, 1000000, LEX_SCALE},
{"milliarde milliarden mrd", NULL, 1000000000, LEX_SCALE},
{"billion billionen", NULL, 1000000000000, LEX_SCALE},
{"prozent", NULL, 0, LEX_PERCENT},
{"dollar", "USD", 0, LEX_CURRENCY}, {"franken", "CHF", 0, LEX_CURRENCY},
{"etwa rund circa ungefähr knapp fast zirka ca", NULL, 0, LEX_APPROXIMATE},
{"über", NULL, 0, LEX_MORE}, {"unter", NULL, 0, LEX_LESS},
{"mindestens wenigstens", NULL, 0, LEX_MORE}, {"höchstens maximal", NULL, 0, LEX_LESS},
{"mehr", NULL, 0, LEX_THAN_MORE}, {"weniger", NULL, 0, LEX_THAN_LESS},
{"sekunde sekunden", "Sekunde", 0, LEX_PERIOD}, {"minute minuten", "Minute", 0, LEX_PERIOD},
{"stunde stunden", "Stunde", 0, LEX_PERIOD}, {"tag tage tagen", "Tag", 0, LEX_PERIOD},
{"woche wochen", "Woche", 0, LEX_PERIOD}, {"monat monate monaten", "Monat", 0, LEX_PERIOD},
{"jahr jahre jahren", "Jahr", 0, LEX_PERIOD},
{"menschen", "Mensch", 0, LEX_MEASURE}, {"personen", "Person", 0, LEX_MEASURE},
{"einwohner", "Einwohner", 0, LEX_MEASURE}, {"meter", "Meter", 0, LEX_MEASURE},
{"kilometer", "km", 0, LEX_MEASURE}, {"tonnen tonne", "Tonne", 0, LEX_MEASURE},
{"in seit bis vor nach ende anfang mitte jahr jahre im", NULL, 0, LEX_YEAR_CUE},
{"sagte sagt sagten erklärte erklärt teilte betonte warnte berichtete schrieb fügte meinte "
 "forderte kündigte", NULL, 0, LEX_SAY},
{"er sie es wir ich ihr sein seine ihre dies diese dieser dieses hier dort und aber oder auch doch "
 "dann denn deshalb jedoch dabei dazu zudem außerdem", NULL, 0, LEX_POINTING},
{NULL, NULL, 0, 0},
};

const struct lexicon_row lexicon_no_table[] = {
{"en ei et den det de dei en ett eit og eller men for så om at som da når hvis dersom fordi mens "
 "før etter siden i på av til fra med ved under over mellom mot uten hos gjennom rundt blant langs "
 "inn ut opp ned jeg du han hun vi dere meg deg ham henne seg oss dem min mitt mine din ditt dine "
 "sin si sitt sine hans hennes vår vårt våre deres denne dette disse hver hvert alle alt noe noen "
 "ingen ingenting man en hva hvem hvor hvordan hvorfor hvilken hvilket hvilke er var være vært blir "
 "ble bli blitt har hadde ha hatt kan kunne skal skulle vil ville må måtte bør burde får fikk få "
 "ikke aldri også bare bør bør enn nå da der her igjen allerede svært veldig mer mest mye mange få "
 "andre annen annet selv både enten verken ja nei jo dermed derfor imidlertid "
 "eg ho me de dykk ikkje kva kven kor korleis kvifor vere blei vart frå noko nokon mykje ein han "
 "hjå berre òg nå no då dei deira dette desse sjølv", NULL, 0, LEX_STOP},
{"det den de en et ei han hun vi jeg du i på av til fra med ved under over etter før for men og så "
 "om at da når hvis fordi mens siden dette denne disse hva hvem hvor hvordan hvorfor også bare nå "
 "her der ikke alle mange flere noen ingen både derfor dermed imidlertid ifølge samtidig likevel "
 "videre deretter dersom ein eit dei ho eg me kva korleis kvifor ikkje vår våre deres hans hennes "
 "min er har kan skal vil", NULL, 0, LEX_STARTER},
{"hr fr frk dr prof kl ca bl.a f.eks dvs jf jfr evt inkl ekskl mht pga vedr iht ang osv.f st mrk "
 "d.v.s o.l.f t.o.m f.o.m m.a t.d gt gml nr.f tlf resp anm adm avd dir pst kap sekr stud siv ing "
 "cand", NULL, 0, LEX_ABBR_INNER},
{"nr s kap art pkt fig", NULL, 0, LEX_ABBR_NUMBER},
{"osv m.m m.fl o.l etc mv kr mill mrd co a.s as u.s e.kr f.kr", NULL, 0, LEX_ABBR_EITHER},
{"januar", NULL, 1, LEX_MONTH}, {"februar", NULL, 2, LEX_MONTH}, {"mars", NULL, 3, LEX_MONTH},
{"april", NULL, 4, LEX_MONTH}, {"mai", NULL, 5, LEX_MONTH}, {"juni", NULL, 6, LEX_MONTH},
{"juli", NULL, 7, LEX_MONTH}, {"august", NULL, 8, LEX_MONTH}, {"september", NULL, 9, LEX_MONTH},
{"oktober", NULL, 10, LEX_MONTH}, {"november", NULL, 11, LEX_MONTH},
{"desember", NULL, 12, LEX_MONTH},
{"mandag tirsdag onsdag torsdag fredag lørdag søndag måndag tysdag laurdag sundag", NULL, 0,
 LEX_WEEKDAY},
{"to", NULL, 2, LEX_NUMBER}, {"tre", NULL, 3, LEX_NUMBER}, {"fire", NULL, 4, LEX_NUMBER},
{"fem", NULL, 5, LEX_NUMBER}, {"seks", NULL, 6, LEX_NUMBER}, {"sju syv", NULL, 7, LEX_NUMBER},
{"åtte", NULL, 8, LEX_NUMBER}, {"ni", NULL, 9, LEX_NUMBER}, {"ti", NULL, 10, LEX_NUMBER},
{"elleve", NULL, 11, LEX_NUMBER}, {"tolv", NULL, 12, LEX_NUMBER},
{"hundre", NULL, 100, LEX_SCALE}, {"tusen", NULL, 1000, LEX_SCALE},
{"million millioner millionar mill", NULL, 1000000, LEX_SCALE},
{"milliard milliarder milliardar mrd", NULL, 1000000000, LEX_SCALE},
{"prosent", NULL, 0, LEX_PERCENT},
{"kroner kr kronar", "NOK", 0, LEX_CURRENCY}, {"dollar", "USD", 0, LEX_CURRENCY},
{"euro", "EUR", 0, LEX_CURRENCY},
{"omtrent cirka rundt nesten omlag ca", NULL, 0, LEX_APPROXIMATE},
{"over", NULL, 0, LEX_MORE}, {"under", NULL, 0, LEX_LESS},
{"minst", NULL, 0, LEX_MORE}, {"høyst maksimalt opptil", NULL, 0, LEX_LESS},
{"mer meir flere fleire", NULL, 0, LEX_THAN_MORE}, {"mindre færre", NULL, 0, LEX_THAN_LESS},
{"sekund sekunder", "sekund", 0, LEX_PERIOD}, {"minutt minutter", "minutt", 0, LEX_PERIOD},
{"time timer timar", "time", 0, LEX_PERIOD}, {"dag dager dagar", "dag", 0, LEX_PERIOD},
{"uke uker veke veker", "uke", 0, LEX_PERIOD}, {"måned måneder månad", "måned", 0, LEX_PERIOD},
{"år", "år", 0, LEX_PERIOD},
{"mennesker", "menneske", 0, LEX_MEASURE}, {"personer", "person", 0, LEX_MEASURE},
{"meter", "meter", 0, LEX_MEASURE}, {"kilometer", "km", 0, LEX_MEASURE},
{"tonn", "tonn", 0, LEX_MEASURE},
{"i siden fra til før etter år", NULL, 0, LEX_YEAR_CUE},
{"sier sa sagt forteller fortalte skriver skrev opplyser opplyste mener forklarer uttaler "
 "understreker seier", NULL, 0, LEX_SAY},
{"han hun det den de vi jeg dette denne disse her der og men eller så også likevel derfor dermed "
 "samtidig ho eg me dei", NULL, 0, LEX_POINTING},
{NULL, NULL, 0, 0},
};

const struct lexicon_row lexicon_da_table[] = {
{"en et den det de og eller men for så om at som da når hvis fordi mens før efter siden i på af "
 "til fra med ved under over mellem mod uden hos gennem omkring blandt ind ud op ned jeg du han "
 "hun vi i mig dig ham hende sig os jer dem min mit mine din dit dine sin sit sine hans hendes vor "
 "vores deres denne dette disse hver hvert alle alt noget nogen ingen intet man hvad hvem hvor "
 "hvordan hvorfor hvilken hvilket hvilke er var være været bliver blev blive blevet har havde have "
 "haft kan kunne skal skulle vil ville må måtte bør burde får fik få ikke aldrig også kun end nu "
 "der her igen allerede meget mere mest mange få andre anden andet selv både enten ja nej jo "
 "dermed derfor imidlertid", NULL, 0, LEX_STOP},
{"det den de en et han hun vi jeg du i på af til fra med ved under over efter før for men og så om "
 "at da når hvis fordi mens siden dette denne disse hvad hvem hvor hvordan hvorfor også kun nu her "
 "der ikke alle mange flere nogle ingen både derfor dermed ifølge samtidig desuden hans hendes "
 "vores deres min er har kan skal vil", NULL, 0, LEX_STARTER},
{"hr fr frk dr prof kl ca bl.a f.eks fx dvs jf jvf evt inkl ekskl mht pga vedr iht ang skt sct hhv "
 "d.v.s t.o.m f.o.m tlf resp adm afd dir cand stud mag ing adj gl kgl ndr sdr vestl østl",
 NULL, 0, LEX_ABBR_INNER},
{"nr s kap art pkt fig stk", NULL, 0, LEX_ABBR_NUMBER},
{"osv m.m m.v m.fl o.l etc mv kr mio mia co a/s aps e.kr f.kr s.u", NULL, 0, LEX_ABBR_EITHER},
{"januar", NULL, 1, LEX_MONTH}, {"februar", NULL, 2, LEX_MONTH}, {"marts", NULL, 3, LEX_MONTH},
{"april", NULL, 4, LEX_MONTH}, {"maj", NULL, 5, LEX_MONTH}, {"juni", NULL, 6, LEX_MONTH},
{"juli", NULL, 7, LEX_MONTH}, {"august", NULL, 8, LEX_MONTH}, {"september", NULL, 9, LEX_MONTH},
{"oktober", NULL, 10, LEX_MONTH}, {"november", NULL, 11, LEX_MONTH},
{"december", NULL, 12, LEX_MONTH},
{"mandag tirsdag onsdag torsdag fredag lørdag søndag", NULL, 0, LEX_WEEKDAY},
{"hundrede", NULL, 100, LEX_SCALE}, {"tusind", NULL, 1000, LEX_SCALE},
{"million millioner mio", NULL, 1000000, LEX_SCALE},
{"milliard milliarder mia", NULL, 1000000000, LEX_SCALE},
{"procent pct", NULL, 0, LEX_PERCENT},
{"kroner kr", "DKK", 0, LEX_CURRENCY}, {"dollar", "USD", 0, LEX_CURRENCY},
{"omtrent cirka næsten ca", NULL, 0, LEX_APPROXIMATE},
{"over", NULL, 0, LEX_MORE}, {"under", NULL, 0, LEX_LESS},
{"mindst", NULL, 0, LEX_MORE}, {"højst", NULL, 0, LEX_LESS},
{"mere flere", NULL, 0, LEX_THAN_MORE}, {"mindre færre", NULL, 0, LEX_THAN_LESS},
{"time timer", "time", 0, LEX_PERIOD}, {"dag dage", "dag", 0, LEX_PERIOD},
{"uge uger", "uge", 0, LEX_PERIOD}, {"måned måneder", "måned", 0, LEX_PERIOD},
{"år", "år", 0, LEX_PERIOD}, {"meter", "meter", 0, LEX_MEASURE},
{"i siden fra til før efter", NULL, 0, LEX_YEAR_CUE},
{"siger sagde fortæller fortalte skriver skrev oplyser mener forklarer udtaler", NULL, 0, LEX_SAY},
{"han hun det den de vi jeg dette denne disse her der og men eller så også derfor dermed samtidig "
 "desuden", NULL, 0, LEX_POINTING},
{NULL, NULL, 0, 0},
};

const struct lexicon_row lexicon_sv_table[] = {
{"en ett den det de och eller men för så om att som då när medan innan efter sedan i på av till "
 "från med vid under över mellan mot utan hos genom kring bland in ut upp ner jag du han hon vi ni "
 "mig dig honom henne sig oss er dem min mitt mina din ditt dina sin sitt sina hans hennes vår "
 "vårt våra deras denna detta dessa varje alla allt något någon några ingen inget man vad vem var "
 "hur varför vilken vilket vilka är vara varit blir blev bli blivit har hade ha haft kan kunde ska "
 "skall skulle vill ville måste bör borde får fick få inte aldrig också bara än nu där här igen "
 "redan mycket mer mest många andra annan annat själv både antingen ja nej dock därför",
 NULL, 0, LEX_STOP},
{"det den de en ett han hon vi jag du i på av till från med vid under över efter innan för men och "
 "så om att då när eftersom medan sedan detta denna dessa vad vem var hur varför också bara nu här "
 "där inte alla många flera några ingen både därför enligt samtidigt dessutom hans hennes våra "
 "deras min är har kan ska", NULL, 0, LEX_STARTER},
{"dr prof ca bl.a t.ex dvs jfr ev inkl exkl m.h.t p.g.a s.k d.v.s t.o.m fr.o.m tel resp adm avd dir "
 "kl f.d f.n st.f fil kand", NULL, 0, LEX_ABBR_INNER},
{"nr s kap art fig", NULL, 0, LEX_ABBR_NUMBER},
{"osv m.m m.fl o.d etc mm kr milj mkr mdr e.kr f.kr", NULL, 0, LEX_ABBR_EITHER},
{"januari", NULL, 1, LEX_MONTH}, {"februari", NULL, 2, LEX_MONTH}, {"mars", NULL, 3, LEX_MONTH},
{"april", NULL, 4, LEX_MONTH}, {"maj", NULL, 5, LEX_MONTH}, {"juni", NULL, 6, LEX_MONTH},
{"juli", NULL, 7, LEX_MONTH}, {"augusti", NULL, 8, LEX_MONTH}, {"september", NULL, 9, LEX_MONTH},
{"oktober", NULL, 10, LEX_MONTH}, {"november", NULL, 11, LEX_MONTH},
{"december", NULL, 12, LEX_MONTH},
{"måndag tisdag onsdag torsdag fredag lördag söndag", NULL, 0, LEX_WEEKDAY},
{"hundra", NULL, 100, LEX_SCALE}, {"tusen", NULL, 1000, LEX_SCALE},
{"miljon miljoner", NULL, 1000000, LEX_SCALE},
{"miljard miljarder", NULL, 1000000000, LEX_SCALE},
{"procent", NULL, 0, LEX_PERCENT},
{"kronor kr", "SEK", 0, LEX_CURRENCY}, {"dollar", "USD", 0, LEX_CURRENCY},
{"ungefär cirka nästan omkring ca", NULL, 0, LEX_APPROXIMATE},
{"över", NULL, 0, LEX_MORE}, {"under", NULL, 0, LEX_LESS},
{"minst", NULL, 0, LEX_MORE}, {"högst", NULL, 0, LEX_LESS},
{"mer fler", NULL, 0, LEX_THAN_MORE}, {"mindre färre", NULL, 0, LEX_THAN_LESS},
{"timme timmar", "timme", 0, LEX_PERIOD}, {"dag dagar", "dag", 0, LEX_PERIOD},
{"vecka veckor", "vecka", 0, LEX_PERIOD}, {"månad månader", "månad", 0, LEX_PERIOD},
{"år", "år", 0, LEX_PERIOD}, {"meter", "meter", 0, LEX_MEASURE},
{"i sedan från till före efter år", NULL, 0, LEX_YEAR_CUE},
{"säger sade sa berättar skriver skrev uppger menar förklarar", NULL, 0, LEX_SAY},
{"han hon det den de vi jag detta denna dessa här där och men eller så också därför dock dessutom",
 NULL, 0, LEX_POINTING},
{NULL, NULL, 0, 0},
};

const struct lexicon_row lexicon_nl_table[] = {
{"de het een en of maar want dus als dat die dit deze toen terwijl omdat voordat nadat hoewel in "
 "op aan van voor met bij naar uit over onder tussen tegen zonder door tot om rond sinds tijdens ik "
 "jij je hij zij ze wij we jullie mij me jou hem haar ons hen hun zich mijn jouw zijn onze elk elke "
 "ieder iedere alle alles iets iemand niets niemand men wat wie waar wanneer waarom hoe welke welk "
 "is was waren ben bent wordt worden werd werden geworden heeft hebben had hadden heb kan kunnen "
 "kon konden moet moeten moest zal zullen zou zouden wil willen wilde mag mogen niet nooit ook nog "
 "alleen al zeer heel meer meest veel er hier daar nu dan weer zo te toch wel geen andere ander "
 "zelf echter daarom", NULL, 0, LEX_STOP},
{"de het een en maar want dus als dat die dit deze toen terwijl omdat hoewel in op aan van voor "
 "met bij naar uit over onder tussen na sinds tijdens ik hij zij ze wij we je wat wie waar wanneer "
 "waarom hoe is er hier daar nu dan zo ook nog niet geen alle veel volgens daarnaast echter daarom "
 "bovendien zijn haar hun onze mijn", NULL, 0, LEX_STARTER},
{"dhr mevr mw dr drs ir ing mr prof ds bijv bv d.w.z dwz e.d.v jl resp incl excl zgn ca o.a m.a.w "
 "m.b.t n.a.v t.a.v t.g.v t.o.v i.p.v i.v.m i.t.t tel afd vgl st", NULL, 0, LEX_ABBR_INNER},
{"nr art blz hfst par fig", NULL, 0, LEX_ABBR_NUMBER},
{"enz etc e.d e.a m.m mln mld n.v b.v n.chr v.chr co", NULL, 0, LEX_ABBR_EITHER},
{"januari", NULL, 1, LEX_MONTH}, {"februari", NULL, 2, LEX_MONTH}, {"maart", NULL, 3, LEX_MONTH},
{"april", NULL, 4, LEX_MONTH}, {"mei", NULL, 5, LEX_MONTH}, {"juni", NULL, 6, LEX_MONTH},
{"juli", NULL, 7, LEX_MONTH}, {"augustus", NULL, 8, LEX_MONTH}, {"september", NULL, 9, LEX_MONTH},
{"oktober", NULL, 10, LEX_MONTH}, {"november", NULL, 11, LEX_MONTH},
{"december", NULL, 12, LEX_MONTH},
{"maandag dinsdag woensdag donderdag vrijdag zaterdag zondag", NULL, 0, LEX_WEEKDAY},
{"honderd", NULL, 100, LEX_SCALE}, {"duizend", NULL, 1000, LEX_SCALE},
{"miljoen mln", NULL, 1000000, LEX_SCALE}, {"miljard mld", NULL, 1000000000, LEX_SCALE},
{"procent", NULL, 0, LEX_PERCENT}, {"dollar", "USD", 0, LEX_CURRENCY},
{"ongeveer circa bijna zowat ca", NULL, 0, LEX_APPROXIMATE},
{"minstens", NULL, 0, LEX_MORE}, {"hoogstens maximaal", NULL, 0, LEX_LESS},
{"meer", NULL, 0, LEX_THAN_MORE}, {"minder", NULL, 0, LEX_THAN_LESS},
{"uur", "uur", 0, LEX_PERIOD}, {"dag dagen", "dag", 0, LEX_PERIOD},
{"week weken", "week", 0, LEX_PERIOD}, {"maand maanden", "maand", 0, LEX_PERIOD},
{"jaar jaren", "jaar", 0, LEX_PERIOD}, {"mensen", "mens", 0, LEX_MEASURE},
{"in sinds van tot voor na eind begin", NULL, 0, LEX_YEAR_CUE},
{"zegt zei zeggen aldus meldt meldde schrijft schreef vertelt vertelde verklaarde", NULL, 0,
 LEX_SAY},
{"hij zij ze wij we ik het dit dat deze die hier daar en maar of dus ook toch daarom echter "
 "bovendien daarnaast", NULL, 0, LEX_POINTING},
{NULL, NULL, 0, 0},
};
/* clang-format on */
