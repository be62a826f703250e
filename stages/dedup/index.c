#include "stages/dedup/index.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <time.h>
#include <unicode/uchar.h>
#include <unicode/uversion.h>
#include <unistd.h>

#include "common/background.h"
#include "common/hook.h"
#include "common/mem.h"
#include "proto/index_compact.h"
#include "proto/index_read.h"
#include "stages/dedup/group_commit.h"
#include "stages/dedup/holdings_reader.h"
#include "stages/dedup/near_drops.h"
#include "stages/dedup/near_table.h"

/* What the hashes in an index depend on; the number of the normal form goes up when any changes. */
#define PARAMETERS \
	"\"normaliser\": 1, \"icu\": \"" U_ICU_VERSION "\", \"unicode\": \"" U_UNICODE_VERSION "\""

/* What the sketches depend on, too; an index has them from its beginning or not at all. */
#define NEAR_PARAMETERS PARAMETERS ", \"near\": " SKETCH_VERSION_TEXT

enum {
	LOCK_WAIT_MS = 5000,  /* a predecessor that was killed may still be dying */
	LATE_BATCHES = 8,     /* how late a test that breaks a rule writes */
	LOG_BYTES = 64 << 20, /* a log that is longer is replaced by a snapshot */
	SMALL_LOG_BYTES = 64 << 10,
};

struct index {
	struct holdings holdings;
	uint64_t limit; /* bytes of memory */
	uint64_t id;
	bool in_folder;
	struct index_files files;
	struct group_commit *log;      /* NULL: in memory, or not begun */
	uint64_t enough;               /* bytes of log behind which a snapshot is due */
	struct background *background; /* where snapshots are made */
	struct index_files compacted;  /* what it works on */
	uint64_t replaced;             /* bytes of the log that its snapshot stands for */
	int compact_result;            /* of the last one */
	uint64_t disk_bytes;           /* of all files, behind it */
	unsigned late;                 /* batches that are not on their way */
	int wake;                      /* an epoll of all that can come further */
};

static int
open_folder(struct index *ix, const char *uri)
{
	const struct index_reader reader = holdings_reader(&ix->holdings);
	const char *folder;

	TRY(index_folder(&folder, uri));
	ix->in_folder = true;
	TRY(index_files_open(&ix->files, folder, true, LOCK_WAIT_MS));
	ix->files.parameters = ix->holdings.has_near ? SPAN(NEAR_PARAMETERS) : SPAN(PARAMETERS);
	TRY(index_read(&ix->files, &ix->holdings.runs, &reader, index_pass_file));
	holdings_purge(&ix->holdings, false);
	return 0;
}

int
index_watch(struct index *ix, int fd)
{
	struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};

	return epoll_ctl(ix->wake, EPOLL_CTL_ADD, fd, &event) < 0
		   ? err_set(ERR_SYS, "epoll: %s", strerror(errno))
		   : 0;
}

static int
make(struct index *ix)
{
	ix->wake = epoll_create1(EPOLL_CLOEXEC);
	if (ix->wake < 0 || getrandom(&ix->id, sizeof(ix->id), 0) != (ssize_t)sizeof(ix->id))
		return err_set(ERR_SYS, "no descriptor or no random numbers for the index");
	ix->id |= 1;
	TRY(background_open(&ix->background));
	return index_watch(ix, background_wake(ix->background));
}

int
index_open(struct index **ret_index, const char *uri, uint64_t limit)
{
	return index_open_near(ret_index, uri, limit, false);
}

int
index_open_near(struct index **ret_index, const char *uri, uint64_t limit, bool has_near)
{
	struct index *ix = mem_zero(1, sizeof(*ix));
	int r;

	ix->limit = limit;
	holdings_init(&ix->holdings);
	ix->holdings.has_near = has_near;
	r = make(ix);
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
	background_close(ix->background);
	group_commit_close(ix->log);
	if (ix->in_folder)
		index_files_close(&ix->files);
	if (ix->wake >= 0)
		close(ix->wake);
	holdings_done(&ix->holdings);
	free(ix);
}

