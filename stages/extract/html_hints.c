#include "stages/extract/html_hints.h"

#include <stdbool.h>
#include <string.h>

#include "common/hash.h"

enum {
	WORD_BYTES = 16, /* of the longest word that is known */
	COMPOUND_BYTES = 32,
	COMPOUND_LEAST = 6, /* bytes of what may be two words in one */
	SLOT_BITS = 10,
	SLOTS = 1 << SLOT_BITS,
	VALUES = 256, /* that are remembered */
	VALUE_BYTES = 51,
};

/* What a word is, beside being a hint itself: with another one in its class it makes a hint. */
enum word {
	WORD_OF_ARTICLE = 1 << 16, /* with OF_TEXT: the body */
	WORD_OF_TEXT = 1 << 17,
	WORD_MORE =
	    1 << 18, /* with OF_READING: noise: "read more", "more stories", "most viewed" */
	WORD_OF_READING = 1 << 19,
	WORD_ONLY = 1 << 20, /* with FOR_MACHINES: hidden */
	WORD_FOR_MACHINES = 1 << 21,
	WORD_NEGATES = 1 << 22, /* "has", "no": the class is about something else */
	WORD_NEUTRAL = 1 << 23, /* known only so that compounds with it are: "box", "list" */
	WORD_OF_PICTURE = 1 << 24,
	WORDS = 0xFFFF,
};

static const struct {
	uint32_t is;
	const char *words;
} known[] = {
    {WORD_OF_ARTICLE | HINT_MAIN, "article post entry story hentry"},
    {WORD_OF_ARTICLE, "news blog page single art field detail details node review recipe"},
    {WORD_OF_TEXT | HINT_MAIN, "content contents"},
    {WORD_OF_TEXT, "body text copy richtext prose txt contenu texto corpo cuerpo"},
    {HINT_MAIN, "main"},
    {HINT_BODY, "articlebody storybody postbody bodytext bodycopy"},
    {HINT_LEAD, "lead lede standfirst dek deck intro introduction subheadline subtitle summary "
		"abstract excerpt chapo sommario entradilla vorspann teasertext kicker"},
    {HINT_TITLE, "title headline heading"},
    {HINT_NOISE,
	"share shares sharing sharebar sharethis addthis addtoany social related recommended "
	"recommendation recommendations recommend newsletter newsletters subscribe subscription "
	"subscriptions signup promo promos promotion promoted sponsor sponsors sponsored advert "
	"adverts advertisement advertisements advertising advertorial ad ads adv adsense dfp gpt "
	"banner banners sidebar rail breadcrumb breadcrumbs menu menus nav navbar navigation "
	"subnav toolbar cookie cookies consent gdpr popup popover modal lightbox overlay tooltip "
	"footer foot pagination pager paging widget widgets outbrain taboola trending trend "
	"popular teaser teasers trc sponsorship login signin register registration donate "
	"donation print printer jump skip skiplink toc rating ratings vote voting poll survey quiz "
	"feedback disclaimer copyright follow followus facebook twitter whatsapp pinterest "
	"linkedin telegram reddit flipboard masthead search searchform shop shopping cart buy "
	"button buttons btn cta callout upsell recirc recirculation infobox factbox similar "
	"readmore seealso mostread mostpopular morefrom upnext readnext legal tabs ticker topics "
	"affiliate contact noprint"},
    {HINT_COMMENT, "comment comments disqus respond reply replies livefyre discussion "
		   "commentlist kommentare kommentar comentarios commentaires"},
    {HINT_CAPTION, "caption captions credit credits legend cutline imagecaption photocredit"},
    {HINT_META, "byline author authors dateline timestamp date datetime time published updated "
		"meta tags tag taglist categories category keywords bio"},
    {HINT_HIDDEN, "hidden hide invisible visuallyhidden offscreen"},
    {HINT_MEDIA, "video videos player gallery slideshow carousel slider embed tweet instagram "
		 "youtube audio podcast pullquote"},
    {WORD_OF_PICTURE, "image img photo picture pic figure"},
    {WORD_MORE, "more most also next further latest"},
    {WORD_OF_READING, "read reading viewed shared stories articles posts news from on see links "
		      "watched watch commented"},
    {WORD_ONLY, "only reader visually"},
    {WORD_FOR_MACHINES, "sr screen"},
    {WORD_NEGATES, "has have with without no not non is-not enable enabled disable disabled"},
    {WORD_NEUTRAL, "bar box block list item items link wrap wrapper container area section "
		   "inner outer top bottom left right row col column group media icon icons "
		   "view views count tools form panel module zone unit slot header head info "
		   "data name us this the and"},
};

