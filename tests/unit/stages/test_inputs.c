#include "stages/inputs.h"

#include <errno.h>
#include <sys/resource.h>

#include "tests/unit/folder.h"

enum { SOURCES = 8 };

static const struct exclusion nothing = {NULL, 0};

/* List sources, up to a NULL. */
static void
list(struct inputs *in, struct exclusion exclusion, const char *a, const char *b, const char *c)
{
	const char *sources[] = {a, b, c, NULL};
	size_t n = 0;

	while (sources[n] != NULL)
		n++;
	cr_assert_eq(inputs_list(in, sources, n, exclusion), 0, "%s", err_text());
}

/* Input i lies in the folder under this name. */
static void
is(const struct inputs *in, size_t i, struct folder *f, const char *name, uint64_t bytes)
{
	cr_assert_lt(i, in->n, "only %zu inputs", in->n);
	cr_assert_str_eq(in->files[i].path, folder_path(f, name));
	cr_assert_eq(in->files[i].error, 0, "%s: %s", name, strerror(in->files[i].error));
	cr_assert_eq(in->files[i].bytes, bytes);
	cr_assert(!in->files[i].is_stdin);
}

static void
is_error(const struct inputs *in, size_t i, struct folder *f, const char *name, int error)
{
	cr_assert_lt(i, in->n, "only %zu inputs", in->n);
	cr_assert_str_eq(in->files[i].path, folder_path(f, name));
	cr_assert_eq(in->files[i].error, error, "%s", strerror(in->files[i].error));
}

Test(inputs, files_stay_in_the_order_given)
{
	struct folder f;
	struct inputs in;

	folder_open(&f);
	list(&in, nothing, folder_text(&f, "b", "12"), folder_text(&f, "a", "345"),
	    folder_path(&f, "b"));
	cr_assert_eq(in.n, 3);
	is(&in, 0, &f, "b", 2);
	is(&in, 1, &f, "a", 3);
	is(&in, 2, &f, "b", 2);
	cr_assert_eq(in.total, 7);
	inputs_done(&in);
	folder_done(&f);
}

Test(inputs, folders_are_walked_with_names_sorted_bytewise)
{
	static const char *const sorted[] = {
	    ".hidden", "B", "Z", "_", "a.d/y", "a.d/z/1", "a1", "a10", "a2", "\xC3\xA4"};
	struct folder f;
	struct inputs in;

	folder_open(&f);
	folder_make(&f, "a.d");
	folder_make(&f, "a.d/z");
	folder_make(&f, "empty");
	for (size_t i = 10; i-- > 0;)
		folder_text(&f, sorted[i], "x");
	list(&in, nothing, f.path, NULL, NULL);
	cr_assert_eq(in.n, 10);
	for (size_t i = 0; i < 10; i++)
		is(&in, i, &f, sorted[i], 1);
	cr_assert_eq(in.total, 10);
	inputs_done(&in);
	folder_done(&f);
}

Test(inputs, a_slash_behind_a_folder_is_not_doubled)
{
	struct folder f;
	struct inputs in;
	char path[80];

	folder_open(&f);
	folder_text(&f, "a", "");
	snprintf(path, sizeof(path), "%s/", f.path);
	list(&in, nothing, path, NULL, NULL);
	cr_assert_eq(in.n, 1);
	is(&in, 0, &f, "a", 0);
	inputs_done(&in);
	folder_done(&f);
}

Test(inputs, many_files_are_all_there)
{
	struct folder f;
	struct inputs in;
	char name[16];

	folder_open(&f);
	for (int i = 0; i < 300; i++) {
		snprintf(name, sizeof(name), "%03d", i);
		folder_text(&f, name, name);
	}
	list(&in, nothing, f.path, NULL, NULL);
	cr_assert_eq(in.n, 300);
	is(&in, 299, &f, "299", 3);
	cr_assert_eq(in.total, 900);
	inputs_done(&in);
	folder_done(&f);
}

Test(inputs, what_cannot_be_had_stays_in_its_place_with_its_error)
{
	struct folder f;
	struct inputs in;

	folder_open(&f);
	folder_make(&f, "d");
	folder_text(&f, "d/a", "1");
	cr_assert_eq(symlink("nowhere", folder_path(&f, "d/b")), 0);
	cr_assert_eq(symlink("loop", folder_path(&f, "d/loop")), 0);
	folder_text(&f, "d/z", "1");
	list(&in, nothing, folder_path(&f, "missing"), folder_path(&f, "d"), NULL);
	cr_assert_eq(in.n, 5);
	is_error(&in, 0, &f, "missing", ENOENT);
	is(&in, 1, &f, "d/a", 1);
	is_error(&in, 2, &f, "d/b", ENOENT);
	is_error(&in, 3, &f, "d/loop", ELOOP);
	is(&in, 4, &f, "d/z", 1);
	cr_assert_eq(in.total, 2);
	inputs_done(&in);
	folder_done(&f);
}

