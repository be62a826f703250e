#include "stages/dedup/index.h"

#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/random.h>
#include <unicode/uchar.h>
#include <unicode/uversion.h>
#include <unistd.h>

#include "common/hook.h"
#include "common/mem.h"
#include "proto/index_read.h"
#include "proto/index_snapshot.h"
#include "stages/dedup/group_commit.h"

/* What the hashes in an index depend on; the number of the normal form goes up when any changes. */
#define PARAMETERS \
	"\"normaliser\": 1, \"icu\": \"" U_ICU_VERSION "\", \"unicode\": \"" U_UNICODE_VERSION "\""

enum {
	LOCK_WAIT_MS = 5000,  /* a predecessor that was killed may still be dying */
	LATE_BATCHES = 8,     /* how late a test that breaks a rule writes */
	LOG_BYTES = 64 << 20, /* a log that is longer is replaced by a snapshot */
	SMALL_LOG_BYTES = 64 << 10,
};

struct index {
	struct owner_table owners;
	struct document_table documents;
	struct run_table runs;
	uint64_t limit; /* bytes of memory */
	uint64_t id;
	bool in_folder;
	struct index_files files;
	struct group_commit *log; /* NULL: in memory, or not begun */
	uint64_t enough;          /* bytes of log behind which a snapshot is due */
	unsigned late;            /* batches that are not on their way */
	int never;                /* an event that does not come */
};

/* What the files tell when they are read. */

static void
expect(void *index, uint64_t documents, uint64_t entries)
{
	struct index *ix = index;

	(void)documents;
	owner_table_reserve(&ix->owners, entries);
}

static void
restore_document(void *index, const struct hash *identity, uint64_t key, struct span id)
{
	struct index *ix = index;

	document_table_add(&ix->documents, identity, key, id);
}

static void
restore_ahead(void *index, const struct hash *hash)
{
	index_prefetch(index, hash);
}

static int
restore_entry(void *index, const struct entry *e)
{
	struct index *ix = index;

	if (owner_table_find(&ix->owners, &e->hash) != NULL && !hook_is_off("first-owner"))
		return ERR_RECORD; /* two owners of one hash */
	owner_table_put(&ix->owners, e);
	return 0;
}

static bool
is_gone(const void *runs, const struct entry *e)
{
	return run_table_is_gone(runs, e->document);
}

static int
restore_take_back(void *index, uint64_t run)
{
	struct index *ix = index;

	(void)run;
	owner_table_remove(&ix->owners, is_gone, &ix->runs);
	return 0;
}

static void
pass_over(void *index, const char *name, uint64_t bytes, uint64_t groups, uint64_t torn)
{
	(void)index;
	(void)name;
	(void)bytes;
	(void)groups;
	(void)torn;
}

static int
open_folder(struct index *ix, const char *uri)
{
	const struct index_reader reader = {
	    .object = ix,
	    .expect = expect,
	    .document = restore_document,
	    .ahead = restore_ahead,
	    .entry = restore_entry,
	    .take_back = restore_take_back,
	};
	const char *folder;

	TRY(index_folder(&folder, uri));
	ix->in_folder = true;
	TRY(index_files_open(&ix->files, folder, true, LOCK_WAIT_MS));
	ix->files.parameters = SPAN(PARAMETERS);
	return index_read(&ix->files, &ix->runs, &reader, pass_over);
}

int
index_open(struct index **ret_index, const char *uri, uint64_t limit)
{
	struct index *ix = mem_zero(1, sizeof(*ix));
	int r = 0;

	ix->limit = limit;
	ix->never = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	owner_table_init(&ix->owners);
	if (ix->never < 0 || getrandom(&ix->id, sizeof(ix->id), 0) != (ssize_t)sizeof(ix->id))
		r = err_set(ERR_SYS, "no descriptor or no random numbers for the index");
	ix->id |= 1;
	if (r == 0 && uri != NULL)
		r = open_folder(ix, uri);
	if (r < 0)
		index_close(ix);
	else
		*ret_index = ix;
	return r;
}

void
index_close(struct index *ix)
{
	if (ix == NULL)
		return;
	group_commit_close(ix->log);
	if (ix->in_folder)
		index_files_close(&ix->files);
	if (ix->never >= 0)
		close(ix->never);
	run_table_done(&ix->runs);
	document_table_done(&ix->documents);
	owner_table_done(&ix->owners);
	free(ix);
}

/* owners */

const struct entry *
index_find(const struct index *ix, const struct hash *hash)
{
	return owner_table_find(&ix->owners, hash);
}

void
index_prefetch(const struct index *ix, const struct hash *hash)
{
	owner_table_prefetch(&ix->owners, hash);
}

void
index_prefetch_entry(const struct index *ix, const struct hash *hash)
{
	owner_table_prefetch_entry(&ix->owners, hash);
}

int
index_room(const struct index *ix, uint64_t entries, uint64_t documents, uint64_t id_bytes)
{
	uint64_t need = owner_table_bytes(&ix->owners, ix->owners.n + entries) +
			document_table_bytes(&ix->documents, documents, id_bytes);

	if (need <= ix->limit)
		return 0;
	return err_set(ERR_HOLD,
	    "the index has %llu entries and its next growth needs %llu MB, over --index-limit, "
	    "which is %llu MB; give it more, or begin a new index",
	    (unsigned long long)ix->owners.n, (unsigned long long)(need >> 20),
	    (unsigned long long)(ix->limit >> 20));
}

