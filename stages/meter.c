#include "stages/meter.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "stages/loop.h"

enum { TRIES = 100 };

const double meter_bounds[METER_BUCKETS] = {
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0};

static struct meter unshared;
static struct meter *own = &unshared;

static void
store(_Atomic uint64_t *to, uint64_t n)
{
	atomic_store_explicit(to, n, memory_order_relaxed);
}

static uint64_t
load(const _Atomic uint64_t *from)
{
	return atomic_load_explicit(from, memory_order_relaxed);
}

/* One thread writes: no other can come between. */
static void
add(_Atomic uint64_t *to, uint64_t n)
{
	store(to, load(to) + n);
}

/* words */

static void
put_words(struct meter_words *w, const char *text)
{
	uint64_t eights[METER_WORDS_BYTES / 8] = {0};
	uint32_t turn = atomic_load_explicit(&w->turn, memory_order_relaxed) | 1;

	memcpy(eights, text, strnlen(text, METER_WORDS_BYTES - 1));
	atomic_store_explicit(&w->turn, turn, memory_order_relaxed);
	for (size_t i = 0; i < METER_WORDS_BYTES / 8; i++) /* who sees one of these sees the turn */
		atomic_store_explicit(&w->eights[i], eights[i], memory_order_release);
	atomic_store_explicit(&w->turn, turn + 1, memory_order_release);
}

void
meter_read(const struct meter_words *w, char ret[METER_WORDS_BYTES])
{
	uint64_t eights[METER_WORDS_BYTES / 8];

	for (int try = 0; try < TRIES; try++) {
		uint32_t turn = atomic_load_explicit(&w->turn, memory_order_acquire);

		for (size_t i = 0; i < METER_WORDS_BYTES / 8; i++)
			eights[i] = atomic_load_explicit(&w->eights[i], memory_order_acquire);
		if (turn % 2 == 0 && atomic_load_explicit(&w->turn, memory_order_relaxed) == turn) {
			memcpy(ret, eights, METER_WORDS_BYTES);
			ret[METER_WORDS_BYTES - 1] = '\0';
			return;
		}
	}
	ret[0] = '\0';
}

/* pages */

struct meter *
meter_own(void)
{
	return own;
}

void
meter_gone(struct meter *m)
{
	for (int v = METER_LAST_COUNTER + 1; v < METER_VALUES; v++)
		store(&m->values[v], 0);
	for (int i = 0; i < METER_HOLDS; i++)
		store(&m->holds[i].who, 0);
	put_words(&m->doing, "");
}

static int
map(int fd, struct meter **ret)
{
	struct meter *m = mmap(NULL, sizeof(*m), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (m == MAP_FAILED)
		return err_set(ERR_SYS, "cannot map the page of figures: %s", strerror(errno));
	*ret = m;
	return 0;
}

int
meter_begin(int fd)
{
	if (fd > 0)
		TRY(map(fd, &own));
	if (fd > 0)
		close(fd);
	meter_gone(own);
	for (int i = 0; i < METER_ROWS; i++)
		store(&own->rows[i].count, 0);
	meter_wait(false);
	meter_progress();
	meter_add(METER_STARTS, 1);
	return 0;
}

int
meter_make(struct meter **ret, int *ret_fd)
{
	int fd = memfd_create("winnow-meter", MFD_CLOEXEC);
	int r = 0;

	if (fd < 0 || ftruncate(fd, sizeof(struct meter)) < 0)
		r = err_set(ERR_SYS, "cannot make a page of figures: %s", strerror(errno));
	if (r == 0)
		r = map(fd, ret);
	if (r == 0)
		*ret_fd = fd;
	else if (fd >= 0)
		close(fd);
	return r;
}

void
meter_unmap(struct meter *m)
{
	if (m != NULL)
		munmap(m, sizeof(*m));
}

/* what is told */

void
meter_set(enum meter_value v, uint64_t n)
{
	store(&own->values[v], n);
}

void
meter_add(enum meter_value v, uint64_t n)
{
	add(&own->values[v], n);
}

void
meter_took(uint64_t us)
{
	size_t i = 0;

	while (i < METER_BUCKETS && (double)us > meter_bounds[i] * 1e6)
		i++;
	add(&own->took_us, us);
	add(&own->took[i], 1);
}

void
meter_counts(const struct counts *c)
{
	meter_set(METER_RECORDS, c->records);
	meter_set(METER_REFUSED, c->refused);
	meter_set(METER_SKIPPED, c->skipped);
	meter_set(METER_FILTERED, c->filtered);
	meter_set(METER_FAILED, c->failed);
	meter_set(METER_KEPT, c->kept);
	meter_set(METER_EXACT, c->exact);
	meter_set(METER_NEAR, c->near);
	meter_set(METER_EARLIER, c->earlier);
	meter_set(METER_BYTES_IN, c->bytes_in);
	meter_set(METER_BYTES_OUT, c->bytes_out);
}

void
meter_progress(void)
{
	meter_set(METER_PROGRESS_AT, loop_now());
}

void
meter_wait(bool waits)
{
	meter_set(METER_TURNED_AT, loop_now());
	meter_set(METER_WAITS, waits);
}

void
meter_doing(const char *what)
{
	put_words(&own->doing, what);
}

void
meter_mismatch(const char *words)
{
	put_words(&own->mismatch, words);
	meter_set(METER_MISMATCH_AT, loop_now());
}

void
meter_row(struct span reason, uint64_t count)
{
	uint64_t name[METER_NAME_BYTES / 8] = {0};

	memcpy(name, reason.p, reason.n < METER_NAME_BYTES ? reason.n : METER_NAME_BYTES);
	for (size_t i = 0; i < METER_ROWS && name[0] != 0; i++) {
		struct meter_row *row = &own->rows[i];
		bool is_free = load(&row->name[0]) == 0, same = true;

		for (size_t k = 0; k < METER_NAME_BYTES / 8; k++)
			same = same && load(&row->name[k]) == name[k];
		if (!is_free && !same)
			continue;
		store(&row->count, count);
		for (size_t k = METER_NAME_BYTES / 8; k-- > 0;) /* the first is the last */
			atomic_store_explicit(&row->name[k], name[k], memory_order_release);
		return;
	}
}

bool
meter_read_row(
    const struct meter *m, size_t i, char ret_name[METER_NAME_BYTES + 1], uint64_t *ret_count)
{
	const struct meter_row *row = &m->rows[i];
	uint64_t name[METER_NAME_BYTES / 8];

	for (size_t k = 0; k < METER_NAME_BYTES / 8; k++)
		name[k] = atomic_load_explicit(&row->name[k], memory_order_acquire);
	memcpy(ret_name, name, METER_NAME_BYTES);
	ret_name[METER_NAME_BYTES] = '\0';
	*ret_count = load(&row->count);
	return name[0] != 0;
}

/* holds */

static struct meter_hold *
find_hold(uint64_t who)
{
	for (int i = 0; i < METER_HOLDS; i++)
		if (load(&own->holds[i].who) == who)
			return &own->holds[i];
	return NULL;
}

void
meter_hold(const void *who, const char *reason, const char *why)
{
	struct meter_hold *h = find_hold((uintptr_t)who);

	if (h == NULL) {
		h = find_hold(0);
		if (h == NULL)
			return;
		store(&h->since, loop_now());
	}
	put_words(&h->reason, reason);
	put_words(&h->why, why);
	store(&h->who, (uintptr_t)who);
}

void
meter_hold_end(const void *who)
{
	struct meter_hold *h = find_hold((uintptr_t)who);

	if (h != NULL)
		store(&h->who, 0);
}
