#include "stages/dedup/index.h"

#include <stdlib.h>

#include "common/mem.h"
#include "stages/dedup/owner_log.h"

enum { FIRST_SLOTS = 1 << 14 };

struct index {
	struct entry *slots; /* document 0: empty */
	uint64_t mask;
	uint64_t n_entries;
	struct owning_document *documents; /* ordinal 1 lies at 0 */
	uint32_t n_documents, documents_cap;
	uint64_t n_runs;
	uint64_t run; /* the newest */
	uint32_t first_of_run;
	struct owner_log *log; /* NULL: in memory only */
};

static uint64_t
home(const struct hash *hash)
{
	uint64_t v;

	memcpy(&v, hash->bytes, sizeof(v));
	return v;
}

/* The slot of the hash: its entry, or the empty one where it would be. */
static struct entry *
slot(const struct index *ix, const struct hash *hash)
{
	uint64_t at = home(hash) & ix->mask;

	while (ix->slots[at].document != 0 &&
	       memcmp(ix->slots[at].hash.bytes, hash->bytes, HASH_BYTES) != 0)
		at = (at + 1) & ix->mask;
	return &ix->slots[at];
}

/* Twice the slots at three quarters full. */
static void
grow(struct index *ix)
{
	struct entry *old = ix->slots;
	uint64_t n = ix->mask + 1;

	ix->slots = mem_zero(2 * n, sizeof(*ix->slots));
	ix->mask = 2 * n - 1;
	for (uint64_t i = 0; i < n; i++)
		if (old[i].document != 0)
			*slot(ix, &old[i].hash) = old[i];
	free(old);
}

static void
put(struct index *ix, const struct entry *e)
{
	if (4 * (ix->n_entries + 1) > 3 * (ix->mask + 1))
		grow(ix);
	*slot(ix, &e->hash) = *e;
	ix->n_entries++;
}

static uint32_t
put_document(struct index *ix, const struct hash *identity, uint64_t key, struct span id)
{
	if (ix->n_documents == ix->documents_cap) {
		ix->documents_cap = ix->documents_cap == 0 ? 1024 : 2 * ix->documents_cap;
		ix->documents = mem_grow(ix->documents, ix->documents_cap * sizeof(*ix->documents));
	}
	ix->documents[ix->n_documents++] = (struct owning_document){
	    .identity = *identity,
	    .key = key,
	    .id = span_of(mem_string(id.p, id.n), id.n),
	};
	return ix->n_documents;
}

/* What the log tells when it is read back. */

static void
restore_document(void *index, const struct hash *identity, uint64_t key, struct span id)
{
	put_document(index, identity, key, id);
}

static int
restore_entry(void *index, const struct entry *e)
{
	struct index *ix = index;

	if (e->document == 0 || e->document > ix->n_documents || slot(ix, &e->hash)->document != 0)
		return ERR_RECORD;
	put(ix, e);
	return 0;
}

static void
note_run(void *index, uint64_t run)
{
	struct index *ix = index;

	ix->n_runs++;
	ix->run = run;
	ix->first_of_run = ix->n_documents + 1;
}

int
index_open(struct index **ret_index, const char *uri)
{
	struct index *ix = mem_zero(1, sizeof(*ix));
	const struct owner_log_reader reader = {
	    .object = ix,
	    .document = restore_document,
	    .entry = restore_entry,
	    .run = note_run,
	};
	int r = 0;

	ix->slots = mem_zero(FIRST_SLOTS, sizeof(*ix->slots));
	ix->mask = FIRST_SLOTS - 1;
	if (uri != NULL && strncmp(uri, "file:", 5) == 0 && uri[5] != '\0')
		r = owner_log_open(&ix->log, uri + 5, &reader);
	else if (uri != NULL)
		r = err_set(ERR_USAGE, "--index: '%s' is no index; use file:DIR", uri);
	if (r < 0) {
		index_close(ix);
		return r;
	}
	*ret_index = ix;
	return 0;
}

void
index_close(struct index *ix)
{
	if (ix == NULL)
		return;
	owner_log_close(ix->log);
	for (uint32_t i = 0; i < ix->n_documents; i++)
		free((char *)ix->documents[i].id.p);
	free(ix->documents);
	free(ix->slots);
	free(ix);
}

const struct entry *
index_find(const struct index *ix, const struct hash *hash)
{
	const struct entry *e = slot(ix, hash);

	return e->document == 0 ? NULL : e;
}

void
index_prefetch(const struct index *ix, const struct hash *hash)
{
	__builtin_prefetch(&ix->slots[home(hash) & ix->mask]);
}

void
index_add(struct index *ix, const struct hash *hash, uint32_t document, uint32_t paragraph)
{
	struct entry e = {.hash = *hash, .document = document, .paragraph = paragraph};

	put(ix, &e);
	if (ix->log != NULL)
		owner_log_entry(ix->log, &e);
}

uint32_t
index_add_document(struct index *ix, const struct hash *identity, uint64_t key, struct span id)
{
	if (ix->log != NULL)
		owner_log_document(ix->log, identity, key, id);
	return put_document(ix, identity, key, id);
}

const struct owning_document *
index_document(const struct index *ix, uint32_t ordinal)
{
	return &ix->documents[ordinal - 1];
}

uint64_t
index_entries(const struct index *ix)
{
	return ix->n_entries;
}

uint64_t
index_documents(const struct index *ix)
{
	return ix->n_documents;
}

uint64_t
index_begin(struct index *ix, uint64_t run)
{
	if (ix->n_runs == 0 || ix->run != run) {
		note_run(ix, run);
		if (ix->log != NULL)
			owner_log_run(ix->log, run);
	}
	return ix->n_runs;
}

uint32_t
index_first_of_run(const struct index *ix)
{
	return ix->first_of_run;
}

int
index_commit(struct index *ix, uint64_t run, uint64_t next)
{
	return ix->log == NULL ? 0 : owner_log_commit(ix->log, run, next);
}
