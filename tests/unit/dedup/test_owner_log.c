#include "stages/dedup/owner_log.h"

#include <signal.h>
#include <sys/resource.h>

#include "common/buf.h"
#include "stages/dedup/index.h"
#include "tests/unit/folder.h"

enum { HEADER = 256 };

/* What a log told, one word each: D1:id, O5>1/7, R11. */
struct told {
	struct buf text;
	const char *refuse; /* this word */
};

static struct hash
hash_of(uint64_t n)
{
	struct hash h = {{0}};

	memcpy(h.bytes, &n, sizeof(n));
	h.bytes[15] = 0xEE;
	return h;
}

static uint64_t
number_of(const struct hash *h)
{
	uint64_t n;

	memcpy(&n, h->bytes, sizeof(n));
	cr_assert_eq(h->bytes[15], 0xEE);
	return n;
}

static void
take_document(void *object, const struct hash *identity, uint64_t key, struct span id)
{
	struct told *t = object;

	buf_print(&t->text, "D%llu/%llu:%.*s ", (unsigned long long)number_of(identity),
	    (unsigned long long)key, (int)id.n, id.p);
}

static int
take_entry(void *object, const struct entry *e)
{
	struct told *t = object;
	size_t from = t->text.n;

	buf_print(&t->text, "O%llu>%u/%u ", (unsigned long long)number_of(&e->hash), e->document,
	    e->paragraph);
	return t->refuse != NULL && memmem(t->text.p + from, t->text.n - from, t->refuse,
					strlen(t->refuse)) != NULL
		   ? ERR_RECORD
		   : 0;
}

static void
take_run(void *object, uint64_t run)
{
	struct told *t = object;

	buf_print(&t->text, "R%llu ", (unsigned long long)run);
}

static int
try_open(struct owner_log **ret, const struct folder *f, struct told *t)
{
	const struct owner_log_reader reader = {t, take_document, take_entry, take_run};

	t->text.n = 0;
	return owner_log_open(ret, f->path, &reader);
}

static struct owner_log *
open_log(const struct folder *f, struct told *t)
{
	struct owner_log *log = NULL;

	cr_assert_eq(try_open(&log, f, t), 0, "%s", err_text());
	return log;
}

/* The log of the folder tells this. */
static void
tells(struct folder *f, const char *expected)
{
	struct told t = {.refuse = NULL};
	struct owner_log *log = open_log(f, &t);

	cr_assert(span_equal(buf_view(&t.text), span_str(expected)), "'%.*s' instead of '%s'",
	    (int)t.text.n, t.text.p, expected);
	owner_log_close(log);
	buf_done(&t.text);
}

static void
is_refused(struct folder *f, const char *why)
{
	struct told t = {.refuse = NULL};
	struct owner_log *log = (struct owner_log *)&t;

	cr_assert_eq(try_open(&log, f, &t), ERR_USAGE);
	cr_assert(log == (struct owner_log *)&t, "a failure wrote its result");
	cr_assert(strstr(err_text(), why) != NULL, "'%s' does not say '%s'", err_text(), why);
	buf_done(&t.text);
}

/* The bytes of the file. */
static struct span
file_of(struct folder *f, struct buf *b)
{
	int fd = open(folder_path(f, "owners.log"), O_RDONLY);
	ssize_t n;

	b->n = 0;
	cr_assert_geq(fd, 0);
	while ((n = read(fd, buf_room(b, 4096), 4096)) > 0)
		b->n += (size_t)n;
	close(fd);
	return buf_view(b);
}

static void
note(struct owner_log *log, uint64_t n, const char *id)
{
	struct hash h = hash_of(n);
	struct entry e = {.hash = h, .document = (uint32_t)n, .paragraph = 7};

	owner_log_document(log, &h, 1000 + n, span_str(id));
	owner_log_entry(log, &e);
}

