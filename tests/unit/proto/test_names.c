#include "samples.h"

#define EACH_NAME_READS_BACK(thing, type, count)                       \
	for (int i = 0; i < (count); i++) {                            \
		struct span name = thing##_name((type)i);              \
		cr_assert_eq(thing##_parse(name), i, #thing " %d", i); \
	}                                                              \
	cr_assert_eq(thing##_parse(SPAN("nonsense")), -1)

Test(names, each_reads_back_as_its_value)
{
	EACH_NAME_READS_BACK(form, enum form, FORM_HTML + 1);
	EACH_NAME_READS_BACK(kind, enum kind, KIND_COUNT);
	EACH_NAME_READS_BACK(why, enum why, WHY_COUNT);
	EACH_NAME_READS_BACK(part, enum part, PART_COUNT);
	EACH_NAME_READS_BACK(fact, enum fact_kind, FACT_COUNT);
	EACH_NAME_READS_BACK(bound, enum bound, BOUND_COUNT);
}

Test(names, are_the_words_of_the_protocol)
{
	cr_assert(span_equal(form_name(FORM_JSON), SPAN("json")));
	cr_assert(span_equal(form_name(FORM_MSGPACK), SPAN("msgpack")));
	cr_assert(span_equal(kind_name(KIND_TEXT), SPAN("text")));
	cr_assert(span_equal(kind_name(KIND_HEADING), SPAN("heading")));
	cr_assert(span_equal(kind_name(KIND_CODE), SPAN("code")));
	cr_assert(span_equal(why_name(WHY_EXACT), SPAN("exact")));
	cr_assert(span_equal(why_name(WHY_NEAR), SPAN("near")));
	cr_assert(span_equal(part_name(PART_POSITION), SPAN("position")));
	cr_assert(span_equal(part_name(PART_FACTS), SPAN("facts")));
	cr_assert(span_equal(fact_name(FACT_MONEY), SPAN("money")));
	cr_assert(span_equal(fact_name(FACT_NAME), SPAN("name")));
	cr_assert(span_equal(bound_name(BOUND_MORE), SPAN("more")));
	cr_assert(span_equal(bound_name(BOUND_LESS), SPAN("less")));
}

Test(names, nothing_is_a_name_only_where_it_means_none)
{
	cr_assert_eq(form_parse(SPAN("")), FORM_NONE);
	cr_assert_eq(bound_parse(SPAN("")), BOUND_NONE);
	cr_assert_eq(kind_parse(SPAN("")), -1);
	cr_assert_eq(why_parse(SPAN("")), -1);
	cr_assert_eq(part_parse(SPAN("")), -1);
	cr_assert_eq(fact_parse(SPAN("")), -1);
}

Test(names, a_part_of_a_name_or_other_letters_are_none)
{
	cr_assert_eq(kind_parse(SPAN("tex")), -1);
	cr_assert_eq(kind_parse(SPAN("texts")), -1);
	cr_assert_eq(kind_parse(SPAN("Text")), -1);
	cr_assert_eq(kind_parse(SPAN("text\0")), -1);
	cr_assert_eq(why_parse(SPAN("nea")), -1);
	cr_assert_eq(fact_parse(SPAN("names")), -1);
}

Test(names, a_place_is_told_by_offset_or_entry)
{
	struct place p = {.path = SPAN("a.jsonl"), .offset = 17};
	char room[32];

	place_words(&p, room, sizeof(room));
	cr_assert_str_eq(room, "a.jsonl, byte 17");
	p.entry = SPAN("5-0");
	place_words(&p, room, sizeof(room));
	cr_assert_str_eq(room, "a.jsonl, entry 5-0");
	place_words(&p, room, 9);
	cr_assert_str_eq(room, "a.jsonl,");
}
