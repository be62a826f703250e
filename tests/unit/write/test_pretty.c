#include "stages/write/pretty.h"

#include <criterion/criterion.h>

#include "common/utf8.h"

#define ESCAPE "\033["
#define BAD "\xEF\xBF\xBD"

static struct buf out;

static void
done(void)
{
	buf_done(&out);
}

TestSuite(pretty, .fini = done);

/* NUL-terminated. */
static const char *
shown(const struct document *d, unsigned width)
{
	const struct pretty how = {.width = width};

	out.n = 0;
	pretty_print(&out, d, &how);
	*buf_room(&out, 1) = '\0';
	return out.p;
}

static void
shows(const struct document *d, const char *text)
{
	const char *got = shown(d, 60);

	cr_assert(strstr(got, text) != NULL, "'%s' is not in\n%s", text, got);
}

static void
hides(const struct document *d, const char *text)
{
	const char *got = shown(d, 60);

	cr_assert(strstr(got, text) == NULL, "'%s' is in\n%s", text, got);
}

/* A document with one claim that has one fact. */
struct one {
	struct fact fact;
	struct claim claim;
	struct document d;
};

static struct document *
with_fact(struct one *o, struct fact fact)
{
	o->fact = fact;
	o->claim =
	    (struct claim){.text = SPAN("Two boats a day."), .facts = &o->fact, .n_facts = 1};
	o->d = (struct document){.title = SPAN("Boats"), .claims = &o->claim, .n_claims = 1};
	return &o->d;
}

static struct fact
boats(void)
{
	return (struct fact){.kind = FACT_QUANTITY,
	    .text = SPAN("two boats"),
	    .has_value = true,
	    .value = 2 * UNIT,
	    .unit = SPAN("boat")};
}

Test(pretty, shows_title_summary_claims_drops_and_counts)
{
	struct sentence summary[] = {
	    {.text = SPAN("The lock opens.")}, {.text = SPAN("It is old.")}};
	struct fact fact = boats();
	struct claim claims[] = {
	    {.text = SPAN("It lifts two boats."), .facts = &fact, .n_facts = 1},
	    {.text = SPAN("It is old.")}};
	struct dropped dropped[] = {{.n = 4, .owner = {.key = 9, .n = 1}}};
	const struct document d = {
	    .id = SPAN("lock.txt@0"),
	    .key = 9,
	    .url = SPAN("https://lock.example/"),
	    .title = SPAN("The lock"),
	    .summary = summary,
	    .n_summary = 2,
	    .claims = claims,
	    .n_claims = 2,
	    .dropped = dropped,
	    .n_dropped = 1,
	    .stats = {.paragraphs = 5, .kept = 3, .exact = 1, .near = 1},
	};

	cr_assert_str_eq(shown(&d, 60), "The lock\n"
					"https://lock.example/\n"
					"  Summary\n"
					"    The lock opens.\n"
					"    It is old.\n"
					"  Claims\n"
					"   1. It lifts two boats.\n"
					"      quantity  two boats = 2 boat\n"
					"   2. It is old.\n"
					"  Dropped paragraphs\n"
					"    4 repeats 1\n"
					"  5 paragraphs: 3 kept, 2 dropped\n\n");
}

Test(pretty, has_no_headings_of_what_is_not_there)
{
	const struct document d = {.id = SPAN("a@0"), .title = SPAN("A")};

	cr_assert_str_eq(shown(&d, 60), "A\na@0\n  0 paragraphs: 0 kept, 0 dropped\n\n");
}

Test(pretty, the_id_stands_for_a_title_once)
{
	struct document d = {.id = SPAN("a@0")};

	cr_assert_str_eq(shown(&d, 60), "a@0\n  0 paragraphs: 0 kept, 0 dropped\n\n");
	d.url = SPAN("https://a.example/");
	shows(&d, "a@0\nhttps://a.example/\n");
}

Test(pretty, appends)
{
	const struct document d = {.title = SPAN("A")};
	const struct pretty how = {.width = 60};

	buf_str(&out, "before\n");
	pretty_print(&out, &d, &how);
	cr_assert(span_starts(buf_view(&out), SPAN("before\nA\n")));
}

/* drops */

