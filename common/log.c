#include "common/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "common/buf.h"
#include "common/json.h"
#include "common/secret.h"
#include "common/utf8.h"

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

/*
 * What a document brings into a message must not begin a line or steer a terminal: controls from
 * `least` on become question marks, bytes that are no UTF-8 become U+FFFD.
 */
static void
put_masked(struct buf *b, struct span text, uint32_t least)
{
	for (size_t at = 0; at < text.n;) {
		uint32_t c = utf8_next(text, &at, NULL);
		char *room = buf_room(b, 4);

		b->n += utf8_put(room, c >= least && utf8_is_control(c) ? '?' : c);
	}
}

static void
text_line(struct buf *b, enum log_level level, struct span text)
{
	buf_print(b, "%s: ", who);
	if (level != LOG_INFO)
		buf_print(b, "%s: ", levels[level]);
	put_masked(b, text, 0);
}

static void
json_line(struct buf *b, enum log_level level, struct span text)
{
	char when[32];
	time_t now = time(NULL);
	struct tm tm;
	struct buf masked = {0};

	strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &tm));
	buf_print(b, "{\"time\": \"%s\", \"level\": \"%s\", \"program\": ", when, levels[level]);
	json_string(b, span_str(who));
	buf_str(b, ", \"message\": ");
	put_masked(&masked, text, 0x20); /* JSON has escapes of its own for those below */
	json_string(b, buf_view(&masked));
	buf_done(&masked);
	buf_byte(b, '}');
}

void
log_line(enum log_level level, const char *format, ...)
{
	char text[2048];
	struct buf b = {0}, message = {0};
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (n >= (int)sizeof(text))
		n = sizeof(text) - 1;
	secret_mask(&message, span_of(text, (size_t)n));
	if (as_json)
		json_line(&b, level, buf_view(&message));
	else
		text_line(&b, level, buf_view(&message));
	buf_byte(&b, '\n');
	unheard += write(STDERR_FILENO, b.p, b.n) < 0;
	buf_done(&b);
	buf_done(&message);
}
