/*
 * jail - a child process that can only think.
 *
 * It is given bytes in shared memory and gives bytes back the same way; a seccomp filter leaves it
 * nothing else: no file, no socket, no process, no memory beyond a limit. The parent learns what
 * the child was at when it died, hung or ran out of memory, and has a fresh one in milliseconds.
 *
 *   parent   jail_open, then jail_ask, poll jail_fd, jail_take; jail_close
 *   child    jail_enter, open what is needed, jail_lock, jail_serve
 *
 * The child is the parent's own executable with "--child PID" before its arguments, an empty
 * environment and no descriptors but the memory (3) and two pipes (4, 5). The shared memory is one
 * memfd, sealed and mapped once: a header, an area for the request, one for the result. The areas
 * are as large as the largest message can be; pages that nobody wrote cost nothing, and after a
 * large message they are given back.
 *
 * Does not go with sanitizers, which need calls that the filter forbids.
 *
 * Source: seccomp(2), prctl(2), memfd_create(2).
 */
#ifndef WINNOW_JAIL_H
#define WINNOW_JAIL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "common/buf.h"
#include "common/err.h"
#include "common/span.h"

#define JAIL_FLAG "--child"

enum {
	JAIL_DETAIL_BYTES = 96,
	JAIL_BASE_FD = 6, /* below lie the standard streams and what the child has */
};

/* How a request ended. */
enum jail_end {
	JAIL_DONE,    /* with a result */
	JAIL_CRASHED, /* a fault of the processor, abort(), or it gave up */
	JAIL_HUNG,    /* at one item for longer than the limit, in processor time */
	JAIL_MEMORY,  /* over its limit */
	JAIL_BREACH,  /* it tried what the jail forbids */
	JAIL_KILLED,  /* by somebody else: nobody's fault, ask again */
};

/* What came of a request. After anything but JAIL_DONE the child is gone. */
struct jail_answer {
	enum jail_end end;
	uint32_t item; /* what it was at, from 0; items: before the first or behind the last */
	char detail[JAIL_DETAIL_BYTES]; /* for people; the same for the same death */
};

struct jail_shared;

struct jail {
	struct jail_shared *shared;
	size_t area;         /* bytes of each area */
	int memory;          /* descriptors */
	int request, result; /* ends of pipes to the child, or -1 */
	pid_t pid;           /* 0: none */
	char *const *args;   /* of the child, NULL-terminated; the caller's */
	uint64_t timeout_ms; /* UINT64_MAX: no limit */
	uint32_t items;      /* of the request in hand */
	uint32_t seen_step;  /* at the last jail_look */
	bool looked;         /* since the request */
	uint64_t seen_ms;    /* the child's processor time when the step began, as far as seen */
	uint64_t last_ms;    /* and at the last jail_look */
	uint64_t asleep_ms;  /* how long it has waited for nothing */
	bool hung;           /* we killed it */
	uint64_t oom_kills;  /* of the cgroup, when the child was started */
	uint64_t work_ns;    /* as the children tell it */
	uint64_t past_ns;    /* of it, what those before this one told */
};

/*
 * Make the memory and the first child; `area` is the most bytes of a request and of a result.
 * args[0] is the name to start it under; the rest follows "--child PID". Returns 0; ERR_USAGE if
 * this machine cannot make the jail, or if the child refuses its arguments: err_text() has its
 * words; ERR_SYS if it cannot be now. *j is written in any case; jail_close is right after a
 * failure.
 */
int jail_open(struct jail *j, size_t area, uint64_t timeout_ms, char *const *args) WARN_UNUSED;

/* Ends the child, if there is one, and waits for its end. Also right for a failed jail_open. */
void jail_close(struct jail *j);

/*
 * Give the child a request of so many items, which the child counts with jail_item. A child that
 * has died is replaced first. Returns 0, ERR_RECORD if it is larger than the area, ERR_SYS if there
 * is no child.
 */
int jail_ask(struct jail *j, struct span request, uint32_t items) WARN_UNUSED;

/* End the child and take a fresh one. */
int jail_renew(struct jail *j) WARN_UNUSED;

/* To poll for reading: ready when there is something to take, or when the child is gone. */
int jail_fd(const struct jail *j);

/* How long to poll before jail_look is due; -1: for ever. */
int jail_patience_ms(const struct jail *j);

/*
 * Call when jail_fd was not ready for so long: kills a child that hangs. It hangs when its
 * processor time at one item has grown by the limit, so that a machine that was suspended or busy
 * is no hang; or when it sleeps that long, with work in hand and nothing to wait for.
 */
void jail_look(struct jail *j);

/*
 * Call when jail_fd is ready: the answer, the result appended to out if it is JAIL_DONE. The bytes
 * are copied out before anybody looks at them; what is in them is as hostile as a document.
 */
void jail_take(struct jail *j, struct jail_answer *ret_answer, struct buf *out);

/* Call when jail_fd is ready though nothing was asked: whatever it says, the child is ended. */
void jail_dismiss(struct jail *j);

/* in the child */

/*
 * Become a child, from main with the arguments that jail_open gave: dies with its parent, ignores
 * signals for people, maps the memory. Ends the process if it is none.
 */
void jail_enter(int argc, char **argv);

/* Tell the parent why there will be no child, as a fault of configuration, and end. */
void jail_refuse(const char *why) __attribute__((noreturn));

/*
 * Nothing but thinking from here on: memory_bytes is what may be taken beyond what is mapped now.
 * Warms up what the C library opens or asks late; other libraries are the caller's to warm up.
 */
void jail_lock(uint64_t memory_bytes);

/*
 * Serve requests for ever. work appends the result to out; anything but 0 is told as a crash.
 * *work_ns is what jail.work_ns tells the parent.
 */
void jail_serve(int (*work)(void *state, struct span request, struct buf *out), void *state,
    const uint64_t *work_ns) __attribute__((noreturn));

/* The child is at this item from now on. Outside a jail a no-op. */
void jail_item(uint32_t item);

/* The how-manieth child of its parent this one is, from 1; 0 outside a jail. */
uint32_t jail_generation(void);

#endif
