#include "tests/unit/read/reader.h"

#include <sys/resource.h>

Test(read, a_file_is_a_document_at_its_place)
{
	struct folder f;
	struct reader r;

	folder_open(&f);
	reader_open(&r, folder_text(&f, "a.txt", "some text"));
	cr_assert_eq(filled(&r), 1);
	is_document(&r, 0, folder_path(&f, "a.txt"), 0, "some text");
	cr_assert_eq(r.batch.documents[0].form, FORM_TEXT);
	cr_assert_eq(r.batch.read_bytes, 9);
	cr_assert_eq(r.batch.token.input, 1, "it goes on behind this one");
	cr_assert_eq(fill(&r), ERR_STOP);
	cr_assert_eq(fill(&r), ERR_STOP);
	reader_done(&r);
	folder_done(&f);
}

Test(read, a_document_is_called_after_its_occurrence)
{
	struct folder f;
	struct reader r;
	char id[128];
	const struct document *d;

	folder_open(&f);
	reader_open(&r, folder_text(&f, "a.jsonl", "{\"a\":1}\n{\"a\":1}\n{\"a\":2}\n"));
	cr_assert_eq(filled(&r), 3);
	d = r.batch.documents;
	snprintf(id, sizeof(id), "%s@8:%016llx", folder_path(&f, "a.jsonl"),
	    (unsigned long long)hash64(SPAN("{\"a\":1}")));
	cr_assert(span_equal(d[1].id, span_str(id)), "%.*s", (int)d[1].id.n, d[1].id.p);
	cr_assert_eq(d[1].key, hash64(span_str(id)));
	cr_assert_neq(d[0].key, d[1].key, "the place tells the same bytes apart");
	cr_assert_neq(d[1].key, d[2].key);
	reader_done(&r);
	folder_done(&f);
}

Test(read, sources_are_one_sequence)
{
	struct folder f;
	struct reader r;

	folder_open(&f);
	folder_make(&f, "d");
	folder_text(&f, "d/2", "two");
	folder_text(&f, "d/1", "one");
	reader_init(&r, folder_text(&f, "z.jsonl", "{}\n\n{\"a\":1}"));
	add_source(&r, folder_path(&f, "d"));
	reader_begin(&r);
	cr_assert_eq(filled(&r), 4);
	is_document(&r, 0, folder_path(&f, "z.jsonl"), 0, "{}");
	is_document(&r, 1, folder_path(&f, "z.jsonl"), 4, "{\"a\":1}");
	is_document(&r, 2, folder_path(&f, "d/1"), 0, "one");
	is_document(&r, 3, folder_path(&f, "d/2"), 0, "two");
	reader_done(&r);
	folder_done(&f);
}

Test(read, a_batch_ends_at_512_documents)
{
	struct buf lines = {0};
	struct folder f;
	struct reader r;

	folder_open(&f);
	for (int i = 0; i < 2 * BATCH_DOCUMENTS + 1; i++)
		buf_str(&lines, "{}\n");
	reader_open(&r, folder_file(&f, "a", buf_view(&lines)));
	cr_assert_eq(filled(&r), BATCH_DOCUMENTS);
	cr_assert_eq(r.batch.token.input, 0);
	cr_assert_eq(r.batch.token.offset, 3 * BATCH_DOCUMENTS);
	cr_assert_eq(filled(&r), BATCH_DOCUMENTS);
	cr_assert_eq(filled(&r), 1);
	cr_assert_eq(fill(&r), ERR_STOP);
	reader_done(&r);
	buf_done(&lines);
	folder_done(&f);
}

Test(read, a_batch_ends_with_the_document_that_reaches_256_KiB)
{
	struct buf lines = {0};
	struct folder f;
	struct reader r;

	folder_open(&f);
	for (int i = 0; i < 5; i++) {
		buf_byte(&lines, '{');
		memset(buf_room(&lines, BATCH_BYTES / 2), 'x', BATCH_BYTES / 2);
		lines.n += BATCH_BYTES / 2;
		buf_byte(&lines, '\n');
	}
	reader_open(&r, folder_file(&f, "a", buf_view(&lines)));
	cr_assert_eq(filled(&r), 2);
	cr_assert_eq(r.batch.read_bytes, BATCH_BYTES + 2);
	cr_assert_eq(filled(&r), 2);
	cr_assert_eq(filled(&r), 1);
	reader_done(&r);
	buf_done(&lines);
	folder_done(&f);
}

/* All batches of a run over a source, packed. */
static void
read_all(struct buf *out, const char *source)
{
	struct reader r;

	reader_open(&r, source);
	while (fill(&r) == 0)
		batch_pack(out, &r.batch);
	reader_done(&r);
}

