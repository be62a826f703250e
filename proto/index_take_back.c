#include "proto/index_take_back.h"

#include <errno.h>
#include <unistd.h>

#include "proto/index_read.h"

/* Open a folder that is there and read its runs. */
static int
read_runs(struct index_files *f, struct run_table *runs, const char *folder, unsigned wait_ms)
{
	TRY(index_files_open(f, folder, false, wait_ms));
	return index_read_runs(f, runs);
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

static int
note(struct index_files *f, uint64_t run)
{
	struct buf b = {0};
	int r;

	owner_log_take_back(&b, run);
	r = index_files_add(f, &b);
	buf_done(&b);
	return r;
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
