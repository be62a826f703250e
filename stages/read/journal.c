#include "stages/read/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/files.h"
#include "common/hook.h"
#include "common/mem.h"
#include "proto/index_head.h"
#include "stages/state.h"

enum { HEAD_BYTES = 5, SUM_BYTES = 8, BATCH_HEAD = 16, RECORD_LEAST = HEAD_BYTES + SUM_BYTES };

/* writing */

/* Append a record of two parts. */
static void
put_record(struct buf *b, char kind, struct span first, struct span second)
{
	size_t start = b->n;
	char *p = buf_room(b, RECORD_LEAST + first.n + second.n);

	p[0] = kind;
	index_put32(p + 1, (uint32_t)(first.n + second.n));
	b->n += HEAD_BYTES;
	buf_span(b, first);
	buf_span(b, second);
	index_put64(b->p + b->n, hash64(span_of(b->p + start, b->n - start)));
	b->n += SUM_BYTES;
}

static struct span
two_numbers(char room[BATCH_HEAD], uint64_t a, uint64_t b)
{
	index_put64(index_put64(room, a), b);
	return span_of(room, BATCH_HEAD);
}

static int
failed(const struct journal *j, const char *what)
{
	return err_set(err_passes(errno) ? ERR_HOLD : ERR_SYS, "cannot %s %s: %s", what, j->path,
	    strerror(errno));
}

static int
write_at_end(struct journal *j, struct span s)
{
	uint64_t at = j->end;

	while (s.n > 0) {
		ssize_t n = pwrite(j->fd, s.p, s.n, (off_t)at);

		if (n < 0 && errno != EINTR)
			return failed(j, "write");
		if (n > 0) {
			s = span_cut(s, (size_t)n, s.n);
			at += (uint64_t)n;
		}
	}
	return 0;
}

static void
hold(struct journal *j, uint64_t seq, uint64_t offset, uint64_t n)
{
	if (j->n_held == j->cap) {
		j->cap = j->cap == 0 ? 64 : 2 * j->cap;
		j->held = mem_grow(j->held, j->cap * sizeof(*j->held));
	}
	j->held[j->n_held++] = (struct journal_place){.seq = seq, .offset = offset, .n = n};
}

int
journal_add(struct journal *j, uint64_t seq, struct span body)
{
	struct buf b = {0};
	char room[BATCH_HEAD];
	int r;

	put_record(&b, 'B', two_numbers(room, j->run, seq), body);
	r = write_at_end(j, buf_view(&b));
	if (r == 0 && !hook_is_off("journal-sync") && fdatasync(j->fd) < 0) {
		r = failed(j, "sync");
		j->unsure = true;
	}
	if (r < 0 && ftruncate(j->fd, (off_t)j->end) < 0)
		j->unsure = true; /* what is torn is cut off by the next process */
	if (r == 0) {
		hold(j, seq, j->end + HEAD_BYTES + BATCH_HEAD, body.n);
		j->end += b.n;
	}
	buf_done(&b);
	return r;
}

static void
drop_below(struct journal *j, uint64_t next)
{
	size_t n = 0;

	while (n < j->n_held && j->held[n].seq < next)
		n++;
	j->n_held -= n;
	if (n > 0)
		memmove(j->held, j->held + n, j->n_held * sizeof(*j->held));
	j->base = next;
}

void
journal_done(struct journal *j, uint64_t next)
{
	struct buf b = {0};
	char room[BATCH_HEAD];

	if (next <= j->base)
		return;
	drop_below(j, next);
	put_record(&b, 'D', two_numbers(room, j->run, next), span_of(NULL, 0));
	if (write_at_end(j, buf_view(&b)) == 0)
		j->end += b.n;
	buf_done(&b);
}

static uint64_t
held_bytes(const struct journal *j)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < j->n_held; i++)
		sum += j->held[i].n;
	return sum;
}

bool
journal_is_long(const struct journal *j)
{
	return j->unsure || (j->end > JOURNAL_BYTES && j->end > 2 * held_bytes(j));
}