/* A log of three commits; *ret_ends are the lengths behind them, the header the first. */
static void
make_log(struct folder *f, size_t ret_ends[4])
{
	struct told t = {.refuse = NULL};
	struct owner_log *log;
	struct buf b = {0};

	folder_open(f);
	log = open_log(f, &t);
	ret_ends[0] = file_of(f, &b).n;
	owner_log_run(log, 11);
	note(log, 1, "first");
	cr_assert_eq(owner_log_commit(log, 11, 1), 0);
	ret_ends[1] = file_of(f, &b).n;
	note(log, 2, "");
	note(log, 3, "CDOR");
	cr_assert_eq(owner_log_commit(log, 11, 2), 0);
	ret_ends[2] = file_of(f, &b).n;
	note(log, 4, "last");
	cr_assert_eq(owner_log_commit(log, 11, 3), 0);
	ret_ends[3] = file_of(f, &b).n;
	owner_log_close(log);
	buf_done(&b);
	buf_done(&t.text);
}

#define FIRST "R11 D1/1001:first O1>1/7 "
#define SECOND "D2/1002: O2>2/7 D3/1003:CDOR O3>3/7 "
#define THIRD "D4/1004:last O4>4/7 "

Test(owner_log, tells_what_was_noted_in_its_order)
{
	struct folder f;
	size_t ends[4];

	make_log(&f, ends);
	tells(&f, FIRST SECOND THIRD);
	tells(&f, FIRST SECOND THIRD);
	folder_done(&f);
}

Test(owner_log, lies_in_the_file_as_its_header_says)
{
	static const char expected[] =
	    "R\x0B\0\0\0\0\0\0\0"
	    "D\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\xEE\xE9\x03\0\0\0\0\0\0\x05\0\0\0"
	    "first"
	    "O\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\xEE\x01\0\0\0\x07\0\0\0"
	    "C\x0B\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0";
	struct buf b = {0};
	struct folder f;
	struct span file;
	size_t ends[4];
	uint64_t sum;

	make_log(&f, ends);
	file = file_of(&f, &b);
	cr_assert_eq(ends[0], HEADER);
	cr_assert(
	    span_starts(file, SPAN("WNNWOWN1{\"version\": 1, \"normaliser\": 1, \"icu\": \"")));
	cr_assert_eq(file.p[HEADER - 1], '\n');
	cr_assert_eq(ends[1], HEADER + sizeof(expected) - 1 + 8);
	cr_assert_eq(memcmp(file.p + HEADER, expected, sizeof(expected) - 1), 0);
	sum = hash64(span_of(expected, sizeof(expected) - 1));
	for (int i = 0; i < 8; i++, sum >>= 8)
		cr_assert_eq((unsigned char)file.p[ends[1] - 8 + i], (unsigned char)sum);
	buf_done(&b);
	folder_done(&f);
}

Test(owner_log, what_was_not_committed_is_not_told)
{
	struct told t = {.refuse = NULL};
	struct owner_log *log;
	struct folder f;
	size_t ends[4];

	make_log(&f, ends);
	log = open_log(&f, &t);
	note(log, 5, "lost");
	owner_log_run(log, 12);
	owner_log_close(log);
	tells(&f, FIRST SECOND THIRD);
	buf_done(&t.text);
	folder_done(&f);
}

Test(owner_log, a_commit_of_nothing_is_one)
{
	struct told t = {.refuse = NULL};
	struct owner_log *log;
	struct folder f;
	size_t ends[4];

	make_log(&f, ends);
	log = open_log(&f, &t);
	cr_assert_eq(owner_log_commit(log, 11, 4), 0);
	cr_assert_eq(owner_log_commit(log, 11, 5), 0);
	note(log, 5, "x");
	cr_assert_eq(owner_log_commit(log, 11, 6), 0);
	owner_log_close(log);
	tells(&f, FIRST SECOND THIRD "D5/1005:x O5>5/7 ");
	buf_done(&t.text);
	folder_done(&f);
}

Test(owner_log, torn_at_any_byte_it_is_cut_back_to_its_last_commit)
{
	static const char *const told[] = {"", FIRST, FIRST SECOND};
	struct buf whole = {0}, b = {0};
	struct folder f;
	size_t ends[4];

	make_log(&f, ends);
	file_of(&f, &whole);
	for (int k = 0; k < 3; k++)
		for (size_t n = ends[k]; n < ends[k + 1]; n++) {
			folder_file(&f, "owners.log", span_of(whole.p, n));
			tells(&f, told[k]);
			cr_assert_eq(file_of(&f, &b).n, ends[k], "cut at %zu", n);
		}
	buf_done(&whole);
	buf_done(&b);
	folder_done(&f);
}

