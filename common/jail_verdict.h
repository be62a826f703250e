/*
 * jail_verdict - how a jailed child fares, and what it died of.
 */
#ifndef WINNOW_JAIL_VERDICT_H
#define WINNOW_JAIL_VERDICT_H

#include <signal.h>

#include "common/jail.h"

/* Processor time of a process so far, or 0 if there is none. */
uint64_t jail_processor_ms(pid_t pid);

/* Whether it waits for something: not runnable, not stopped, not at the disk. */
bool jail_is_asleep(pid_t pid);

/* How many processes of our cgroup (v2) were killed for memory; 0 if that cannot be known. */
uint64_t jail_oom_kills(void);

/* Set the end and the detail, which is cut at its size. */
void jail_tell(struct jail_answer *a, enum jail_end end, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Set both by how the child ended and by what it left in the shared memory. */
void jail_tell_death(struct jail_answer *a, const struct jail *j, const siginfo_t *info);

#endif
