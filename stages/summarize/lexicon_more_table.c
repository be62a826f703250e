/* Russian, Bulgarian, Ukrainian, Kazakh; Polish, Finnish, Turkish; Urdu, Arabic. */
#include "stages/summarize/lexicon.h"

/* clang-format off */
const struct lexicon_row lexicon_ru_table[] = {
{"и а но или да что чтобы как когда если то потому поэтому хотя пока где куда откуда в во на с со "
 "к ко по от ото до из изо у о об обо за под над при про для без через между перед после около "
 "против ради я ты он она оно мы вы они меня мне мной тебя тебе его ему им её ее ей нас нам вас "
 "вам их ими себя себе мой моя моё мои твой наш наша ваш свой своя свои своего этот эта это эти "
 "этого тот та те того такой такая такие весь вся всё все всех каждый любой другой другие сам "
 "самый кто чего кого который которая которое которые которых не ни нет бы ли же ведь вот уже еще "
 "ещё только лишь даже также тоже очень более менее много мало был была было были быть есть будет "
 "будут может могут можно нужно надо там тут здесь теперь сейчас тогда так", NULL, 0, LEX_STOP},
{"и а но или что чтобы как когда если то потому поэтому хотя пока где в во на с по от до из у о за "
 "под над при для без через между перед после я ты он она оно мы вы они его её этот эта это эти "
 "тот все всё каждый кто не нет вот уже ещё только даже также тоже так там тут здесь теперь сейчас "
 "тогда однако кроме затем потом", NULL, 0, LEX_STARTER},
{"г гг гор ул пр просп пер пл наб бул ш стр корп кв д эт оф пос пгт с дер обл р-н респ о-в оз р "
 "проф акад доц канд д-р инж г-н г-жа тов им св см ср напр т.е т.к т.н т.д.р тел факс ген полк "
 "подп майор кап лейт сер рис табл илл гл ст п пп ок прим ред изд сост пер.с мл млн.р род рожд "
 "якобы соч", NULL, 0, LEX_ABBR_INNER},
{"№ no гл ст п стр рис табл ч т кн вып кв", NULL, 0, LEX_ABBR_NUMBER},
{"т.д т.п др пр руб коп тыс млн млрд трлн г гг в вв н.э до.н.э и.т.д и.т.п мин сек ч кг км",
 NULL, 0, LEX_ABBR_EITHER},
{"января январь", NULL, 1, LEX_MONTH}, {"февраля февраль", NULL, 2, LEX_MONTH},
{"марта март", NULL, 3, LEX_MONTH}, {"апреля апрель", NULL, 4, LEX_MONTH},
{"мая май", NULL, 5, LEX_MONTH}, {"июня июнь", NULL, 6, LEX_MONTH},
{"июля июль", NULL, 7, LEX_MONTH}, {"августа август", NULL, 8, LEX_MONTH},
{"сентября сентябрь", NULL, 9, LEX_MONTH}, {"октября октябрь", NULL, 10, LEX_MONTH},
{"ноября ноябрь", NULL, 11, LEX_MONTH}, {"декабря декабрь", NULL, 12, LEX_MONTH},
{"тысяч тысячи тысяча тыс", NULL, 1000, LEX_SCALE},
{"миллион миллиона миллионов млн", NULL, 1000000, LEX_SCALE},
{"миллиард миллиарда миллиардов млрд", NULL, 1000000000, LEX_SCALE},
{"процент процента процентов", NULL, 0, LEX_PERCENT},
{"рублей рубля рубль руб", "RUB", 0, LEX_CURRENCY},
{"долларов доллара доллар", "USD", 0, LEX_CURRENCY}, {"евро", "EUR", 0, LEX_CURRENCY},
{"около примерно почти", NULL, 0, LEX_APPROXIMATE},
{"год года лет", "год", 0, LEX_PERIOD}, {"день дня дней", "день", 0, LEX_PERIOD},
{"в с до после", NULL, 0, LEX_YEAR_CUE},
{"сказал сказала говорит заявил заявила сообщил сообщила отметил отметила рассказал рассказала "
 "добавил подчеркнул", NULL, 0, LEX_SAY},
{"он она оно они мы я это этот эта эти тот здесь там и но а или также однако поэтому затем его её",
 NULL, 0, LEX_POINTING},
{NULL, NULL, 0, 0},
};

