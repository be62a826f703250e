/*
 * poison - documents that a worker dies of: found, tried three times, and set aside.
 *
 * The first try is with the neighbours, the second and third alone, in a child that has seen
 * nothing else: a document that only died because a neighbour had spoilt the memory comes out. A
 * death that nobody is at lets each document of the batch be tried alone. So a document is blamed
 * for what it does by itself, and the verdict is a function of the document.
 */
#ifndef WINNOW_POISON_H
#define WINNOW_POISON_H

#include "common/jail.h"
#include "stages/stage.h"

enum { POISON_TRIES = 3, POISON_KNOWN = 64 };

/*
 * The newest verdicts of this process. While a document dies slowly its batch is sent again, and
 * comes to every worker more than once: what has been tried is not tried again. A verdict is a
 * function of the document, so this changes no result.
 */
struct poison_known {
	size_t n; /* verdicts so far; the newest POISON_KNOWN are kept */
	struct {
		uint64_t key;     /* of the document */
		struct hash hash; /* of all of it, packed */
		struct jail_answer answer;
	} seen[POISON_KNOWN];
};

/* Whether a document of this batch, of which the names are enough, may have had its verdict. */
bool poison_may_know(const struct poison_known *known, const struct batch *b);

/*
 * One try of a batch's body in a fresh child; as jailed_transform's first, with the answer, and
 * with the result appended to out if the answer is JAIL_DONE: then the result has been checked.
 */
typedef int
poison_try(void *context, struct span body, struct jail_answer *ret_answer, struct buf *out);

/*
 * Bring home what can be of a batch whose first try ended as `first` says, which is not JAIL_DONE;
 * NULL: it was not tried, for a document of it may be known.
 * Appends the whole batch, in which those that died three times are refused, or carry an error if
 * the stage is one that does not refuse. Returns 0, ERR_RECORD if the body is none, or what the
 * try returned.
 */
int poison_salvage(const struct stage *s, struct poison_known *known, struct span body,
    const struct jail_answer *first, poison_try *again, void *context, struct buf *out) WARN_UNUSED;

#endif
