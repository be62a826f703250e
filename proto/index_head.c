#include "proto/index_head.h"

#include <stdio.h>

#include "common/hash.h"

enum { MAGIC_BYTES = 8, TEXT_BYTES = 224, SUM_AT = 248 };

static const char *const magics[] = {"WNNWOWN3", "WNNWSNP3"};
static const char *const names[] = {"segment of an owner log", "snapshot of an index"};

void
index_head_pack(char ret_bytes[INDEX_HEAD_BYTES], enum index_file kind, const struct index_head *h)
{
	char *p = ret_bytes + TEXT_BYTES;
	int n;

	memset(ret_bytes, ' ', TEXT_BYTES);
	n = snprintf(ret_bytes, TEXT_BYTES, "%s{\"version\": %d, %.*s}", magics[kind],
	    INDEX_VERSION, (int)h->parameters.n, h->parameters.p);
	ret_bytes[n] = ' ';
	ret_bytes[TEXT_BYTES - 1] = '\n';
	p = index_put64(p, h->id);
	p = index_put64(p, h->number);
	p = index_put64(p, h->before);
	index_put64(p, hash64(span_of(ret_bytes, SUM_AT)));
}

/* What stands in the JSON line behind the version. */
static struct span
parameters_of(const char *text)
{
	char version[32];
	int n = snprintf(version, sizeof(version), "{\"version\": %d, ", INDEX_VERSION);
	const char *from = text + MAGIC_BYTES + n;
	size_t left = (size_t)(TEXT_BYTES - MAGIC_BYTES - n);

	while (left > 0 && (from[left - 1] == ' ' || from[left - 1] == '\n'))
		left--;
	return span_of(from, left > 0 ? left - 1 : 0);
}

int
index_head_unpack(struct index_head *ret_h, enum index_file kind, struct span file)
{
	const char *p = file.p;

	if (file.n < MAGIC_BYTES)
		return err_set(ERR_RECORD, "damaged at byte %zu", file.n);
	if (memcmp(p, magics[kind], MAGIC_BYTES - 1) != 0)
		return err_set(ERR_USAGE, "this is no %s", names[kind]);
	if (p[MAGIC_BYTES - 1] != magics[kind][MAGIC_BYTES - 1])
		return err_set(ERR_USAGE, "made by another version of winnow; begin a new index, "
					  "with --index file:ANOTHER");
	if (file.n < INDEX_HEAD_BYTES)
		return err_set(ERR_RECORD, "damaged at byte %zu", file.n);
	if (hash64(span_of(p, SUM_AT)) != index_get64(p + SUM_AT))
		return err_set(ERR_RECORD, "damaged at byte 0");
	*ret_h = (struct index_head){
	    .parameters = parameters_of(p),
	    .id = index_get64(p + TEXT_BYTES),
	    .number = index_get64(p + TEXT_BYTES + 8),
	    .before = index_get64(p + TEXT_BYTES + 16),
	};
	return 0;
}
