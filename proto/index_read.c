#include "proto/index_read.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/mem.h"
#include "proto/index_snapshot.h"

enum { LOOKS = 10 };

/* What goes through a reading: the reader of the caller, and the runs. */
struct reading {
	struct index_files *files;
	struct run_table *runs;
	const struct index_reader *reader;
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
take_seen(void *object, uint32_t minute)
{
	struct reading *r = object;

	run_table_seen(r->runs, minute);
	return r->reader->seen == NULL ? 0 : r->reader->seen(r->reader->object, minute);
}

static int
take_gap(void *object, uint32_t n)
{
	struct reading *r = object;

	TRY(run_table_gap(r->runs, n));
	return r->reader->gap == NULL ? 0 : r->reader->gap(r->reader->object, n);
}

static int
take_forget(void *object, uint32_t first, uint32_t end)
{
	struct reading *r = object;

	TRY(run_table_forget(r->runs, first, end));
	return r->reader->forget == NULL ? 0 : r->reader->forget(r->reader->object, first, end);
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
	    take_run, take_batch, take_back, take_seen, take_gap, take_forget, take_near_owner,
	    take_near_drop};
}

/* passing over */

void
index_pass_file(void *object, const char *name, uint64_t bytes, uint64_t groups, uint64_t torn)
{
	(void)object;
	(void)name;
	(void)bytes;
	(void)groups;
	(void)torn;
}

static void
pass_numbers(void *object, uint64_t documents, uint64_t entries)
{
	(void)object;
	(void)documents;
	(void)entries;
}

static void
pass_document(void *object, const struct hash *identity, uint64_t key, struct span id)
{
	(void)object;
	(void)identity;
	(void)key;
	(void)id;
}

static int
pass_entry(void *object, const struct entry *e)
{
	(void)object;
	(void)e;
	return 0;
}

static int
pass_run(void *object, uint64_t run)
{
	(void)object;
	(void)run;
	return 0;
}

struct index_reader
index_pass_over(void *object)
{
	return (struct index_reader){
	    .object = object,
	    .expect = pass_numbers,
	    .document = pass_document,
	    .entry = pass_entry,
	    .take_back = pass_run,
	};
}

static int
damaged(const struct reading *r, const struct index_view_file *file, uint64_t at)
{
	return err_set(
	    ERR_USAGE, "%s/%s: damaged at byte %" PRIu64, r->files->folder, file->name, at);
}

