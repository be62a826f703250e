/*
 * hand - entries of a queue that were fetched and are in no batch yet, in order.
 */
#ifndef WINNOW_HAND_H
#define WINNOW_HAND_H

#include "common/arena.h"
#include "proto/document.h"

/* What a queue holds at one id. Its bytes lie in the arena of the hand. */
struct queue_entry {
	struct span id;      /* names it in its queue for good; UTF-8 */
	enum form form;      /* FORM_NONE: its bytes are gone; it is only acknowledged */
	struct span raw;     /* one record */
	struct span given;   /* the document's id, where the queue says it apart from the record */
	const char *refused; /* NULL, or why it is no document: a reason of proto/README.md */
	const char *detail;  /* of that, for people */
};

/* Starts as {0}. */
struct hand {
	struct queue_entry *entries; /* [at, n) are in hand */
	size_t at, n, cap;
	size_t bytes; /* of their raw bytes */
	struct arena arena, spare;
};

/* Where what an entry points to has to lie: until hand_drop, or the next hand_make_room. */
static inline struct arena *
hand_arena(struct hand *h)
{
	return &h->arena;
}

/* Append one. */
void hand_put(struct hand *h, const struct queue_entry *e);

static inline size_t
hand_count(const struct hand *h)
{
	return h->n - h->at;
}

/* The i-th of those in hand. */
static inline struct queue_entry *
hand_entry(struct hand *h, size_t i)
{
	return &h->entries[h->at + i];
}

/* The first n are in a batch that is journaled. */
void hand_drop(struct hand *h, size_t n);

/* Take those out of which keep() says false, of the i-th and later. */
void hand_sift(
    struct hand *h, size_t i, bool (*keep)(void *object, struct queue_entry *e), void *object);

/* Before more is fetched: the memory of what was dropped is used again. What is left moves. */
void hand_make_room(struct hand *h);

void hand_done(struct hand *h);

#endif
