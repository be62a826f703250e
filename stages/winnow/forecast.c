#include "stages/winnow/forecast.h"

#include "proto/index_memory.h"

enum { WITH_SNAPSHOT = 2 }; /* the log and the snapshot that is to take its place */

struct forecast
forecast_of(const struct forecast_sample *sample, const struct forecast_trial *t)
{
	double factor = sample->bytes == 0 ? 0 : sample->all / (double)sample->bytes;
	uint64_t memory = index_memory(t->owners, t->documents, t->id_bytes);
	uint64_t near = t->owners * INDEX_NEAR_BYTES;

	if (factor < 1)
		factor = 1;
	return (struct forecast){
	    .share = 1 / factor,
	    .bytes = factor * (double)sample->bytes,
	    .documents = factor * (double)t->counts.in,
	    .paragraphs = factor * (double)t->counts.paragraphs,
	    .seconds = factor * t->seconds,
	    .kept = factor * (double)t->counts.kept,
	    .output_bytes = factor * (double)t->output_bytes,
	    .exact_bytes = factor * (double)memory,
	    .near_bytes = t->owners == 0 ? 0 : factor * (double)(memory + near),
	    .index_bytes = WITH_SNAPSHOT * factor * (double)t->index_bytes,
	};
}

/* n as "12.3" and the largest unit that it has one of. */
static void
print_scaled(struct buf *out, double n, double step, const char *const *units, size_t n_units)
{
	size_t i = 0;

	for (; i + 1 < n_units && n >= step - 0.05; i++)
		n /= step;
	buf_print(out, i == 0 ? "%.0f%s" : "%.1f%s", n, units[i]);
}

void
forecast_bytes(struct buf *out, double bytes)
{
	static const char *const units[] = {" B", " kB", " MB", " GB", " TB", " PB"};

	print_scaled(out, bytes, 1000, units, sizeof(units) / sizeof(units[0]));
}

void
forecast_count(struct buf *out, double n)
{
	static const char *const units[] = {"", " thousand", " million", " billion"};

	print_scaled(out, n, 1000, units, sizeof(units) / sizeof(units[0]));
}

void
forecast_time(struct buf *out, double seconds)
{
	if (seconds < 90)
		buf_print(out, "%.1f seconds", seconds);
	else if (seconds < 90 * 60)
		buf_print(out, "%.0f minutes", seconds / 60);
	else if (seconds < 48 * 3600)
		buf_print(out, "%.1f hours", seconds / 3600);
	else
		buf_print(out, "%.1f days", seconds / 86400);
}

/* A line if what is needed is more than there is. */
static void
warn_of(struct buf *out, const char *what, double need, uint64_t have, const char *advice)
{
	if (have == UINT64_MAX || need <= (double)have)
		return;
	buf_print(out, "%s may take ", what);
	forecast_bytes(out, need);
	buf_str(out, ", and there is ");
	forecast_bytes(out, (double)have);
	buf_print(out, ": %s\n", advice);
}

void
forecast_warn(
    struct buf *out, const struct forecast *f, const struct forecast_room *room, bool near)
{
	warn_of(out, "the memory of the index", near ? f->near_bytes : f->exact_bytes, room->memory,
	    near ? "the run would wait there; --dedup exact takes less, --index-limit allows more"
		 : "the run would wait there; --index-limit allows more, if the machine has it");
	if (room->one_disk) {
		warn_of(out, "the output and the index on disk", f->output_bytes + f->index_bytes,
		    room->output, "the run would wait there; --index or -o on another disk");
		return;
	}
	warn_of(out, "the output", f->output_bytes, room->output,
	    "the run would wait there; -o with .gz or .zst at its end takes less");
	warn_of(out, "the index on disk", f->index_bytes, room->index,
	    "the run would wait there; --index on another disk");
}
