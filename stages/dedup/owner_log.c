#include "stages/dedup/owner_log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unicode/uchar.h>
#include <unicode/uversion.h>
#include <unistd.h>

#include "common/buf.h"
#include "common/mem.h"
#include "stages/dedup/index.h"

#define MAGIC "WNNWOWN1"

enum {
	LOG_VERSION = 1,
	NORMALISER_VERSION = 1, /* of DESIGN's normal form: goes up when any hash changes */
	HEADER_BYTES = 256,
	DOCUMENT_BYTES = 1 + HASH_BYTES + 8 + 4, /* without the id */
	ENTRY_BYTES = 1 + HASH_BYTES + 4 + 4,
	RUN_BYTES = 1 + 8,
	COMMIT_BYTES = 1 + 8 + 8 + 8,
};

struct owner_log {
	char *path;
	int fd, lock;
	uint64_t end;       /* behind the last commit */
	struct buf pending; /* noted since then */
};

static void
put(struct buf *b, uint64_t v, unsigned n)
{
	char bytes[8];

	for (unsigned i = 0; i < n; i++, v >>= 8)
		bytes[i] = (char)v;
	buf_put(b, bytes, n);
}

static uint64_t
get(const char *p, unsigned n)
{
	uint64_t v = 0;

	while (n-- > 0)
		v = v << 8 | (unsigned char)p[n];
	return v;
}

static void
header(char ret_bytes[HEADER_BYTES])
{
	memset(ret_bytes, ' ', HEADER_BYTES);
	int n = snprintf(ret_bytes, HEADER_BYTES,
	    MAGIC "{\"version\": %d, \"normaliser\": %d, \"icu\": \"%s\", \"unicode\": \"%s\"}",
	    LOG_VERSION, NORMALISER_VERSION, U_ICU_VERSION, U_UNICODE_VERSION);
	ret_bytes[n] = ' ';
	ret_bytes[HEADER_BYTES - 1] = '\n';
}

/* reading back */

struct record {
	char type;
	const char *p; /* behind the type */
	size_t n;      /* bytes with the type */
};

/* The record at p, or false if it is cut short or unknown. */
static bool
next_record(struct span s, struct record *ret)
{
	size_t n = 0;

	if (s.n == 0)
		return false;
	switch (s.p[0]) {
	case 'D':
		if (s.n < DOCUMENT_BYTES)
			return false;
		n = DOCUMENT_BYTES + get(s.p + DOCUMENT_BYTES - 4, 4);
		break;
	case 'O': n = ENTRY_BYTES; break;
	case 'R': n = RUN_BYTES; break;
	case 'C': n = COMMIT_BYTES; break;
	default: return false;
	}
	*ret = (struct record){.type = s.p[0], .p = s.p + 1, .n = n};
	return n <= s.n;
}

static int
apply(const struct owner_log_reader *reader, const struct record *r)
{
	struct hash hash;
	struct entry e;

	memcpy(hash.bytes, r->p, r->type == 'D' || r->type == 'O' ? HASH_BYTES : 0);
	switch (r->type) {
	case 'D':
		reader->document(reader->object, &hash, get(r->p + HASH_BYTES, 8),
		    span_of(r->p + DOCUMENT_BYTES - 1, r->n - DOCUMENT_BYTES));
		return 0;
	case 'O':
		e = (struct entry){.hash = hash,
		    .document = (uint32_t)get(r->p + HASH_BYTES, 4),
		    .paragraph = (uint32_t)get(r->p + HASH_BYTES + 4, 4)};
		return reader->entry(reader->object, &e);
	case 'R': reader->run(reader->object, get(r->p, 8)); return 0;
	default: return 0;
	}
}

/*
 * The bytes from `from` up to and with the next commit, or 0 if there is none that is whole:
 * *ret_at is then the place of what is not.
 */
static size_t
find_commit(struct span log, size_t from, size_t *ret_at)
{
	struct record r;
	size_t at = from;

	for (; next_record(span_cut(log, at, log.n), &r); at += r.n)
		if (r.type == 'C') {
			struct span content = span_cut(log, from, at + r.n - 8);
			if (get(r.p + 16, 8) == hash64(content))
				return at + r.n - from;
			break;
		}
	*ret_at = at;
	return 0;
}

/* Whether there may be a commit at p: no run has 2^40 batches. */
static bool
may_be_commit(const char *p)
{
	return p[0] == 'C' && get(p + 14, 3) == 0;
}

/*
 * Whether a whole commit lies behind one that is not, in which the record at `bad` cannot be. Then
 * that is damage and no torn end: each commit is written when the one before is synced.
 */
static bool
goes_on(struct span log, size_t from, size_t bad)
{
	size_t unused;

	for (size_t at = from; at + COMMIT_BYTES < log.n; at++)
		if ((at == bad || may_be_commit(log.p + at)) &&
		    find_commit(log, at + COMMIT_BYTES, &unused) > 0)
			return true;
	return false;
}

static int
damaged(const struct owner_log *log, size_t at)
{
	return err_set(ERR_USAGE, "%s: damaged at byte %zu", log->path, at);
}

static int
read_back(struct owner_log *log, struct span bytes, const struct owner_log_reader *reader)
{
	size_t at = HEADER_BYTES, bad = 0, n;

	for (; (n = find_commit(bytes, at, &bad)) > 0; at += n) {
		size_t end = at + n;
		struct record r;

		for (size_t i = at; i < end; i += r.n)
			if (!next_record(span_cut(bytes, i, end), &r) || apply(reader, &r) < 0)
				return damaged(log, i);
	}
	if (goes_on(bytes, at, bad))
		return damaged(log, at);
	log->end = at;
	return 0;
}