static int
map(struct index_files *f, struct index_view_file *file)
{
	int fd = openat(f->dir, file->name, O_RDONLY | O_CLOEXEC);
	struct stat st;
	void *p = NULL;
	int error = 0;

	if (fd < 0 && errno == ENOENT)
		return err_set(ERR_STOP, "%s/%s: it is missing", f->folder, file->name);
	if (fd < 0)
		return index_files_failed(f, file->name, errno);
	if (fstat(fd, &st) < 0)
		error = errno;
	else if (st.st_size > 0)
		p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (p == MAP_FAILED)
		error = errno;
	close(fd);
	if (error != 0)
		return index_files_failed(f, file->name, error);
	file->bytes = span_of(p, (size_t)st.st_size);
	return 0;
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

/* The head of a mapped file; it must be of this index and with these parameters. */
static int
check_head(struct index_files *f, const struct index_view_file *file, struct index_head *ret)
{
	int e = index_head_unpack(ret, file->kind, file->bytes);

	if (e < 0)
		return err_set(ERR_USAGE, "%s/%s: %s", f->folder, file->name, err_text());
	if (f->parameters.n > 0 && !span_equal(f->parameters, ret->parameters))
		return err_set(ERR_USAGE, "%s: made with {%.*s}, and this winnow has {%.*s}; %s",
		    f->folder, (int)ret->parameters.n, ret->parameters.p, (int)f->parameters.n,
		    f->parameters.p, remedy(ret->parameters, f->parameters));
	if (ret->id == 0 || ret->number != file->number || (f->id != 0 && ret->id != f->id))
		return err_set(ERR_USAGE, "%s/%s: it is of another index", f->folder, file->name);
	if (f->parameters.n == 0 && ret->parameters.n <= sizeof(f->found)) {
		memcpy(f->found, ret->parameters.p, ret->parameters.n);
		f->parameters = span_of(f->found, ret->parameters.n);
	}
	f->id = ret->id;
	return 0;
}

/* mapping */

static int
map_next(struct index_view *v, struct index_files *f, enum index_file kind, uint64_t number)
{
	struct index_view_file *file;

	if (v->n == v->cap) {
		v->cap = v->cap == 0 ? 4 : 2 * v->cap;
		v->list = mem_grow(v->list, v->cap * sizeof(*v->list));
	}
	file = &v->list[v->n];
	*file = (struct index_view_file){.kind = kind, .number = number};
	index_file_name(file->name, kind, number);
	TRY(map(f, file));
	v->n++;
	return 0;
}

int
index_view_map(struct index_view *ret_v, struct index_files *f, uint64_t behind)
{
	uint64_t end = behind > 0 && behind <= f->last ? behind : f->last + 1;
	int r = 0;

	*ret_v = (struct index_view){.open_end = end > f->last};
	if (f->snapshot > 0)
		r = map_next(ret_v, f, INDEX_SNAPSHOT, f->snapshot);
	for (uint64_t n = f->first; r == 0 && n < end; n++)
		r = map_next(ret_v, f, INDEX_SEGMENT, n);
	if (r == 0 && !ret_v->open_end) /* its head says how much of the one before counts */
		r = map_next(ret_v, f, INDEX_SEGMENT, end);
	if (r < 0)
		index_view_unmap(ret_v);
	return r;
}

int
index_view_open(struct index_view *ret_v, struct index_files *ret_f, const char *folder)
{
	int r;

	*ret_v = (struct index_view){.n = 0};
	TRY(index_files_look(ret_f, folder));
	/* between list and map a snapshot may have taken the place of what was listed */
	for (int again = 0; again < LOOKS; again++) {
		TRY(index_files_list(ret_f));
		if (ret_f->last == 0)
			return err_set(ERR_USAGE, "%s: there is no index in it", folder);
		r = index_view_map(ret_v, ret_f, 0);
		if (r != ERR_STOP)
			return r;
	}
	return err_set(ERR_USAGE, "%s", err_text());
}

void
index_view_unmap(struct index_view *v)
{
	for (size_t i = 0; i < v->n; i++)
		if (v->list[i].bytes.n > 0)
			munmap((void *)v->list[i].bytes.p, v->list[i].bytes.n);
	free(v->list);
	*v = (struct index_view){0};
}

struct span
index_view_parameters(const struct index_view *v)
{
	struct index_head head = {.id = 0};

	if (v->n == 0 || index_head_unpack(&head, v->list[0].kind, v->list[0].bytes) < 0)
		return span_of(NULL, 0);
	return head.parameters;
}

/* reading */

/* Read a segment up to `limit`, which all counts, or up to its torn end. */
static int
read_segment(struct reading *r, struct index_view_file *file, uint64_t limit, index_file_told *told)
{
	const struct index_reader reader = reader_of(r);
	struct index_files *f = r->files;
	struct span counts = file->bytes;
	uint64_t groups = 0;
	size_t end = 0;

	if (limit != UINT64_MAX && limit > counts.n)
		return damaged(r, file, counts.n);
	if (limit != UINT64_MAX)
		counts.n = limit;
	if (counts.n < INDEX_HEAD_BYTES)
		return damaged(r, file, counts.n);
	if (owner_log_read(counts, INDEX_HEAD_BYTES, f->id, &reader, &end, &groups) < 0 ||
	    (limit != UINT64_MAX && end < limit))
		return damaged(r, file, end);
	f->log_bytes += f->bytes;
	f->bytes = end;
	f->torn = file->bytes.n - end;
	told(r->reader->object, file->name, end, groups, f->torn);
	file->counts = end;
	return 0;
}

static int
read_snapshot(struct reading *r, struct index_view_file *file, index_file_told *told)
{
	const struct index_reader reader = reader_of(r);
	size_t at = 0;

	if (index_snapshot_read(file->bytes, r->files->id, &reader, r->runs, &at) < 0)
		return damaged(r, file, at);
	r->files->snapshot_bytes = file->bytes.n;
	told(r->reader->object, file->name, file->bytes.n, 0, 0);
	return 0;
}

static int
read_one(struct reading *r, struct index_view *v, size_t i, index_file_told *told)
{
	struct index_view_file *file = &v->list[i];
	struct index_head head, behind = {.before = UINT64_MAX};

	if (i + 1 < v->n && file->kind == INDEX_SEGMENT)
		TRY(check_head(r->files, &v->list[i + 1], &behind));
	else if (file->counts > 0) /* as it was when it was read first */
		behind.before = file->counts;
	TRY(check_head(r->files, file, &head));
	return file->kind == INDEX_SNAPSHOT ? read_snapshot(r, file, told)
					    : read_segment(r, file, behind.before, told);
}

int
index_view_read(struct index_view *v, struct index_files *f, struct run_table *runs,
    const struct index_reader *reader, index_file_told *told)
{
	struct reading r = {.files = f, .runs = runs, .reader = reader};
	size_t n = v->open_end || v->n == 0 ? v->n : v->n - 1;

	f->bytes = f->torn = f->log_bytes = 0;
	for (size_t i = 0; i < n; i++)
		TRY(read_one(&r, v, i, told));
	return 0;
}

/*
 * Whether a run that came to nothing has left only the head of an index, of other parameters than
 * are wanted now: nobody has anything in it, and it begins anew under the same id.
 */
static bool
is_unused(const struct index_view *v, struct index_files *f)
{
	struct index_head head;

	if (v->n != 1 || f->parameters.n == 0 || v->list[0].kind != INDEX_SEGMENT ||
	    v->list[0].bytes.n != INDEX_HEAD_BYTES ||
	    index_head_unpack(&head, INDEX_SEGMENT, v->list[0].bytes) < 0 || head.number != 1 ||
	    span_equal(f->parameters, head.parameters))
		return false;
	f->id = head.id;
	f->last = 0;
	return true;
}

int
index_read(struct index_files *f, struct run_table *runs, const struct index_reader *reader,
    index_file_told *told)
{
	struct index_view v;
	int r;

	TRY(index_files_list(f));
	r = index_view_map(&v, f, 0);
	if (r == 0 && !is_unused(&v, f))
		r = index_view_read(&v, f, runs, reader, told);
	index_view_unmap(&v);
	return r == ERR_STOP ? err_set(ERR_USAGE, "%s", err_text()) : r;
}

int
index_read_runs(struct index_files *f, struct run_table *runs)
{
	const struct index_reader reader = index_pass_over(NULL);

	return index_read(f, runs, &reader, index_pass_file);
}

int
index_read_group(struct index_files *f, struct run_table *runs, const struct index_reader *reader,
    struct span group)
{
	struct reading r = {.files = f, .runs = runs, .reader = reader};
	const struct index_reader all = reader_of(&r);
	uint64_t groups = 0;
	size_t end;

	TRY(owner_log_read(group, 0, f->id, &all, &end, &groups));
	return groups == 1 && end == group.n ? 0 : err_set(ERR_RECORD, "this is no group");
}
