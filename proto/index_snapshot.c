#include "proto/index_snapshot.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum {
	BLOCK_HEAD = 16,
	BLOCK_BYTES = 1 << 20, /* a block ends at the record that reaches this */
	NUMBERS_BYTES = 16,
	DOCUMENT_BYTES = HASH_BYTES + 8 + 4, /* without the id */
	ENTRY_BYTES = HASH_BYTES + 4 + 4,
	GAP_BYTES = 4,
	AHEAD = 12, /* entries whose memory a reader may fetch in advance */
};

uint64_t
index_snapshot_sum(uint64_t index, uint64_t at, const char *head, struct span content)
{
	char place[24];

	index_put64(index_put64(place, index), at);
	memcpy(place + 16, head, 8);
	return hash64_pair(span_of(place, sizeof(place)), content);
}

/* writing */

static void
write_all(struct snapshot *s, struct span b)
{
	for (size_t done = 0; s->error == 0 && done < b.n;) {
		ssize_t n =
		    s->files->calls->write(s->fd, b.p + done, b.n - done, (off_t)(s->at + done));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			s->error = n == 0 ? ENOSPC : errno;
		else
			done += (size_t)n;
	}
	s->at += b.n;
}

/* Open a block, unless one of this type is open; one of another type, or a full one, is closed. */
static void
block(struct snapshot *s, char type)
{
	char *head = s->block.p;

	if (s->block.n > 0 && head[0] == type && s->block.n < BLOCK_BYTES)
		return;
	if (s->block.n > 0) {
		index_put32(head + 4, (uint32_t)(s->block.n - BLOCK_HEAD));
		index_put64(head + 8, index_snapshot_sum(s->files->id, s->at, head,
					  span_cut(buf_view(&s->block), BLOCK_HEAD, s->block.n)));
		write_all(s, buf_view(&s->block));
	}
	s->block.n = 0;
	head = buf_room(&s->block, BLOCK_HEAD);
	memset(head, 0, BLOCK_HEAD);
	head[0] = type;
	s->block.n = BLOCK_HEAD;
}

void
index_snapshot_begin(
    struct snapshot *s, struct index_files *files, uint64_t documents, uint64_t entries)
{
	const struct index_head h = {files->parameters, files->id, files->last, 0};
	char head[INDEX_HEAD_BYTES];

	*s = (struct snapshot){.files = files};
	s->fd = openat(
	    files->dir, INDEX_UNFINISHED_SNAPSHOT, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	s->error = s->fd < 0 ? errno : 0;
	index_head_pack(head, INDEX_SNAPSHOT, &h);
	write_all(s, span_of(head, sizeof(head)));
	block(s, 'N');
	index_put64(index_put64(buf_room(&s->block, NUMBERS_BYTES), documents), entries);
	s->block.n += NUMBERS_BYTES;
}

void
index_snapshot_document(
    struct snapshot *s, const struct hash *identity, uint64_t key, struct span id)
{
	char *p;