/* owners */

const struct entry *
index_find(const struct index *ix, const struct hash *hash)
{
	return holdings_find(&ix->holdings, hash);
}

const struct entry *
index_find_then(const struct index *ix, const struct hash *hash, uint64_t count)
{
	return holdings_find_then(&ix->holdings, hash, count);
}

void
index_prefetch(const struct index *ix, const struct hash *hash)
{
	owner_table_prefetch(&ix->holdings.owners, hash);
}

void
index_prefetch_entry(const struct index *ix, const struct hash *hash)
{
	owner_table_prefetch_entry(&ix->holdings.owners, hash);
}

static int
no_room(const struct index *ix, uint64_t need, const char *what_to_do)
{
	return err_hold("index-full",
	    "the index has %llu entries and its next growth needs %llu MB, over --index-limit, "
	    "which is %llu MB; %s",
	    (unsigned long long)ix->holdings.entries, (unsigned long long)(need >> 20),
	    (unsigned long long)(ix->limit >> 20), what_to_do);
}

int
index_room(const struct index *ix, uint64_t entries, uint64_t documents, uint64_t id_bytes)
{
	const struct holdings *h = &ix->holdings;
	uint64_t need = owner_table_bytes(&h->owners, h->owners.n + entries) +
			document_table_bytes(&h->documents, documents, id_bytes);

	if (h->has_near)
		need += near_table_bytes(h->near.n + entries) +
			near_drops_bytes(&h->drops, h->drops.n + entries);
	return need <= ix->limit ? 0
				 : no_room(ix, need,
				       "give it more, begin a new index, make it forget (`winnow "
				       "index forget`), or let it: --when-full forget-oldest");
}

int
index_make_room(struct index *ix, uint64_t entries, uint64_t documents, uint64_t id_bytes)
{
	uint32_t end;

	if (!holdings_oldest(&ix->holdings, ix->limit, entries, documents, id_bytes, &end))
		return no_room(ix,
		    holdings_most(entries, documents, id_bytes) +
			holdings_near_most(&ix->holdings, entries, entries),
		    "give it more");
	return end == 1 ? 0 : index_forget(ix, 1, end);
}

int
index_forget(struct index *ix, uint32_t first, uint32_t end)
{
	TRY(run_table_forget(&ix->holdings.runs, first, end));
	holdings_forget(&ix->holdings, first, end);
	if (ix->log != NULL)
		owner_log_forget(group_commit_notes(ix->log), first, end);
	return 0;
}

void
index_add(struct index *ix, const struct hash *hash, uint32_t document, uint32_t paragraph)
{
	struct entry e = {.hash = *hash, .document = document, .paragraph = paragraph};

	if (holdings_put(&ix->holdings, &e) < 0) /* who breaks the rule that callers look first */
		owner_table_put(&ix->holdings.owners, &e);
	if (ix->log != NULL)
		owner_log_entry(group_commit_notes(ix->log), &e);
}

const struct near_drop *
index_near_drop(const struct index *ix, const struct hash *hash)
{
	return holdings_near_drop(&ix->holdings, hash);
}

const struct near_drop *
index_near_drop_then(const struct index *ix, const struct hash *hash, uint64_t count)
{
	return holdings_near_drop_then(&ix->holdings, hash, count);
}

void
index_near_prefetch(struct index *ix, const struct sketch *sketch)
{
	near_table_prefetch(&ix->holdings.near, sketch);
}

struct near_found
index_near_find(struct index *ix, const struct sketch *sketch, int32_t least,
    bool (*skips)(const void *object, uint32_t document), const void *object)
{
	return holdings_near_find(&ix->holdings, sketch, least, skips, object);
}