void
index_add(struct index *ix, const struct hash *hash, uint32_t document, uint32_t paragraph)
{
	struct entry e = {.hash = *hash, .document = document, .paragraph = paragraph};

	owner_table_put(&ix->owners, &e);
	if (ix->log != NULL)
		owner_log_entry(group_commit_notes(ix->log), &e);
}

uint32_t
index_add_document(struct index *ix, const struct hash *identity, uint64_t key, struct span id)
{
	if (ix->log != NULL)
		owner_log_document(group_commit_notes(ix->log), identity, key, id);
	run_table_document(&ix->runs);
	return document_table_add(&ix->documents, identity, key, id);
}

const struct owning_document *
index_document(const struct index *ix, uint32_t ordinal)
{
	return &ix->documents.documents[ordinal - 1];
}

uint64_t
index_entries(const struct index *ix)
{
	return ix->owners.n;
}

uint64_t
index_documents(const struct index *ix)
{
	return ix->documents.n;
}

/* runs */

uint64_t
index_id(const struct index *ix)
{
	return ix->in_folder ? ix->files.id : ix->id;
}

const struct run_table *
index_runs(const struct index *ix)
{
	return &ix->runs;
}

/* How long the log may become. */
static uint64_t
log_limit(uint64_t grown)
{
	uint64_t least = hook_is_off("snapshot-small") ? SMALL_LOG_BYTES : LOG_BYTES;

	return grown > least ? grown : least;
}

/*
 * Begin the log anew behind a snapshot. All waits for it: the table must not change meanwhile. What
 * fails leaves the log as it is, to be tried again when it has grown as much again.
 */
static int
take_snapshot(struct index *ix)
{
	const struct entry *e;
	struct snapshot s;

	TRY(group_commit_drain(ix->log));
	TRY(group_commit_segment(ix->log));
	index_snapshot_begin(&s, &ix->files, ix->documents.n, ix->owners.n);
	for (uint32_t i = 0; i < ix->documents.n; i++) {
		const struct owning_document *d = &ix->documents.documents[i];
		index_snapshot_document(&s, &d->identity, d->key, owning_document_id(d));
	}
	for (uint64_t at = 0; (e = owner_table_next(&ix->owners, &at)) != NULL;)
		index_snapshot_entry(&s, e);
	if (index_snapshot_end(&s, &ix->runs) != 0)
		ix->enough += log_limit(0);
	else
		ix->enough = log_limit(ix->files.snapshot_bytes / 2);
	return 0;
}

/* Begin to write; a log that is long already is replaced first. */
static int
begin_log(struct index *ix)
{
	TRY(group_commit_open(&ix->log, &ix->files));
	TRY(group_commit_drain(ix->log));
	ix->enough = log_limit(ix->files.snapshot_bytes / 2);
	if (group_commit_log_bytes(ix->log) > log_limit(0))
		return take_snapshot(ix);
	return 0;
}

int
index_begin(struct index *ix, uint64_t run)
{
	const struct run *newest = run_table_newest(&ix->runs);

	if (ix->in_folder && ix->log == NULL)
		TRY(begin_log(ix));
	if (ix->log != NULL)
		TRY(group_commit_drain(ix->log));
	if (run != 0 && (newest == NULL || newest->id != run)) {
		TRY(run_table_begin(&ix->runs, run));
		newest = run_table_newest(&ix->runs);
		if (ix->log != NULL)
			owner_log_run(group_commit_notes(ix->log), run);
	}
	if (ix->log != NULL && newest != NULL)
		group_commit_begin(ix->log, newest->next);
	return 0;
}

int
index_take(struct index *ix, uint64_t seq, uint64_t digest)
{
	const struct run *run = run_table_newest(&ix->runs);

	if (run == NULL)
		return err_set(ERR_SYS, "a batch before its run began");
	ix->late++;
	TRY(run_table_batch(&ix->runs, run->id, seq, digest));
	if (ix->log == NULL)
		return 0;
	if (!hook_is_off("commit-record") || run_table_batch_of(&ix->runs, seq)->n > 0)
		owner_log_batch(group_commit_notes(ix->log), run->id, seq, digest);
	group_commit_mark(ix->log, seq + 1);
	return 0;
}

int
index_commit(struct index *ix, bool last, uint64_t *io_next)
{
	uint64_t next = *io_next;
	int r;

	if (ix->log == NULL)
		return 0;
	if (hook_is_off("sync-before-forward") && ix->late < LATE_BATCHES && !last)
		return 0;
	ix->late = 0;
	r = group_commit_turn(ix->log, &next);
	if (r >= 0 && group_commit_log_bytes(ix->log) > ix->enough) {
		TRY(take_snapshot(ix));
		r = group_commit_turn(ix->log, &next);
	}
	if (r < 0 || hook_is_off("sync-before-forward"))
		return r;
	if (next < *io_next && r > 0)
		*io_next = next;
	return r;
}

int
index_wake(const struct index *ix)
{
	return ix->log == NULL ? ix->never : group_commit_wake(ix->log);
}