int
journal_body(const struct journal *j, size_t i, struct buf *out)
{
	const struct journal_place *p = &j->held[i];
	char *room;

	if (p->n == 0)
		return 0; /* of which there is no place in a buf that has no memory */
	room = buf_room(out, p->n);
	for (uint64_t done = 0; done < p->n;) {
		ssize_t n = pread(j->fd, room + done, p->n - done, (off_t)(p->offset + done));

		if (n == 0 || (n < 0 && errno != EINTR))
			return err_set(ERR_SYS, "cannot read %s: %s", j->path,
			    n == 0 ? "it has become shorter" : strerror(errno));
		if (n > 0)
			done += (uint64_t)n;
	}
	out->n += p->n;
	return 0;
}

/* writing it anew */

static void
put_identity(struct buf *b, const char *kind, const char *consumer)
{
	struct buf text = {0};

	buf_print(&text, "%s\n%s", kind, consumer);
	put_record(b, 'I', buf_view(&text), span_of(NULL, 0));
	buf_done(&text);
}

static int
open_file(struct journal *j)
{
	int fd = open(j->path, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return failed(j, "open");
	if (j->fd >= 0)
		close(j->fd);
	j->fd = fd;
	return 0;
}

int
journal_renew(struct journal *j, uint64_t run, uint64_t first, const struct hash *ids, size_t n_ids)
{
	struct journal_place *places = mem_zero(j->n_held + 1, sizeof(*places));
	struct buf b = {0}, body = {0};
	char room[BATCH_HEAD];
	int r = 0;

	put_identity(&b, j->kind, j->consumer);
	put_record(&b, 'K', span_of((const char *)ids, n_ids * sizeof(*ids)), span_of(NULL, 0));
	put_record(&b, 'D', two_numbers(room, run, first), span_of(NULL, 0));
	for (size_t i = 0; r == 0 && i < j->n_held; i++) {
		body.n = 0;
		r = journal_body(j, i, &body);
		places[i] = (struct journal_place){
		    .seq = first + i, .offset = b.n + HEAD_BYTES + BATCH_HEAD, .n = body.n};
		put_record(&b, 'B', two_numbers(room, run, first + i), buf_view(&body));
	}
	if (r == 0) {
		j->unsure = true; /* which of the two is there, until all has been said */
		r = file_replace(j->path, buf_view(&b));
	}
	if (r == 0)
		r = open_file(j);
	if (r == 0) {
		for (size_t i = 0; i < j->n_held; i++)
			j->held[i] = places[i];
		j->run = run;
		j->base = first;
		j->end = b.n;
		j->unsure = false;
	}
	free(places);
	buf_done(&body);
	buf_done(&b);
	return r;
}

/* reading */

/* The bytes of the whole record at `at`, or 0. */
static size_t
record_bytes(struct span file, size_t at)
{
	size_t left = file.n - at, n;

	if (left < RECORD_LEAST || strchr("IKDB", file.p[at]) == NULL || file.p[at] == '\0')
		return 0;
	n = RECORD_LEAST + (size_t)index_get32(file.p + at + 1);
	if (n > left ||
	    index_get64(file.p + at + n - SUM_BYTES) != hash64(span_of(file.p + at, n - SUM_BYTES)))
		return 0;
	return n;
}

static int
take_identity(struct journal *j, struct span s)
{
	const char *end = memchr(s.p, '\n', s.n);

	if (end == NULL)
		return ERR_RECORD;
	if (!span_equal(span_of(s.p, (size_t)(end - s.p)), span_str(j->kind)))
		return err_set(ERR_USAGE,
		    "%s is of another queue, a %.*s: finish that one, or name another output or "
		    "--state",
		    j->path, (int)(end - s.p), s.p);
	free(j->consumer);
	j->consumer = mem_string(end + 1, s.n - (size_t)(end + 1 - s.p));
	return 0;
}

static int
take_known(const struct journal_reader *reader, struct span s)
{
	struct hash id;

	for (size_t at = 0; at + sizeof(id) <= s.n; at += sizeof(id)) {
		memcpy(&id, s.p + at, sizeof(id));
		TRY(reader->known(reader->object, &id));
	}
	return 0;
}

/* One whole record; its payload starts at `offset` of the file. */
static int
take_record(struct journal *j, const struct journal_reader *reader, char kind, struct span s,
    uint64_t offset)
{
	uint64_t run, number;

	if (kind == 'I')
		return take_identity(j, s);
	if (kind == 'K')
		return take_known(reader, s);
	if (s.n < BATCH_HEAD)
		return ERR_RECORD;
	run = index_get64(s.p);
	number = index_get64(s.p + 8);
	if (kind == 'D') {
		j->run = run;
		drop_below(j, number);
		return 0;
	}
	hold(j, number, offset + BATCH_HEAD, s.n - BATCH_HEAD);
	return reader->batch(reader->object, run, number, span_cut(s, BATCH_HEAD, s.n));
}

/* A torn end is what was never sent; anything else is damage. */
static int
check_end(const struct journal *j, struct span file)
{
	for (size_t at = j->end + 1; at < file.n; at++)
		if (record_bytes(file, at) > 0)
			return err_set(ERR_USAGE,
			    "%s is damaged at byte %llu; entries in it may be nowhere else: mend "
			    "it, or move it away and begin anew with --restart",
			    j->path, (unsigned long long)j->end);
	if (j->consumer == NULL)
		return err_set(ERR_USAGE, "%s is no journal of a queue", j->path);
	return 0;
}

static int
read_all(struct journal *j, const struct journal_reader *reader, struct span file)
{
	size_t n;

	while ((n = record_bytes(file, j->end)) > 0) {
		struct span s = span_cut(file, j->end + HEAD_BYTES, j->end + n - SUM_BYTES);
		int r = take_record(j, reader, file.p[j->end], s, j->end + HEAD_BYTES);

		if (r == ERR_RECORD)
			return err_set(ERR_USAGE, "%s is damaged at byte %llu", j->path,
			    (unsigned long long)j->end);
		TRY(r);
		j->end += n;
	}
	TRY(check_end(j, file));
	if (file.n > j->end && ftruncate(j->fd, (off_t)j->end) < 0)
		return failed(j, "cut");
	return 0;
}

static int
read_file(struct journal *j, const struct journal_reader *reader)
{
	struct stat st;
	void *map;
	int r;

	if (fstat(j->fd, &st) < 0)
		return failed(j, "read");
	if (st.st_size == 0)
		return check_end(j, span_of(NULL, 0));
	map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, j->fd, 0);
	if (map == MAP_FAILED)
		return failed(j, "read");
	r = read_all(j, reader, span_of(map, (size_t)st.st_size));
	munmap(map, (size_t)st.st_size);
	return r;
}

