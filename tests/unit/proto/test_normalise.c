#include <criterion/criterion.h>
#include <time.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uset.h>
#include <unicode/ustring.h>

#include "common/arena.h"
#include "common/utf8.h"
#include "proto/normalise.h"
#include "tests/unit/folder.h"

enum { ROOM = 4096, ASCII_MAX = 0x7F };

static struct normaliser *n;
static struct arena arena;

static void
open_it(void)
{
	cr_assert_eq(normalise_open(&n), 0);
}

static void
close_it(void)
{
	normalise_close(n);
	arena_done(&arena);
}

TestSuite(normalise, .init = open_it, .fini = close_it);

/* The form of text, the same on all paths that this processor has. */
static struct span
form_of(struct span text)
{
	uint32_t chars = 77, slow_chars = 78;
	struct span form, slow = arena_copy(&arena, normalise_slow(n, text, &slow_chars));

	for (const struct fold_form *by = fold_ascii_forms(); by->name != NULL; by++) {
		if (!by->works)
			continue;
		normalise_with(n, by->fold);
		form = normalise(n, text, &chars);
		cr_assert(span_equal(form, slow), "%s: %.*s: %.*s | %.*s", by->name, (int)text.n,
		    text.p, (int)form.n, form.p, (int)slow.n, slow.p);
		cr_assert_eq(chars, slow_chars);
		cr_assert_eq(chars, utf8_count(form));
	}
	return slow;
}

static void
check(const char *text, const char *form)
{
	struct span got = form_of(span_str(text));

	cr_assert(
	    span_equal(got, span_str(form)), "%s: <%.*s>, not <%s>", text, (int)got.n, got.p, form);
}

static uint32_t
plain(uint32_t c)
{
	static const UChar from[] = u"‘’‚‛′ʼ“”„‟″«»‐‑‒–—―−";
	static const char to[] = "''''''\"\"\"\"\"\"\"-------";

	for (size_t i = 0; i < sizeof(to) - 1; i++) {
		if (from[i] == c)
			return (uint32_t)to[i];
	}
	return c;
}

static bool
is(uint32_t c, uint32_t categories)
{
	return (U_GET_GC_MASK((UChar32)c) & categories) != 0;
}

static bool
among(uint32_t c, const char *ascii)
{
	return c > 0 && c <= ASCII_MAX && strchr(ascii, (int)c) != NULL;
}

/* Take outer punctuation off the characters c, which end with three zeros. */
static struct span
strip(const uint32_t *c, size_t last)
{
	size_t first = 0, end = last, bytes = 0;
	char *p = arena_alloc(&arena, 4 * last + 1);

	while (first < last && (c[first] == ' ' || is(c[first], U_GC_P_MASK)) &&
	       !(among(c[first], "#-+(/.") &&
		   (is(c[first + 1], U_GC_N_MASK) ||
		       (c[first + 1] == '.' && is(c[first + 2], U_GC_N_MASK)))))
		first++;
	while (last > first && (c[last - 1] == ' ' || is(c[last - 1], U_GC_P_MASK)) &&
	       !((among(c[last - 1], "%#-()/") || c[last - 1] == 0x2030) && last - 1 > first &&
		   is(c[last - 2], U_GC_N_MASK)))
		last--;
	if (first == last) {
		first = 0;
		last = end;
	}
	for (size_t i = first; i < last; i++)
		bytes += utf8_put(p + bytes, c[i]);
	return span_of(p, bytes);
}

/* The form by ICU in one step and the rules in their plainest shape; text of up to 200 bytes. */
static struct span
by_the_book(struct span text)
{
	static UNormalizer2 *nfkc;
	UErrorCode status = U_ZERO_ERROR;
	UChar units[ROOM], made[ROOM];
	uint32_t c[ROOM] = {0};
	int32_t n_units, n_made, i = 0;
	size_t chars = 0;

	if (nfkc == NULL) {
		USet *stays = uset_openPattern(
		    u"[[:dt=super:][:dt=sub:][:dt=fraction:][:dt=circle:]]", -1, &status);

		uset_complement(stays);
		nfkc = unorm2_openFiltered(unorm2_getNFKCCasefoldInstance(&status), stays, &status);
	}
	u_strFromUTF8(units, ROOM, &n_units, text.p, (int32_t)text.n, &status);
	for (int32_t k = 0; k < n_units; k++)
		units[k] = (UChar)plain(units[k]);
	n_made = unorm2_normalize(nfkc, units, n_units, made, ROOM, &status);
	cr_assert(U_SUCCESS(status));
	while (i < n_made) {
		uint32_t next;
		U16_NEXT(made, i, n_made, next);
		if (!u_hasBinaryProperty((UChar32)next, UCHAR_WHITE_SPACE))
			c[chars++] = plain(next);
		else if (chars > 0 && c[chars - 1] != ' ')
			c[chars++] = ' ';
	}
	if (chars > 0 && c[chars - 1] == ' ')
		c[--chars] = 0;
	return strip(c, chars);
}

