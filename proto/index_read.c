#include "proto/index_read.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proto/index_snapshot.h"

/* What goes through a reading: the reader of the caller, and the runs. */
struct reading {
	struct index_files *files;
	struct run_table *runs;
	const struct index_reader *reader;
	char name[INDEX_NAME_BYTES]; /* of the file */
	struct span file;
};

static void
take_expect(void *object, uint64_t documents, uint64_t entries)
{
	struct reading *r = object;

	r->reader->expect(r->reader->object, documents, entries);
}

static void
take_document(void *object, const struct hash *identity, uint64_t key, struct span id)
{
	struct reading *r = object;

	run_table_document(r->runs);
	r->reader->document(r->reader->object, identity, key, id);
}

static void
take_ahead(void *object, const struct hash *hash)
{
	struct reading *r = object;

	if (r->reader->ahead != NULL)
		r->reader->ahead(r->reader->object, hash);
}

/* A document of the index, of those that it has so far. */
static bool
is_known(const struct reading *r, uint32_t document)
{
	return document != 0 && document <= r->runs->n_documents;
}

static int
take_entry(void *object, const struct entry *e)
{
	struct reading *r = object;

	if (!is_known(r, e->document))
		return ERR_RECORD;
	return r->reader->entry(r->reader->object, e);
}

static int
take_run(void *object, uint64_t run)
{
	struct reading *r = object;

	return run_table_begin(r->runs, run);
}

static int
take_batch(void *object, uint64_t run, uint64_t seq, uint64_t digest)
{
	struct reading *r = object;

	return run_table_batch(r->runs, run, seq, digest);
}

static int
take_back(void *object, uint64_t run)
{
	struct reading *r = object;

	TRY(run_table_take_back(r->runs, run));
	return r->reader->take_back(r->reader->object, run);
}

static int
take_near_owner(void *object, const struct near_owner *o)
{
	struct reading *r = object;

	if (!is_known(r, o->document))
		return ERR_RECORD;
	return r->reader->near_owner == NULL ? 0 : r->reader->near_owner(r->reader->object, o);
}

static int
take_near_drop(void *object, const struct near_drop *d)
{
	struct reading *r = object;

	if (!is_known(r, d->document) || !is_known(r, d->owner))
		return ERR_RECORD;
	return r->reader->near_drop == NULL ? 0 : r->reader->near_drop(r->reader->object, d);
}

static struct index_reader
reader_of(struct reading *r)
{
	return (struct index_reader){r, take_expect, take_document, take_ahead, take_entry,
	    take_run, take_batch, take_back, take_near_owner, take_near_drop};
}

static int
damaged(const struct reading *r, uint64_t at)
{
	return err_set(ERR_USAGE, "%s/%s: damaged at byte %" PRIu64, r->files->folder, r->name, at);
}

static int
map(struct reading *r)
{
	int fd = openat(r->files->dir, r->name, O_RDONLY | O_CLOEXEC);
	struct stat st;
	void *p = NULL;
	int error = 0;

	if (fd < 0 && errno == ENOENT)
		return err_set(ERR_USAGE, "%s/%s: it is missing", r->files->folder, r->name);
	if (fd < 0)
		return index_files_failed(r->files, r->name, errno);
	if (fstat(fd, &st) < 0)
		error = errno;
	else if (st.st_size > 0)
		p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (p == MAP_FAILED)
		error = errno;
	close(fd);
	if (error != 0)
		return index_files_failed(r->files, r->name, error);
	r->file = span_of(p, (size_t)st.st_size);
	return 0;
}

static void
unmap(struct reading *r)
{
	if (r->file.n > 0)
		munmap((void *)r->file.p, r->file.n);
	r->file = span_of(NULL, 0);
}

/* What helps where an index was made with other parameters. */
static const char *
remedy(struct span made, struct span ours)
{
	bool had = memmem(made.p, made.n, "\"near\"", 6) != NULL;
	bool has = memmem(ours.p, ours.n, "\"near\"", 6) != NULL;

	if (had && !has)
		return "go on with --dedup near, or begin a new index, with --index file:ANOTHER";
	if (has && !had)
		return "--dedup near needs an index of its own from the beginning, with --index "
		       "file:ANOTHER";
	return "begin a new index, with --index file:ANOTHER";
}

