/*
 * ready - whether a process says that it is: for a container's HEALTHCHECK and for probes that run
 * a program, without a shell or curl.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/http.h"
#include "common/log.h"
#include "stages/winnow/commands.h"

enum { TIMEOUT_MS = 5000, NOT_READY = 1 };

static int
usage(FILE *out, int status)
{
	fputs("usage: winnow ready [URL]\n\n"
	      "Ask http://ADDR:PORT/readyz, or another path such as /healthz. Exit status: 0 it "
	      "says\n"
	      "yes, 1 it says no (and why, on standard error) or does not answer, 100 no URL. "
	      "Without\n"
	      "URL: that of WINNOW_HTTP.\n",
	    out);
	return status;
}

/* A URL of ADDR:PORT alone, or without a path, is completed. */
static void
complete(struct buf *url, const char *given)
{
	static const char scheme[] = "http://";
	bool has_scheme = strstr(given, "://") != NULL;
	const char *address = has_scheme ? strstr(given, "://") + 3 : given;

	if (!has_scheme)
		buf_str(url, scheme);
	if (!has_scheme && address[0] == '*') { /* what listens everywhere listens here */
		buf_str(url, "localhost");
		given++;
	}
	buf_str(url, given);
	if (strchr(address, '/') == NULL)
		buf_str(url, "/readyz");
	buf_byte(url, '\0');
}

static int
ask(const char *given)
{
	struct buf url = {0}, body = {0};
	int status = 0, r;

	complete(&url, given);
	r = http_get(url.p, TIMEOUT_MS, &status, &body);
	if (r < 0)
		log_line(LOG_ERROR, "%s: %s", url.p, err_text());
	else if (status != 200)
		fprintf(stderr, "%.*s", (int)body.n, body.p);
	buf_done(&url);
	buf_done(&body);
	if (r == ERR_USAGE)
		return EXIT_PERMANENT;
	return r == 0 && status == 200 ? 0 : NOT_READY;
}

int
command_ready(int argc, char **argv)
{
	const char *url = argc > 1 ? argv[1] : getenv("WINNOW_HTTP");

	log_open("winnow ready");
	if (argc == 2 && strcmp(argv[1], "--help") == 0)
		return usage(stdout, 0);
	if (argc > 2 || url == NULL || url[0] == '\0' || url[0] == '-')
		return usage(stderr, EXIT_PERMANENT);
	return ask(url);
}