static void
check_by_the_book(struct span text)
{
	struct span got = form_of(text), want = by_the_book(text);

	cr_assert(span_equal(got, want), "<%.*s>: <%.*s>, not <%.*s>", (int)text.n, text.p,
	    (int)got.n, got.p, (int)want.n, want.p);
}

Test(normalise, case_is_folded)
{
	check("The Harbour of ZEEBRUGGE", "the harbour of zeebrugge");
	check("Straße STRASSE", "strasse strasse");
	check("ÀÉÎ ΣΑΣ ЖЁ", "àéî σασ жё");
	check("ﬁn ＦＵＬＬ ㎏ Ⅷ", "fin full kg viii");
}

Test(normalise, composed_and_decomposed_are_the_same)
{
	check("Cafe\u0301 a\u0323\u0302 \u1112\u1161\u11ab", "café ậ 한");
	check("a\u0302\u0323", "ậ");
}

Test(normalise, raised_lowered_broken_and_circled_characters_stay)
{
	check("10² H₂O 2½ ③ Ⓐ", "10² h₂o 2½ ③ Ⓐ");
	check("e²\u0301", "e²\u0301");
}

Test(normalise, default_ignorables_go)
{
	check("co\u00ADop \u200B zero\uFEFF", "coop zero");
	check("\u200B\u00AD", "");
}

Test(normalise, white_space_runs_become_one_space)
{
	check(" a  b\t\tc\r\n\v\fd ", "a b c d");
	check("a\u00A0b\u2009\u200Ac\u3000d", "a b c d");
	check("a\xC2\x85"
	      "b\u1680c\u2028d\u2029e\u205Ff\u202Fg",
	    "a b c d e f g");
	check("a \u200B b", "a b");
	check(" \t\u3000", "");
}

Test(normalise, what_is_not_white_space_is_no_space)
{
	check("a\x1C\x1F"
	      "b",
	    "a\x1C\x1F"
	    "b");
}

Test(normalise, quotes_and_dashes_become_ascii)
{
	check("a‘b’c‚d‛e′fʼg", "a'b'c'd'e'f'g");
	check("a“b”c„d‟e″f«g»h", "a\"b\"c\"d\"e\"f\"g\"h");
	check("a‐b‑c‒d–e—f―g−h", "a-b-c-d-e-f-g-h");
}

Test(normalise, quotes_and_dashes_out_of_other_characters_become_ascii_too)
{
	check("aŉ b︱c d‴e", "a'n b-c d'''e");
}

Test(normalise, outer_punctuation_goes)
{
	check("“It rained,” she said.", "it rained,\" she said");
	check("• in 1987.", "in 1987");
	check("*** Breaking: « news » !", "breaking: \" news");
	check("¿Qué?", "qué");
	check("「雨。」", "雨");
}

Test(normalise, minus_sign_stays_before_a_digit)
{
	check("-3.2", "-3.2");
	check("−3.2", "-3.2");
	check("–3.2 degrees", "-3.2 degrees");
}

Test(normalise, what_belongs_to_a_number_stays_before_it)
{
	check("(1,200)", "(1,200)");
	check(".5", ".5");
	check("#4", "#4");
	check("/7", "/7");
	check("+5", "+5");
	check("（５）", "(5)");
}

Test(normalise, a_sign_stays_before_a_dot_before_a_digit)
{
	check("-.5", "-.5");
	check("(.5)", "(.5)");
	check("-.x", "x");
	check("-.", "-.");
}

