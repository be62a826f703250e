#include "stages/write/output.h"

int
output_open(struct output *o, const struct settings *s)
{
	*o = (struct output){.settings = s, .sink = {.fd = -1}};
	TRY(carrier_open(&o->carrier, s));
	o->shape = shape_choose(s);
	if (o->carrier == NULL && s->output != NULL)
		o->compression = compression_of_name(s->output);
	if (o->carrier == NULL)
		part_files_open(&o->parts, s);
	return 0;
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
	if (o->carrier != NULL) {
		o->sink.length = c->output_bytes;
		o->parcel.n = o->parcel.bytes.n = 0;
		return carrier_ready(o->carrier);
	}
	if (o->parts.folder == NULL)
		return sink_resume(&o->sink, o->settings->output, o->compression, c->output_bytes);
	TRY(part_files_make(&o->parts));
	return part_files_resume(
	    &o->parts, &o->sink, c->part, c->output_bytes, c->counts.bytes_out);
}

int
output_check(const struct output *o)
{
	if (o->carrier != NULL)
		return 0;
	if (o->parts.folder != NULL)
		return part_files_check(&o->parts);
	return sink_check_free(o->settings->output, o->settings->force);
}

/* As a message of its own: without the end of a line. */
static int
put_parcel(struct output *o, const struct document *d)
{
	struct span record = buf_view(&o->line);

	if (o->shape.format == FORMAT_JSONL)
		record.n--;
	if (record.n > o->carrier->max_record)
		return err_set(ERR_RECORD, "a record of %zu bytes, %s takes %llu", record.n,
		    o->carrier->name, (unsigned long long)o->carrier->max_record);
	parcel_add(&o->parcel, d, record);
	o->sink.length += record.n;
	return 0;
}

int
output_put(struct output *o, const struct document *d)
{
	o->line.n = 0;
	shape_print(&o->line, d, &o->shape);
	return o->carrier == NULL ? sink_put(&o->sink, buf_view(&o->line)) : put_parcel(o, d);
}

bool
output_may_refuse(const struct output *o)
{
	return o->carrier != NULL && o->carrier->max_record != UINT64_MAX;
}

size_t
output_waiting(const struct output *o)
{
	return o->sink.pending.n + o->parcel.bytes.n;
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
	parcel_done(&o->parcel);
	carrier_close(o->carrier);
}
