/*
 * The journal of a queue: any file is read without harm, also one of whole records, and what was
 * opened takes another batch, is opened again as it was, and is written anew with the same batches.
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "proto/index_head.h"
#include "stages/read/journal.h"
#include "tests/fuzz/target.h"

enum { OTHER_RUN = 9, OTHER_FIRST = 100 };

static char folder[] = "/tmp/winnow-fuzz-XXXXXX";
static char path[sizeof(folder) + 16];

static const char *
in_folder(const char *name)
{
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static void
remove_folder(void)
{
	unlink(in_folder("journal"));
	unlink(in_folder("journal.lock"));
	rmdir(folder);
}

static void
make_folder(void)
{
	static bool made = false;

	if (made)
		return;
	MUST(mkdtemp(folder) != NULL && atexit(remove_folder) == 0);
	made = true;
}

static int
known(void *told, const struct hash *id)
{
	buf_put(told, id, sizeof(*id));
	return 0;
}

static int
batch(void *told, uint64_t run, uint64_t seq, struct span body)
{
	buf_print(told, "%llu %llu ", (unsigned long long)run, (unsigned long long)seq);
	buf_span(told, body);
	return 0;
}

static struct journal *
opened(struct buf *told)
{
	const struct journal_reader reader = {told, known, batch};
	struct journal *j;

	told->n = 0;
	return journal_open(&j, folder, "kind", "me", &reader) == 0 ? j : NULL;
}

static void
bodies(struct buf *out, const struct journal *j)
{
	out->n = 0;
	for (size_t i = 0; i < j->n_held; i++)
		MUST(journal_body(j, i, out) == 0);
}

static void
use(struct journal *j, struct buf *told)
{
	struct buf before = {0}, after = {0};
	size_t n;

	MUST(journal_add(j, UINT64_MAX, SPAN("one more")) == 0);
	n = j->n_held;
	bodies(&before, j);
	journal_close(j);
	j = opened(told);
	MUST(j != NULL && j->n_held == n);
	bodies(&after, j);
	MUST(span_equal(buf_view(&before), buf_view(&after)));
	MUST(journal_renew(j, OTHER_RUN, OTHER_FIRST, NULL, 0) == 0);
	MUST(j->n_held == n && j->held[n - 1].seq == OTHER_FIRST + n - 1);
	bodies(&after, j);
	MUST(span_equal(buf_view(&before), buf_view(&after)));
	journal_done(j, OTHER_FIRST + n);
	MUST(j->n_held == 0);
	journal_close(j);
	buf_done(&before);
	buf_done(&after);
}

static void
try_file(struct span bytes)
{
	struct buf told = {0};
	struct journal *j;
	int fd = open(in_folder("journal"), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	MUST(fd >= 0 && write(fd, bytes.p, bytes.n) == (ssize_t)bytes.n);
	close(fd);
	j = opened(&told);
	if (j != NULL)
		use(j, &told);
	buf_done(&told);
}

static void
put_record(struct buf *out, char kind, struct span s)
{
	size_t start = out->n;

	buf_byte(out, kind);
	index_put32(buf_room(out, 4), (uint32_t)s.n);
	out->n += 4;
	buf_span(out, s);
	index_put64(buf_room(out, 8), hash64(span_cut(buf_view(out), start, out->n)));
	out->n += 8;
}

/* Pieces of the input as whole records: a byte for the kind, one for the length, that; or the end.
 */
static void
make_whole(struct buf *out, struct span s)
{
	size_t at = 0, n;

	put_record(out, 'I', SPAN("kind\nme"));
	for (; at + 2 <= s.n && (s.p[at] & 4) == 0; at += 2 + n) {
		n = (unsigned char)s.p[at + 1];
		n = n < s.n - at - 2 ? n : s.n - at - 2;
		put_record(out, "IKDB"[s.p[at] & 3], span_cut(s, at + 2, at + 2 + n));
	}
	buf_span(out, span_cut(s, at, s.n));
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct span input = span_of((const char *)bytes, n);
	struct buf whole = {0};

	make_folder();
	try_file(input);
	make_whole(&whole, input);
	try_file(buf_view(&whole));
	buf_done(&whole);
	return 0;
}
