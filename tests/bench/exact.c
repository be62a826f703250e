/*
 * bench_exact - the exact path on one core: normal form, hash and index of paragraphs, one a line.
 *
 *   bench_exact FILE text MILLIONS SHARE   all three, with so many random keys in the index and
 *                                          SHARE percent of the characters made typographic
 *   bench_exact FILE growth MILLIONS       index alone: new entries from 0 on; a row at each decade
 *   bench_exact FILE memory MILLIONS       the most memory that the entries take while they come
 *
 * Prints fields: name=value. Times are processor time.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "common/mem.h"
#include "stages/dedup/index.h"
#include "proto/normalise.h"

enum { AHEAD = 32, MANY = 1000000 };

/* Seconds of processor time: other work on the machine is no part of it. */
static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static uint64_t
random_next(uint64_t *state)
{
	uint64_t z = *state += 0x9E3779B97F4A7C15ULL;

	z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9ULL;
	z = (z ^ z >> 27) * 0x94D049BB133111EBULL;
	return z ^ z >> 31;
}

static struct hash
random_hash(uint64_t *state)
{
	uint64_t v[2] = {random_next(state), random_next(state)};
	struct hash h;

	memcpy(h.bytes, v, sizeof(h.bytes));
	return h;
}

/* MB that the process has had at most. */
static double
peak_mb(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (double)u.ru_maxrss / 1024 * 1.048576;
}

/* n new keys, in turns of AHEAD as dedup looks them up. */
static void
add_keys(struct index *ix, uint64_t n, uint64_t *state)
{
	struct hash turn[AHEAD];

	for (uint64_t i = 0; i < n; i += AHEAD) {
		for (int k = 0; k < AHEAD; k++) {
			turn[k] = random_hash(state);
			index_prefetch(ix, &turn[k]);
		}
		for (int k = 0; k < AHEAD; k++)
			index_prefetch_entry(ix, &turn[k]);
		for (int k = 0; k < AHEAD; k++)
			if (index_find(ix, &turn[k]) == NULL)
				index_add(ix, &turn[k], 1, 0);
	}
}

static struct buf
read_file(const char *path)
{
	struct buf b = {0};
	FILE *f = fopen(path, "re");
	size_t n;

	if (f == NULL) {
		perror(path);
		exit(EXIT_FAILURE);
	}
	while ((n = fread(buf_room(&b, 1 << 20), 1, 1 << 20, f)) > 0)
		b.n += n;
	fclose(f);
	return b;
}

/* Make `percent` of the characters typographic or accented, the same ones in the same line. */
static struct buf
season(struct buf text, unsigned percent)
{
	static const char *const others[] = {"\xE2\x80\x99", "\xE2\x80\x9C", "\xE2\x80\x9D",
	    "\xE2\x80\x93", "\xE2\x80\xA6", "\xC2\xA0", "\xC3\xA9", "\xC3\xBC"};
	struct buf out = {0};
	uint64_t state = 5;

	if (percent == 0)
		return text;
	for (size_t i = 0; i < text.n; i++) {
		uint64_t v = random_next(&state);

		state = text.p[i] == '\n' ? 5 : state;
		if (text.p[i] != '\n' && v % 100 < percent)
			buf_str(&out, others[v >> 32 & 7]);
		else
			buf_byte(&out, text.p[i]);
	}
	return out;
}

static void
judge(struct index *ix, const struct hash *turn, int n, uint64_t *io_new)
{
	for (int k = 0; k < n; k++)
		index_prefetch_entry(ix, &turn[k]);
	for (int k = 0; k < n; k++)
		if (index_find(ix, &turn[k]) == NULL) {
			index_add(ix, &turn[k], 1, 0);
			*io_new += 1;
		}
}

static void
bench_text(struct index *ix, struct buf text, uint64_t millions)
{
	struct normaliser *n;
	struct hash turn[AHEAD];
	uint64_t paragraphs = 0, fresh = 0, state = 1;
	uint32_t chars;
	double start;
	int k = 0;

	if (normalise_open(&n) < 0)
		exit(EXIT_FAILURE);
	add_keys(ix, millions * MANY, &state);
	start = now();
	for (const char *p = text.p, *end = text.p + text.n, *to; p < end; p = to + 1) {
		to = memchr(p, '\n', (size_t)(end - p));
		if (to == NULL)
			break;
		turn[k] = hash128(normalise(n, span_of(p, (size_t)(to - p)), &chars));
		index_prefetch(ix, &turn[k]);
		paragraphs++;
		if (++k == AHEAD) {
			judge(ix, turn, AHEAD, &fresh);
			k = 0;
		}
	}
	judge(ix, turn, k, &fresh);
	start = now() - start;
	printf("keys=%llu paragraphs=%llu new=%llu seconds=%.4f gb_s=%.3f m_s=%.2f\n",
	    (unsigned long long)millions * MANY, (unsigned long long)paragraphs,
	    (unsigned long long)fresh, start, 1e-9 * (double)text.n / start,
	    1e-6 * (double)paragraphs / start);
	normalise_close(n);
}

/* Time of a million new ones at each size, and of a million look-ups of which half are there. */
static void
bench_growth(struct index *ix, uint64_t millions)
{
	uint64_t state = 1;

	for (uint64_t at = 0; at < millions; at++) {
		double start = now();

		add_keys(ix, MANY, &state);
		printf("entries=%llu ns=%.1f\n", (unsigned long long)index_holdings(ix)->entries,
		    1e9 * (now() - start) / MANY);
	}
}

static void
bench_memory(struct index *ix, uint64_t millions)
{
	uint64_t state = 1;
	double before = peak_mb();

	for (uint64_t at = 1; at <= millions; at++) {
		add_keys(ix, MANY, &state);
		printf("entries=%llu peak_mb=%.1f per_million=%.2f\n",
		    (unsigned long long)index_holdings(ix)->entries, peak_mb() - before,
		    (peak_mb() - before) / (double)at);
	}
}

int
main(int argc, char **argv)
{
	struct index *ix;
	uint64_t millions;
	struct hash identity = {{0}};

	if (argc < 4) {
		fputs("usage: bench_exact FILE text|growth|memory MILLIONS [PERCENT]\n", stderr);
		return EXIT_FAILURE;
	}
	millions = strtoull(argv[3], NULL, 10);
	mem_tune();
	if (index_open(&ix, NULL, UINT64_MAX) < 0)
		return EXIT_FAILURE;
	index_add_document(ix, &identity, 1, SPAN("the owner of all"));
	if (strcmp(argv[2], "growth") == 0)
		bench_growth(ix, millions);
	else if (strcmp(argv[2], "memory") == 0)
		bench_memory(ix, millions);
	else
		bench_text(ix, season(read_file(argv[1]), argc > 4 ? (unsigned)atoi(argv[4]) : 0),
		    millions);
	index_close(ix);
	return 0;
}
