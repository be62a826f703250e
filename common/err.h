/*
 * err - what can go wrong, and what the program says and returns then.
 *
 * A function that can fail returns 0 or one of these, always negative. The words for people are
 * kept beside it, set where the fault is found and printed once, by main.
 */
#ifndef WINNOW_ERR_H
#define WINNOW_ERR_H

#include <stdbool.h>

enum {
	ERR_STOP = -1,    /* nothing left, or SIGTERM: leave the loop, exit 0 */
	ERR_RECORD = -2,  /* this document or message is bad: the next one may be good */
	ERR_USAGE = -3,   /* flag, input or configuration: exit 100, a restart cannot help */
	ERR_SYS = -4,     /* memory, socket, disk: exit 111, a restart may help */
	ERR_HOLD = -5,    /* a resource is away or full: wait and try the same again */
	ERR_GAVE_UP = -6, /* it was waited for long enough: exit 112, nobody starts it again */
	ERR_QUIET = -7,   /* nothing is there just now, and nothing is wrong: look again */
};

enum {
	EXIT_DEAD_LETTERS = 3, /* done, but documents were dead-lettered or left with an error */
	EXIT_PERMANENT = 100,
	EXIT_TEMPORARY = 111,
	EXIT_GAVE_UP = 112, /* of a stage; `winnow run` makes 111 of it, and does not restart it */
};

#define WARN_UNUSED __attribute__((warn_unused_result))

/* The only macro that hides a return. */
#define TRY(expression)                         \
	do {                                    \
		int try_result_ = (expression); \
		if (try_result_ < 0)            \
			return try_result_;     \
	} while (0)

/*
 * Keep a message (what, where, what to do) for the code that will print it, and return the code.
 * The text is cut at 1,023 bytes; the newest message of a thread replaces its older one.
 */
int err_set(int code, const char *format, ...) __attribute__((format(printf, 2, 3)));

/*
 * The same for ERR_HOLD, which is returned, with one word for those who count what is waited for:
 * a literal, such as "index-full".
 */
int err_hold(const char *reason, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The newest message of this thread, or "" if there was none. */
const char *err_text(void);

/* The word of the newest ERR_HOLD: err_hold's, or that of the errno err_passes was asked about
 * before, or "other". */
const char *err_reason(void);

/*
 * Whether an errno is of a state that passes without anybody changing the command: a full or
 * read-only disk, a limit that is reached. Then waiting helps: ERR_HOLD, and its word is kept for
 * the err_set that follows: disk-full, read-only, file-limit, descriptors, memory.
 */
bool err_passes(int error);

/* The exit status of a program that ends with r, a value of the enum above or 0. */
int err_exit(int r);

#endif