Test(normalise, what_belongs_to_a_number_stays_after_it)
{
	check("5%", "5%");
	check("5％.", "5%");
	check("5‰", "5‰");
	check("see 5)", "see 5)");
	check("5/", "5/");
	check("5#", "5#");
	check("5- (", "5-");
	check("5(.", "5(");
}

Test(normalise, other_punctuation_goes_from_numbers)
{
	check("\"5\"", "5");
	check("‘1987’", "1987");
	check("5.", "5");
	check("*5*", "5");
	check("[5]", "5");
	check("- 5 %", "5");
	check("--5", "-5");
	check("5%%", "5%");
}

Test(normalise, digits_of_every_kind_hold_what_stays)
{
	check("-½", "-½");
	check("(③)", "(③)");
	check("-٣", "-٣");
	check("5²%", "5²%");
	check("-Ⅷ", "viii");
}

Test(normalise, different_numbers_stay_different)
{
	static const char *const pairs[][2] = {{"-3.2", "3.2"}, {"(1,200)", "1,200"}, {".5", "5"},
	    {"5%", "5"}, {"-.5", ".5"}, {"10²", "102"}, {"½", "1/2"}, {"③", "3"}, {"#4", "4"}};

	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++)
		cr_assert_not(
		    span_equal(form_of(span_str(pairs[i][0])), form_of(span_str(pairs[i][1]))),
		    "%s", pairs[i][0]);
}

Test(normalise, punctuation_alone_keeps_its_characters)
{
	check("***", "***");
	check(" * \t * ", "* *");
	check("—", "-");
	check("… !", "... !");
}

Test(normalise, empty_text_is_empty)
{
	check("", "");
	cr_assert_eq(form_of(span_of(NULL, 0)).n, 0);
}

Test(normalise, nul_is_a_character)
{
	struct span form = form_of(SPAN("A\0B"));

	cr_assert(span_equal(form, SPAN("a\0b")));
}

Test(normalise, characters_are_counted_not_bytes)
{
	uint32_t chars;

	normalise(n, SPAN("“Żółw” 😀."), &chars);
	cr_assert_eq(chars, 7); /* żółw" 😀 */
}

Test(normalise, nothing_is_remembered_of_earlier_texts)
{
	struct span before = form_of(SPAN("Ålesund, 5 °C …"));

	form_of(SPAN("an altogether other text, and a longer one: ÅÅÅ\u0301"));
	cr_assert(span_equal(form_of(SPAN("Ålesund, 5 °C …")), before));
}

Test(normalise, every_character_is_as_by_the_book)
{
	for (uint32_t c = 0; c <= 0x10FFFF; c += c < 0x32400 || c >> 12 == 0xE0 ? 1 : 977) {
		char text[16] = "x";
		size_t at = 1;

		if (c >= 0xD800 && c < 0xE000)
			continue;
		at += utf8_put(text + at, c);
		text[at++] = 'y';
		check_by_the_book(span_of(text, at));
		arena_reset(&arena);
	}
}

Test(normalise, every_place_in_a_block_is_as_by_the_book)
{
	static const char *const odd[] = {" ", "  ", "\t", "X", "É", "’", "\u0301", "…", "5%", "."};

	for (size_t length = 0; length < 70; length++) {
		for (size_t i = 0; i < length * (sizeof(odd) / sizeof(*odd)); i++) {
			const char *insert = odd[i / length];
			size_t place = i % length;
			char text[80];

			memset(text, 'a', sizeof(text));
			memcpy(text + place, insert, strlen(insert));
			check_by_the_book(span_of(text, length + strlen(insert)));
		}
		arena_reset(&arena);
	}
}

static uint32_t
random_below(uint32_t limit)
{
	static uint64_t state = 20231117;

	state = state * 6364136223846793005U + 1442695040888963407U;
	return (uint32_t)(state >> 33) % limit;
}

/* A character of one of the sorts that have given trouble to somebody. */
static uint32_t
random_char(uint32_t sort)
{
	static const UChar odd[] = u" .-(#/+%)‰’“«—−…\u00A0\u00AD\u200B\u3000\x85²½③٣5½ŉ‴´ﬁ㎏ßİΣ";

	switch (sort) {
	case 0: return ' ' + random_below(95);
	case 1: return odd[random_below(sizeof(odd) / sizeof(*odd) - 1)];
	case 2: return 0x80 + random_below(0x500);
	case 3: return 0x300 + random_below(0x70);
	case 4: return 0x900 + random_below(0x80);
	case 5: return 0x1100 + random_below(0x100);
	case 6: return 0x2000 + random_below(0x600);
	case 7: return 0x3000 + random_below(0x600);
	case 8: return 0xFB00 + random_below(0x4F0);
	default: return 0x10000 + random_below(0x20000);
	}
}