void
index_add_near_owner(struct index *ix, const struct near_owner *o)
{
	if (holdings_put_near_owner(&ix->holdings, o) == 0 && ix->log != NULL)
		owner_log_near_owner(group_commit_notes(ix->log), o);
}

void
index_add_near_drop(struct index *ix, const struct near_drop *d)
{
	if (holdings_put_near_drop(&ix->holdings, d) == 0 && ix->log != NULL)
		owner_log_near_drop(group_commit_notes(ix->log), d);
}

/* What comes now is first seen now. */
static void
note_minute(struct index *ix)
{
	uint32_t minute = (uint32_t)(time(NULL) / 60);
	struct run_table *runs = &ix->holdings.runs;

	if (minute == age_table_newest(&runs->ages))
		return;
	run_table_seen(runs, minute);
	if (ix->log != NULL)
		owner_log_seen(group_commit_notes(ix->log), minute);
}

uint32_t
index_add_document(struct index *ix, const struct hash *identity, uint64_t key, struct span id)
{
	note_minute(ix);
	if (ix->log != NULL)
		owner_log_document(group_commit_notes(ix->log), identity, key, id);
	run_table_document(&ix->holdings.runs);
	return holdings_document(&ix->holdings, identity, key, id);
}

const struct owning_document *
index_document(const struct index *ix, uint32_t ordinal)
{
	return document_table_get(&ix->holdings.documents, ordinal);
}

const struct holdings *
index_holdings(const struct index *ix)
{
	return &ix->holdings;
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
	return &ix->holdings.runs;
}

/* How long the log may become. */
static uint64_t
log_limit(uint64_t grown)
{
	uint64_t least = hook_is_off("snapshot-small") ? SMALL_LOG_BYTES : LOG_BYTES;

	return grown > least ? grown : least;
}

static int
compact_job(void *index)
{
	struct index *ix = index;

	return index_compact(&ix->compacted, ix->compacted.last);
}

int
index_compact_begin(struct index *ix)
{
	if (background_busy(ix->background) || ix->log == NULL)
		return 0;
	TRY(group_commit_drain(ix->log));
	TRY(group_commit_segment(ix->log));
	ix->compacted = ix->files;
	ix->replaced = ix->files.log_bytes;
	return background_start(ix->background, compact_job, ix);
}

bool
index_compacts(const struct index *ix)
{
	return background_busy(ix->background);
}

int
index_compact_result(const struct index *ix)
{
	return ix->compact_result;
}

bool
index_settle(struct index *ix, uint64_t base)
{
	const struct run *run = run_table_newest(&ix->holdings.runs);

	if (run == NULL || base >= run->next)
		holdings_purge(&ix->holdings, true);
	return ix->holdings.purge_at == 0;
}

/* A snapshot is ready, or failed: then the log is as good as before, and may grow once more. */
static int
land_snapshot(struct index *ix, int result)
{
	ix->compact_result = result;
	if (result < 0) {
		ix->enough += log_limit(0);
		return result;
	}
	ix->files.snapshot = ix->files.first = ix->compacted.snapshot;
	ix->files.snapshot_bytes = ix->compacted.snapshot_bytes;
	ix->files.log_bytes -= ix->replaced;
	ix->disk_bytes = ix->files.snapshot_bytes + ix->files.log_bytes + ix->files.bytes;
	ix->enough = log_limit(ix->files.snapshot_bytes / 2);
	return 0;
}

int
index_turn(struct index *ix)
{
	int result;

	holdings_purge(&ix->holdings, false);
	if (!background_busy(ix->background))
		return 0;
	if (ix->log != NULL && group_commit_flies(ix->log))
		return 0; /* the thread that writes has the files; it will wake us */
	return background_result(ix->background, &result) ? land_snapshot(ix, result) : 0;
}

/*
 * A long log is replaced. What was forgotten just now is still needed, and a snapshot has none of
 * it: the log may be longer for some batches.
 */
