#include "proto/fields.h"

#include "samples.h"

struct thing {
	uint64_t number;
	struct span text;
	int order, number_at; /* in which order the keys came */
};

static int
thing_field(void *object, struct span key, struct scan *s, struct arena *a)
{
	struct thing *t = object;

	(void)a;
	t->order++;
	if (KEY_IS("number")) {
		t->number_at = t->order;
		return scan_uint64(s, &t->number);
	}
	if (KEY_IS("text"))
		return scan_str(s, &t->text);
	return scan_skip(s, NULL);
}

/* Read one thing out of all of the bytes. */
static int
read_thing(struct thing *ret, struct span bytes)
{
	struct span only = tight(bytes);
	struct scan s = scan_of(only);
	int r = read_fields(&s, NULL, ret, thing_field);

	cr_assert(r < 0 || scan_left(&s) == 0);
	tight_done(only);
	return r;
}

Test(fields, are_read_by_their_keys)
{
	struct scan s = scan_of(SPAN("\x82\xA6number\x05\xA4text\xA2hi"));
	struct thing t = {0};

	cr_assert_eq(read_fields(&s, NULL, &t, thing_field), 0);
	cr_assert_eq(t.number, 5);
	cr_assert(span_equal(t.text, SPAN("hi")));
}

Test(fields, come_in_any_order_and_any_form_of_head)
{
	struct thing t = {0};

	cr_assert_eq(
	    read_thing(&t, SPAN("\xDE\x00\x02\xD9\x04text\xDA\x00\x02hi\xA6number\xCC\x05")), 0);
	cr_assert_eq(t.number, 5);
	cr_assert_eq(t.number_at, 2);
}

Test(fields, that_are_unknown_are_passed_over_with_all_that_is_in_them)
{
	struct thing t = {0};

	cr_assert_eq(
	    read_thing(
		&t, SPAN("\x83\xA3new\x82\x01\x92\xC0\x80\x02\xC4\x01x\xA1\x00\x05\xA6number\x05")),
	    0);
	cr_assert_eq(t.number, 5);
}

Test(fields, of_an_empty_map_stay_as_they_are)
{
	struct thing t = {.number = 9};

	cr_assert_eq(read_thing(&t, SPAN("\x80")), 0);
	cr_assert_eq(t.number, 9);
	cr_assert_eq(t.order, 0);
}

Test(fields, of_something_that_is_no_map_are_refused)
{
	struct thing t = {0};

	cr_assert_eq(read_thing(&t, SPAN("")), ERR_RECORD);
	cr_assert_eq(read_thing(&t, SPAN("\xC0")), ERR_RECORD);
	cr_assert_eq(read_thing(&t, SPAN("\x92\xA6number\x05")), ERR_RECORD);
	cr_assert_eq(read_thing(&t, SPAN("\xDF\xFF\xFF\xFF\xFF\x01\x01")), ERR_RECORD);
	cr_assert_eq(read_thing(&t, SPAN("\x93\x01\xC3\xDD\xFF\xFF\xFF\xFF")), ERR_RECORD);
}

Test(fields, with_keys_that_are_no_strings_are_refused)
{
	struct thing t = {0};

	cr_assert_eq(read_thing(&t, SPAN("\x81\x05\x05")), ERR_RECORD);
	cr_assert_eq(read_thing(&t, SPAN("\x81\xC4\x06number\x05")), ERR_RECORD);
}

Test(fields, of_a_wrong_type_are_refused)
{
	struct thing t = {0};

	cr_assert_eq(read_thing(&t, SPAN("\x81\xA6number\xA1x")), ERR_RECORD);
	cr_assert_eq(read_thing(&t, SPAN("\x81\xA4text\x05")), ERR_RECORD);
}

Test(fields, that_are_cut_short_anywhere_are_refused)
{
	struct span whole = SPAN("\x83\xA3new\x81\xA1x\x90\xA6number\xCD\x12\x34\xA4text\xA2hi");
	struct thing t = {0};

	cr_assert_eq(read_thing(&t, whole), 0);
	for (size_t n = 0; n < whole.n; n++)
		cr_assert_eq(read_thing(&t, span_cut(whole, 0, n)), ERR_RECORD, "cut at %zu", n);
}

Test(fields, a_count_of_elements_must_fit_by_their_least_size)
{
	struct scan s = scan_of(SPAN("\x92"
				     "1234567890"));
	uint32_t n = 7;

	cr_assert_eq(read_count(&s, 5, &n), 0);
	cr_assert_eq(n, 2);
	s = scan_of(SPAN("\x92"
			 "123456789"));
	cr_assert_eq(read_count(&s, 5, &n), ERR_RECORD);
	s = scan_of(SPAN("\x93\x01\xC3\xDD\xFF\xFF\xFF\xFF"));
	cr_assert_eq(read_count(&s, 5, &n), ERR_RECORD);
	s = scan_of(SPAN("\xDD\xFF\xFF\xFF\xFF"));
	cr_assert_eq(read_count(&s, 1, &n), ERR_RECORD);
	s = scan_of(SPAN("\x81\x01\x01"));
	cr_assert_eq(read_count(&s, 1, &n), ERR_RECORD);
	cr_assert_eq(n, 2, "a failure wrote its result");
}

Test(fields, an_element_of_fewer_bytes_than_the_least_is_refused)
{
	struct span bytes = SPAN("\x81\xA6number\x05\x80");
	struct scan s = scan_of(bytes);
	struct thing t = {0};

	cr_assert_eq(read_element(&s, NULL, 9, &t, thing_field), 0);
	cr_assert_eq(t.number, 5);
	cr_assert_eq(scan_left(&s), 1);
	s = scan_of(bytes);
	cr_assert_eq(read_element(&s, NULL, 10, &t, thing_field), ERR_RECORD);
	s = scan_of(SPAN("\x80"));
	cr_assert_eq(read_element(&s, NULL, 2, &t, thing_field), ERR_RECORD);
}

Test(fields, a_name_must_be_one_of_the_list)
{
	struct scan s = scan_of(SPAN("\xA4near\xA3"
				     "far\x01"));
	int why = 7;

	cr_assert_eq(read_name(&s, why_parse, &why), 0);
	cr_assert_eq(why, WHY_NEAR);
	cr_assert_eq(read_name(&s, why_parse, &why), ERR_RECORD);
	s = scan_of(SPAN("\x01"));
	cr_assert_eq(read_name(&s, why_parse, &why), ERR_RECORD);
	cr_assert_eq(why, WHY_NEAR, "a failure wrote its result");
}