Test(owner_log, torn_within_its_header_it_begins_anew)
{
	struct buf whole = {0}, b = {0};
	struct folder f;
	size_t ends[4];

	make_log(&f, ends);
	file_of(&f, &whole);
	for (size_t n = 0; n < HEADER; n++) {
		folder_file(&f, "owners.log", span_of(whole.p, n));
		tells(&f, "");
		cr_assert_eq(file_of(&f, &b).n, HEADER);
	}
	buf_done(&whole);
	buf_done(&b);
	folder_done(&f);
}

Test(owner_log, a_torn_end_may_hold_anything)
{
	static const struct span ends_of_files[] = {
	    SPAN("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"),
	    SPAN("CCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCC"), SPAN("garbage"),
	    SPAN("D0123456789abcdefYYYYYYYY\xFF\xFF\xFF\xFF")};
	struct buf whole = {0}, b = {0};
	struct folder f;
	size_t ends[4];

	make_log(&f, ends);
	file_of(&f, &whole);
	for (size_t i = 0; i < 4; i++) {
		b.n = 0;
		buf_span(&b, buf_view(&whole));
		buf_span(&b, ends_of_files[i]);
		folder_file(&f, "owners.log", buf_view(&b));
		tells(&f, FIRST SECOND THIRD);
		cr_assert_eq(file_of(&f, &b).n, ends[3]);
	}
	buf_done(&whole);
	buf_done(&b);
	folder_done(&f);
}

Test(owner_log, goes_on_behind_what_was_cut_off)
{
	struct buf whole = {0};
	struct told t = {.refuse = NULL};
	struct owner_log *log;
	struct folder f;
	size_t ends[4];

	make_log(&f, ends);
	file_of(&f, &whole);
	folder_file(&f, "owners.log", span_of(whole.p, ends[3] - 1));
	log = open_log(&f, &t);
	note(log, 9, "new");
	cr_assert_eq(owner_log_commit(log, 12, 1), 0);
	owner_log_close(log);
	tells(&f, FIRST SECOND "D9/1009:new O9>9/7 ");
	buf_done(&whole);
	buf_done(&t.text);
	folder_done(&f);
}

Test(owner_log, damaged_before_its_last_commit_it_is_refused_and_not_cut)
{
	struct buf whole = {0}, b = {0};
	struct folder f;
	size_t ends[4];

	make_log(&f, ends);
	file_of(&f, &whole);
	for (size_t at = HEADER; at < ends[2]; at++) {
		whole.p[at] ^= 0x40;
		folder_file(&f, "owners.log", buf_view(&whole));
		is_refused(&f, "damaged at byte");
		cr_assert(span_equal(file_of(&f, &b), buf_view(&whole)), "it was changed");
		whole.p[at] ^= 0x40;
	}
	buf_done(&whole);
	buf_done(&b);
	folder_done(&f);
}

Test(owner_log, the_place_of_the_damage_is_told)
{
	struct buf whole = {0};
	struct folder f;
	size_t ends[4];
	char place[32];

	make_log(&f, ends);
	file_of(&f, &whole);
	whole.p[ends[1] + 20] ^= 1;
	folder_file(&f, "owners.log", buf_view(&whole));
	snprintf(place, sizeof(place), "damaged at byte %zu", ends[1]);
	is_refused(&f, place);
	buf_done(&whole);
	folder_done(&f);
}

Test(owner_log, damaged_in_its_last_commit_it_is_cut_as_if_torn)
{
	struct buf whole = {0}, b = {0};
	struct folder f;
	size_t ends[4];

	make_log(&f, ends);
	file_of(&f, &whole);
	for (size_t at = ends[2]; at < ends[3]; at++) {
		whole.p[at] ^= 0x40;
		folder_file(&f, "owners.log", buf_view(&whole));
		tells(&f, FIRST SECOND);
		cr_assert_eq(file_of(&f, &b).n, ends[2]);
		whole.p[at] ^= 0x40;
	}
	buf_done(&whole);
	buf_done(&b);
	folder_done(&f);
}

