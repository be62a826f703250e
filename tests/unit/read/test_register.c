#include "stages/read/register.h"

#include <errno.h>

#include "common/mem.h"
#include "tests/unit/folder.h"

static void
add(struct inputs *in, const char *path, uint64_t bytes, uint64_t mtime)
{
	struct input_file f = {
	    .path = mem_string(path, strlen(path)), .bytes = bytes, .mtime = mtime};

	f.is_stdin = strcmp(path, "-") == 0;
	inputs_add(in, &f);
}

/* The paths of a list, with a blank behind each. */
static const char *
paths(const struct inputs *in)
{
	static char text[512];
	size_t n = 0;

	text[0] = '\0';
	for (size_t i = 0; i < in->n; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s ", in->files[i].path);
	return text;
}

/* Order b,c,d of now behind a,c,d of then, read up to this place. */
static int
order(struct inputs *now, uint64_t input, uint64_t offset)
{
	struct inputs then = {0};
	struct token at = {.input = input, .offset = offset};
	int r;

	add(&then, "a", 1, 10);
	add(&then, "c", 3, 30);
	add(&then, "d", 4, 40);
	r = register_order(now, &then, &at);
	inputs_done(&then);
	return r;
}

Test(register, comes_back)
{
	static const char *const names[] = {
	    "plain", "with blank", "100%", "new\nline", "\xC3\xA6", "\xFF\x01", "-", "%41"};
	struct inputs in = {0}, back = {0};
	struct folder f;

	folder_open(&f);
	for (size_t i = 0; i < 8; i++)
		add(&in, names[i], i, 1ULL << (8 * i));
	cr_assert_eq(register_save(&in, folder_path(&f, "inputs"), 77), 0, "%s", err_text());
	cr_assert_eq(register_load(&back, folder_path(&f, "inputs"), 77), 0, "%s", err_text());
	cr_assert_eq(back.n, 8);
	for (size_t i = 0; i < 8; i++) {
		cr_assert_str_eq(back.files[i].path, names[i]);
		cr_assert_eq(back.files[i].bytes, i);
		cr_assert_eq(back.files[i].mtime, 1ULL << (8 * i));
		cr_assert_eq(back.files[i].is_stdin, i == 6);
	}
	inputs_done(&in);
	inputs_done(&back);
	folder_done(&f);
}

Test(register, another_run_has_none)
{
	struct inputs in = {0}, back = {0};
	struct folder f;

	folder_open(&f);
	cr_assert_eq(register_load(&back, folder_path(&f, "inputs"), 77), ERR_STOP);
	cr_assert_eq(register_save(&in, folder_path(&f, "inputs"), 78), 0);
	cr_assert_eq(register_load(&back, folder_path(&f, "inputs"), 77), ERR_STOP);
	folder_done(&f);
}

Test(register, damage_is_refused)
{
	static const char *const bad[] = {"", "another file\n", "winnow inputs 1 000000000000004d",
	    "winnow inputs 1 000000000000004d\n1 2 cut", "winnow inputs 1 000000000000004d\n1 2 \n",
	    "winnow inputs 1 000000000000004d\n1 x a\n",
	    "winnow inputs 1 000000000000004d\n1 2 %4\n",
	    "winnow inputs 1 000000000000004d\n1 2 %00\n", "winnow inputs 1 000000000000004d\n1\n",
	    "winnow inputs 1 000000000000004d\n99999999999999999999 2 a\n"};
	struct folder f;

	folder_open(&f);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct inputs back = {0};
		const char *path = folder_text(&f, "inputs", bad[i]);

		cr_assert_eq(register_load(&back, path, 77), ERR_USAGE, "%s", bad[i]);
		cr_assert(strstr(err_text(), path) != NULL);
	}
	folder_done(&f);
}

