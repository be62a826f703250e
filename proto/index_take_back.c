#include "proto/index_take_back.h"

#include <errno.h>
#include <unistd.h>

#include "proto/index_read.h"

static void
pass_numbers(void *unused, uint64_t documents, uint64_t entries)
{
	(void)unused;
	(void)documents;
	(void)entries;
}

static void
pass_document(void *unused, const struct hash *identity, uint64_t key, struct span id)
{
	(void)unused;
	(void)identity;
	(void)key;
	(void)id;
}

static int
pass_entry(void *unused, const struct entry *e)
{
	(void)unused;
	(void)e;
	return 0;
}

static int
pass_run(void *unused, uint64_t run)
{
	(void)unused;
	(void)run;
	return 0;
}

static void
pass_file(void *unused, const char *name, uint64_t bytes, uint64_t groups, uint64_t torn)
{
	(void)unused;
	(void)name;
	(void)bytes;
	(void)groups;
	(void)torn;
}

/* Open a folder that is there and read its runs. */
static int
read_runs(struct index_files *f, struct run_table *runs, const char *folder, unsigned wait_ms)
{
	const struct index_reader reader = {
	    .expect = pass_numbers,
	    .document = pass_document,
	    .entry = pass_entry,
	    .take_back = pass_run,
	};

	TRY(index_files_open(f, folder, false, wait_ms));
	return index_read(f, runs, &reader, pass_file);
}

int
index_has_run(bool *ret_has, const char *folder, uint64_t run, unsigned wait_ms)
{
	struct run_table runs = {0};
	struct index_files f;
	const struct run *known;
	int r;

	if (access(folder, F_OK) < 0 && errno == ENOENT) {
		*ret_has = false;
		return 0;
	}
	r = read_runs(&f, &runs, folder, wait_ms);
	known = run_table_find(&runs, run);
	if (r == 0)
		*ret_has = known != NULL && known->began > 0;
	run_table_done(&runs);
	index_files_close(&f);
	return r;
}

/* Append the record, as a group of its own. */
static int
note(struct index_files *f, uint64_t run)
{
	char name[INDEX_NAME_BYTES];
	struct buf b = {0};
	bool unused;
	int fd, error;

	TRY(index_files_resume(f, &fd));
	owner_log_take_back(&b, run);
	owner_log_sync(&b, f->id);
	error = index_files_append(f, fd, buf_view(&b), &unused);
	buf_done(&b);
	close(fd);
	if (error == 0)
		return 0;
	index_file_name(name, INDEX_SEGMENT, f->last);
	return index_files_failed(f, name, error);
}

int
index_take_back(const char *folder, uint64_t run, unsigned wait_ms)
{
	struct run_table runs = {0};
	struct index_files f;
	int r = read_runs(&f, &runs, folder, wait_ms);

	if (r == 0 && run_table_find(&runs, run) != NULL) {
		if (run_table_take_back(&runs, run) < 0)
			r = err_set(ERR_USAGE, "%s: %s", folder, err_text());
		else
			r = note(&f, run);
	}
	run_table_done(&runs);
	index_files_close(&f);
	return r;
}