Test(owner_log, what_the_reader_does_not_accept_is_damage)
{
	struct told t = {.refuse = "O3>"};
	struct owner_log *log = NULL;
	struct folder f;
	size_t ends[4];

	make_log(&f, ends);
	cr_assert_eq(try_open(&log, &f, &t), ERR_USAGE);
	cr_assert(strstr(err_text(), "owners.log: damaged at byte") != NULL, "%s", err_text());
	cr_assert(log == NULL);
	buf_done(&t.text);
	folder_done(&f);
}

Test(owner_log, of_another_version_is_refused_and_says_which)
{
	struct buf whole = {0};
	struct folder f;
	size_t ends[4];

	make_log(&f, ends);
	file_of(&f, &whole);
	*(char *)memmem(whole.p, HEADER, "\"normaliser\": 1", 15) = ' ';
	folder_file(&f, "owners.log", buf_view(&whole));
	is_refused(&f, "made by another version ({\"version\": 1");
	buf_done(&whole);
	folder_done(&f);
}

Test(owner_log, what_is_no_log_is_refused_and_not_touched)
{
	struct buf b = {0}, text = {0};
	struct folder f;

	folder_open(&f);
	for (int i = 0; i < 100; i++)
		buf_str(&text, "somebody's diary\n");
	folder_file(&f, "owners.log", buf_view(&text));
	is_refused(&f, "owners.log: no owner log");
	cr_assert(span_equal(file_of(&f, &b), buf_view(&text)));
	folder_text(&f, "owners.log", "a short diary\n");
	is_refused(&f, "owners.log: no owner log");
	cr_assert(span_equal(file_of(&f, &b), SPAN("a short diary\n")));
	buf_done(&b);
	buf_done(&text);
	folder_done(&f);
}

Test(owner_log, a_second_opener_is_refused)
{
	struct told t = {.refuse = NULL};
	struct owner_log *log;
	struct folder f;

	folder_open(&f);
	log = open_log(&f, &t);
	is_refused(&f, "in use by another process");
	owner_log_close(log);
	log = open_log(&f, &t);
	owner_log_close(log);
	buf_done(&t.text);
	folder_done(&f);
}

Test(owner_log, a_folder_that_cannot_be_made_is_refused)
{
	struct folder f;
	struct folder wrong = {.path = "/tmp/winnow-no-such-folder/index"};

	is_refused(&wrong, "No such file or directory");
	folder_open(&f);
	folder_text(&f, "file", "");
	stpcpy(stpcpy(wrong.path, f.path), "/file");
	is_refused(&wrong, "Not a directory");
	folder_done(&f);
}

Test(owner_log, a_full_disk_is_a_hold_and_nothing_is_lost)
{
	struct rlimit limit = {.rlim_max = RLIM_INFINITY};
	struct told t = {.refuse = NULL};
	struct owner_log *log;
	struct buf b = {0};
	struct folder f;
	size_t ends[4];

	make_log(&f, ends);
	log = open_log(&f, &t);
	note(log, 5, "waits");
	signal(SIGXFSZ, SIG_IGN);
	for (size_t room = 0; room < 70; room += 10) {
		limit.rlim_cur = ends[3] + room;
		cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
		cr_assert_eq(owner_log_commit(log, 11, 4), ERR_HOLD);
		cr_assert_eq(file_of(&f, &b).n, ends[3], "the torn part is taken back");
	}
	limit.rlim_cur = RLIM_INFINITY;
	cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	cr_assert_eq(owner_log_commit(log, 11, 4), 0, "%s", err_text());
	owner_log_close(log);
	cr_assert_eq(file_of(&f, &b).n, ends[3] + 34 + 25 + 25, "one document, owner and commit");
	tells(&f, FIRST SECOND THIRD "D5/1005:waits O5>5/7 ");
	buf_done(&b);
	buf_done(&t.text);
	folder_done(&f);
}

Test(owner_log, closing_nothing_is_nothing)
{
	owner_log_close(NULL);
}
