#include "common/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "common/buf.h"
#include "common/json.h"

static const char *who = "winnow";
static bool as_json;
static unsigned long unheard; /* lines that standard error did not take */

static const char *const levels[] = {"error", "warning", "info"};

void
log_open(const char *name)
{
	who = name;
}

void
log_as_json(bool json)
{
	as_json = json;
}

/* What a document brings into a message must not begin a line or steer a terminal. */
static void
text_line(struct buf *b, enum log_level level, char *text)
{
	for (char *p = text; *p != '\0'; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7F)
			*p = '?';
	if (level == LOG_INFO)
		buf_print(b, "%s: %s", who, text);
	else
		buf_print(b, "%s: %s: %s", who, levels[level], text);
}

static void
json_line(struct buf *b, enum log_level level, struct span text)
{
	char when[32];
	time_t now = time(NULL);
	struct tm tm;

	strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &tm));
	buf_print(b, "{\"time\": \"%s\", \"level\": \"%s\", \"program\": ", when, levels[level]);
	json_string(b, span_str(who));
	buf_str(b, ", \"message\": ");
	json_string(b, text);
	buf_byte(b, '}');
}

void
log_line(enum log_level level, const char *format, ...)
{
	char text[2048];
	struct buf b = {0};
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (n >= (int)sizeof(text))
		n = sizeof(text) - 1;
	if (as_json)
		json_line(&b, level, span_of(text, (size_t)n));
	else
		text_line(&b, level, text);
	buf_byte(&b, '\n');
	unheard += write(STDERR_FILENO, b.p, b.n) < 0;
	buf_done(&b);
}
