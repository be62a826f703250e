#include "common/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

static _Thread_local char text[1024];

int
err_set(int code, const char *format, ...)
{
	char fresh[sizeof(text)]; /* an argument may be the old text */
	va_list args;

	va_start(args, format);
	vsnprintf(fresh, sizeof(fresh), format, args);
	va_end(args);
	__builtin_memcpy(text, fresh, sizeof(text));
	return code;
}

const char *
err_text(void)
{
	return text;
}

bool
err_passes(int error)
{
	switch (error) {
	case ENOSPC:
	case EDQUOT:
	case EROFS:
	case EFBIG:
	case EAGAIN:
	case EMFILE:
	case ENFILE:
	case ENOMEM: return true;
	default: return false;
	}
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
