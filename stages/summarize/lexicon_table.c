/* English. What other languages share of it: see lexicon.c. */
#include "stages/summarize/lexicon.h"

/* clang-format off */
const struct lexicon_row lexicon_en_table[] = {
/* function words */
{"a an the this that these those each every either neither any some all both another such same "
 "of in on at by for from with without to into onto upon about above across after against along "
 "amid among around as before behind below beneath beside besides between beyond despite down "
 "during except inside like near off out outside over past since through throughout till toward "
 "towards under until up via within per than and or but nor so yet if because although though "
 "while whereas unless whether when whenever where wherever who whom whose which what why how i "
 "me my mine myself we us our ours ourselves you your yours yourself yourselves he him his "
 "himself she her hers herself it its itself they them their theirs themselves one ones someone "
 "somebody something anyone anybody anything everyone everybody everything nobody nothing none "
 "be am is are was were been being have has had having do does did doing done can could will "
 "would shall should may might must ought not no never 's don't didn't doesn't isn't wasn't "
 "aren't weren't won't wouldn't couldn't shouldn't hasn't haven't hadn't can't cannot i'm i've "
 "i'd i'll you're you've you'll we're we've we'll they're they've they'll it's he's she's that's "
 "there's what's let's there here then now also too very just only even still again ever once "
 "more most much many less least few fewer little other others else own rather quite perhaps "
 "however therefore thus hence otherwise instead meanwhile moreover furthermore already almost "
 "always often sometimes soon later away back well yes mr mrs ms", NULL, 0, LEX_STOP},

/* the words that open sentences; without those that are also common in names */
{"the a an this that these those he she it we they you his her its our their my your in on at by "
 "for from with as but and or if when while after before since although though however meanwhile "
 "there here what who why how where which not no yes also then both some many most one two under "
 "over last next all each every asked according more is are was were did do does could would "
 "should might even only despite during because until once still yet among whether unless "
 "instead finally nor so such another other others several few i i'm i've it's that's there's "
 "he's she's we're they're you're don't didn't let's what's", NULL, 0, LEX_STARTER},

/* abbreviations, without their last full stop */
{"mr mrs ms mx dr prof rev hon gen col lt sgt capt cpl maj pres gov sen rep reps st mt ft messrs "
 "mme mlle fr pvt adm cmdr cdr supt insp det pte pfc brig hr frau hrn dott sig sra srta dra ing "
 "arq lic avv av bd blvd ave vs v viz al ed eds dept univ abs ca bzw z.b u.a d.h str cit approx "
 "est e.g i.e eg ie cf resp incl excl tel ext mm vgl evtl ggf inkl zzgl sog gem geb gest dipl "
 "asst attn hwy rte f.e", NULL, 0, LEX_ABBR_INNER},
{"no nos nr art sec fig figs p pp pg op vol vols ch chap eq abb", NULL, 0, LEX_ABBR_NUMBER},
{"inc ltd co cos corp bros llc plc u.s u.k u.n e.u a.m p.m etc jr sr esq ph.d m.d b.a m.a d.c "
 "b.sc m.sc r.i.p assn mfg gmbh s.a n.v b.v s.p.a usw u.s.a u.s.s.r avg min max hrs hr sq yd yds "
 "oz lb lbs i.v gov't btw n.y n.j n.c s.c n.h n.m l.a a.d b.c b.c.e c.e a.k.a",
 NULL, 0, LEX_ABBR_EITHER},
{"jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri sat sun "
 "ala ariz ark calif cal colo conn del fla ga ill ind kan ky la mass md mich minn miss mo mont "
 "neb nev okla ore pa penn tenn tex va vt wash wis wisc wyo ont que dist",
 NULL, 0, LEX_ABBR_CAPITAL},
{"eastern central pacific mountain greenwich local gmt est edt cst cdt pst pdt mst mdt bst cet "
 "utc et pt ct", NULL, 0, LEX_ZONE},

/* numbers */
{"two", NULL, 2, LEX_NUMBER}, {"three", NULL, 3, LEX_NUMBER}, {"four", NULL, 4, LEX_NUMBER},
{"five", NULL, 5, LEX_NUMBER}, {"six", NULL, 6, LEX_NUMBER}, {"seven", NULL, 7, LEX_NUMBER},
{"eight", NULL, 8, LEX_NUMBER}, {"nine", NULL, 9, LEX_NUMBER}, {"ten", NULL, 10, LEX_NUMBER},
{"eleven", NULL, 11, LEX_NUMBER}, {"twelve", NULL, 12, LEX_NUMBER},
{"thirteen", NULL, 13, LEX_NUMBER}, {"fourteen", NULL, 14, LEX_NUMBER},
{"fifteen", NULL, 15, LEX_NUMBER}, {"sixteen", NULL, 16, LEX_NUMBER},
{"seventeen", NULL, 17, LEX_NUMBER}, {"eighteen", NULL, 18, LEX_NUMBER},
{"nineteen", NULL, 19, LEX_NUMBER}, {"twenty", NULL, 20, LEX_NUMBER},
{"thirty", NULL, 30, LEX_NUMBER}, {"forty", NULL, 40, LEX_NUMBER},
{"fifty", NULL, 50, LEX_NUMBER}, {"sixty", NULL, 60, LEX_NUMBER},
{"seventy", NULL, 70, LEX_NUMBER}, {"eighty", NULL, 80, LEX_NUMBER},
{"ninety", NULL, 90, LEX_NUMBER},
{"dozen", NULL, 12, LEX_SCALE}, {"hundred", NULL, 100, LEX_SCALE},
{"thousand", NULL, 1000, LEX_SCALE}, {"million", NULL, 1000000, LEX_SCALE},
{"billion", NULL, 1000000000, LEX_SCALE}, {"trillion", NULL, 1000000000000, LEX_SCALE},
{"quadrillion", NULL, 1000000000000000, LEX_SCALE},
{"quintillion", NULL, 1000000000000000000, LEX_SCALE},
{"lakh", NULL, 100000, LEX_SCALE}, {"crore", NULL, 10000000, LEX_SCALE},
{"k", NULL, 1000, LEX_SCALE_SHORT}, {"m mn mln mm", NULL, 1000000, LEX_SCALE_SHORT},
{"b bn bln", NULL, 1000000000, LEX_SCALE_SHORT}, {"tn trn", NULL, 1000000000000, LEX_SCALE_SHORT},
{"half halves", NULL, 2, LEX_FRACTION}, {"third thirds", NULL, 3, LEX_FRACTION},
{"quarter quarters", NULL, 4, LEX_FRACTION}, {"fifth fifths", NULL, 5, LEX_FRACTION},
{"sixth sixths", NULL, 6, LEX_FRACTION}, {"seventh sevenths", NULL, 7, LEX_FRACTION},
{"eighth eighths", NULL, 8, LEX_FRACTION}, {"ninth ninths", NULL, 9, LEX_FRACTION},
{"tenth tenths", NULL, 10, LEX_FRACTION},
{"about around nearly roughly some almost approximately circa virtually", NULL, 0,
 LEX_APPROXIMATE},
{"over above exceeding topping", NULL, 0, LEX_MORE},
{"under below", NULL, 0, LEX_LESS},
{"more greater higher larger bigger longer better older heavier", NULL, 0, LEX_THAN_MORE},
{"less fewer lower smaller shorter younger lighter", NULL, 0, LEX_THAN_LESS},

/* calendar */
{"january jan", NULL, 1, LEX_MONTH}, {"february feb", NULL, 2, LEX_MONTH},
{"march mar", NULL, 3, LEX_MONTH}, {"april apr", NULL, 4, LEX_MONTH},
{"may", NULL, 5, LEX_MONTH}, {"june jun", NULL, 6, LEX_MONTH}, {"july jul", NULL, 7, LEX_MONTH},
{"august aug", NULL, 8, LEX_MONTH}, {"september sep sept", NULL, 9, LEX_MONTH},
{"october oct", NULL, 10, LEX_MONTH}, {"november nov", NULL, 11, LEX_MONTH},
{"december dec", NULL, 12, LEX_MONTH},
{"monday tuesday wednesday thursday friday saturday sunday", NULL, 0, LEX_WEEKDAY},
{"in since by until till before after during of early late mid year between from through fiscal",
 NULL, 0, LEX_YEAR_CUE},
{"second seconds", "second", 0, LEX_PERIOD}, {"minute minutes", "minute", 0, LEX_PERIOD},
{"hour hours hr hrs", "hour", 0, LEX_PERIOD}, {"day days", "day", 0, LEX_PERIOD},
{"night nights", "night", 0, LEX_PERIOD}, {"week weeks", "week", 0, LEX_PERIOD},
{"fortnight fortnights", "fortnight", 0, LEX_PERIOD}, {"month months", "month", 0, LEX_PERIOD},
{"quarter quarters", "quarter", 0, LEX_PERIOD}, {"year years yr yrs", "year", 0, LEX_PERIOD},
{"decade decades", "decade", 0, LEX_PERIOD}, {"century centuries", "century", 0, LEX_PERIOD},
{"hourly", "hour", 0, LEX_EVERY_PERIOD}, {"daily", "day", 0, LEX_EVERY_PERIOD},
{"nightly", "night", 0, LEX_EVERY_PERIOD}, {"weekly", "week", 0, LEX_EVERY_PERIOD},
{"monthly", "month", 0, LEX_EVERY_PERIOD}, {"quarterly", "quarter", 0, LEX_EVERY_PERIOD},
{"yearly annually", "year", 0, LEX_EVERY_PERIOD},

/* money */
{"dollar dollars usd", "USD", 0, LEX_CURRENCY}, {"euro euros eur", "EUR", 0, LEX_CURRENCY},
{"pound pounds", "GBP", 0, LEX_CURRENCY}, {"gbp", "GBP", 0, LEX_CURRENCY},
{"yen jpy", "JPY", 0, LEX_CURRENCY}, {"yuan renminbi cny rmb", "CNY", 0, LEX_CURRENCY},
{"rouble roubles ruble rubles rub", "RUB", 0, LEX_CURRENCY},
{"rupee rupees inr rs", "INR", 0, LEX_CURRENCY}, {"franc francs chf", "CHF", 0, LEX_CURRENCY},
{"hryvnia hryvnias uah", "UAH", 0, LEX_CURRENCY}, {"zloty zlotys pln", "PLN", 0, LEX_CURRENCY},
{"shekel shekels ils", "ILS", 0, LEX_CURRENCY}, {"rand zar", "ZAR", 0, LEX_CURRENCY},
{"naira ngn", "NGN", 0, LEX_CURRENCY}, {"lira liras", "TRY", 0, LEX_CURRENCY},
{"kronor sek", "SEK", 0, LEX_CURRENCY}, {"kroner nok", "NOK", 0, LEX_CURRENCY},
{"krw", "KRW", 0, LEX_CURRENCY}, {"aud", "AUD", 0, LEX_CURRENCY},
{"cad", "CAD", 0, LEX_CURRENCY}, {"baht thb", "THB", 0, LEX_CURRENCY},
{"mxn", "MXN", 0, LEX_CURRENCY}, {"brl reais", "BRL", 0, LEX_CURRENCY},

/* units whose form does not show that they are one */
{"people persons person", "person", 0, LEX_MEASURE}, {"men man", "man", 0, LEX_MEASURE},
{"women woman", "woman", 0, LEX_MEASURE}, {"children child", "child", 0, LEX_MEASURE},
{"feet foot", "foot", 0, LEX_MEASURE}, {"inches inch", "inch", 0, LEX_MEASURE},
{"mile miles", "mile", 0, LEX_MEASURE}, {"acre acres", "acre", 0, LEX_MEASURE},
{"km kilometre kilometres kilometer kilometers", "km", 0, LEX_MEASURE},
{"metre metres meter meters", "metre", 0, LEX_MEASURE},
{"cm", NULL, 0, LEX_MEASURE}, {"mm", NULL, 0, LEX_MEASURE},
{"kg kilo kilos kilogram kilograms", "kg", 0, LEX_MEASURE},
{"gram grams", "gram", 0, LEX_MEASURE}, {"mg", NULL, 0, LEX_MEASURE},
{"ton tons tonne tonnes", "tonne", 0, LEX_MEASURE}, {"lb lbs", "pound", 0, LEX_MEASURE},
{"ounce ounces oz", "ounce", 0, LEX_MEASURE},
{"litre litres liter liters", "litre", 0, LEX_MEASURE},
{"gallon gallons", "gallon", 0, LEX_MEASURE},
{"barrel barrels bbl", "barrel", 0, LEX_MEASURE},
{"degree degrees", "degree", 0, LEX_MEASURE},
{"hectare hectares ha", "hectare", 0, LEX_MEASURE},
{"watt watts", "watt", 0, LEX_MEASURE},
{"kw kwh mw mwh gw gwh tw twh mph kph kmh ghz mhz khz hz gb mb kb tb", NULL, 0, LEX_MEASURE},
{"troops aircraft police staff personnel fish sheep cattle", NULL, 0, LEX_MEASURE},
{"lives life", "life", 0, LEX_MEASURE}, {"wives wife", "wife", 0, LEX_MEASURE},
{"families family", "family", 0, LEX_MEASURE}, {"species", "species", 0, LEX_MEASURE},
{"series", "series", 0, LEX_MEASURE}, {"crew pence", NULL, 0, LEX_MEASURE},
{"other more new additional further extra different separate", NULL, 0, LEX_PASS},

/* how a sentence speaks */
{"said says say saying told tells added adds explained argued insisted claimed claims warned "
 "stated announced declared confirmed denied acknowledged admitted conceded noted reported wrote "
 "tweeted testified alleged asserted maintained suggested recalled asked replied responded vowed "
 "promised complained", NULL, 0, LEX_SAY},
{"announced confirmed revealed found finds shows showed reported according estimated warned "
 "agreed ruled voted vote votes passed signed won lost killed died arrested charged accused "
 "convicted sentenced jailed fined launched approved rejected banned sued elected appointed "
 "resigned bought sold acquired invested raised cost costs spent spend spending paid pays "
 "created built opened closed issued filed study survey poll report data research percent rate "
 "rates deficit debt budget tax taxes income jobs unemployment inflation economy population "
 "exports imports agreement treaty law bill crime deaths injured wounded attack attacks record "
 "records supported opposed proposed introduced", NULL, 0, LEX_EVENT},
{"rose rise rises risen rising fell fall falls fallen falling increase increases increased "
 "increasing decrease decreased decline declined declines drop dropped dropping grew grow grows "
 "growth grown doubled tripled double triple halved cut cuts reduced reduce reduction gained "
 "soared plunged surged jumped climbed slipped highest lowest largest smallest biggest greatest "
 "fastest worst best first only ever more less fewer higher lower larger smaller most least "
 "never than compared times record average every", NULL, 0, LEX_COMPARE},
{"will would shall think thinks thought believe believes believed feel feels felt hope hopes "
 "hoped wish want wants should must ought could might maybe perhaps seems seem like love hate "
 "agree disagree probably opinion suppose guess let's let thank thanks please sorry sure course "
 "need needs going gonna try trying tonight wonderful good great bad nice important glad proud "
 "welcome", NULL, 0, LEX_OPINION},
{"i me my mine myself you your yours yourself i'm i've i'd i'll you're you've you'll let's",
 NULL, 0, LEX_SELF},
{"he she it they we i you his her its their our my him them this that these those such here "
 "there and but or so also however yet still then because nor thus therefore hence meanwhile "
 "moreover furthermore instead otherwise besides it's he's she's they're we're that's there's "
 "i'm", NULL, 0, LEX_POINTING},
{"of de del della der den di da do dos du la le van von bin ibn al el bint ter", NULL, 0,
 LEX_NAME_LINK},
{"percent pct", NULL, 0, LEX_PERCENT},
{NULL, NULL, 0, 0},
};
/* clang-format on */