/* The head of the mapped file; it must be of this index and with these parameters. */
static int
check_head(struct reading *r, enum index_file kind, uint64_t number, struct index_head *ret)
{
	struct index_files *f = r->files;
	int e = index_head_unpack(ret, kind, r->file);

	if (e < 0)
		return err_set(ERR_USAGE, "%s/%s: %s", f->folder, r->name, err_text());
	if (f->parameters.n > 0 && !span_equal(f->parameters, ret->parameters))
		return err_set(ERR_USAGE, "%s: made with {%.*s}, and this winnow has {%.*s}; %s",
		    f->folder, (int)ret->parameters.n, ret->parameters.p, (int)f->parameters.n,
		    f->parameters.p, remedy(ret->parameters, f->parameters));
	if (ret->id == 0 || ret->number != number || (f->id != 0 && ret->id != f->id))
		return err_set(ERR_USAGE, "%s/%s: it is of another index", f->folder, r->name);
	f->id = ret->id;
	return 0;
}

/* Read the mapped segment up to `limit`, which all counts, or up to its torn end. */
static int
read_segment(struct reading *r, uint64_t limit, index_file_told *told)
{
	const struct index_reader reader = reader_of(r);
	struct index_files *f = r->files;
	struct span counts = r->file;
	uint64_t groups = 0;
	size_t end = 0;

	if (limit != UINT64_MAX && limit > counts.n)
		return damaged(r, counts.n);
	if (limit != UINT64_MAX)
		counts.n = limit;
	if (counts.n < INDEX_HEAD_BYTES)
		return damaged(r, counts.n);
	if (owner_log_read(counts, INDEX_HEAD_BYTES, f->id, &reader, &end, &groups) < 0 ||
	    (limit != UINT64_MAX && end < limit))
		return damaged(r, end);
	f->log_bytes += f->bytes;
	f->bytes = end;
	f->torn = r->file.n - end;
	told(r->reader->object, r->name, end, groups, f->torn);
	return 0;
}

/* What the head of the segment behind says of this one; UINT64_MAX: there is none behind. */
static int
find_limit(struct reading *r, uint64_t number, uint64_t *ret_limit)
{
	struct index_head head;
	int e;

	*ret_limit = UINT64_MAX;
	if (number == r->files->last)
		return 0;
	index_file_name(r->name, INDEX_SEGMENT, number + 1);
	TRY(map(r));
	e = check_head(r, INDEX_SEGMENT, number + 1, &head);
	if (e == 0)
		*ret_limit = head.before;
	unmap(r);
	return e;
}

static int
read_one(struct reading *r, uint64_t number, index_file_told *told)
{
	struct index_head head;
	uint64_t limit;
	int e;

	TRY(find_limit(r, number, &limit));
	index_file_name(r->name, INDEX_SEGMENT, number);
	TRY(map(r));
	e = check_head(r, INDEX_SEGMENT, number, &head);
	if (e == 0)
		e = read_segment(r, limit, told);
	unmap(r);
	return e;
}

static int
read_snapshot(struct reading *r, index_file_told *told)
{
	const struct index_reader reader = reader_of(r);
	struct index_files *f = r->files;
	struct index_head head;
	size_t at = 0;
	int e;

	index_file_name(r->name, INDEX_SNAPSHOT, f->snapshot);
	TRY(map(r));
	e = check_head(r, INDEX_SNAPSHOT, f->snapshot, &head);
	if (e == 0 && index_snapshot_read(r->file, f->id, &reader, r->runs, &at) < 0)
		e = damaged(r, at);
	f->snapshot_bytes = r->file.n;
	if (e == 0)
		told(r->reader->object, r->name, r->file.n, 0, 0);
	unmap(r);
	return e;
}

int
index_read(struct index_files *f, struct run_table *runs, const struct index_reader *reader,
    index_file_told *told)
{
	struct reading r = {.files = f, .runs = runs, .reader = reader};

	TRY(index_files_list(f));
	if (f->snapshot > 0)
		TRY(read_snapshot(&r, told));
	for (uint64_t n = f->first; n <= f->last; n++)
		TRY(read_one(&r, n, told));
	return 0;
}
