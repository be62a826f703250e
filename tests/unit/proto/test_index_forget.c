#include "proto/index_forget.h"

#include "tests/unit/proto/some_index.h"

static struct run_table
make(void)
{
	struct run_table t = {0};

	cr_assert_eq(run_table_begin(&t, 11), 0);
	for (uint32_t i = 1; i <= 6; i++) {
		if (i > 1)
			run_table_seen(&t, i == 5 ? 3 : 10 * i);
		run_table_document(&t);
	}
	return t;
}

/* What a wish means, as digits of the ordinals below `end`. */
static void
means(const struct run_table *t, struct forget_wish w, uint32_t end, const char *expected)
{
	struct forgotten ranges = {0};
	char found[16] = "";
	uint64_t n = forget_choose(&ranges, t, &w, end);

	cr_assert_eq(n, forgotten_count(&ranges));
	for (uint32_t i = 1; i < 10; i++)
		if (forgotten_find(&ranges, i) != NULL)
			snprintf(found + strlen(found), 2, "%u", i);
	cr_assert_str_eq(found, expected);
	forgotten_done(&ranges);
}

Test(index_forget, by_age_or_by_number)
{
	struct run_table t = make(); /* -, 20, 30, 40, 3, 60 */

	means(&t, (struct forget_wish){.before = 40}, 7, "235");
	means(&t, (struct forget_wish){.before = 3}, 7, "");
	means(&t, (struct forget_wish){.before = 1000}, 5, "234");
	means(&t, (struct forget_wish){.documents = 2}, 7, "12");
	means(&t, (struct forget_wish){.documents = 100}, 7, "123456");
	cr_assert_eq(run_table_forget(&t, 2, 3), 0);
	means(&t, (struct forget_wish){.documents = 2}, 7, "13");
	means(&t, (struct forget_wish){.before = 40}, 7, "35");
	run_table_done(&t);
}

Test(index_forget, a_wish_is_a_text_too)
{
	static const char *const wrong[] = {"", "before", "before 0", "oldest", "before 1x",
	    "oldest -", "all", "before 99999999999"};
	struct forget_wish w, back;
	struct buf b = {0};

	w = (struct forget_wish){.before = 77};
	forget_wish_print(&b, &w);
	cr_assert_eq(forget_wish_parse(&back, buf_view(&b)), 0);
	cr_assert_eq(back.before, 77);
	b.n = 0;
	w = (struct forget_wish){.documents = 5};
	forget_wish_print(&b, &w);
	cr_assert_eq(forget_wish_parse(&back, buf_view(&b)), 0);
	cr_assert_eq(back.documents, 5);
	cr_assert_eq(back.before, 0);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		cr_assert_eq(forget_wish_parse(&w, span_str(wrong[i])), ERR_RECORD, "%s", wrong[i]);
	buf_done(&b);
}

Test(index_forget, in_a_folder_it_is_a_record_of_the_log)
{
	struct forget_wish w = {.documents = 1};
	struct some_index s;
	struct folder f;
	uint64_t n;

	folder_open(&f);
	some_open(&s, folder_path(&f, "ix"));
	some_document(&s, "a", 5, 1, 2);
	some_document(&s, "b", 5, 2, 3);
	some_close(&s);
	cr_assert_eq(index_forget_folder(folder_path(&f, "ix"), &w, 0, &n), 0, "%s", err_text());
	cr_assert_eq(n, 1);
	some_is(
	    folder_path(&f, "ix"), "A5 D1000/11255808:a O1>1/0 A5 D1001/11255809:b O2>2/0 F1-2 ");
	w = (struct forget_wish){.before = 5};
	cr_assert_eq(index_forget_folder(folder_path(&f, "ix"), &w, 0, &n), 0);
	cr_assert_eq(n, 0, "nothing is as old");
	folder_done(&f);
}

Test(index_forget, where_no_index_is_nothing_is_made)
{
	struct forget_wish w = {.documents = 1};
	struct folder f;
	uint64_t n;

	folder_open(&f);
	cr_assert_eq(index_forget_folder(folder_path(&f, "none"), &w, 0, &n), ERR_USAGE);
	cr_assert_eq(index_forget_folder(f.path, &w, 0, &n), ERR_USAGE);
	cr_assert(strstr(err_text(), "there is no index in it") != NULL, "%s", err_text());
	folder_done(&f);
}