static int
load(struct owner_log *log, uint64_t size, const struct owner_log_reader *reader)
{
	char ours[HEADER_BYTES];
	char *p;
	int r;

	p = mmap(NULL, size, PROT_READ, MAP_PRIVATE, log->fd, 0);
	if (p == MAP_FAILED)
		return err_set(ERR_SYS, "%s: %s", log->path, strerror(errno));
	header(ours);
	if (memcmp(p, ours, strlen(MAGIC)) != 0)
		r = err_set(ERR_USAGE, "%s: no owner log", log->path);
	else if (memcmp(p, ours, HEADER_BYTES) != 0)
		r = err_set(ERR_USAGE, "%s: made by another version (%.*s); use a new index",
		    log->path, (int)strcspn(p + strlen(MAGIC), "}") + 1, p + strlen(MAGIC));
	else
		r = read_back(log, span_of(p, size), reader);
	munmap(p, size);
	if (r == 0 && log->end < size && ftruncate(log->fd, (off_t)log->end) < 0)
		r = err_set(ERR_SYS, "%s: %s", log->path, strerror(errno));
	return r;
}

/* writing */

/* Write at the end; on a failure the file is as long as before. */
static int
append(struct owner_log *log, struct span bytes)
{
	for (size_t done = 0; done < bytes.n;) {
		ssize_t n =
		    pwrite(log->fd, bytes.p + done, bytes.n - done, (off_t)(log->end + done));
		if (n <= 0) {
			int error = n == 0 ? ENOSPC : errno;
			if (error == EINTR)
				continue;
			if (ftruncate(log->fd, (off_t)log->end) < 0)
				error = errno;
			return err_set(ERR_HOLD, "%s: %s", log->path, strerror(error));
		}
		done += (size_t)n;
	}
	if (fdatasync(log->fd) < 0)
		return err_set(ERR_SYS, "%s: cannot be synced: %s", log->path, strerror(errno));
	log->end += bytes.n;
	return 0;
}

/* Write the header, over a part of it that a torn beginning may have left. */
static int
create(struct owner_log *log, size_t size)
{
	char bytes[HEADER_BYTES];

	if (pread(log->fd, bytes, size, 0) != (ssize_t)size)
		return err_set(ERR_SYS, "%s: %s", log->path, strerror(errno));
	if (memcmp(bytes, MAGIC, size < strlen(MAGIC) ? size : strlen(MAGIC)) != 0)
		return err_set(ERR_USAGE, "%s: no owner log", log->path);
	header(bytes);
	return append(log, span_of(bytes, sizeof(bytes)));
}

void
owner_log_document(struct owner_log *log, const struct hash *identity, uint64_t key, struct span id)
{
	buf_byte(&log->pending, 'D');
	buf_put(&log->pending, identity->bytes, HASH_BYTES);
	put(&log->pending, key, 8);
	put(&log->pending, id.n, 4);
	buf_span(&log->pending, id);
}

void
owner_log_entry(struct owner_log *log, const struct entry *e)
{
	buf_byte(&log->pending, 'O');
	buf_put(&log->pending, e->hash.bytes, HASH_BYTES);
	put(&log->pending, e->document, 4);
	put(&log->pending, e->paragraph, 4);
}

void
owner_log_run(struct owner_log *log, uint64_t run)
{
	buf_byte(&log->pending, 'R');
	put(&log->pending, run, 8);
}

int
owner_log_commit(struct owner_log *log, uint64_t run, uint64_t next)
{
	size_t noted = log->pending.n;
	int r;

	buf_byte(&log->pending, 'C');
	put(&log->pending, run, 8);
	put(&log->pending, next, 8);
	put(&log->pending, hash64(buf_view(&log->pending)), 8);
	r = append(log, buf_view(&log->pending));
	log->pending.n = r == 0 ? 0 : noted;
	return r;
}

/* opening */

static int
open_files(struct owner_log *log, const char *folder)
{
	if (mkdir(folder, 0777) < 0 && errno != EEXIST)
		return err_set(ERR_USAGE, "--index: %s: %s", folder, strerror(errno));
	if (asprintf(&log->path, "%s/lock", folder) < 0)
		return err_set(ERR_SYS, "out of memory");
	log->lock = open(log->path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	if (log->lock < 0)
		return err_set(ERR_USAGE, "%s: %s", log->path, strerror(errno));
	if (flock(log->lock, LOCK_EX | LOCK_NB) < 0)
		return err_set(ERR_USAGE, "%s: the index is in use by another process", folder);
	free(log->path);
	if (asprintf(&log->path, "%s/owners.log", folder) < 0)
		return err_set(ERR_SYS, "out of memory");
	log->fd = open(log->path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	return log->fd < 0 ? err_set(ERR_USAGE, "%s: %s", log->path, strerror(errno)) : 0;
}

int
owner_log_open(
    struct owner_log **ret_log, const char *folder, const struct owner_log_reader *reader)
{
	struct owner_log *log = mem_zero(1, sizeof(*log));
	struct stat st;
	int r;

	log->fd = log->lock = -1;
	r = open_files(log, folder);
	if (r == 0 && fstat(log->fd, &st) < 0)
		r = err_set(ERR_SYS, "%s: %s", log->path, strerror(errno));
	if (r == 0 && st.st_size < HEADER_BYTES)
		r = create(log, (size_t)st.st_size);
	else if (r == 0)
		r = load(log, (uint64_t)st.st_size, reader);
	if (r < 0) {
		owner_log_close(log);
		return r;
	}
	*ret_log = log;
	return 0;
}

void
owner_log_close(struct owner_log *log)
{
	if (log == NULL)
		return;
	if (log->fd >= 0)
		close(log->fd);
	if (log->lock >= 0)
		close(log->lock);
	buf_done(&log->pending);
	free(log->path);
	free(log);
}
