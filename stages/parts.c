#include "stages/parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/buf.h"
#include "common/hash.h"
#include "common/mem.h"
#include "common/uri.h"

enum {
	NAME_BYTES = 240, /* of one component; with what is put behind it 255 are possible */
	CUT_BYTES = 200,  /* of a longer one stay, and its hash comes behind them */
};

static const char *const endings[] = {
    ".jsonl", ".jsonl.gz", ".jsonl.zst", ".msgpack", ".msgpack.gz", ".msgpack.zst"};

bool
parts_wanted(const char *output)
{
	return output != NULL && output[0] != '\0' && output[strlen(output) - 1] == '/' &&
	       !uri_is(output);
}

char *
parts_folder(const char *output)
{
	size_t n = strlen(output);

	while (n > 1 && output[n - 1] == '/')
		n--;
	return mem_string(output, n);
}

const char *
parts_ending(const struct settings *s)
{
	for (size_t i = 0; s->parts != NULL && i < sizeof(endings) / sizeof(endings[0]); i++)
		if (strcmp(s->parts, endings[i] + (s->parts[0] != '.')) == 0)
			return endings[i];
	return endings[0];
}

int
parts_check(const struct settings *s)
{
	const char *slash;
	char *folder;
	bool named;

	if (!parts_wanted(s->output))
		return 0;
	if (s->parts != NULL && strcmp(s->parts, parts_ending(s) + (s->parts[0] != '.')) != 0)
		return err_set(ERR_USAGE,
		    "--parts %s: jsonl or msgpack, and .gz or .zst behind it, such as jsonl.gz",
		    s->parts);
	folder = parts_folder(s->output);
	slash = strrchr(folder, '/');
	slash = slash == NULL ? folder : slash + 1;
	named = slash[0] != '\0' && strcmp(slash, ".") != 0 && strcmp(slash, "..") != 0;
	free(folder);
	return named ? 0
		     : err_set(ERR_USAGE,
			   "-o %s: the folder needs a name of its own, since the state lies beside "
			   "it",
			   s->output);
}

struct span
parts_source(struct span path)
{
	const char *entry = path.n == 0 ? NULL : memmem(path.p, path.n, "!/", 2);

	return entry == NULL ? path : span_cut(path, 0, (size_t)(entry - path.p));
}

static void
put_component(struct buf *name, struct span s)
{
	size_t n = s.n > NAME_BYTES ? CUT_BYTES : s.n;

	if (span_equal(s, SPAN("..")))
		s = SPAN("__");
	while (n < s.n && n > 0 && ((unsigned char)s.p[n] & 0xC0) == 0x80)
		n--;
	for (size_t i = 0; i < n; i++)
		buf_byte(name, s.p[i] == '\n' ? '_' : s.p[i]); /* a list of parts has lines */
	if (n < s.n)
		buf_print(name, "~%016llx", (unsigned long long)hash64(s));
}

char *
parts_name(struct span source, const char *ending)
{
	struct buf name = {0};

	while (source.n > 0) {
		const char *slash = memchr(source.p, '/', source.n);
		size_t n = slash == NULL ? source.n : (size_t)(slash - source.p);
		struct span s = span_cut(source, 0, n);

		source = span_cut(source, slash == NULL ? n : n + 1, source.n);
		if (s.n == 0 || span_equal(s, SPAN(".")))
			continue;
		if (name.n > 0)
			buf_byte(&name, '/');
		put_component(&name, s);
	}
	buf_str(&name, ending);
	buf_byte(&name, '\0');
	return name.p;
}

struct named {
	char *name;
	const char *path;
};

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct named *)a)->name, ((const struct named *)b)->name);
}

int
parts_distinct(const struct inputs *in, const struct settings *s)
{
	struct named *all;
	int r = 0;

	if (!parts_wanted(s->output) || in->n == 0)
		return 0;
	all = mem_zero(in->n, sizeof(*all));
	for (size_t i = 0; i < in->n; i++) {
		struct span source = parts_source(span_str(in->files[i].name));

		all[i] = (struct named){parts_name(source, parts_ending(s)), in->files[i].path};
	}
	qsort(all, in->n, sizeof(*all), by_name);
	for (size_t i = 1; i < in->n && r == 0; i++)
		if (strcmp(all[i - 1].name, all[i].name) == 0)
			r = err_set(ERR_USAGE,
			    "%s and %s would both become %s%s: give one of them, or one output "
			    "file",
			    all[i - 1].path, all[i].path, s->output, all[i].name);
	for (size_t i = 0; i < in->n; i++)
		free(all[i].name);
	free(all);
	return r;
}
