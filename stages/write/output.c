#include "stages/write/output.h"

void
output_open(struct output *o, const struct settings *s)
{
	*o = (struct output){.settings = s,
	    .shape = shape_choose(s),
	    .compression = s->output == NULL ? COMPRESSION_NONE : compression_of_name(s->output),
	    .sink = {.fd = -1}};
	part_files_open(&o->parts, s);
}

int
output_stream(struct output *o)
{
	const struct settings *s = o->settings;

	return sink_open(&o->sink, s->output, o->compression, s->force);
}

int
output_resume(struct output *o, const struct checkpoint *c)
{
	sink_close(&o->sink);
	if (o->parts.folder == NULL)
		return sink_resume(&o->sink, o->settings->output, o->compression, c->output_bytes);
	TRY(part_files_make(&o->parts));
	return part_files_resume(
	    &o->parts, &o->sink, c->part, c->output_bytes, c->counts.bytes_out);
}

int
output_check(const struct output *o)
{
	if (o->parts.folder != NULL)
		return part_files_check(&o->parts);
	return sink_check_free(o->settings->output, o->settings->force);
}

int
output_put(struct output *o, const struct document *d)
{
	o->line.n = 0;
	shape_print(&o->line, d, &o->shape);
	return sink_put(&o->sink, buf_view(&o->line));
}

int
output_batch(struct output *o, struct refusals *l, uint64_t input_bytes, bool *ret_boundary)
{
	return members_batch(&o->members, &o->sink, &l->sink, input_bytes, ret_boundary);
}

int
output_end(struct output *o, struct refusals *l)
{
	return members_end(&o->members, &o->sink, &l->sink);
}

void
output_close(struct output *o)
{
	sink_close(&o->sink);
	part_files_done(&o->parts);
	buf_done(&o->line);
}
