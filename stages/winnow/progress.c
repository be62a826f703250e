#include "stages/winnow/progress.h"

#include <stdio.h>

enum { LONGEST = 100 * 3600 - 1 }; /* seconds: what is left at the very beginning is a guess */

/* The number that s begins with. */
static bool
digits(struct span s, uint64_t *ret)
{
	uint64_t v = 0;
	size_t n = 0;

	for (; n < s.n && s.p[n] >= '0' && s.p[n] <= '9'; n++)
		if (__builtin_mul_overflow(v, 10, &v) ||
		    __builtin_add_overflow(v, (uint64_t)(s.p[n] - '0'), &v))
			return false;
	*ret = v;
	return n > 0;
}

/* The number behind "key": in one of our own lines. */
static bool
number(struct span line, const char *key, uint64_t *ret)
{
	char quoted[32];
	int n = snprintf(quoted, sizeof(quoted), "\"%s\": ", key);
	const char *p = line.n == 0 ? NULL : memmem(line.p, line.n, quoted, (size_t)n);

	if (p == NULL)
		return false;
	return digits(span_cut(line, (size_t)(p + n - line.p), line.n), ret);
}

bool
progress_parse(struct progress_line *ret_line, struct span line)
{
	struct progress_line p = {0};
	uint64_t last = 0, drained = 0;
	const struct {
		const char *key;
		uint64_t *place;
	} fields[] = {
	    {"before", &p.before},
	    {"read", &p.read},
	    {"read_bytes", &p.read_bytes},
	    {"at", &p.at},
	    {"of", &p.of},
	    {"resent", &p.resent},
	    {"last", &last},
	    {"drained", &drained},
	    {"in", &p.counts.in},
	    {"documents", &p.counts.documents},
	    {"records", &p.counts.records},
	    {"refused", &p.counts.refused},
	    {"failed", &p.counts.failed},
	    {"skipped", &p.counts.skipped},
	    {"filtered", &p.counts.filtered},
	    {"earlier", &p.counts.earlier},
	    {"paragraphs", &p.counts.paragraphs},
	    {"kept", &p.counts.kept},
	    {"exact", &p.counts.exact},
	    {"near", &p.counts.near},
	    {"bytes_in", &p.counts.bytes_in},
	    {"bytes_out", &p.counts.bytes_out},
	};

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (!number(line, fields[i].key, fields[i].place))
			return false;
	p.last = last != 0;
	p.drained = drained != 0;
	*ret_line = p;
	return true;
}

/* 1234567 as 1,234,567. */
static void
print_grouped(struct buf *out, uint64_t v)
{
	struct buf plain = {0};

	buf_uint(&plain, v);
	for (size_t i = 0; i < plain.n; i++) {
		if (i > 0 && (plain.n - i) % 3 == 0)
			buf_byte(out, ',');
		buf_byte(out, plain.p[i]);
	}
	buf_done(&plain);
}

static double
megabytes_a_second(const struct progress_line *p, double seconds)
{
	return seconds > 0 ? (double)p->read_bytes / 1e6 / seconds : 0;
}

void
progress_print(struct buf *out, const struct progress_line *p, double seconds)
{
	const struct counts *c = &p->counts;
	uint64_t dropped = c->exact + c->near;

	print_grouped(out, c->documents);
	buf_print(out, " documents, %.1f MB/s, %.0f %% of the paragraphs dropped",
	    megabytes_a_second(p, seconds),
	    c->paragraphs > 0 ? 100.0 * (double)dropped / (double)c->paragraphs : 0.0);
	if (p->of > 0 && p->at > 0 && p->at <= p->of) {
		double left = seconds * (double)(p->of - p->at) / (double)p->at;

		left = left < LONGEST ? left : LONGEST;
		buf_print(out, ", %.0f %%, %u:%02u left", 100.0 * (double)p->at / (double)p->of,
		    (unsigned)left / 60, (unsigned)left % 60);
	}
}

void
progress_summary(struct buf *out, const struct progress_line *p, double seconds)
{
	const struct counts *c = &p->counts;

	print_grouped(out, c->in);
	buf_str(out, c->in == 1 ? " document in = " : " documents in = ");
	print_grouped(out, c->records);
	buf_str(out, c->records == 1 ? " record out" : " records out");
	if (c->skipped > 0)
		buf_print(out, " + %llu empty", (unsigned long long)c->skipped);
	if (c->filtered > 0)
		buf_print(out, " + %llu filtered", (unsigned long long)c->filtered);
	buf_print(out, " + %llu dead-lettered; ", (unsigned long long)c->refused);
	print_grouped(out, c->paragraphs);
	buf_str(out, c->paragraphs == 1 ? " paragraph in = " : " paragraphs in = ");
	print_grouped(out, c->kept);
	buf_str(out, " kept + ");
	print_grouped(out, c->exact + c->near);
	buf_print(out, " dropped; %.2f s, %.1f MB/s", seconds, megabytes_a_second(p, seconds));
}

bool
progress_balances(const struct progress_line *p)
{
	const struct counts *c = &p->counts;

	/* a drain may leave what would end a member of a compressed file to the next process */
	return (p->before + p->read == c->in || (p->drained && p->before + p->read > c->in)) &&
	       c->in == c->documents &&
	       c->documents == c->records + c->skipped + c->filtered + c->refused &&
	       c->paragraphs == c->kept + c->exact + c->near;
}
