#include "common/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

static _Thread_local char text[1024];
static _Thread_local const char *reason = "other", *passing;

static void
set_text(const char *format, va_list args)
{
	char fresh[sizeof(text)]; /* an argument may be the old text */

	vsnprintf(fresh, sizeof(fresh), format, args);
	__builtin_memcpy(text, fresh, sizeof(text));
}

int
err_set(int code, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	set_text(format, args);
	va_end(args);
	if (code == ERR_HOLD)
		reason = passing != NULL ? passing : "other";
	passing = NULL;
	return code;
}

int
err_hold(const char *why, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	set_text(format, args);
	va_end(args);
	reason = why;
	passing = NULL;
	return ERR_HOLD;
}

const char *
err_reason(void)
{
	return reason;
}

/* What passes, in a word; NULL: it does not. */
static const char *
word_of(int error)
{
	switch (error) {
	case ENOSPC:
	case EDQUOT: return "disk-full";
	case EROFS: return "read-only";
	case EFBIG: return "file-limit";
	case EMFILE:
	case ENFILE: return "descriptors";
	case ENOMEM: return "memory";
	case EAGAIN: return "other";
	default: return NULL;
	}
}

const char *
err_text(void)
{
	return text;
}

bool
err_passes(int error)
{
	passing = word_of(error);
	return passing != NULL;
}

int
err_exit(int r)
{
	switch (r) {
	case 0:
	case ERR_STOP: return 0;
	case ERR_RECORD: return EXIT_DEAD_LETTERS;
	case ERR_USAGE: return EXIT_PERMANENT;
	case ERR_GAVE_UP: return EXIT_GAVE_UP;
	default: return EXIT_TEMPORARY;
	}
}
