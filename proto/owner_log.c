#include "proto/owner_log.h"

enum {
	DOCUMENT_BYTES = 1 + HASH_BYTES + 8 + 4, /* without the id */
	ENTRY_BYTES = 1 + HASH_BYTES + 4 + 4,
	RUN_BYTES = 1 + 8,
	NUMBER_BYTES = 1 + 4,
	FORGET_BYTES = 1 + 4 + 4,
	TAKEN_BYTES = 1 + 8 + 8 + 8,
	SYNC_BYTES = 1 + 8 + 8,
	KEPT_BYTES = 1 + NEAR_OWNER_BYTES,
	LIKE_BYTES = 1 + NEAR_DROP_BYTES,
};

/* writing */

void
owner_log_document(struct buf *b, const struct hash *identity, uint64_t key, struct span id)
{
	char *p = buf_room(b, DOCUMENT_BYTES + id.n);

	*p++ = 'D';
	memcpy(p, identity->bytes, HASH_BYTES);
	p = index_put64(p + HASH_BYTES, key);
	p = index_put32(p, (uint32_t)id.n);
	if (id.n > 0)
		memcpy(p, id.p, id.n);
	b->n += DOCUMENT_BYTES + id.n;
}

void
owner_log_entry(struct buf *b, const struct entry *e)
{
	char *p = buf_room(b, ENTRY_BYTES);

	*p++ = 'O';
	memcpy(p, e->hash.bytes, HASH_BYTES);
	p = index_put32(p + HASH_BYTES, e->document);
	index_put32(p, e->paragraph);
	b->n += ENTRY_BYTES;
}

void
owner_log_near_owner(struct buf *b, const struct near_owner *o)
{
	buf_byte(b, 'K');
	near_owner_pack(b, o);
}

void
owner_log_near_drop(struct buf *b, const struct near_drop *d)
{
	buf_byte(b, 'L');
	near_drop_pack(b, d);
}

static void
put_run(struct buf *b, char type, uint64_t run)
{
	char *p = buf_room(b, RUN_BYTES);

	*p++ = type;
	index_put64(p, run);
	b->n += RUN_BYTES;
}

void
owner_log_run(struct buf *b, uint64_t run)
{
	put_run(b, 'R', run);
}

void
owner_log_batch(struct buf *b, uint64_t run, uint64_t seq, uint64_t digest)
{
	char *p;

	put_run(b, 'C', run);
	p = buf_room(b, 16);
	p = index_put64(p, seq);
	index_put64(p, digest);
	b->n += 16;
}

void
owner_log_take_back(struct buf *b, uint64_t run)
{
	put_run(b, 'T', run);
}

static void
put_number(struct buf *b, char type, uint32_t n)
{
	char *p = buf_room(b, NUMBER_BYTES);

	*p++ = type;
	index_put32(p, n);
	b->n += NUMBER_BYTES;
}

void
owner_log_seen(struct buf *b, uint32_t minute)
{
	put_number(b, 'A', minute);
}

void
owner_log_gap(struct buf *b, uint32_t n)
{
	put_number(b, 'G', n);
}

void
owner_log_forget(struct buf *b, uint32_t first, uint32_t end)
{
	char *p;

	put_number(b, 'F', first);
	p = buf_room(b, 4);
	index_put32(p, end);
	b->n += 4;
}

/* The id keeps apart what lies in the log from what somebody wrote into an id of a document. */
static uint64_t
sum(uint64_t index, struct span group)
{
	char id[8];

	index_put64(id, index);
	return hash64_pair(span_of(id, sizeof(id)), group);
}

void
owner_log_sync(struct buf *b, uint64_t index)
{
	char *p;

	put_run(b, 'S', b->n + SYNC_BYTES);
	p = buf_room(b, 8);
	index_put64(p, sum(index, buf_view(b)));
	b->n += 8;
}

/* reading */

/* The bytes of the record at the start of s, or 0 if it is cut short or unknown. */
static size_t
record_bytes(struct span s)
{
	size_t n;

	if (s.n == 0)
		return 0;
	switch (s.p[0]) {
	case 'D':
		if (s.n < DOCUMENT_BYTES)
			return 0;
		n = DOCUMENT_BYTES + (size_t)index_get32(s.p + DOCUMENT_BYTES - 4);
		break;
	case 'O': n = ENTRY_BYTES; break;
	case 'K': n = KEPT_BYTES; break;
	case 'L': n = LIKE_BYTES; break;
	case 'R':
	case 'T': n = RUN_BYTES; break;
	case 'C': n = TAKEN_BYTES; break;
	case 'A':
	case 'G': n = NUMBER_BYTES; break;
	case 'F': n = FORGET_BYTES; break;
	case 'S': n = SYNC_BYTES; break;
	default: return 0;
	}
	return n <= s.n ? n : 0;
}