Test(normalise, random_text_is_as_by_the_book)
{
	for (int i = 0; i < 30000; i++) {
		uint32_t sorts[] = {random_below(10), random_below(10), random_below(3)};
		uint32_t chars = random_below(50);
		char text[200];
		size_t bytes = 0;

		for (uint32_t k = 0; k < chars; k++)
			bytes += utf8_put(text + bytes, random_char(sorts[random_below(3)]));
		check_by_the_book(span_of(text, bytes));
		if (i % 1000 == 0)
			arena_reset(&arena);
	}
}

/* count marks, first those above and then those below, which belong before them. */
static struct span
marks(size_t count)
{
	char *p = arena_alloc(&arena, 2 * count);

	for (size_t i = 0; i < count; i++)
		memcpy(p + 2 * i, i < count / 2 ? "\u0301" : "\u0323", 2);
	return span_of(p, 2 * count);
}

Test(normalise, a_run_is_ordered_up_to_its_limit)
{
	struct span all = marks(NORMALISE_RUN), form = form_of(all);

	cr_assert_eq(form.n, all.n);
	cr_assert(span_equal(span_cut(form, 0, all.n / 2), span_cut(all, all.n / 2, all.n)));
}

Test(normalise, a_longer_run_is_cut_at_the_same_places_on_both_paths)
{
	for (size_t count = NORMALISE_RUN - 2; count < 3 * NORMALISE_RUN + 3; count++) {
		form_of(marks(count));
		form_of(
		    arena_print(&arena, "see \u00AD a%.*s end", (int)(2 * count), marks(count).p));
	}
}

Test(normalise, a_flood_of_marks_takes_linear_time)
{
	clock_t start = clock();
	struct span all = marks(1 << 20);

	cr_assert_eq(form_of(all).n, all.n);
	cr_assert_lt(clock() - start, 20 * CLOCKS_PER_SEC); /* hours, if it were ordered at once */
}

Test(normalise, ten_megabytes_are_one_text)
{
	size_t count = 1000000;
	char *p = arena_alloc(&arena, 10 * count);

	for (size_t i = 0; i < count; i++)
		memcpy(p + 10 * i, i % 2 == 0 ? "Rain  IN é" : "Rain, in 5", 10);
	cr_assert_eq(form_of(span_of(p, 10 * count)).n, 10 * count - count / 2);
}

Test(normalise, the_longest_growth_has_room)
{
	size_t count = 1000;
	char *p = arena_alloc(&arena, 3 * count);

	for (size_t i = 0; i < count; i++)
		memcpy(p + 3 * i, "\uFDFA", 3);
	cr_assert_eq(form_of(span_of(p, 3 * count)).n, 33 * count);
}

/* Where ICU looks first, if ICU_DATA is set and nobody tells it not to. */
static struct folder wrong;

static void
open_it_among_wrong_data(void)
{
	folder_open(&wrong);
	mkdir(folder_path(&wrong, "icudt" U_ICU_VERSION_SHORT "l"), 0700);
	folder_file(&wrong, "icudt" U_ICU_VERSION_SHORT "l.dat", SPAN("no data of ICU"));
	folder_file(&wrong, "icudt" U_ICU_VERSION_SHORT "l/nfkc_cf.nrm", SPAN("no data of ICU"));
	setenv("ICU_DATA", wrong.path, 1);
	open_it();
}

static void
close_it_and_wrong_data(void)
{
	folder_done(&wrong);
	close_it();
}

Test(normalise_data, of_the_environment_changes_nothing, .init = open_it_among_wrong_data,
    .fini = close_it_and_wrong_data)
{
	cr_assert(span_equal(
	    form_of(SPAN("\uFB01ne \u00C5ngstr\u00F6m")), SPAN("fine \u00E5ngstr\u00F6m")));
}

Test(normalise, closing_nothing_is_allowed)
{
	normalise_close(NULL);
}