Test(register, what_was_there_comes_first_and_what_is_new_behind)
{
	struct inputs now = {0};

	add(&now, "b", 2, 20);
	add(&now, "a", 1, 10);
	add(&now, "d", 4, 40);
	add(&now, "c", 3, 30);
	cr_assert_eq(order(&now, 1, 0), 0, "%s", err_text());
	cr_assert_str_eq(paths(&now), "a c d b ");
	inputs_done(&now);
}

Test(register, what_is_read_keeps_its_place_when_it_is_not_given)
{
	struct inputs now = {0};

	add(&now, "d", 4, 40);
	cr_assert_eq(order(&now, 2, 0), 0, "%s", err_text());
	cr_assert_str_eq(paths(&now), "a c d ");
	inputs_done(&now);
}

Test(register, what_was_not_read_may_go_or_change)
{
	struct inputs now = {0};

	add(&now, "a", 1, 10);
	add(&now, "d", 5, 50);
	cr_assert_eq(order(&now, 1, 0), 0, "%s", err_text());
	cr_assert_str_eq(paths(&now), "a c d ", "others may count on its place");
	cr_assert_eq(now.files[1].error, ENOENT);
	inputs_done(&now);
}

Test(register, a_path_given_twice_is_two_inputs)
{
	struct inputs now = {0};

	add(&now, "a", 1, 10);
	add(&now, "a", 1, 10);
	cr_assert_eq(order(&now, 1, 0), 0);
	cr_assert_str_eq(paths(&now), "a c d a ");
	inputs_done(&now);
}

Test(register, what_was_read_and_has_changed_is_refused_by_name)
{
	static const struct {
		uint64_t bytes, mtime, input, offset;
		int result;
	} cases[] = {
	    {3, 30, 2, 0, 0}, /* as it was */
	    {9, 30, 2, 0, ERR_USAGE}, {3, 31, 2, 0, ERR_USAGE},
	    {9, 30, 1, 1, ERR_USAGE}, /* read in part */
	    {9, 30, 1, 0, 0},         /* not read */
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct inputs now = {0};

		add(&now, "c", cases[i].bytes, cases[i].mtime);
		cr_assert_eq(
		    order(&now, cases[i].input, cases[i].offset), cases[i].result, "%zu", i);
		if (cases[i].result < 0)
			cr_assert(strncmp(err_text(), "c has changed", 13) == 0, "%s", err_text());
		inputs_done(&now);
	}
}

Test(register, what_was_read_in_part_must_be_given)
{
	struct inputs now = {0};

	cr_assert_eq(order(&now, 1, 1), ERR_USAGE);
	cr_assert(strncmp(err_text(), "c was read in part", 18) == 0, "%s", err_text());
	inputs_done(&now);
}

Test(register, a_stream_cannot_be_read_twice)
{
	struct inputs now = {0}, then = {0};
	struct token at = {.input = 1};

	add(&now, "-", 0, 0);
	add(&then, "-", 0, 0);
	cr_assert_eq(register_order(&now, &then, &at), ERR_USAGE);
	cr_assert(strstr(err_text(), "standard input cannot be read twice") != NULL);
	inputs_done(&now);
	inputs_done(&then);
}

Test(register, what_could_not_be_read_is_new_when_it_can)
{
	struct inputs now = {0}, then = {0};
	struct token at = {.input = 1};

	add(&then, "a", 0, 0);
	add(&now, "a", 5, 50);
	cr_assert_eq(register_order(&now, &then, &at), 0, "%s", err_text());
	cr_assert_eq(now.n, 2);
	cr_assert_eq(now.files[0].bytes, 0);
	cr_assert_eq(now.files[1].bytes, 5);
	inputs_done(&now);
	inputs_done(&then);
}

Test(register, what_was_read_and_is_not_given_any_more_is_marked)
{
	struct inputs now = {0};

	add(&now, "c", 3, 30);
	cr_assert_eq(order(&now, 2, 0), 0, "%s", err_text());
	cr_assert(now.files[0].gone);
	cr_assert(!now.files[1].gone);
	cr_assert(!now.files[2].gone, "it was not read");
	inputs_done(&now);
}
