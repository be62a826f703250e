#include "proto/sketch.h"

#include "proto/normalise.h"
#include "common/utf8.h"
#include "samples.h"

static struct normaliser *normaliser;
static struct sketcher *sketcher;

static void
open_it(void)
{
	cr_assert_eq(normalise_open(&normaliser), 0);
	sketcher = sketcher_open();
}

static void
close_it(void)
{
	normalise_close(normaliser);
	sketcher_close(sketcher);
}

TestSuite(sketch, .init = open_it, .fini = close_it);

static struct sketch
sketch_of_span(struct span text, struct sketch_trace *trace)
{
	struct span s = tight(text), form;
	struct sketch k;
	uint32_t chars;

	form = tight(normalise(normaliser, s, &chars));
	sketch_make(sketcher, s, form, &k, trace);
	tight_done(form);
	tight_done(s);
	return k;
}

static struct sketch
sketch_of(const char *text)
{
	return sketch_of_span(span_str(text), NULL);
}

static void
guard_is(enum guard expected, const char *one, const char *other)
{
	struct sketch a = sketch_of(one), b = sketch_of(other);

	cr_assert_eq(a.flags & SKETCH_MADE, SKETCH_MADE, "%s", one);
	cr_assert_eq(sketch_guard(&a, &b), expected, "'%s' and '%s': %s", one, other,
	    guard_name(sketch_guard(&a, &b)));
	cr_assert_eq(sketch_guard(&b, &a), expected);
}

static int32_t
alike(const char *one, const char *other)
{
	struct sketch a = sketch_of(one), b = sketch_of(other);

	return sketch_similarity(&a, &b);
}

#define FERRY "the ferry to the outer islands leaves the old pier in Sandvik at 7.45 every day"

Test(sketch, the_same_text_is_the_same_whatever_its_dress)
{
	struct sketch a = sketch_of(FERRY), b = sketch_of("  \u201C" FERRY "\u201D. ");

	cr_assert_eq(memcmp(&a, &b, sizeof(a)), 0);
	cr_assert_eq(a.flags, SKETCH_MADE);
}

Test(sketch, a_changed_word_leaves_it_near)
{
	const char *edited =
	    "the ferry to the outer islands leaves the new pier in Sandvik at 7.45 every day";

	guard_is(GUARD_AGREE, "the boat to the outer islands leaves the pier in Sandvik at 7.45",
	    "the boat to the outer islands leaves from the pier in Sandvik at 7.45");
	cr_assert_gt(alike(FERRY, edited), 5500);
	cr_assert_lt(
	    alike(FERRY, "Nobody has ever said why the council wants a tunnel there"), 1000);
}

Test(sketch, numbers_with_their_forms_and_in_their_order_are_a_guard)
{
	const char *text = "the harbour office said that traffic grew 5% to 1,200 boats last year";

	guard_is(GUARD_AGREE, text, text);
	guard_is(GUARD_NUMBERS, text,
	    "the harbour office said that traffic grew 6% to 1,200 boats last year");
	guard_is(GUARD_NUMBERS, text,
	    "the harbour office said that traffic grew 5 to 1,200 boats last year");
	guard_is(GUARD_NUMBERS, text,
	    "the harbour office said that traffic grew 5% to 1.200 boats last year");
	guard_is(GUARD_NUMBERS, text,
	    "the harbour office said that traffic grew -5% to 1,200 boats last year");
	guard_is(GUARD_NUMBERS, "shares of the line closed at 2 against 3 crowns before the deal",
	    "shares of the line closed at 3 against 2 crowns before the deal");
	guard_is(GUARD_NUMBERS, "the three boats of the line lie at the pier all through winter",
	    "the seven boats of the line lie at the pier all through winter");
	guard_is(GUARD_NUMBERS, "a sum of $30 was paid to each of the men who mended the pier",
	    "a sum of 30 was paid to each of the men who mended the pier");
}

Test(sketch, a_sentence_ends_behind_a_number_without_changing_it)
{
	guard_is(GUARD_AGREE, "the old pier in the bay was built by the navy in 1987. it is long",
	    "the old pier in the bay was built by the navy in 1987 it is long");
}

Test(sketch, names_are_a_guard_also_at_the_start_of_a_sentence)
{
	guard_is(GUARD_NAMES, "Sandvik will not say what the new pier in the bay may cost them",
	    "Torvik will not say what the new pier in the bay may cost them");
	guard_is(GUARD_NAMES, "they say that Berg beat Lund in the race around the islands",
	    "they say that Lund beat Berg in the race around the islands");
	guard_is(GUARD_NAMES, "it was said by \u00D8stby that the pier in the bay is to be mended",
	    "it was said by \u00C5stby that the pier in the bay is to be mended");
	guard_is(GUARD_AGREE, "The pier in the bay is to be mended by the men of Sandvik soon",
	    "In the bay the pier is to be mended by the men of Sandvik soon");
}

Test(sketch, negations_are_a_guard_and_so_is_their_place)
{
	const char *text = "the council is ready to pay for the new pier in the bay of Sandvik";

	guard_is(GUARD_NEGATIONS, text,
	    "the council is not ready to pay for the new pier in the bay of Sandvik");
	guard_is(GUARD_NEGATIONS, text,
	    "the council isn't ready to pay for the new pier in the bay of Sandvik");
	guard_is(GUARD_NUMBERS, "it did not say that 5 boats were late at the pier in the bay",
	    "it did say that 5 boats were not late at the pier in the bay");
	guard_is(GUARD_REVERSAL,
	    "it did not say that prices rose when the boats were late at the pier",
	    "it did say that prices rose when the boats were not late at the pier");
}

