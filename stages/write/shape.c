#include "stages/write/shape.h"

#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "proto/document_pack.h"
#include "proto/record_json.h"
#include "stages/parts.h"

enum { NARROW = 40, WIDE = 100, NO_TERMINAL = 80 };

static struct span
without_compression(const char *path)
{
	struct span name = span_str(path);

	if (span_ends(name, SPAN(".gz")))
		return span_cut(name, 0, name.n - 3);
	if (span_ends(name, SPAN(".zst")))
		return span_cut(name, 0, name.n - 4);
	return name;
}

static enum format
choose_format(const struct settings *s)
{
	const char *name = parts_wanted(s->output) ? parts_ending(s) : s->output;

	if (s->format != FORMAT_AUTO)
		return s->format;
	if (name != NULL && span_ends(without_compression(name), SPAN(".msgpack")))
		return FORMAT_MSGPACK;
	if (s->output == NULL && isatty(STDOUT_FILENO))
		return FORMAT_PRETTY;
	return FORMAT_JSONL;
}

static struct pretty
look_at_terminal(const struct settings *s)
{
	struct winsize size = {0};
	struct pretty p = {.width = NO_TERMINAL};

	if (s->output == NULL && isatty(STDOUT_FILENO)) {
		p.colour = getenv("NO_COLOR") == NULL;
		if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= NARROW)
			p.width = size.ws_col < WIDE ? size.ws_col : WIDE;
	}
	return p;
}

struct shape
shape_choose(const struct settings *s)
{
	return (struct shape){.format = choose_format(s), .pretty = look_at_terminal(s)};
}

void
shape_print(struct buf *out, const struct document *d, const struct shape *f)
{
	switch (f->format) {
	case FORMAT_PRETTY: pretty_print(out, d, &f->pretty); return;
	case FORMAT_MSGPACK: document_pack(out, d, SCOPE_RECORD); return;
	default: record_json(out, d); buf_byte(out, '\n');
	}
}