static int
shorten_log(struct index *ix)
{
	if (group_commit_log_bytes(ix->log) <= ix->enough || ix->holdings.purge_at != 0)
		return 0;
	return index_compact_begin(ix);
}

/* Begin to write; a log that is long already is replaced first. */
static int
begin_log(struct index *ix)
{
	TRY(group_commit_open(&ix->log, &ix->files));
	TRY(index_watch(ix, group_commit_wake(ix->log)));
	TRY(group_commit_drain(ix->log));
	ix->enough = log_limit(0);
	TRY(shorten_log(ix));
	ix->enough = log_limit(ix->files.snapshot_bytes / 2);
	return 0;
}

int
index_begin(struct index *ix, uint64_t run)
{
	const struct run *newest = run_table_newest(&ix->holdings.runs);

	if (ix->in_folder && ix->log == NULL)
		TRY(begin_log(ix));
	if (ix->log != NULL)
		TRY(group_commit_drain(ix->log));
	if (run != 0 && (newest == NULL || newest->id != run)) {
		TRY(run_table_begin(&ix->holdings.runs, run));
		newest = run_table_newest(&ix->holdings.runs);
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
	const struct run *run = run_table_newest(&ix->holdings.runs);

	if (run == NULL)
		return err_set(ERR_SYS, "a batch before its run began");
	ix->late++;
	TRY(run_table_batch(&ix->holdings.runs, run->id, seq, digest));
	if (ix->log == NULL)
		return 0;
	if (!hook_is_off("commit-record") || run_table_batch_of(&ix->holdings.runs, seq)->n > 0)
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
	if (r >= 0)
		TRY(shorten_log(ix));
	if (r < 0 || hook_is_off("sync-before-forward"))
		return r;
	if (next < *io_next && r > 0)
		*io_next = next;
	return r;
}

int
index_wake(const struct index *ix)
{
	return ix->wake;
}

/* for those who look after it */

int
index_import(struct index *ix, struct import *im, uint64_t *ret_documents, uint64_t *ret_owners)
{
	const struct index_reader reader = holdings_reader(&ix->holdings);
	struct buf group = {0};
	size_t n;
	int r = 0;

	if (!span_equal(span_str(im->parameters), ix->files.parameters))
		return err_set(ERR_USAGE, "the export was made with {%s}, the index with {%.*s}",
		    im->parameters, (int)ix->files.parameters.n, ix->files.parameters.p);
	for (size_t i = 0; i < im->n_owners; i++)
		im->owners[i].taken =
		    holdings_find(&ix->holdings, &im->owners[i].entry.hash) != NULL;
	import_note(im, &ix->holdings.runs, &group, ret_documents, ret_owners);
	n = group.n;
	if (n > 0) {
		owner_log_sync(&group, ix->files.id);
		r = index_read_group(&ix->files, &ix->holdings.runs, &reader, buf_view(&group));
	}
	if (r == 0 && n > 0)
		buf_put(group_commit_notes(ix->log), group.p, n);
	buf_done(&group);
	return r < 0 ? err_set(ERR_SYS, "the import does not fit: %s", err_text()) : 0;
}

bool
index_is_durable(struct index *ix)
{
	return ix->log == NULL || group_commit_rests(ix->log);
}

const char *
index_parameters(void)
{
	return PARAMETERS;
}

int
index_folder_of(const struct index *ix)
{
	return ix->in_folder ? ix->files.dir : -1;
}

uint64_t
index_memory_bytes(const struct index *ix)
{
	const struct holdings *h = &ix->holdings;
	uint64_t near = near_table_bytes(h->near.n) + near_drops_bytes(&h->drops, h->drops.n);

	return owner_table_bytes_now(&h->owners) + document_table_bytes(&h->documents, 0, 0) +
	       (h->has_near ? near : 0);
}

uint64_t
index_limit_bytes(const struct index *ix)
{
	return ix->limit;
}

uint64_t
index_disk_bytes(const struct index *ix)
{
	return ix->disk_bytes;
}