Test(sketch, words_and_their_opposites_are_a_guard)
{
	guard_is(GUARD_REVERSAL, "traffic over the bay rose by a tenth in the weeks of summer",
	    "traffic over the bay fell by a tenth in the weeks of summer");
	guard_is(GUARD_REVERSAL,
	    "prices rose while traffic over the bay fell in the weeks of summer",
	    "prices fell while traffic over the bay rose in the weeks of summer");
	guard_is(GUARD_AGREE, "traffic over the bay rose by a lot in the weeks of summer",
	    "traffic over the bay climbed by a lot in the weeks of summer");
	guard_is(GUARD_REVERSAL,
	    "trafikken over fjorden \u00F8kte kraftig i ukene midt p\u00E5 sommeren",
	    "trafikken over fjorden falt kraftig i ukene midt p\u00E5 sommeren");
}

Test(sketch, short_paragraphs_are_compared_by_characters)
{
	struct sketch k = sketch_of("Terms were not disclosed.");

	cr_assert_eq(k.flags, SKETCH_MADE | SKETCH_CHARACTERS);
	cr_assert_gt(
	    alike("Terms were not immediately disclosed.", "Terms were not immediately dislcosed."),
	    4500);
	guard_is(GUARD_NAMES, "He gave no further details.", "It gave no further details.");
	cr_assert_eq(sketch_of("Yes, please.").flags, 0, "too short");
	cr_assert_eq(sketch_of("").flags, 0);
	cr_assert_eq(sketch_of("!?!?!?!?!?!?!?!?!?!?!?!?!?!?").flags, 0);
}

#define HAN                                                                                    \
	"\u6E2F\u53E3\u7BA1\u7406\u5C40\u8BF4\u53BB\u5E74\u7ECF\u8FC7\u6D77\u6E7E\u7684\u8239" \
	"\u53EA\u6570\u91CF"

Test(sketch, scripts_without_spaces_are_compared_by_characters)
{
	struct sketch k = sketch_of(HAN "\u589E\u52A0\u4E86\u5F88\u591A\u3002");

	cr_assert_eq(k.flags, SKETCH_MADE | SKETCH_CHARACTERS | SKETCH_CASELESS);
	cr_assert_gt(alike(HAN "\u589E\u52A0\u4E86\u3002", HAN "\u589E\u52A0\u4E86"), 9000);
	guard_is(GUARD_REVERSAL, HAN "\u589E\u52A0\u4E86", HAN "\u51CF\u52A0\u4E86");
	guard_is(GUARD_NUMBERS, HAN "\u4E09\u5343", HAN "\u4E94\u5343");
	guard_is(GUARD_NAMES,
	    "\u6771\u4EAC\u306E"
	    "\u30C8\u30E8\u30BF"
	    "\u306E\u5DE5\u5834"
	    "\u3067\u50CD\u304F\u4EBA\u304C\u5897\u3048\u305F\u3068\u3044\u3046\u8A71\u3067",
	    "\u6771\u4EAC\u306E"
	    "\u30DE\u30C4\u30C0"
	    "\u306E\u5DE5\u5834"
	    "\u3067\u50CD\u304F\u4EBA\u304C\u5897\u3048\u305F\u3068\u3044\u3046\u8A71\u3067");
}

Test(sketch, a_text_without_capitals_must_be_more_alike)
{
	cr_assert_eq(sketch_of("nothing in this line tells a name from any other word").flags,
	    SKETCH_MADE | SKETCH_CASELESS);
}

Test(sketch, what_it_is_made_of_is_told_on_request)
{
	struct sketch_trace t = {.set = {.n = 0}};

	sketch_of_span(
	    SPAN("The Sandvik pier didn't cost 5% or -3.2 or three times what it never lost"), &t);
	cr_assert_eq(t.set.n, 16 * sizeof(uint32_t));
	cr_assert(span_equal(buf_view(&t.names), SPAN("Sandvik ")));
	cr_assert(span_equal(buf_view(&t.numbers), SPAN("5% -3. .2 three ")), "%.*s",
	    (int)t.numbers.n, t.numbers.p);
	cr_assert(span_equal(buf_view(&t.negations), SPAN("n't never ")));
	cr_assert(span_equal(buf_view(&t.sides), SPAN("lost ")));
	sketch_trace_done(&t);
}

Test(sketch, a_long_paragraph_of_anything_is_taken)
{
	struct dice d = {.state = 5};
	struct arena a = {0};
	struct buf b = {0};
	size_t replaced;

	for (size_t i = 0; i < 300000; i++)
		buf_byte(&b, (char)roll(&d));
	sketch_of_span(utf8_repair(&a, buf_view(&b), &replaced), NULL);
	b.n = 0;
	for (size_t i = 0; i < 300000; i++)
		buf_byte(&b, i % 3 == 0 ? ' ' : 'a');
	cr_assert_eq(sketch_of_span(buf_view(&b), NULL).flags, SKETCH_MADE | SKETCH_CASELESS);
	buf_done(&b);
	arena_done(&a);
}