struct slot {
	const char *word;
	size_t n;
	uint32_t is;
};

static struct slot slots[SLOTS]; /* open addressing, made at the first use */

static size_t
slot_of(const char *p, size_t n)
{
	uint32_t h = (uint32_t)n;

	for (size_t i = 0; i < n; i++)
		h = (h ^ (unsigned char)p[i]) * 0x01000193U;
	return (h * 0x9E3779B1U) >> (32 - SLOT_BITS);
}

static uint32_t
look_up(const char *p, size_t n)
{
	if (n > WORD_BYTES)
		return 0;
	for (size_t at = slot_of(p, n); slots[at].n != 0; at = (at + 1) % SLOTS)
		if (slots[at].n == n && memcmp(slots[at].word, p, n) == 0)
			return slots[at].is;
	return 0;
}

static void
make_slots(void)
{
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		for (const char *p = known[i].words; *p != '\0';) {
			size_t n = strcspn(p, " "), at = slot_of(p, n);

			while (slots[at].n != 0)
				at = (at + 1) % SLOTS;
			slots[at] = (struct slot){p, n, known[i].is};
			p += n + (p[n] == ' ');
		}
}

/* A word in lower case; one that is not known may be two that are. */
static uint32_t
word_is(const char *p, size_t n)
{
	uint32_t is = look_up(p, n);

	if (is != 0 || n < COMPOUND_LEAST || n > COMPOUND_BYTES)
		return is;
	for (size_t cut = n - 2; cut >= 2; cut--) {
		uint32_t first = look_up(p, cut), second = first ? look_up(p + cut, n - cut) : 0;

		if (first != 0 && second != 0)
			return first | second;
	}
	return 0;
}

/* What the words of one class are together. */
static uint32_t
class_is(uint32_t words)
{
	uint32_t hints = words & WORDS;

	if ((words & WORD_NEGATES) != 0)
		return 0;
	if ((words & WORD_OF_ARTICLE) != 0 && (words & WORD_OF_TEXT) != 0)
		hints |= HINT_BODY;
	if ((words & WORD_MORE) != 0 && (words & WORD_OF_READING) != 0)
		hints |= HINT_NOISE;
	if ((words & WORD_ONLY) != 0 && (words & WORD_FOR_MACHINES) != 0)
		hints |= HINT_HIDDEN;
	if ((words & WORD_OF_PICTURE) != 0 && (words & (WORD_OF_TEXT | HINT_TITLE)) != 0)
		hints |= HINT_CAPTION;
	return hints;
}

enum sort { SORT_SPACE, SORT_MARK, SORT_DIGIT, SORT_LOWER, SORT_UPPER };

static inline enum sort
sort_of(unsigned char c)
{
	if ((unsigned char)(c - 'a') < 26)
		return SORT_LOWER;
	if ((unsigned char)(c - 'A') < 26)
		return SORT_UPPER;
	if ((unsigned char)(c - '0') < 10)
		return SORT_DIGIT;
	return c == ' ' || (c >= '\t' && c <= '\r') ? SORT_SPACE : SORT_MARK;
}

static uint32_t
read_words(struct span s)
{
	char word[COMPOUND_BYTES + 1];
	uint32_t words = 0, hints = 0;
	size_t n = 0;
	enum sort before = SORT_SPACE;

	if (slots[slot_of("ad", 2)].n == 0)
		make_slots();
	for (size_t i = 0; i <= s.n; i++) {
		enum sort sort = i < s.n ? sort_of((unsigned char)s.p[i]) : SORT_SPACE;

		if (n > 0 && (sort <= SORT_DIGIT || (sort == SORT_UPPER && before == SORT_LOWER))) {
			words |= word_is(word, n);
			n = 0;
		}
		if (sort >= SORT_LOWER && n <= COMPOUND_BYTES)
			word[n++] = (char)(s.p[i] | 0x20);
		if (sort == SORT_SPACE) {
			hints |= words == 0 ? 0 : class_is(words);
			words = 0;
		}
		before = sort;
	}
	return hints;
}

/* Pages say the same classes again and again: the newest values, by their hash. */
static struct value {
	unsigned char n;
	char bytes[VALUE_BYTES];
	uint32_t hints;
} values[VALUES];

uint32_t
html_hints(struct span s)
{
	struct value *v;

	if (s.n == 0 || s.n > VALUE_BYTES)
		return read_words(s);
	v = &values[hash64(s) % VALUES];
	if (v->n == s.n && memcmp(v->bytes, s.p, s.n) == 0)
		return v->hints;
	v->n = (unsigned char)s.n;
	memcpy(v->bytes, s.p, s.n);
	v->hints = read_words(s);
	return v->hints;
}