/* Abbreviations of the other languages in Cyrillic. */
#define CYRILLIC_ABBREVIATIONS \
	{"ул пл бул кв ж.к гр гр.н р обл общ д-р проф инж доц акад ген полк г-н г-жа св стр вж напр " \
	 "т.е т.нар тел ал чл бр ст вул пров просп буд м с обл р-н ім див т.д.р акад проф доц қ а ғ " \
	 "көш даң ауд обл мыс проф т.б.а", NULL, 0, LEX_ABBR_INNER}, \
	{"№ чл ал стр т рис табл ст п", NULL, 0, LEX_ABBR_NUMBER}, \
	{"др пр т.н и.т.н лв хил млн млрд г гг в т.д т.п та.ін грн тис ж жж т.б ғ", NULL, 0, \
	 LEX_ABBR_EITHER}

const struct lexicon_row lexicon_bg_table[] = {
{"и а но или да че ако когато докато защото в във на с със към по от до из у за под над при без "
 "през между пред след около аз ти той тя то ние вие те мен го му я ѝ ни ви ги им се си мой негов "
 "неин наш техен този тази това тези онзи такъв всеки всички всичко друг други сам кой която който "
 "което които какво как къде не ни няма ли вече още само дори също много повече по-малко е са бе "
 "беше бяха бъде ще има може трябва тук там сега тогава така", NULL, 0, LEX_STOP},
CYRILLIC_ABBREVIATIONS,
{"млн", NULL, 1000000, LEX_SCALE}, {"лева лв", "BGN", 0, LEX_CURRENCY},
{NULL, NULL, 0, 0},
};

const struct lexicon_row lexicon_uk_table[] = {
{"і й та а але або що щоб як коли якщо тому хоча поки де в у на з із зі до по від за під над при "
 "про для без через між перед після я ти він вона воно ми ви вони мене мені його йому їм її їй нас "
 "нам вас вам їх себе собі мій наш ваш свій цей ця це ці той та те такий весь всі все кожен інший "
 "сам хто який яка яке які не ні немає би чи ж вже ще тільки навіть також дуже більше менше був "
 "була було були бути є буде можуть може треба тут там тепер зараз тоді так", NULL, 0, LEX_STOP},
CYRILLIC_ABBREVIATIONS,
{"млн", NULL, 1000000, LEX_SCALE}, {"млрд", NULL, 1000000000, LEX_SCALE},
{"гривень гривні грн", "UAH", 0, LEX_CURRENCY},
{NULL, NULL, 0, 0},
};

const struct lexicon_row lexicon_kk_table[] = {
{"және мен бен пен немесе бірақ ал да де та те үшін туралы дейін кейін бұрын сияқты арқылы бойынша "
 "бұл осы сол ол біз сіз олар мен оның оған оны біздің барлық бәрі әр кім не қандай қалай қайда "
 "емес жоқ бар болды болып болған болады еді екен деп деген тек ғана өте көп аз енді қазір",
 NULL, 0, LEX_STOP},
CYRILLIC_ABBREVIATIONS,
{"млн", NULL, 1000000, LEX_SCALE}, {"теңге", "KZT", 0, LEX_CURRENCY},
{NULL, NULL, 0, 0},
};