Test(read, the_same_input_gives_the_same_batches)
{
	struct buf lines = {0}, once = {0}, again = {0};
	struct folder f;

	folder_open(&f);
	for (int i = 0; i < 20000; i++)
		buf_print(&lines, "{\"n\": %d, \"text\": \"%0*d\"}\n", i, i % 600, i);
	folder_file(&f, "b.jsonl", buf_view(&lines));
	folder_text(&f, "a.txt", "a text");
	cr_assert_eq(symlink("nowhere", folder_path(&f, "c")), 0);
	read_all(&once, f.path);
	read_all(&again, f.path);
	cr_assert_gt(once.n, lines.n);
	cr_assert(span_equal(buf_view(&once), buf_view(&again)));
	buf_done(&lines);
	buf_done(&once);
	buf_done(&again);
	folder_done(&f);
}

Test(read, an_input_that_cannot_be_read_is_refused_in_its_place)
{
	struct folder f;
	struct reader r;

	folder_open(&f);
	reader_init(&r, folder_text(&f, "a", "one"));
	add_source(&r, folder_path(&f, "missing"));
	add_source(&r, folder_text(&f, "b", "two"));
	reader_begin(&r);
	cr_assert_eq(filled(&r), 3);
	is_document(&r, 0, folder_path(&f, "a"), 0, "one");
	is_refused(&r, 1, folder_path(&f, "missing"), "unreadable");
	cr_assert(
	    span_equal(r.batch.documents[1].refused.detail, SPAN("No such file or directory")));
	is_document(&r, 2, folder_path(&f, "b"), 0, "two");
	reader_done(&r);
	folder_done(&f);
}

Test(read, a_file_that_goes_away_is_refused_when_its_turn_comes)
{
	struct folder f;
	struct reader r;

	folder_open(&f);
	folder_text(&f, "a", "one");
	folder_text(&f, "b", "two");
	reader_open(&r, f.path);
	cr_assert_eq(unlink(folder_path(&f, "b")), 0);
	cr_assert_eq(filled(&r), 2);
	is_refused(&r, 1, folder_path(&f, "b"), "unreadable");
	reader_done(&r);
	folder_done(&f);
}

Test(read, without_any_readable_source_it_does_not_open)
{
	struct folder f;
	struct reader r;

	folder_open(&f);
	reader_init(&r, folder_path(&f, "missing"));
	add_source(&r, folder_path(&f, "missing-too"));
	cr_assert_eq(stage.open(&r.state, &r.settings), ERR_USAGE);
	cr_assert(strstr(err_text(), "missing: No such file") != NULL, "%s", err_text());
	cr_assert(r.state == NULL);
	reader_done(&r);
	folder_done(&f);
}

Test(read, without_a_source_it_does_not_open)
{
	struct settings s = {.n_sources = 0};
	void *state = NULL;

	cr_assert_eq(stage.open(&state, &s), ERR_USAGE);
	cr_assert(strstr(err_text(), "no SOURCE") != NULL);
}

Test(read, a_wrong_source_does_not_open)
{
	struct reader r;

	reader_init(&r, "s3://bucket/key");
	cr_assert_eq(stage.open(&r.state, &r.settings), ERR_USAGE);
	reader_done(&r);
}

Test(read, an_empty_folder_is_a_run_without_documents)
{
	struct folder f;
	struct reader r;

	folder_open(&f);
	reader_open(&r, f.path);
	cr_assert_eq(fill(&r), ERR_STOP);
	reader_done(&r);
	folder_done(&f);
}

Test(read, an_empty_file_is_an_empty_text_unless_its_name_promises_records)
{
	static const char *const records[] = {
	    "a.jsonl", "b.ndjson", "c.json", "d.msgpack", "e.jsonl.gz", "f.msgpack.zst"};
	struct folder f;
	struct reader r;

	folder_open(&f);
	for (size_t i = 0; i < 6; i++)
		folder_text(&f, records[i], "");
	folder_text(&f, "g.txt", "");
	folder_text(&f, "h.gz", "");
	folder_text(&f, "jsonl", "");
	reader_open(&r, f.path);
	cr_assert_eq(filled(&r), 3);
	is_document(&r, 0, folder_path(&f, "g.txt"), 0, "");
	is_document(&r, 1, folder_path(&f, "h.gz"), 0, "");
	is_document(&r, 2, folder_path(&f, "jsonl"), 0, "");
	reader_done(&r);
	folder_done(&f);
}