Test(pretty, a_drop_names_its_owner_unless_that_is_the_document_itself)
{
	struct dropped drop = {.n = 7, .owner = {.key = 2, .id = SPAN("b@5"), .n = 3}};
	struct document d = {.key = 1, .dropped = &drop, .n_dropped = 1};

	shows(&d, "    7 repeats 3 of b@5\n");
	drop.why = WHY_NEAR;
	shows(&d, "    7 is nearly 3 of b@5\n");
	drop.owner.key = 1;
	shows(&d, "    7 is nearly 3\n");
	hides(&d, "b@5");
}

Test(pretty, a_drop_shows_the_text_that_was_kept)
{
	struct dropped drop = {.n = 7, .text = SPAN("Share this.")};
	struct document d = {.dropped = &drop, .n_dropped = 1};

	shows(&d, "    7 repeats 0: Share this.\n");
	drop.text = span_of(NULL, 0);
	shows(&d, "    7 repeats 0\n");
}

Test(pretty, names_the_document_that_this_one_repeats)
{
	struct document d = {.duplicate = {.found = true, .id = SPAN("first@0")}};

	shows(&d, "  duplicate of first@0\n");
	d.duplicate.found = false;
	hides(&d, "first@0");
}

Test(pretty, says_what_failed)
{
	struct document d = {.error = {.stage = SPAN("summarize"), .reason = SPAN("too-many")}};

	shows(&d, "  failed: too-many\n");
	d.error.stage = SPAN("");
	hides(&d, "failed");
}

/* facts */

Test(pretty, a_fact_shows_value_unit_per_and_bound)
{
	struct one o;
	struct fact f = boats();

	shows(with_fact(&o, f), "      quantity  two boats = 2 boat\n");
	f.per = SPAN("day");
	f.approximate = true;
	shows(with_fact(&o, f), "two boats = about 2 boat per day\n");
	f.bound = BOUND_MORE;
	shows(with_fact(&o, f), "two boats = more than 2 boat per day\n");
	f.bound = BOUND_LESS;
	shows(with_fact(&o, f), "two boats = at most 2 boat per day\n");
	f.value = -12500;
	shows(with_fact(&o, f), "two boats = at most -1.25 boat per day\n");
}

Test(pretty, a_fact_without_a_value_has_no_number)
{
	struct one o;
	struct fact f = {.kind = FACT_NAME,
	    .text = SPAN("Orla Penn"),
	    .value = 5,
	    .approximate = true,
	    .bound = BOUND_MORE};

	shows(with_fact(&o, f), "      name      Orla Penn\n");
}

Test(pretty, a_date_shows_when_and_a_quotation_who)
{
	struct one o;
	struct fact date = {.kind = FACT_DATE, .text = SPAN("in May"), .when = SPAN("1911-05")};
	struct fact words = {
	    .kind = FACT_QUOTATION, .text = SPAN("yes"), .speaker = SPAN("Orla Penn")};

	shows(with_fact(&o, date), "      date      in May = 1911-05\n");
	shows(with_fact(&o, words), "      quotation yes (Orla Penn)\n");
	words.speaker = SPAN("Orla\0Penn");
	shows(with_fact(&o, words), "yes (Orla" BAD "Penn)\n");
}

/* lines */

/* Code points of the longest line. */
static size_t
longest(const char *text)
{
	size_t most = 0;

	for (const char *end; *text != '\0'; text = end + 1) {
		size_t n;
		end = strchrnul(text, '\n');
		n = utf8_count(span_of(text, (size_t)(end - text)));
		most = n > most ? n : most;
		if (*end == '\0')
			break;
	}
	return most;
}

Test(pretty, lines_are_as_wide_as_they_may_be_and_no_wider)
{
	struct sentence s = {.text = SPAN("aa bb cc dd ee ff gg")};
	struct document d = {.title = SPAN("T"), .summary = &s, .n_summary = 1};

	cr_assert(strstr(shown(&d, 33), "    aa bb cc dd ee ff gg\n") != NULL, "%s", out.p);
	cr_assert(strstr(shown(&d, 24), "    aa bb cc dd ee ff gg\n") != NULL, "24 columns fit");
	cr_assert(strstr(shown(&d, 23), "    aa bb cc dd ee ff\n    gg\n") != NULL, "%s", out.p);
	cr_assert(strstr(shown(&d, 9), "    aa bb\n    cc dd\n    ee ff\n    gg\n") != NULL);
}

Test(pretty, columns_are_code_points_not_bytes)
{
	struct sentence s = {.text = SPAN("éé éé éé")};
	struct document d = {.summary = &s, .n_summary = 1};

	cr_assert(strstr(shown(&d, 12), "    éé éé éé\n") != NULL, "%s", out.p);
	cr_assert(strstr(shown(&d, 11), "    éé éé\n    éé\n") != NULL, "%s", out.p);
}

