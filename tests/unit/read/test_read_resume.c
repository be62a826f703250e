#include "common/deflate.h"
#include "tests/unit/read/reader.h"

/* Read everything, with a new process after each batch; the ids in their order. */
static void
read_on(struct reader *r, struct buf *ids, bool anew)
{
	struct token at = {0};
	char letter = '-';

	for (;;) {
		struct begin b = {.run = 1, .runs = 7, .token = at};
		int result;

		if (r->state == NULL) {
			cr_assert_eq(stage.open(&r->state, &r->settings), 0, "%s", err_text());
			cr_assert_eq(stage.begin(r->state, &b), 0, "%s", err_text());
		}
		result = fill(r);
		if (result == ERR_STOP)
			break;
		cr_assert_eq(result, 0, "%s", err_text());
		for (size_t i = 0; i < r->batch.n_documents; i++) {
			buf_span(ids, r->batch.documents[i].id);
			buf_span(ids, r->batch.documents[i].refused.reason);
		}
		buf_str(ids, "; ");
		at = r->batch.token;
		letter = at.state.n > 0 ? at.state.p[0] : '-';
		at.state = span_of(&letter, at.state.n);
		if (anew) {
			stage.close(r->state);
			r->state = NULL;
		}
	}
	stage.close(r->state);
	r->state = NULL;
}

/* Documents of three inputs and more than one batch each, one of them damaged, one not there. */
static void
make_inputs(struct folder *f)
{
	struct buf b = {0}, packed = {0};
	struct deflate *d;

	buf_str(&b, "\xEF\xBB\xBF");
	for (int i = 0; i < 3 * BATCH_DOCUMENTS / 2; i++)
		buf_print(&b, "{\"text\": \"line %d\"}\n", i);
	folder_file(f, "1.jsonl", buf_view(&b));
	cr_assert_eq(deflate_open(&d, COMPRESSION_GZIP), 0);
	cr_assert_eq(deflate_put(d, buf_view(&b), &packed), 0);
	cr_assert_eq(deflate_end_member(d, &packed), 0);
	deflate_close(d);
	folder_file(f, "2.jsonl.gz", buf_view(&packed));
	folder_file(f, "3.jsonl.gz", span_cut(buf_view(&packed), 0, packed.n - 9));
	folder_text(f, "4.txt", "a text");
	folder_text(f, "5.txt", "");
	folder_text(f, "6.jsonl", "");
	b.n = 0;
	for (int i = 0; i < BATCH_DOCUMENTS; i++)
		buf_str(&b, "\x81\xA4text\xA1x");
	folder_file(f, "7.msgpack", buf_view(&b));
	folder_text(f, "8.txt", "the last");
	buf_done(&b);
	buf_done(&packed);
}

Test(read, goes_on_behind_any_batch_as_if_it_had_never_stopped)
{
	struct buf calm = {0}, stopped = {0};
	struct folder f, state;
	struct reader r;

	folder_open(&f);
	folder_open(&state);
	make_inputs(&f);
	reader_init(&r, f.path);
	add_source(&r, folder_path(&f, "not there"));
	read_on(&r, &calm, false);
	r.settings.state = state.path;
	read_on(&r, &stopped, true);
	cr_assert_gt(calm.n, 100000);
	cr_assert(span_equal(buf_view(&calm), buf_view(&stopped)));
	buf_done(&calm);
	buf_done(&stopped);
	reader_done(&r);
	folder_done(&f);
	folder_done(&state);
}

Test(read, goes_on_only_with_inputs_that_are_as_they_were)
{
	struct begin b = {.run = 1, .token = {.input = 1}};
	struct folder f, state;
	struct reader r;

	folder_open(&f);
	folder_open(&state);
	reader_init(&r, folder_text(&f, "a", "text"));
	r.settings.state = state.path;
	cr_assert_eq(stage.open(&r.state, &r.settings), 0);
	cr_assert_eq(stage.begin(r.state, &b), ERR_USAGE, "the list of inputs is gone");
	stage.close(r.state);
	r.settings.state = NULL;
	cr_assert_eq(stage.open(&r.state, &r.settings), 0);
	cr_assert_eq(stage.begin(r.state, &b), ERR_USAGE, "there is no place for one");
	r.settings.state = state.path;
	stage.close(r.state);
	reader_begin(&r);
	stage.close(r.state);
	folder_text(&f, "a", "other text");
	cr_assert_eq(stage.open(&r.state, &r.settings), 0);
	cr_assert_eq(stage.begin(r.state, &b), ERR_USAGE);
	cr_assert(strstr(err_text(), "has changed") != NULL, "%s", err_text());
	reader_done(&r);
	folder_done(&f);
	folder_done(&state);
}

Test(read, what_could_not_be_opened_is_read_when_it_can_be)
{
	struct folder f, state;
	struct reader r;
	const char *path, *away;

	folder_open(&f);
	folder_open(&state);
	path = folder_text(&f, "a.txt", "a text");
	folder_text(&f, "b.txt", "another");
	away = folder_path(&state, "a.txt");
	for (uint64_t input = 0; input <= 2; input += 2) {
		struct begin b = {.run = 1, .runs = 7, .token = {.input = input}};

		reader_init(&r, f.path);
		r.settings.state = state.path;
		cr_assert_eq(stage.open(&r.state, &r.settings), 0, "%s", err_text());
		cr_assert_eq(stage.begin(r.state, &b), 0, "%s", err_text());
		if (input == 0)
			cr_assert_eq(rename(path, away), 0);
		cr_assert_eq(filled(&r), input == 0 ? 2 : 1);
		if (input == 0)
			is_refused(&r, 0, path, "unreadable");
		else
			is_document(&r, 0, path, 0, "a text");
		reader_done(&r);
		if (input == 0)
			cr_assert_eq(rename(away, path), 0);
	}
	folder_done(&f);
	folder_done(&state);
}