int
journal_open(struct journal **ret_journal, const char *folder, const char *kind,
    const char *consumer, const struct journal_reader *reader)
{
	struct journal *j = mem_zero(1, sizeof(*j));
	int r;

	j->fd = j->lock = -1;
	j->kind = mem_string(kind, strlen(kind));
	r = asprintf(&j->path, "%s/journal", folder) < 0 ? err_set(ERR_SYS, "out of memory") : 0;
	if (r == 0)
		r = state_make(folder);
	if (r == 0)
		r = state_lock_name(folder, "journal.lock", &j->lock);
	if (r == 0 && access(j->path, F_OK) == 0) {
		r = open_file(j);
		if (r == 0)
			r = read_file(j, reader);
	} else if (r == 0) {
		j->consumer = mem_string(consumer, strlen(consumer));
		r = journal_renew(j, 0, 0, NULL, 0);
	}
	if (r < 0) {
		journal_close(j);
		return r;
	}
	*ret_journal = j;
	return 0;
}

void
journal_close(struct journal *j)
{
	if (j == NULL)
		return;
	if (j->fd >= 0)
		close(j->fd);
	if (j->lock >= 0)
		close(j->lock);
	free(j->path);
	free(j->consumer);
	free(j->kind);
	free(j->held);
	free(j);
}
