/*
 * told - a reader of an index that writes down what it is told, one word each: N1,1, D1/1001:id,
 * O5>1/7, K1/7:200, L5>1/7:2/8*4000, R11, C11.3=77, T11. Of a sketch it is the first byte.
 */
#ifndef WINNOW_TOLD_H
#define WINNOW_TOLD_H

#include <criterion/criterion.h>

#include "proto/owner_log.h"

struct told {
	struct buf text;
	const char *refuse; /* this word */
};

static inline struct hash
told_hash(uint64_t n)
{
	struct hash h = {{0}};

	memcpy(h.bytes, &n, sizeof(n));
	h.bytes[15] = 0xEE;
	return h;
}

static inline unsigned long long
told_number(const struct hash *h)
{
	uint64_t n;

	memcpy(&n, h->bytes, sizeof(n));
	cr_assert_eq(h->bytes[15], 0xEE);
	return n;
}

static inline int
told_accepts(const struct told *t, size_t from)
{
	return t->refuse != NULL && memmem(t->text.p + from, t->text.n - from, t->refuse,
					strlen(t->refuse)) != NULL
		   ? ERR_RECORD
		   : 0;
}

static inline void
told_expect(void *object, uint64_t documents, uint64_t entries)
{
	struct told *t = object;

	buf_print(
	    &t->text, "N%llu,%llu ", (unsigned long long)documents, (unsigned long long)entries);
}

static inline void
told_document(void *object, const struct hash *identity, uint64_t key, struct span id)
{
	struct told *t = object;

	buf_print(&t->text, "D%llu/%llu:%.*s ", told_number(identity), (unsigned long long)key,
	    (int)id.n, id.p);
}

static inline int
told_entry(void *object, const struct entry *e)
{
	struct told *t = object;
	size_t from = t->text.n;

	buf_print(&t->text, "O%llu>%u/%u ", told_number(&e->hash), e->document, e->paragraph);
	return told_accepts(t, from);
}

static inline int
told_run(void *object, uint64_t run)
{
	struct told *t = object;
	size_t from = t->text.n;

	buf_print(&t->text, "R%llu ", (unsigned long long)run);
	return told_accepts(t, from);
}

static inline int
told_batch(void *object, uint64_t run, uint64_t seq, uint64_t digest)
{
	struct told *t = object;
	size_t from = t->text.n;

	buf_print(&t->text, "C%llu.%llu=%llu ", (unsigned long long)run, (unsigned long long)seq,
	    (unsigned long long)digest);
	return told_accepts(t, from);
}

static inline int
told_take_back(void *object, uint64_t run)
{
	struct told *t = object;

	buf_print(&t->text, "T%llu ", (unsigned long long)run);
	return 0;
}

static inline int
told_seen(void *object, uint32_t minute)
{
	struct told *t = object;

	buf_print(&t->text, "A%u ", minute);
	return 0;
}

static inline int
told_gap(void *object, uint32_t n)
{
	struct told *t = object;

	buf_print(&t->text, "G%u ", n);
	return 0;
}

static inline int
told_forget(void *object, uint32_t first, uint32_t end)
{
	struct told *t = object;

	buf_print(&t->text, "F%u-%u ", first, end);
	return 0;
}

static inline int
told_near_owner(void *object, const struct near_owner *o)
{
	struct told *t = object;
	size_t from = t->text.n;

	buf_print(&t->text, "K%u/%u:%u ", o->document, o->paragraph, o->sketch.lanes[0]);
	return told_accepts(t, from);
}

static inline int
told_near_drop(void *object, const struct near_drop *d)
{
	struct told *t = object;
	size_t from = t->text.n;

	buf_print(&t->text, "L%llu>%u/%u:%u/%u*%d ", told_number(&d->hash), d->document,
	    d->paragraph, d->owner, d->owner_paragraph, d->similarity);
	return told_accepts(t, from);
}

static inline struct index_reader
told_reader(struct told *t)
{
	return (struct index_reader){t, told_expect, told_document, NULL, told_entry, told_run,
	    told_batch, told_take_back, told_seen, told_gap, told_forget, told_near_owner,
	    told_near_drop};
}

static inline void
told_is(const struct told *t, const char *expected)
{
	cr_assert(span_equal(buf_view(&t->text), span_str(expected)), "'%.*s' instead of '%s'",
	    (int)t->text.n, t->text.p, expected);
}

/* Note a document with number n, as the ordinal given, and an owner of hash n. */
static inline void
told_note(struct buf *b, uint64_t n, uint32_t ordinal, const char *id)
{
	struct hash h = told_hash(n);
	struct entry e = {.hash = h, .document = ordinal, .paragraph = 7};

	owner_log_document(b, &h, 1000 + n, span_str(id));
	owner_log_entry(b, &e);
}

#endif