Test(inputs, a_folder_that_may_not_be_read_is_an_error)
{
	struct folder f;
	struct inputs in;

	if (geteuid() == 0)
		cr_skip_test("root may read everything");
	folder_open(&f);
	chmod(folder_make(&f, "d"), 0);
	list(&in, nothing, f.path, NULL, NULL);
	cr_assert_eq(in.n, 1);
	is_error(&in, 0, &f, "d", EACCES);
	inputs_done(&in);
	folder_done(&f);
}

Test(inputs, links_to_files_are_followed_and_to_folders_not)
{
	struct folder f;
	struct inputs in;

	folder_open(&f);
	folder_make(&f, "d");
	folder_text(&f, "d/a", "12345");
	cr_assert_eq(symlink("a", folder_path(&f, "d/b")), 0);
	cr_assert_eq(symlink("..", folder_path(&f, "d/up")), 0);
	cr_assert_eq(symlink(".", folder_path(&f, "d/same")), 0);
	list(&in, nothing, folder_path(&f, "d"), NULL, NULL);
	cr_assert_eq(in.n, 2);
	is(&in, 1, &f, "d/b", 5);
	inputs_done(&in);
	list(&in, nothing, folder_path(&f, "d/same"), NULL, NULL);
	cr_assert_eq(in.n, 2, "as a source it is followed");
	inputs_done(&in);
	folder_done(&f);
}

Test(inputs, a_pipe_in_a_folder_is_no_document_and_as_a_source_it_is)
{
	struct folder f;
	struct inputs in;

	folder_open(&f);
	cr_assert_eq(mkfifo(folder_path(&f, "pipe"), 0600), 0);
	folder_text(&f, "z", "1");
	list(&in, nothing, f.path, NULL, NULL);
	cr_assert_eq(in.n, 1);
	is(&in, 0, &f, "z", 1);
	cr_assert_eq(in.total, 1);
	inputs_done(&in);
	list(&in, nothing, folder_path(&f, "pipe"), folder_path(&f, "z"), NULL);
	cr_assert_eq(in.n, 2);
	is(&in, 0, &f, "pipe", 0);
	cr_assert_eq(in.total, 0, "nobody knows how much will come");
	inputs_done(&in);
	folder_done(&f);
}

Test(inputs, what_is_excluded_is_passed_over_in_folders_only)
{
	struct folder f;
	struct inputs in;
	const char *own[3];
	struct exclusion exclusion = {own, 3};

	folder_open(&f);
	folder_make(&f, "out.winnow");
	folder_text(&f, "out.winnow/run.json", "x");
	own[0] = folder_text(&f, "out", "x");
	own[1] = NULL;
	own[2] = folder_path(&f, "out.winnow");
	folder_text(&f, "in", "x");
	cr_assert_eq(link(own[0], folder_path(&f, "also-out")), 0);
	list(&in, exclusion, f.path, NULL, NULL);
	cr_assert_eq(in.n, 1);
	is(&in, 0, &f, "in", 1);
	inputs_done(&in);
	list(&in, exclusion, folder_path(&f, "out"), NULL, NULL);
	cr_assert_eq(in.n, 1, "who names it wants it");
	inputs_done(&in);
	folder_done(&f);
}

Test(inputs, exclusions_that_are_not_there_exclude_nothing)
{
	struct folder f;
	struct inputs in;
	const char *own[] = {"/nowhere/at/all", NULL};

	folder_open(&f);
	folder_text(&f, "in", "x");
	list(&in, (struct exclusion){own, 2}, f.path, NULL, NULL);
	cr_assert_eq(in.n, 1);
	inputs_done(&in);
	folder_done(&f);
}

Test(inputs, nothing_to_list_is_an_empty_list)
{
	struct folder f;
	struct inputs in;

	folder_open(&f);
	list(&in, nothing, NULL, NULL, NULL);
	cr_assert_eq(in.n, 0);
	inputs_done(&in);
	list(&in, nothing, f.path, NULL, NULL);
	cr_assert_eq(in.n, 0);
	cr_assert_eq(in.total, 0);
	inputs_done(&in);
	folder_done(&f);
}

Test(inputs, empty_files_have_a_size)
{
	struct folder f;
	struct inputs in;

	folder_open(&f);
	list(&in, nothing, folder_text(&f, "a", ""), folder_text(&f, "b", "123"), NULL);
	cr_assert_eq(in.total, 3);
	inputs_done(&in);
	folder_done(&f);
}

Test(inputs, a_minus_is_standard_input)
{
	struct folder f;
	struct inputs in;
	int fd;

	folder_open(&f);
	fd = open(folder_text(&f, "a", "1234"), O_RDONLY);
	dup2(fd, STDIN_FILENO);
	close(fd);
	list(&in, nothing, folder_path(&f, "a"), "-", NULL);
	cr_assert_eq(in.n, 2);
	cr_assert(in.files[1].is_stdin);
	cr_assert_str_eq(in.files[1].path, "-");
	cr_assert_eq(in.total, 8, "a file as standard input has a size");
	inputs_done(&in);
	folder_done(&f);
}