const struct lexicon_row lexicon_pl_table[] = {
{"i a ale lub albo oraz że żeby aby bo ponieważ jeśli jeżeli kiedy gdy jak gdzie choć w we na z ze "
 "do od po przez przy pod nad przed za o u dla bez między podczas według ja ty on ona ono my wy oni "
 "one mnie mi ciebie go jego mu jej ją nas nam was wam ich im nimi się siebie mój nasz wasz swój "
 "ten ta to ci te tego tej tym tych tamten taki każdy wszyscy wszystko wszystkie inny inne sam kto "
 "co który która które których nie ani już jeszcze tylko nawet też także również bardzo bardziej "
 "mniej więcej dużo był była było były być jest są będzie będą może mogą można trzeba tu tam teraz "
 "wtedy tak czy by", NULL, 0, LEX_STOP},
{"i a ale lub oraz że żeby aby bo jeśli kiedy gdy jak gdzie w na z do od po przez przy pod nad za o "
 "dla bez podczas według ja on ona my oni to ten ta te każdy kto co nie już jeszcze tylko nawet też "
 "także tu tam teraz wtedy tak czy jednak ponadto", NULL, 0, LEX_STARTER},
{"p pan dr prof mgr inż ks św ul al pl os gen płk mjr kpt por np tzw tj m.in ds wg im godz tel ok "
 "red zob por.n hab lek med nadkom sp woj pow gm", NULL, 0, LEX_ABBR_INNER},
{"nr art ust pkt s str poz rys tab t rozdz", NULL, 0, LEX_ABBR_NUMBER},
{"itd itp r w tys mln mld zł gr min sek pl n.e p.n.e", NULL, 0, LEX_ABBR_EITHER},
{"stycznia", NULL, 1, LEX_MONTH}, {"lutego", NULL, 2, LEX_MONTH}, {"marca", NULL, 3, LEX_MONTH},
{"kwietnia", NULL, 4, LEX_MONTH}, {"maja", NULL, 5, LEX_MONTH}, {"czerwca", NULL, 6, LEX_MONTH},
{"lipca", NULL, 7, LEX_MONTH}, {"sierpnia", NULL, 8, LEX_MONTH}, {"września", NULL, 9, LEX_MONTH},
{"października", NULL, 10, LEX_MONTH}, {"listopada", NULL, 11, LEX_MONTH},
{"grudnia", NULL, 12, LEX_MONTH},
{"tysięcy tysiące tys", NULL, 1000, LEX_SCALE}, {"milion miliony milionów mln", NULL, 1000000, LEX_SCALE},
{"miliard miliardy miliardów mld", NULL, 1000000000, LEX_SCALE},
{"procent proc", NULL, 0, LEX_PERCENT}, {"złotych zł", "PLN", 0, LEX_CURRENCY},
{"około prawie", NULL, 0, LEX_APPROXIMATE},
{NULL, NULL, 0, 0},
};

const struct lexicon_row lexicon_fi_table[] = {
{"ja tai sekä mutta että jos kun koska vaikka kuin niin myös vain jo vielä nyt sitten siis ei en et "
 "emme ette eivät ole on oli ovat olivat olla ollut oli olisi minä sinä hän me te he se ne tämä "
 "nämä tuo joka jotka jonka mikä mitä kuka missä miten miksi kaikki muu muut itse hänen heidän "
 "sen niiden tämän ennen jälkeen kanssa mukaan noin hyvin enemmän voi voivat pitää täytyy",
 NULL, 0, LEX_STOP},
{"esim mm ns ts eli tri prof puh klo os s nk ym.s t.s huom", NULL, 0, LEX_ABBR_INNER},
{"jne yms ym", NULL, 0, LEX_ABBR_EITHER},
{"tammikuuta", NULL, 1, LEX_MONTH}, {"helmikuuta", NULL, 2, LEX_MONTH},
{"maaliskuuta", NULL, 3, LEX_MONTH}, {"huhtikuuta", NULL, 4, LEX_MONTH},
{"toukokuuta", NULL, 5, LEX_MONTH}, {"kesäkuuta", NULL, 6, LEX_MONTH},
{"heinäkuuta", NULL, 7, LEX_MONTH}, {"elokuuta", NULL, 8, LEX_MONTH},
{"syyskuuta", NULL, 9, LEX_MONTH}, {"lokakuuta", NULL, 10, LEX_MONTH},
{"marraskuuta", NULL, 11, LEX_MONTH}, {"joulukuuta", NULL, 12, LEX_MONTH},
{"miljoona miljoonaa", NULL, 1000000, LEX_SCALE}, {"miljardi miljardia", NULL, 1000000000, LEX_SCALE},
{"prosenttia prosentin", NULL, 0, LEX_PERCENT}, {"euroa", "EUR", 0, LEX_CURRENCY},
{NULL, NULL, 0, 0},
};

const struct lexicon_row lexicon_tr_table[] = {
{"ve veya ya da de ile ama fakat ancak çünkü eğer gibi kadar için göre sonra önce bu şu o bunlar "
 "onlar ben sen biz siz beni bana onu ona bizi bize her bir bazı tüm bütün hiç kimse ne kim nasıl "
 "neden nerede hangi değil var yok olan olarak oldu olduğu olan ise mi mı mu mü çok daha en az "
 "şimdi burada orada böyle şöyle diye ki", NULL, 0, LEX_STOP},
{"dr prof doç av sn bkz örn vb.g mah cad sok no.lu apt yrd gör", NULL, 0, LEX_ABBR_INNER},
{"vb vs a.ş ltd şti", NULL, 0, LEX_ABBR_EITHER},
{"bin", NULL, 1000, LEX_SCALE}, {"milyon", NULL, 1000000, LEX_SCALE},
{"milyar", NULL, 1000000000, LEX_SCALE}, {"lira lirası", "TRY", 0, LEX_CURRENCY},
{NULL, NULL, 0, 0},
};

