#include "proto/index_compact.h"

#include <unistd.h>

#include "proto/index_read.h"
#include "proto/index_snapshot.h"

/* What goes through the passes. */
struct compaction {
	struct snapshot out;
	const struct run_table *runs; /* as they are in the end */
	uint64_t entries;             /* that stay */
	bool has_near;                /* there are sketches */
	uint32_t ordinal;             /* of the last document that came */
	uint32_t gap;                 /* ordinals since the last one that stayed */
};

static int
count_entry(void *object, const struct entry *e)
{
	struct compaction *c = object;

	c->entries += !run_table_is_gone(c->runs, e->document);
	return 0;
}

static void
close_gap(struct compaction *c)
{
	if (c->gap > 0)
		index_snapshot_gap(&c->out, c->gap);
	c->gap = 0;
}

static void
copy_document(void *object, const struct hash *identity, uint64_t key, struct span id)
{
	struct compaction *c = object;

	if (run_table_is_gone(c->runs, ++c->ordinal)) {
		c->gap++;
		return;
	}
	close_gap(c);
	index_snapshot_document(&c->out, identity, key, id);
}

static int
copy_gap(void *object, uint32_t n)
{
	struct compaction *c = object;

	c->gap += n;
	c->ordinal += n;
	return 0;
}

static int
copy_entry(void *object, const struct entry *e)
{
	struct compaction *c = object;

	if (!run_table_is_gone(c->runs, e->document))
		index_snapshot_entry(&c->out, e);
	return 0;
}

static int
note_near(void *object, const struct near_owner *o)
{
	struct compaction *c = object;

	(void)o;
	c->has_near = true;
	return 0;
}

static int
copy_near_owner(void *object, const struct near_owner *o)
{
	struct compaction *c = object;

	if (!run_table_is_gone(c->runs, o->document))
		index_snapshot_near_owner(&c->out, o);
	return 0;
}

static int
copy_near_drop(void *object, const struct near_drop *d)
{
	struct compaction *c = object;

	if (!run_table_is_gone(c->runs, d->document) && !run_table_is_gone(c->runs, d->owner))
		index_snapshot_near_drop(&c->out, d);
	return 0;
}

/* One more reading of the same files. */
static int
pass(struct index_view *v, struct index_files *f, const struct index_reader *reader)
{
	struct run_table again = {0};
	int r = index_view_read(v, f, &again, reader, index_pass_file);

	run_table_done(&again);
	return r;
}

/* All sketches, in their order, then what was near them: no near paragraph without a sketch. */
static int
write_near(struct compaction *c, struct index_view *v, struct index_files *f)
{
	struct index_reader owners = index_pass_over(c), drops = owners;

	if (!c->has_near)
		return 0;
	owners.near_owner = copy_near_owner;
	drops.near_drop = copy_near_drop;
	TRY(pass(v, f, &owners));
	return pass(v, f, &drops);
}

static int
write_it(struct compaction *c, struct index_view *v, struct index_files *f, uint64_t number)
{
	struct index_reader count = index_pass_over(c), documents = count, entries = count;
	char name[INDEX_NAME_BYTES];
	int r, error;

	count.entry = count_entry;
	count.near_owner = note_near;
	documents.document = copy_document;
	documents.gap = copy_gap;
	entries.entry = copy_entry;
	TRY(pass(v, f, &count));
	f->last = number;
	index_snapshot_begin(&c->out, f, c->runs->n_documents, c->entries);
	r = pass(v, f, &documents);
	close_gap(c);
	if (r == 0)
		r = pass(v, f, &entries);
	if (r == 0)
		r = write_near(c, v, f);
	if (r < 0) {
		index_snapshot_drop(&c->out);
		return r;
	}
	error = index_snapshot_end(&c->out, c->runs);
	index_file_name(name, INDEX_SNAPSHOT, number);
	return error == 0 ? 0 : index_files_failed(f, name, error);
}

int
index_compact(struct index_files *f, uint64_t number)
{
	struct run_table runs = {0};
	struct compaction c = {.runs = &runs};
	const struct index_reader reader = index_pass_over(&c);
	struct index_view v;
	int r = index_view_map(&v, f, number);

	if (r == 0)
		r = index_view_read(&v, f, &runs, &reader, index_pass_file);
	if (r == 0)
		r = write_it(&c, &v, f, number);
	index_view_unmap(&v);
	run_table_done(&runs);
	return r == ERR_STOP ? err_set(ERR_SYS, "%s", err_text()) : r;
}

/* Read it all, close its log, and put a snapshot in its place. */
static int
compact(struct index_files *f, uint64_t *ret_before)
{
	struct run_table runs = {0};
	int r = index_read_runs(f, &runs), fd;

	run_table_done(&runs);
	TRY(r);
	if (f->last == 0)
		return err_set(ERR_USAGE, "%s: there is no index in it", f->folder);
	*ret_before = f->snapshot_bytes + f->log_bytes + f->bytes + f->torn;
	TRY(index_files_resume(f, &fd));
	close(fd);
	TRY(index_files_next(f, &fd));
	close(fd);
	return index_compact(f, f->last);
}

int
index_compact_folder(
    const char *folder, unsigned wait_ms, uint64_t *ret_before, uint64_t *ret_after)
{
	struct index_files f;
	int r = index_files_open(&f, folder, false, wait_ms);

	if (r == 0)
		r = compact(&f, ret_before);
	if (r == 0)
		*ret_after = f.snapshot_bytes + INDEX_HEAD_BYTES;
	index_files_close(&f);
	return r;
}
