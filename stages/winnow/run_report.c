#include "stages/winnow/run_report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/files.h"
#include "common/json.h"
#include "common/options.h"
#include "common/secret.h"
#include "proto/checkpoint.h"

/* A word of the command line; what it holds of passwords is not stored. */
static void
print_word(struct buf *b, const char *word)
{
	struct buf masked = {0};

	secret_mask(&masked, span_str(word));
	json_string(b, buf_view(&masked));
	buf_done(&masked);
}

static void
print_options(struct buf *b, const struct options *o)
{
	bool first = true;

	buf_str(b, ", \"options\": {");
	for (size_t i = 0; i < o->n_specs; i++) {
		if (o->given[i] == NULL)
			continue;
		buf_str(b, first ? "" : ", ");
		json_string(b, span_str(o->specs[i].name));
		buf_str(b, ": ");
		print_word(b, o->given[i]);
		first = false;
	}
	buf_byte(b, '}');
}

static void
print_inputs(struct buf *b, const struct settings *s)
{
	buf_str(b, ", \"inputs\": [");
	for (size_t i = 0; i < s->n_sources; i++) {
		buf_str(b, i == 0 ? "" : ", ");
		print_word(b, s->sources[i]);
	}
	buf_byte(b, ']');
}

/* What the checkpoint counts, or null. */
static void
print_counts(struct buf *b, const char *state)
{
	struct checkpoint c = {0};
	bool found = false;

	if (checkpoint_load(&c, state, &found) == 0 && found)
		checkpoint_counts_json(b, &c);
	else
		buf_str(b, "null");
	checkpoint_done(&c);
}

int
run_report_save(const char *state, const struct settings *s, const struct options *o,
    time_t started, double seconds, int status)
{
	struct buf b = {0};
	char when[32], *path;
	struct tm tm;
	int r;

	if (asprintf(&path, "%s/run.json", state) < 0)
		return err_set(ERR_SYS, "out of memory");

	strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&started, &tm));
	buf_print(&b, "{\"version\": \"%s\", \"started\": \"%s\", \"seconds\": %.3f, \"exit\": %d",
	    WINNOW_VERSION, when, seconds, status);
	print_options(&b, o);
	print_inputs(&b, s);
	buf_str(&b, ", \"counts\": ");
	print_counts(&b, state);
	buf_str(&b, "}\n");
	r = file_replace(path, buf_view(&b));
	buf_done(&b);
	free(path);
	return r;
}
