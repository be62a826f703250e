/*
 * jailed - batches of a worker through its jailed child.
 *
 * The parent owns the sockets and the batch, the child the work. A document that the child dies of
 * is found and set aside (poison.h); every other one comes out as if nothing had been.
 */
#ifndef WINNOW_JAILED_H
#define WINNOW_JAILED_H

#include "common/jail.h"
#include "stages/loop.h"
#include "stages/poison.h"

struct jailed {
	struct loop *loop;
	struct jail jail;
	char **args;
	struct batch asked, got; /* what the request names, and the answer */
	struct poison_known known;
};

/*
 * Make the jail and the first child. *j is written in any case; jailed_close is right after a
 * failure. ERR_USAGE: this machine cannot make the jail.
 */
int jailed_open(struct jailed *j, struct loop *loop) WARN_UNUSED;

void jailed_close(struct jailed *j);

/*
 * As stage_transform, but in the child: body to body. Signals are taken meanwhile; the work is
 * finished first, if that takes no longer than --drain-timeout. Returns 0, ERR_RECORD if the body
 * is none, ERR_STOP, or ERR_SYS.
 *
 * The result is MessagePack of the documents that were given, in their order, by token, counts,
 * key, place and id. Whether each is all that a document has to be is looked at only when the batch
 * comes `again`: for then nobody may have taken it the first time.
 */
int jailed_transform(struct jailed *j, struct span body, bool again, struct buf *out) WARN_UNUSED;

/* To poll while nothing is asked: ready when the child is gone. Then jailed_renew. */
zmq_pollitem_t jailed_item(const struct jailed *j);
int jailed_renew(struct jailed *j) WARN_UNUSED;

/* The other side: what main does as a jailed child. Does not return. */
void jailed_child(const struct stage *s, int argc, char **argv) __attribute__((noreturn));

/* Whether main was called as one. */
bool jailed_is_child(int argc, char **argv);

#endif