Test(pretty, a_word_wider_than_the_line_takes_its_own)
{
	struct sentence s = {.text = SPAN("a zzzzzzzzzzzzzzzzzzzz b")};
	struct document d = {.summary = &s, .n_summary = 1};

	cr_assert(
	    strstr(shown(&d, 10), "    a\n    zzzzzzzzzzzzzzzzzzzz\n    b\n") != NULL, "%s", out.p);
}

Test(pretty, all_white_space_is_one_space)
{
	struct sentence s = {.text = SPAN(" \t one\r\n\r\ntwo\xC2\xA0three\xE2\x80\xA8"
					  "four  ")};
	struct document d = {.summary = &s, .n_summary = 1};

	shows(&d, "    one two three four\n");
}

Test(pretty, claims_and_drops_continue_under_their_text)
{
	struct claim c = {.text = SPAN("one two three four")};
	struct dropped drop = {.text = SPAN("one two three four")};
	struct document d = {.claims = &c, .n_claims = 1, .dropped = &drop, .n_dropped = 1};

	shown(&d, 20);
	cr_assert(strstr(out.p, "   1. one two three\n      four\n") != NULL, "%s", out.p);
	cr_assert(strstr(out.p, "    0 repeats 0: one\n    two three four\n") != NULL, "%s", out.p);
	cr_assert_leq(longest(out.p), 34, "the line of counts is the longest");
}

/* what steers a terminal */

#define EVIL                      \
	"\033[2J\a\b\x7F\xC2\x9B" \
	"31m\xE2\x80\xAE\xE2\x81\xA6\xE2\x80\xAA\xE2\x81\xA9\xE2\x80\x8F\x01\x1F"

static void
check_harmless(const char *text)
{
	struct span s = span_str(text);

	for (size_t at = 0; at < s.n;) {
		uint32_t c = utf8_next(s, &at, NULL);
		bool control = (c < 0x20 && c != '\n') || (c >= 0x7F && c < 0xA0);
		bool turns =
		    (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0x200F;
		cr_assert(!control && !turns, "U+%04X came out", c);
	}
}

Test(pretty, no_text_of_a_document_can_steer_a_terminal)
{
	struct span evil = SPAN(EVIL);
	struct sentence s = {.text = evil};
	struct fact f = {.text = evil,
	    .unit = evil,
	    .per = evil,
	    .when = evil,
	    .speaker = evil,
	    .has_value = true};
	struct claim c = {.text = evil, .facts = &f, .n_facts = 1};
	struct dropped drop = {.text = evil, .owner = {.key = 5, .id = evil}};
	struct document d = {.id = evil,
	    .url = evil,
	    .title = evil,
	    .summary = &s,
	    .n_summary = 1,
	    .claims = &c,
	    .n_claims = 1,
	    .dropped = &drop,
	    .n_dropped = 1,
	    .duplicate = {.found = true, .id = evil},
	    .error = {.stage = evil, .reason = evil, .detail = evil}};

	check_harmless(shown(&d, 60));
	d.title = d.url = SPAN("");
	check_harmless(shown(&d, 60));
}

Test(pretty, a_control_character_is_shown_as_one_that_is_bad)
{
	struct document d = {.title = SPAN("a\033b\xE2\x80\xAE"
					   "c")};

	shows(&d, "a" BAD "b" BAD "c\n");
}

Test(pretty, bytes_that_are_no_utf8_are_shown_as_bad)
{
	struct document d = {.title = SPAN("a\xFF"
					   "b\xC3")};

	shows(&d, "a" BAD "b" BAD "\n");
}

Test(pretty, ordinary_letters_of_all_scripts_stay)
{
	struct document d = {.title = SPAN("Größe 東京 नदी العربية 🚢")};

	shows(&d, "Größe 東京 नदी العربية 🚢\n");
}

Test(pretty, colour_only_where_it_is_wanted)
{
	struct one o;
	struct document *d = with_fact(&o, boats());
	struct pretty how = {.width = 60, .colour = true};

	hides(d, ESCAPE);
	out.n = 0;
	pretty_print(&out, d, &how);
	cr_assert(span_starts(buf_view(&out), SPAN(ESCAPE "1mBoats\n" ESCAPE "0m")), "%.*s",
	    (int)out.n, out.p);
}
