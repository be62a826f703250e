#include "proto/index_import.h"

#include <unistd.h>

#include "proto/index_read.h"

/* what goes into an index */

/* Which documents are needed: all for an empty index, so that it has their ordinals. */
static uint64_t
choose(struct import *im, bool all)
{
	uint64_t n = 0;

	for (size_t i = 0; i < im->n_documents; i++)
		im->documents[i].owns = all;
	for (size_t i = 0; i < im->n_owners; i++)
		if (!im->owners[i].taken)
			im->documents[im->owners[i].entry.document - 1].owns = true;
	for (size_t i = 0; i < im->n_documents; i++)
		n += im->documents[i].owns;
	return n;
}

static void
note_documents(struct import *im, bool all, uint32_t before, struct buf *out)
{
	uint32_t next = before + 1, minute = UINT32_MAX;
	uint64_t run = 0;

	for (size_t i = 0; i < im->n_documents; i++) {
		struct import_document *d = &im->documents[i];

		if (!d->owns)
			continue;
		if (d->run != run)
			owner_log_run(out, run = d->run);
		if (d->minute != minute)
			owner_log_seen(out, minute = d->minute);
		if (all && d->ordinal > next) {
			owner_log_gap(out, d->ordinal - next);
			next = d->ordinal;
		}
		owner_log_document(
		    out, &d->identity, d->key, span_of(im->ids.p + d->id, d->id_bytes));
		d->ordinal = next++;
	}
	if (all && im->n_ordinals >= next)
		owner_log_gap(out, im->n_ordinals + 1 - next);
}

static uint64_t
note_owners(struct import *im, struct buf *out)
{
	uint64_t n = 0;

	for (size_t i = 0; i < im->n_owners; i++) {
		struct entry e = im->owners[i].entry;

		if (im->owners[i].taken)
			continue;
		e.document = im->documents[e.document - 1].ordinal;
		owner_log_entry(out, &e);
		n++;
	}
	return n;
}

/* Runs that the index does not know: it is told how many there were. */
static void
note_runs(const struct import *im, const struct run_table *runs, struct buf *out)
{
	for (size_t i = 0; i < im->n_runs; i++)
		if (run_table_find(runs, im->runs[i]) == NULL)
			owner_log_run(out, im->runs[i]);
}

void
import_note(struct import *im, const struct run_table *runs, struct buf *out,
    uint64_t *ret_documents, uint64_t *ret_owners)
{
	const struct run *newest = run_table_newest(runs);
	bool all = runs->n_documents == 0;

	*ret_owners = 0;
	*ret_documents = choose(im, all);
	if (*ret_documents == 0)
		return;
	note_runs(im, runs, out);
	note_documents(im, all, runs->n_documents, out);
	*ret_owners = note_owners(im, out);
	if (newest != NULL)
		owner_log_run(out, newest->id); /* it goes on */
}

struct import_owner *
import_find(struct import *im, const struct hash *hash)
{
	size_t low = 0, high = im->n_owners;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = memcmp(im->owners[middle].entry.hash.bytes, hash->bytes, HASH_BYTES);

		if (order == 0)
			return &im->owners[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

/* into a folder */

struct marking {
	struct import *im;
	const struct run_table *runs;
};

/* A second reading: whose owners are there in the end is known. */
static int
mark(void *object, const struct entry *e)
{
	struct marking *m = object;
	struct import_owner *o =
	    run_table_is_gone(m->runs, e->document) ? NULL : import_find(m->im, &e->hash);

	if (o != NULL)
		o->taken = true;
	return 0;
}

static int
put_into(struct import *im, struct index_files *f, struct run_table *runs, uint64_t *ret_documents,
    uint64_t *ret_owners)
{
	struct marking m = {im, runs};
	struct index_reader reader = index_pass_over(&m);
	struct run_table again = {0};
	struct buf b = {0};
	int r;

	f->parameters = span_str(im->parameters);
	TRY(index_read_runs(f, runs));
	reader.entry = mark;
	r = index_read(f, &again, &reader, index_pass_file);
	run_table_done(&again);
	TRY(r);
	import_note(im, runs, &b, ret_documents, ret_owners);
	if (f->last == 0) { /* its id is part of the sum that ends the group */
		int fd;

		r = index_files_resume(f, &fd);
		if (r == 0)
			close(fd);
	}
	if (r == 0 && b.n > 0)
		r = index_files_add(f, &b);
	buf_done(&b);
	return r;
}

int
import_into_folder(struct import *im, const char *folder, unsigned wait_ms, uint64_t *ret_documents,
    uint64_t *ret_owners)
{
	struct run_table runs = {0};
	struct index_files f;
	int r = index_files_open(&f, folder, true, wait_ms);

	if (r == 0)
		r = put_into(im, &f, &runs, ret_documents, ret_owners);
	run_table_done(&runs);
	index_files_close(&f);
	return r;
}
