#include "stages/parts.h"

#include <criterion/criterion.h>
#include <stdlib.h>

static struct settings settings;

static void
name_is(const char *source, const char *wanted)
{
	char *name = parts_name(span_str(source), ".jsonl");

	cr_assert_str_eq(name, wanted);
	free(name);
}

Test(parts, a_folder_is_what_ends_in_a_slash)
{
	char *folder = parts_folder("a/out//");

	cr_assert(parts_wanted("out/"));
	cr_assert_not(parts_wanted("out"));
	cr_assert_not(parts_wanted(""));
	cr_assert_not(parts_wanted(NULL));
	cr_assert_str_eq(folder, "a/out");
	free(folder);
}

Test(parts, a_part_is_called_like_its_input_and_lies_in_the_folder)
{
	name_is("crawl/00012.warc.gz", "crawl/00012.warc.gz.jsonl");
	name_is("/data/./crawl//a", "data/crawl/a.jsonl");
	name_is("../../etc/passwd", "__/__/etc/passwd.jsonl");
	name_is("a\nb", "a_b.jsonl");
	name_is("...", "....jsonl");
}

Test(parts, a_long_name_is_cut_and_stays_one_of_its_own)
{
	char a[301], b[301], *first, *second;

	memset(a, 'x', sizeof(a));
	a[300] = '\0';
	strcpy(b, a);
	b[299] = 'y';
	memcpy(a + 198, "\xE6\xBC\xA2", 3); /* not cut within a character */
	first = parts_name(span_str(a), ".jsonl");
	second = parts_name(span_str(b), ".jsonl");
	cr_assert_lt(strlen(first), 250);
	cr_assert_eq(first[198], '~');
	cr_assert_eq(second[200], '~');
	cr_assert_str_neq(first, second);
	free(first);
	free(second);
}

Test(parts, what_is_in_an_archive_is_of_its_part)
{
	cr_assert(span_equal(parts_source(SPAN("in/a.tar!/b.zip!/c")), SPAN("in/a.tar")));
	cr_assert(span_equal(parts_source(SPAN("in/a!b")), SPAN("in/a!b")));
	cr_assert_eq(parts_source(span_of(NULL, 0)).n, 0);
}

Test(parts, endings_and_folders_are_checked)
{
	settings = (struct settings){.output = "out/"};
	cr_assert_eq(parts_check(&settings), 0);
	cr_assert_str_eq(parts_ending(&settings), ".jsonl");
	settings.parts = "msgpack.zst";
	cr_assert_eq(parts_check(&settings), 0);
	cr_assert_str_eq(parts_ending(&settings), ".msgpack.zst");
	settings.parts = ".jsonl.gz";
	cr_assert_eq(parts_check(&settings), 0);
	cr_assert_str_eq(parts_ending(&settings), ".jsonl.gz");
	settings.parts = "xml";
	cr_assert_eq(parts_check(&settings), ERR_USAGE);
	settings = (struct settings){.output = "../"};
	cr_assert_eq(parts_check(&settings), ERR_USAGE);
	settings.output = "/";
	cr_assert_eq(parts_check(&settings), ERR_USAGE);
	settings.output = "no-folder";
	cr_assert_eq(parts_check(&settings), 0);
}

Test(parts, two_inputs_with_one_part_are_refused_by_name)
{
	char *paths[] = {"b", "./a", "in/x!/1", "a", "in/x!/2"};
	struct inputs in = {0};

	settings = (struct settings){.output = "out/"};
	for (int i = 0; i < 3; i++)
		inputs_add(&in, &(struct input_file){.path = strdup(paths[i])});
	cr_assert_eq(parts_distinct(&in, &settings), 0);
	inputs_add(&in, &(struct input_file){.path = strdup(paths[3])});
	cr_assert_eq(parts_distinct(&in, &settings), ERR_USAGE);
	cr_assert(strstr(err_text(), "a.jsonl") != NULL, "%s", err_text());
	settings.output = "out";
	cr_assert_eq(parts_distinct(&in, &settings), 0);
	in.files[3].name[0] = 'c';
	inputs_add(&in, &(struct input_file){.path = strdup(paths[4])});
	settings.output = "out/";
	cr_assert_eq(parts_distinct(&in, &settings), ERR_USAGE);
	inputs_done(&in);
}
