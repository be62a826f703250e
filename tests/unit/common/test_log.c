#include "common/log.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Standard error as packets: each write is one, so a read gives what one write brought. */
static int packets;

static void
begin(void)
{
	int ends[2];

	cr_assert_eq(pipe2(ends, O_DIRECT | O_NONBLOCK | O_CLOEXEC), 0);
	cr_assert_eq(dup2(ends[1], STDERR_FILENO), STDERR_FILENO);
	close(ends[1]);
	packets = ends[0];
}

static void
end(void)
{
	close(packets);
}

TestSuite(log, .init = begin, .fini = end);

/* The one line that was written; "" if there was none. */
static const char *
line(void)
{
	static char text[8192], more[8];
	ssize_t n = read(packets, text, sizeof(text) - 1);

	cr_assert_eq(read(packets, more, sizeof(more)), -1, "more than one write");
	text[n < 0 ? 0 : n] = '\0';
	return text;
}

Test(log, a_line_says_who_speaks)
{
	log_line(LOG_INFO, "%d batches", 7);
	cr_assert_str_eq(line(), "winnow: 7 batches\n");
	log_open("winnow dedup");
	log_line(LOG_INFO, "%s", "ready");
	cr_assert_str_eq(line(), "winnow dedup: ready\n");
}

Test(log, errors_and_warnings_are_called_so)
{
	log_open("winnow write");
	log_line(LOG_ERROR, "the disk is full");
	cr_assert_str_eq(line(), "winnow write: error: the disk is full\n");
	log_line(LOG_WARNING, "the disk is nearly full");
	cr_assert_str_eq(line(), "winnow write: warning: the disk is nearly full\n");
}

Test(log, a_message_cannot_begin_a_line_or_steer_a_terminal)
{
	log_open("winnow");
	log_line(LOG_INFO, "refused %s", "a\nwinnow: error: b\r\x1B[2J\x07\x7F é");
	cr_assert_str_eq(line(), "winnow: refused a?winnow: error: b??[2J?? é\n");
}

#define STEERING                      \
	"a\xC2\x9B"                   \
	"2Jb \xE2\x80\xAE"            \
	"c\xE2\x81\xA6 d\xC2\x85 caf" \
	"\xE9 \xF0\x9F\x9A\xA2"

Test(log, nor_by_the_controls_and_overrides_beyond_ascii)
{
	log_open("winnow");
	log_line(LOG_INFO, "%s", STEERING);
	cr_assert_str_eq(line(), "winnow: a?2Jb ?c? d? caf\xEF\xBF\xBD \xF0\x9F\x9A\xA2\n");
	log_as_json(true);
	log_line(LOG_INFO, "%s\x7F\t", STEERING);
	cr_assert_not_null(
	    strstr(line(), "\"a?2Jb ?c? d? caf\xEF\xBF\xBD \xF0\x9F\x9A\xA2?\\t\"}\n"));
}

Test(log, passwords_of_uris_are_masked)
{
	log_open("w");
	log_line(LOG_ERROR, "cannot reach %s", "redis://user:secret@host");
	cr_assert_str_eq(line(), "w: error: cannot reach redis://***@host\n");
	log_as_json(true);
	log_line(LOG_ERROR, "cannot reach %s", "redis://user:secret@host");
	cr_assert_not_null(strstr(line(), "\"cannot reach redis://***@host\"}\n"));
}

Test(log, percent_signs_of_a_message_are_not_followed)
{
	log_open("100%s");
	log_line(LOG_INFO, "%s", "100%s done%n");
	cr_assert_str_eq(line(), "100%s: 100%s done%n\n");
}

Test(log, too_long_a_message_is_cut)
{
	char text[5000];
	const char *out;

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	log_open("w");
	log_line(LOG_INFO, "%s", text);
	out = line();
	cr_assert_eq(strlen(out), 3 + 2047 + 1);
	cr_assert_eq(out[3 + 2047], '\n');
}

Test(log, json_is_one_object_a_line)
{
	struct tm tm = {0};
	time_t before = time(NULL), then;
	const char *out, *end;

	log_open("winnow \"read\"");
	log_as_json(true);
	log_line(LOG_WARNING, "a \"word\"\nand %s", "more");
	out = line();
	end = strptime(out, "{\"time\": \"%Y-%m-%dT%H:%M:%SZ\"", &tm);
	cr_assert_not_null(end, "%s", out);
	then = timegm(&tm);
	cr_assert(then >= before && then <= time(NULL), "%s", out);
	cr_assert_str_eq(end, ", \"level\": \"warning\", \"program\": \"winnow \\\"read\\\"\", "
			      "\"message\": \"a \\\"word\\\"\\nand more\"}\n");
}

Test(log, json_levels_have_their_words)
{
	log_open("w");
	log_as_json(true);
	log_line(LOG_ERROR, "x");
	cr_assert_not_null(strstr(line(), "\"level\": \"error\""));
	log_line(LOG_INFO, "x");
	cr_assert_not_null(strstr(line(), "\"level\": \"info\""));
}

Test(log, json_stays_valid_where_a_message_is_cut_or_no_utf8)
{
	char text[2100];
	const char *out;

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	text[2046] = (char)0xC3; /* the last byte that is taken is half a letter */
	text[2047] = (char)0xA9;
	text[0] = (char)0xFF;
	log_open("w");
	log_as_json(true);
	log_line(LOG_INFO, "%s", text);
	out = line();
	cr_assert_not_null(strstr(out, "\"message\": \"\xEF\xBF\xBDx"));
	cr_assert_str_eq(out + strlen(out) - 7, "x\xEF\xBF\xBD\"}\n");
}

Test(log, a_closed_standard_error_is_no_fault)
{
	close(STDERR_FILENO);
	log_line(LOG_ERROR, "nobody hears this");
	cr_assert_eq(errno, EBADF);
	log_open("w");
	log_as_json(true);
	log_line(LOG_ERROR, "nor this");
}