Test(inputs, a_pipe_as_standard_input_has_no_size)
{
	struct folder f;
	struct inputs in;
	int fds[2];

	folder_open(&f);
	cr_assert_eq(pipe(fds), 0);
	dup2(fds[0], STDIN_FILENO);
	list(&in, nothing, folder_text(&f, "a", "1234"), "-", NULL);
	cr_assert_eq(in.total, 0);
	inputs_done(&in);
	folder_done(&f);
}

Test(inputs, standard_input_twice_is_refused)
{
	const char *sources[] = {"-", "/", "-"};
	struct inputs in = {.n = 77};

	cr_assert_eq(inputs_list(&in, sources, 3, nothing), ERR_USAGE);
	cr_assert(strstr(err_text(), "only once") != NULL);
	cr_assert_eq(in.n, 77, "a failure wrote its result");
}

Test(inputs, a_uri_is_refused)
{
	const char *sources[] = {"redis://localhost/x"};
	struct inputs in = {.n = 77};

	cr_assert_eq(inputs_list(&in, sources, 1, nothing), ERR_USAGE);
	cr_assert(strstr(err_text(), "redis://localhost/x: no such source") != NULL);
	cr_assert_eq(in.n, 77);
}

static void
is_named(const char *path, const char *expected)
{
	char *name = inputs_name(path);

	cr_assert_str_eq(name, expected);
	free(name);
}

#define BAD "\xEF\xBF\xBD" /* U+FFFD */

Test(inputs, names_are_valid_utf8_and_lead_back_to_their_paths)
{
	is_named("", "");
	is_named("a%FF.txt", "a%FF.txt");
	is_named("\xC3\xA9/\xF0\x9F\x9A\xA2", "\xC3\xA9/\xF0\x9F\x9A\xA2");
	is_named("caf\xE9.txt", "caf" BAD "E9.txt");
	is_named("\xFF\xFE", BAD "FF" BAD "FE");
	is_named("\xE2\x82", BAD "E2" BAD "82"); /* one sequence, two bytes */
	is_named(BAD "E9", BAD "EF" BAD "BF" BAD "BD"
			       "E9");
}

Test(inputs, two_files_that_are_no_utf8_have_two_names)
{
	struct folder f;
	struct inputs in;

	folder_open(&f);
	folder_text(&f, "caf\xE8", "1");
	folder_text(&f, "caf\xE9", "2");
	list(&in, nothing, f.path, NULL, NULL);
	cr_assert_eq(in.n, 2);
	is(&in, 0, &f, "caf\xE8", 1);
	cr_assert_str_eq(strrchr(in.files[0].name, '/'), "/caf" BAD "E8");
	cr_assert_str_eq(strrchr(in.files[1].name, '/'), "/caf" BAD "E9");
	inputs_done(&in);
	folder_done(&f);
}

Test(inputs, a_file_that_may_not_be_read_is_listed_with_its_error)
{
	struct inputs in;
	struct folder f;
	const char *path;

	folder_open(&f);
	path = folder_text(&f, "a", "a text");
	cr_assert_eq(chmod(path, 0), 0);
	cr_assert_eq(chmod(f.path, 0755), 0);
	if (geteuid() == 0)
		cr_assert_eq(seteuid(65534), 0); /* who is allowed everything is refused nothing */
	cr_assert_eq(inputs_list(&in, &path, 1, (struct exclusion){0}), 0);
	cr_assert_eq(in.files[0].error, EACCES);
	cr_assert_eq(in.files[0].mtime, 0, "when it can be read it is a new one");
	inputs_done(&in);
	if (getuid() == 0)
		cr_assert_eq(seteuid(0), 0);
	folder_done(&f);
}

Test(inputs, a_process_without_descriptors_lists_nothing_wrong)
{
	struct rlimit none = {0, 1024};
	struct inputs in;
	struct folder f;
	const char *path;

	folder_open(&f);
	folder_text(&f, "a", "a text");
	path = f.path;
	cr_assert_eq(setrlimit(RLIMIT_NOFILE, &none), 0);
	cr_assert_eq(inputs_list(&in, &path, 1, (struct exclusion){0}), ERR_SYS);
	cr_assert(strstr(err_text(), f.path) != NULL, "%s", err_text());
	none.rlim_cur = 1024;
	cr_assert_eq(setrlimit(RLIMIT_NOFILE, &none), 0);
	folder_done(&f);
}

Test(inputs, some_errors_may_be_of_the_moment)
{
	cr_assert(inputs_may_pass(EIO));
	cr_assert(inputs_may_pass(ESTALE));
	cr_assert(!inputs_may_pass(ENOENT));
	cr_assert(!inputs_may_pass(EACCES));
}