/* Those that most readers pass over. */
static int
tell_rare(const struct index_reader *reader, struct span record)
{
	const char *p = record.p + 1;

	switch (record.p[0]) {
	case 'A': return reader->seen == NULL ? 0 : reader->seen(reader->object, index_get32(p));
	case 'G': return reader->gap == NULL ? 0 : reader->gap(reader->object, index_get32(p));
	case 'F':
		return reader->forget == NULL
			   ? 0
			   : reader->forget(reader->object, index_get32(p), index_get32(p + 4));
	default: return 0;
	}
}

static int
tell_near_owner(const struct index_reader *reader, const char *p)
{
	struct near_owner o;

	near_owner_unpack(&o, p);
	return reader->near_owner == NULL ? 0 : reader->near_owner(reader->object, &o);
}

static int
tell_near_drop(const struct index_reader *reader, const char *p)
{
	struct near_drop d;

	near_drop_unpack(&d, p);
	return reader->near_drop == NULL ? 0 : reader->near_drop(reader->object, &d);
}

/* One record, whole by record_bytes. */
static int
tell(const struct index_reader *reader, struct span record)
{
	const char *p = record.p + 1;
	struct hash hash;
	struct entry e;

	switch (record.p[0]) {
	case 'D':
		memcpy(hash.bytes, p, HASH_BYTES);
		reader->document(reader->object, &hash, index_get64(p + HASH_BYTES),
		    span_cut(record, DOCUMENT_BYTES, record.n));
		return 0;
	case 'O':
		memcpy(e.hash.bytes, p, HASH_BYTES);
		e.document = index_get32(p + HASH_BYTES);
		e.paragraph = index_get32(p + HASH_BYTES + 4);
		return reader->entry(reader->object, &e);
	case 'K': return tell_near_owner(reader, p);
	case 'L': return tell_near_drop(reader, p);
	case 'R': return reader->run(reader->object, index_get64(p));
	case 'C':
		return reader->batch(
		    reader->object, index_get64(p), index_get64(p + 8), index_get64(p + 16));
	case 'T': return reader->take_back(reader->object, index_get64(p));
	default: return tell_rare(reader, record);
	}
}

/* Whether the 'S' at `at` ends a whole group that begins at or behind `from`; its first byte. */
static bool
ends_group(struct span log, size_t from, size_t at, uint64_t index, size_t *ret_begin)
{
	size_t end = at + SYNC_BYTES;
	uint64_t n;

	if (log.n - at < SYNC_BYTES)
		return false;
	n = index_get64(log.p + at + 1);
	if (n < SYNC_BYTES || n > end - from)
		return false;
	*ret_begin = end - n;
	return index_get64(log.p + end - 8) == sum(index, span_cut(log, end - n, end - 8));
}

/* The bytes of the whole group at `from`, or 0. */
static size_t
group_bytes(struct span log, size_t from, uint64_t index, const struct index_reader *reader)
{
	size_t at = from, begin, n;

	for (; (n = record_bytes(span_cut(log, at, log.n))) > 0 && log.p[at] != 'S'; at += n)
		if (log.p[at] == 'O' && reader->ahead != NULL)
			reader->ahead(reader->object, (const struct hash *)(log.p + at + 1));
	if (n == 0 || !ends_group(log, from, at, index, &begin) || begin != from)
		return 0;
	return at + SYNC_BYTES - from;
}

/* Whether a whole group lies behind the one at `from`, which is not. */
static bool
goes_on(struct span log, size_t from, uint64_t index)
{
	size_t begin;

	for (size_t at = from; at + SYNC_BYTES <= log.n; at++)
		if (log.p[at] == 'S' && ends_group(log, from + 1, at, index, &begin))
			return true;
	return false;
}

int
owner_log_read(struct span segment, size_t from, uint64_t index, const struct index_reader *reader,
    size_t *ret_end, uint64_t *io_groups)
{
	size_t at = from, n;

	while ((n = group_bytes(segment, at, index, reader)) > 0) {
		for (size_t end = at + n; at < end;) {
			size_t bytes = record_bytes(span_cut(segment, at, end));

			*ret_end = at;
			TRY(tell(reader, span_cut(segment, at, at + bytes)));
			at += bytes;
		}
		++*io_groups;
	}
	*ret_end = at;
	return goes_on(segment, at, index) ? ERR_RECORD : 0;
}