Test(read, a_document_over_the_limit_is_refused_without_its_bytes)
{
	struct folder f;
	struct reader r;

	folder_open(&f);
	reader_init(&r, folder_text(&f, "a.jsonl", "{\"a\":\"long\"}\n{}\n"));
	r.settings.max_document = 5;
	reader_begin(&r);
	cr_assert_eq(filled(&r), 2);
	is_refused(&r, 0, folder_path(&f, "a.jsonl"), "too-large");
	cr_assert_eq(r.batch.documents[0].raw.n, 0);
	cr_assert_eq(r.batch.documents[0].source.length, 12);
	is_document(&r, 1, folder_path(&f, "a.jsonl"), 13, "{}");
	reader_done(&r);
	folder_done(&f);
}

Test(read, a_damaged_file_is_refused_and_the_next_one_comes)
{
	struct folder f;
	struct reader r;

	folder_open(&f);
	folder_file(&f, "a.gz", SPAN("\x1F\x8B\x08\0\0\0\0\0\0\x03\xFF\xFF"));
	folder_text(&f, "b", "two");
	reader_open(&r, f.path);
	cr_assert_eq(filled(&r), 2);
	is_refused(&r, 0, folder_path(&f, "a.gz"), "damaged");
	is_document(&r, 1, folder_path(&f, "b"), 0, "two");
	reader_done(&r);
	folder_done(&f);
}

Test(read, the_input_option_decides_the_form)
{
	static const enum form forms[] = {[INPUT_AUTO] = FORM_JSON,
	    [INPUT_TEXT] = FORM_TEXT,
	    [INPUT_JSONL] = FORM_JSON,
	    [INPUT_MSGPACK] = FORM_MSGPACK,
	    [INPUT_HTML] = FORM_HTML};
	struct folder f;

	folder_open(&f);
	folder_text(&f, "a", "{}");
	for (enum input i = INPUT_AUTO; i <= INPUT_HTML; i++) {
		struct reader r;

		reader_init(&r, folder_path(&f, "a"));
		r.settings.input = i;
		reader_begin(&r);
		cr_assert_geq(filled(&r), 1);
		cr_assert_eq(r.batch.documents[0].form, forms[i]);
		reader_done(&r);
	}
	folder_done(&f);
}

/* standard input */

static int
open_stdin(void)
{
	int fds[2];

	cr_assert_eq(pipe(fds), 0);
	dup2(fds[0], STDIN_FILENO);
	close(fds[0]);
	return fds[1];
}

Test(read, standard_input_is_called_after_the_number_of_the_run)
{
	struct reader r;
	int fd = open_stdin();

	cr_assert_eq(write(fd, "{}\n", 3), 3);
	close(fd);
	reader_open(&r, "-");
	cr_assert_eq(filled(&r), 1);
	is_document(&r, 0, "stdin:7", 0, "{}");
	reader_done(&r);
}

Test(read, standard_input_has_the_name_it_is_given)
{
	struct reader r;
	int fd = open_stdin();

	cr_assert_eq(write(fd, "{}\n", 3), 3);
	close(fd);
	reader_init(&r, "-");
	r.settings.source_name = "feed";
	reader_begin(&r);
	cr_assert_eq(filled(&r), 1);
	is_document(&r, 0, "feed", 0, "{}");
	reader_done(&r);
}

Test(read, nothing_on_standard_input_is_no_document)
{
	struct reader r;

	close(open_stdin());
	reader_open(&r, "-");
	cr_assert_eq(fill(&r), ERR_STOP);
	reader_done(&r);
}

Test(read, a_quiet_input_gives_what_there_is_and_then_a_hold)
{
	struct reader r;
	int fd = open_stdin();

	reader_open(&r, "-");
	cr_assert_eq(fill(&r), ERR_QUIET);
	cr_assert_eq(write(fd, "{}\n{\"a\":1}\n{\"b\"", 15), 15);
	cr_assert_eq(filled(&r), 2);
	is_document(&r, 1, "stdin:7", 3, "{\"a\":1}");
	cr_assert_eq(fill(&r), ERR_QUIET);
	cr_assert_eq(write(fd, ":2}\n", 4), 4);
	cr_assert_eq(filled(&r), 1);
	is_document(&r, 0, "stdin:7", 11, "{\"b\":2}");
	close(fd);
	cr_assert_eq(fill(&r), ERR_STOP);
	reader_done(&r);
}

/* Until it may have descriptors again. */
static void
without_descriptors(bool without)
{
	struct rlimit limit = {without ? 0 : 1024, 1024};

	cr_assert_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
}