const struct lexicon_row lexicon_ur_table[] = {
{"کا کی کے کو نے سے میں پر تک اور یا مگر لیکن کہ جو جب تو تب اگر کیونکہ چونکہ اس اسے ان انہیں انہوں "
 "وہ یہ ہم آپ تم میں مجھے ہمیں میرا میری ہمارا ہماری ان آپ کیا کون کب کہاں کیسے کیوں کس کن ہے ہیں تھا "
 "تھی تھے ہو ہوا ہوئی ہوئے ہوں ہوگا ہوگی گا گی گے گیا گئی گئے کر کرنے کرتا کرتے کرتی کیا کیے دیا دی دیے "
 "لیے لئے رہا رہی رہے جا جاتا جاتی جاتے سکتا سکتی سکتے چاہیے نہیں نہ بھی ہی صرف ایک کوئی کچھ سب ہر بہت "
 "زیادہ کم اب پھر یہاں وہاں ساتھ بعد پہلے دوران خلاف طرف بارے مطابق علاوہ ذریعے اپنے اپنی اپنا والے والی "
 "والا جس جن جسے جنہوں بلکہ جبکہ تاہم", NULL, 0, LEX_STOP},
{"ہزار", NULL, 1000, LEX_SCALE}, {"لاکھ", NULL, 100000, LEX_SCALE},
{"کروڑ", NULL, 10000000, LEX_SCALE}, {"ارب", NULL, 1000000000, LEX_SCALE},
{"فیصد", NULL, 0, LEX_PERCENT}, {"روپے روپیہ", "PKR", 0, LEX_CURRENCY},
{"ڈالر ڈالرز", "USD", 0, LEX_CURRENCY},
{"دو", NULL, 2, LEX_NUMBER}, {"تین", NULL, 3, LEX_NUMBER}, {"چار", NULL, 4, LEX_NUMBER},
{"پانچ", NULL, 5, LEX_NUMBER}, {"چھ", NULL, 6, LEX_NUMBER}, {"سات", NULL, 7, LEX_NUMBER},
{"آٹھ", NULL, 8, LEX_NUMBER}, {"نو", NULL, 9, LEX_NUMBER}, {"دس", NULL, 10, LEX_NUMBER},
{"تقریبا تقریباً قریب", NULL, 0, LEX_APPROXIMATE},
{"سال", "سال", 0, LEX_PERIOD}, {"دن", "دن", 0, LEX_PERIOD}, {"ماہ", "ماہ", 0, LEX_PERIOD},
{"افراد", "افراد", 0, LEX_MEASURE}, {"کلومیٹر", "کلومیٹر", 0, LEX_MEASURE},
{"جنوری", NULL, 1, LEX_MONTH}, {"فروری", NULL, 2, LEX_MONTH}, {"مارچ", NULL, 3, LEX_MONTH},
{"اپریل", NULL, 4, LEX_MONTH}, {"مئی", NULL, 5, LEX_MONTH}, {"جون", NULL, 6, LEX_MONTH},
{"جولائی", NULL, 7, LEX_MONTH}, {"اگست", NULL, 8, LEX_MONTH}, {"ستمبر", NULL, 9, LEX_MONTH},
{"اکتوبر", NULL, 10, LEX_MONTH}, {"نومبر", NULL, 11, LEX_MONTH}, {"دسمبر", NULL, 12, LEX_MONTH},
{"وہ یہ اس ان انہوں اور لیکن مگر تاہم جبکہ پھر", NULL, 0, LEX_POINTING},
{NULL, NULL, 0, 0},
};

const struct lexicon_row lexicon_ar_table[] = {
{"في من على إلى الى عن مع أن ان إن لا ما لم لن قد كان كانت يكون هذا هذه ذلك تلك هو هي هم هن أنا نحن "
 "أنت التي الذي الذين بعد قبل بين خلال عند عندما حيث كما لكن أو او ثم كل بعض غير أي حتى منذ ضد حول "
 "أيضا فقط قال وقال إذا اذا لو بل ليس له لها لهم به بها فيه فيها منه منها عليه عليها", NULL, 0,
 LEX_STOP},
{"ألف آلاف", NULL, 1000, LEX_SCALE}, {"مليون ملايين", NULL, 1000000, LEX_SCALE},
{"مليار مليارات", NULL, 1000000000, LEX_SCALE}, {"دولار دولارات", "USD", 0, LEX_CURRENCY},
{NULL, NULL, 0, 0},
};
/* clang-format on */