	block(s, 'D');
	p = buf_room(&s->block, DOCUMENT_BYTES + id.n);
	memcpy(p, identity->bytes, HASH_BYTES);
	p = index_put64(p + HASH_BYTES, key);
	p = index_put32(p, (uint32_t)id.n);
	if (id.n > 0)
		memcpy(p, id.p, id.n);
	s->block.n += DOCUMENT_BYTES + id.n;
}

void
index_snapshot_gap(struct snapshot *s, uint32_t n)
{
	block(s, 'G');
	index_put32(buf_room(&s->block, GAP_BYTES), n);
	s->block.n += GAP_BYTES;
	block(s, 'D'); /* one gap a block */
}

void
index_snapshot_entry(struct snapshot *s, const struct entry *e)
{
	char *p;

	block(s, 'E');
	p = buf_room(&s->block, ENTRY_BYTES);
	memcpy(p, e->hash.bytes, HASH_BYTES);
	p = index_put32(p + HASH_BYTES, e->document);
	index_put32(p, e->paragraph);
	s->block.n += ENTRY_BYTES;
}

void
index_snapshot_drop(struct snapshot *s)
{
	if (s->fd >= 0)
		close(s->fd);
	buf_done(&s->block);
	unlinkat(s->files->dir, INDEX_UNFINISHED_SNAPSHOT, 0);
}

void
index_snapshot_near_owner(struct snapshot *s, const struct near_owner *o)
{
	block(s, 'K');
	near_owner_pack(&s->block, o);
}

void
index_snapshot_near_drop(struct snapshot *s, const struct near_drop *d)
{
	block(s, 'L');
	near_drop_pack(&s->block, d);
}

int
index_snapshot_end(struct snapshot *s, const struct run_table *runs)
{
	struct index_files *f = s->files;
	char name[INDEX_NAME_BYTES];

	block(s, 'R');
	run_table_pack(&s->block, runs);
	block(s, 'Z');
	block(s, '\0'); /* closes it */
	if (s->error == 0 && f->calls->sync(s->fd) < 0)
		s->error = errno;
	index_file_name(name, INDEX_SNAPSHOT, f->last);
	if (s->error == 0)
		s->error = index_files_name(f, INDEX_UNFINISHED_SNAPSHOT, name);
	if (s->error != 0) {
		index_snapshot_drop(s);
		return s->error;
	}
	close(s->fd);
	buf_done(&s->block);
	f->snapshot = f->first = f->last;
	f->snapshot_bytes = s->at;
	f->log_bytes = 0;
	index_files_clear(f);
	return 0;
}

/* reading */

struct reading {
	const struct index_reader *reader;
	struct run_table *runs;
	uint64_t documents, entries; /* that are still to come */
};

static int
read_numbers(struct reading *r, struct span s, size_t file_bytes)
{
	if (s.n != NUMBERS_BYTES)
		return ERR_RECORD;
	r->documents = index_get64(s.p);
	r->entries = index_get64(s.p + 8);
	if (r->documents >= UINT32_MAX || r->entries > file_bytes / ENTRY_BYTES)
		return ERR_RECORD;
	r->reader->expect(r->reader->object, r->documents, r->entries);
	return 0;
}

static int
read_documents(struct reading *r, struct span s)
{
	for (size_t at = 0; at < s.n;) {
		const char *p = s.p + at;
		struct hash identity;
		size_t n;

		if (s.n - at < DOCUMENT_BYTES || r->documents == 0)
			return ERR_RECORD;
		n = index_get32(p + DOCUMENT_BYTES - 4);
		if (n > s.n - at - DOCUMENT_BYTES)
			return ERR_RECORD;
		memcpy(identity.bytes, p, HASH_BYTES);
		r->reader->document(r->reader->object, &identity, index_get64(p + HASH_BYTES),
		    span_of(p + DOCUMENT_BYTES, n));
		r->documents--;
		at += DOCUMENT_BYTES + n;
	}
	return 0;
}

static int
read_gap(struct reading *r, struct span s)
{
	if (s.n != GAP_BYTES || index_get32(s.p) > r->documents)
		return ERR_RECORD;
	r->documents -= index_get32(s.p);
	return r->reader->gap == NULL ? 0 : r->reader->gap(r->reader->object, index_get32(s.p));
}

static int
read_entries(struct reading *r, struct span s)
{
	if (s.n % ENTRY_BYTES != 0 || s.n / ENTRY_BYTES > r->entries)
		return ERR_RECORD;
	for (const char *p = s.p; p < s.p + s.n; p += ENTRY_BYTES) {
		const char *ahead = p + AHEAD * ENTRY_BYTES;
		struct entry e;

		if (r->reader->ahead != NULL && ahead < s.p + s.n)
			r->reader->ahead(r->reader->object, (const struct hash *)ahead);
		memcpy(e.hash.bytes, p, HASH_BYTES);
		e.document = index_get32(p + HASH_BYTES);
		e.paragraph = index_get32(p + HASH_BYTES + 4);
		TRY(r->reader->entry(r->reader->object, &e));
	}
	r->entries -= s.n / ENTRY_BYTES;
	return 0;
}

static int
read_near_owners(struct reading *r, struct span s)
{
	if (s.n % NEAR_OWNER_BYTES != 0 || r->entries > 0)
		return ERR_RECORD;
	for (size_t at = 0; at < s.n && r->reader->near_owner != NULL; at += NEAR_OWNER_BYTES) {
		struct near_owner o;

		near_owner_unpack(&o, s.p + at);
		TRY(r->reader->near_owner(r->reader->object, &o));
	}
	return 0;
}

static int
read_near_drops(struct reading *r, struct span s)
{
	if (s.n % NEAR_DROP_BYTES != 0 || r->entries > 0)
		return ERR_RECORD;
	for (size_t at = 0; at < s.n && r->reader->near_drop != NULL; at += NEAR_DROP_BYTES) {
		struct near_drop d;

		near_drop_unpack(&d, s.p + at);
		TRY(r->reader->near_drop(r->reader->object, &d));
	}
	return 0;
}

static int
read_block(struct reading *r, char type, struct span content, size_t file_bytes)
{
	switch (type) {
	case 'N': return read_numbers(r, content, file_bytes);
	case 'D': return read_documents(r, content);
	case 'G': return read_gap(r, content);
	case 'E': return read_entries(r, content);
	case 'K': return read_near_owners(r, content);
	case 'L': return read_near_drops(r, content);
	case 'R':
		return r->documents > 0 || r->entries > 0 ? ERR_RECORD
							  : run_table_unpack(r->runs, content);
	default: return ERR_RECORD;
	}
}

/* Types in their order, each that must be there once, once. */
static bool
may_follow(char before, char type)
{
	switch (before) {
	case '\0': return type == 'N';
	case 'N': return type == 'D' || type == 'G' || type == 'R';
	case 'D':
	case 'G': return type == 'D' || type == 'G' || type == 'E' || type == 'R';
	case 'E': return type == 'E' || type == 'K' || type == 'L' || type == 'R';
	case 'K': return type == 'K' || type == 'L' || type == 'R';
	case 'L': return type == 'L' || type == 'R';
	case 'R': return type == 'Z';
	default: return false;
	}
}

int
index_snapshot_read(struct span file, uint64_t index, const struct index_reader *reader,
    struct run_table *runs, size_t *ret_at)
{
	struct reading r = {.reader = reader, .runs = runs};
	size_t at = INDEX_HEAD_BYTES;
	char before = '\0';

	for (; before != 'Z'; at += BLOCK_HEAD + index_get32(file.p + at + 4)) {
		struct span content;
		const char *head;

		*ret_at = at;
		if (file.n < at + BLOCK_HEAD)
			return ERR_RECORD;
		head = file.p + at;
		if (index_get32(head + 4) > file.n - at - BLOCK_HEAD)
			return ERR_RECORD;
		content = span_of(head + BLOCK_HEAD, index_get32(head + 4));
		if (index_get64(head + 8) != index_snapshot_sum(index, at, head, content) ||
		    !may_follow(before, head[0]))
			return ERR_RECORD;
		before = head[0];
		if (before == 'Z' ? content.n > 0 : read_block(&r, before, content, file.n) < 0)
			return ERR_RECORD;
	}
	*ret_at = at;
	return at == file.n ? 0 : ERR_RECORD;
}
