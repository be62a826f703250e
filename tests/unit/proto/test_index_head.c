#include "proto/index_head.h"

#include <criterion/criterion.h>
#include <stdio.h>

static const struct index_head sample = {
    SPAN("\"normaliser\": 1, \"icu\": \"72.1\""), 0x1122334455667788, 3, 1234567};

Test(index_head, comes_back)
{
	for (enum index_file kind = INDEX_SEGMENT; kind <= INDEX_SNAPSHOT; kind++) {
		char bytes[INDEX_HEAD_BYTES];
		struct index_head h;

		index_head_pack(bytes, kind, &sample);
		cr_assert_eq(index_head_unpack(&h, kind, span_of(bytes, sizeof(bytes))), 0);
		cr_assert(span_equal(h.parameters, sample.parameters));
		cr_assert_eq(h.id, sample.id);
		cr_assert_eq(h.number, sample.number);
		cr_assert_eq(h.before, sample.before);
	}
}

Test(index_head, begins_with_a_line_for_people)
{
	char bytes[INDEX_HEAD_BYTES];

	index_head_pack(bytes, INDEX_SEGMENT, &sample);
	cr_assert(span_starts(span_of(bytes, sizeof(bytes)),
	    SPAN("WNNWOWN3{\"version\": 3, \"normaliser\": 1, \"icu\": \"72.1\"}   ")));
	cr_assert_eq(bytes[223], '\n');
	cr_assert_eq(index_get64(bytes + 224), sample.id);
}

Test(index_head, every_bit_of_damage_is_seen)
{
	char bytes[INDEX_HEAD_BYTES];
	struct index_head h = {.id = 7};

	index_head_pack(bytes, INDEX_SNAPSHOT, &sample);
	for (size_t at = 0; at < sizeof(bytes); at++) {
		bytes[at] ^= 0x10;
		cr_assert_lt(
		    index_head_unpack(&h, INDEX_SNAPSHOT, span_of(bytes, sizeof(bytes))), 0);
		bytes[at] ^= 0x10;
	}
	cr_assert_eq(h.id, 7, "a failure wrote its result");
}

Test(index_head, cut_short_is_damage_with_its_place)
{
	char bytes[INDEX_HEAD_BYTES], place[32];
	struct index_head h;

	index_head_pack(bytes, INDEX_SEGMENT, &sample);
	for (size_t n = 0; n < sizeof(bytes); n++) {
		cr_assert_eq(index_head_unpack(&h, INDEX_SEGMENT, span_of(bytes, n)), ERR_RECORD);
		snprintf(place, sizeof(place), "damaged at byte %zu", n);
		cr_assert_str_eq(err_text(), place);
	}
}

Test(index_head, of_another_kind_or_version_says_so)
{
	char bytes[INDEX_HEAD_BYTES];
	struct index_head h;

	index_head_pack(bytes, INDEX_SEGMENT, &sample);
	cr_assert_eq(
	    index_head_unpack(&h, INDEX_SNAPSHOT, span_of(bytes, sizeof(bytes))), ERR_USAGE);
	cr_assert_str_eq(err_text(), "this is no snapshot of an index");
	bytes[7] = '1';
	cr_assert_eq(
	    index_head_unpack(&h, INDEX_SEGMENT, span_of(bytes, sizeof(bytes))), ERR_USAGE);
	cr_assert(strstr(err_text(), "another version") != NULL);
	cr_assert(strstr(err_text(), "--index file:") != NULL, "what to do");
}