Test(read, an_input_that_cannot_be_opened_just_now_is_waited_for_in_the_middle_of_a_batch)
{
	struct reader r;
	struct folder f;

	folder_open(&f);
	folder_text(&f, "1.jsonl", "{}\n");
	folder_text(&f, "2.jsonl", "{}\n");
	reader_open(&r, f.path);
	without_descriptors(true);
	cr_assert_eq(fill(&r), ERR_HOLD);
	cr_assert(strstr(err_text(), "1.jsonl: Too many open files") != NULL, "%s", err_text());
	without_descriptors(false);
	cr_assert_eq(stage.batch(r.state, &r.batch, false), 0);
	cr_assert_eq(r.batch.n_documents, 2);
	cr_assert(!document_is_refused(&r.batch.documents[0]));
	cr_assert(!document_is_refused(&r.batch.documents[1]));
	reader_done(&r);
	folder_done(&f);
}

/* what it tells, what it leaves out */

Test(read, progress_goes_from_nothing_to_all)
{
	struct folder f;
	struct reader r;
	struct progress p;

	folder_open(&f);
	folder_text(&f, "a", "12345");
	folder_text(&f, "b", "123");
	reader_open(&r, f.path);
	stage.progress(r.state, &p);
	cr_assert_eq(p.bytes, 0);
	cr_assert_eq(p.total, 8);
	cr_assert_eq(filled(&r), 2);
	stage.progress(r.state, &p);
	cr_assert_eq(p.bytes, 8);
	reader_done(&r);
	folder_done(&f);
}

Test(read, what_the_run_writes_is_no_input_of_it)
{
	struct folder f;
	struct reader r;

	folder_open(&f);
	folder_text(&f, "in", "one");
	folder_make(&f, "state");
	folder_text(&f, "state/run.json", "{}");
	reader_init(&r, f.path);
	r.settings.output = folder_text(&f, "out.jsonl", "{}");
	r.settings.state = folder_path(&f, "state");
	folder_text(&f, "out.jsonl.dead.jsonl", "{}");
	reader_begin(&r);
	cr_assert_eq(filled(&r), 1);
	is_document(&r, 0, folder_path(&f, "in"), 0, "one");
	reader_done(&r);
	reader_init(&r, f.path);
	r.settings.output = folder_path(&f, "out.jsonl");
	r.settings.state = folder_path(&f, "state");
	r.settings.dead_letters = folder_text(&f, "dead", "{}");
	reader_begin(&r);
	cr_assert_eq(filled(&r), 2, "one of another run is a document like others");
	is_document(&r, 1, folder_path(&f, "out.jsonl.dead.jsonl"), 0, "{}");
	reader_done(&r);
	folder_done(&f);
}

Test(read, closing_nothing_is_nothing)
{
	stage.close(NULL);
}

#define LETTER(key)                                                                           \
	"{\"v\": 1, \"id\": \"the id given\", \"key\": \"" key "\", \"source\": {\"path\": "  \
	"\"in\", \"offset\": 7, \"length\": 1}, \"form\": \"text\", \"stage\": \"extract\", " \
	"\"reason\": "                                                                        \
	"\"bad-text\", \"detail\": \"d\", \"attempts\": 1, \"raw_b64\": \"ew==\"}\n"

Test(read, a_dead_letter_is_the_document_that_it_was)
{
	struct folder f;
	struct reader r;
	char key[24], text[512];

	folder_open(&f);
	snprintf(text, sizeof(text), "in@7:%016llx", (unsigned long long)hash64(SPAN("{")));
	snprintf(key, sizeof(key), "%016llx", (unsigned long long)hash64(span_str(text)));
	snprintf(text, sizeof(text), LETTER("%s") "{}\n" LETTER("%s"), key, "00000000000000ff");
	reader_open(&r, folder_text(&f, "a.dead.jsonl", text));
	cr_assert_eq(filled(&r), 3);
	is_document(&r, 0, "in", 7, "{");
	cr_assert_eq(r.batch.documents[0].form, FORM_TEXT);
	cr_assert(span_equal(r.batch.documents[0].id, SPAN("the id given")));
	cr_assert_eq(r.batch.documents[0].key, strtoull(key, NULL, 16));
	is_document(
	    &r, 1, folder_path(&f, "a.dead.jsonl"), strlen(LETTER("0123456789abcdef")), "{}");
	cr_assert(
	    span_equal(r.batch.documents[2].source.path, span_str(folder_path(&f, "a.dead.jsonl"))),
	    "its key is not that of its place and bytes");
	cr_assert_eq(r.batch.documents[2].form, FORM_JSON);
	cr_assert_eq(r.batch.read_bytes, strlen(text) - 3, "what was read, less the line ends");
	reader_done(&r);
	folder_done(&f);
}
