#include <sys/stat.h>
#include <unistd.h>

#include "proto/index_read.h"
#include "stages/winnow/commands.h"
#include "tests/unit/scratch.h"

static struct buf out, said;
static char uri[128];

static void
close_test(void)
{
	buf_done(&out);
	buf_done(&said);
	scratch_close();
}

/* `winnow index` with up to three words: its exit status; what it printed in out and said. */
static int
command(const char *a, const char *b, const char *c)
{
	const char *words[] = {"index", a, b, c, NULL};
	char *argv[5];
	struct caught stdout_, stderr_;
	int argc = 0, status;

	memcpy(argv, words, sizeof(argv));
	while (argv[argc] != NULL)
		argc++;
	catch_begin(&stdout_, STDOUT_FILENO);
	catch_begin(&stderr_, STDERR_FILENO);
	status = command_index(argc, argv);
	catch_end(&stderr_, &said);
	catch_end(&stdout_, &out);
	return status;
}

static void
holds(const struct buf *b, const char *text)
{
	cr_assert(memmem(b->p, b->n, text, strlen(text)) != NULL, "'%.*s' does not say '%s'",
	    (int)b->n, b->p, text);
}

/* An index of two runs, a document and two owners each, in one segment. */
static void
make(void)
{
	struct index_files files;
	struct buf b = {0};
	bool sync;
	int fd;

	snprintf(uri, sizeof(uri), "file:%s", scratch_path("ix"));
	cr_assert_eq(index_files_open(&files, uri + 5, true, 0), 0);
	cr_assert_eq(index_files_list(&files), 0);
	files.id = 0xABC;
	cr_assert_eq(index_files_resume(&files, &fd), 0);
	for (uint32_t i = 1; i <= 2; i++) {
		struct entry e = {.document = i};

		b.n = 0;
		owner_log_run(&b, 10 + i);
		owner_log_document(&b, &e.hash, i, SPAN("id"));
		owner_log_entry(&b, &e);
		owner_log_entry(&b, &e);
		owner_log_batch(&b, 10 + i, 0, 7);
		owner_log_sync(&b, files.id);
		cr_assert_eq(index_files_append(&files, fd, buf_view(&b), &sync), 0);
	}
	close(fd);
	buf_done(&b);
	index_files_close(&files);
}

static const char *
segment(void)
{
	return scratch_path("ix/owners-000001.log");
}

static off_t
length_of(const char *path)
{
	struct stat st;

	cr_assert_eq(stat(path, &st), 0);
	return st.st_size;
}

static void
open_test(void)
{
	scratch_open();
	make();
}

TestSuite(index_command, .init = open_test, .fini = close_test);

Test(index_command, verify_says_what_is_there)
{
	cr_assert_eq(command("verify", uri, NULL), 0);
	holds(&out, "owners-000001.log: 520 bytes, 2 commits\n");
	holds(&out, "run 000000000000000b: 1 batches\n");
	holds(&out, "run 000000000000000c: 1 batches, the newest\n");
	holds(&out, "index 0000000000000abd: 4 owners, 2 documents, 2 runs, 2 batches: whole\n");
	cr_assert_eq(said.n, 0);
}

Test(index_command, verify_tells_a_torn_end_and_leaves_it)
{
	const char *path = segment();

	cr_assert_eq(truncate(path, 519), 0);
	cr_assert_eq(command("verify", uri, NULL), 0);
	holds(&out, "388 bytes, 1 commits, and 131 bytes behind the last one, which do not count");
	holds(&out, "2 owners, 1 documents, 1 runs");
	cr_assert_eq(length_of(path), 519);
}

Test(index_command, verify_says_file_and_byte_of_the_damage)
{
	const char *path = segment();
	int fd = open(path, O_RDWR);

	cr_assert_eq(pwrite(fd, "!", 1, 300), 1);
	close(fd);
	cr_assert_eq(command("verify", uri, NULL), 100);
	holds(&said, "ix/owners-000001.log: damaged at byte 256");
	cr_assert_eq(length_of(path), 520);
}

Test(index_command, what_is_no_index_is_refused)
{
	cr_assert_eq(command("verify", "file:/tmp/winnow-no-such", NULL), 100);
	holds(&said, "No such file");
	cr_assert_eq(command("verify", "DIR", NULL), 100);
	holds(&said, "use file:DIR");
	cr_assert_eq(unlink(segment()), 0);
	cr_assert_eq(command("verify", uri, NULL), 100);
	holds(&said, "there is no index in it");
}

Test(index_command, takes_the_newest_run_back)
{
	cr_assert_eq(command("take-back", uri, "000000000000000b"), 100);
	holds(&said, "run 000000000000000c came after");
	cr_assert_eq(command("take-back", uri, "000000000000000c"), 0);
	holds(&out, "run 000000000000000c was taken back");
	cr_assert_eq(command("verify", uri, NULL), 0);
	holds(&out, "2 owners, 1 documents, 1 runs, 2 batches: whole");
	cr_assert_eq(command("take-back", uri, "000000000000000c"), 0);
	holds(&out, "has brought nothing");
	cr_assert_eq(command("take-back", uri, "000000000000000b"), 0);
	cr_assert_eq(command("verify", uri, NULL), 0);
	holds(&out, ": 0 owners, 0 documents, 0 runs");
}

Test(index_command, says_what_it_can_do)
{
	cr_assert_eq(command("verify", NULL, NULL), 100);
	holds(&said, "verify file:DIR");
	cr_assert_eq(command(NULL, NULL, NULL), 100);
	holds(&said, "say what to do");
	cr_assert_eq(command("burn", uri, NULL), 100);
	holds(&said, "not 'burn'");
	cr_assert_eq(command("verify", uri, "x"), 100);
	cr_assert_eq(command("take-back", uri, "c"), 100);
	holds(&said, "'c' is no run");
}
