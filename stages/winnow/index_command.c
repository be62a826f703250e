/*
 * index - look after an index that no chain has open: verify it, take a run back.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/log.h"
#include "common/mem.h"
#include "common/options.h"
#include "proto/index_read.h"
#include "proto/index_take_back.h"
#include "stages/settings.h"
#include "stages/winnow/commands.h"

enum { WAIT_MS = 5000 };

/* verify */

/* What the files hold: the entries of each document. */
struct found {
	uint32_t *entries; /* [n_documents]; ordinal 1 lies at 0 */
	uint64_t n_documents, cap;
};

static void
expect(void *object, uint64_t documents, uint64_t entries)
{
	(void)object;
	(void)documents;
	(void)entries;
}

static void
count_document(void *object, const struct hash *identity, uint64_t key, struct span id)
{
	struct found *f = object;

	(void)identity;
	(void)key;
	(void)id;
	if (f->n_documents == f->cap) {
		f->cap = f->cap == 0 ? 1024 : 2 * f->cap;
		f->entries = mem_grow(f->entries, f->cap * sizeof(*f->entries));
	}
	f->entries[f->n_documents++] = 0;
}

static int
count_entry(void *object, const struct entry *e)
{
	struct found *f = object;

	f->entries[e->document - 1]++;
	return 0;
}

static int
pass_run(void *object, uint64_t run)
{
	(void)object;
	(void)run;
	return 0;
}

static void
print_file(void *object, const char *name, uint64_t bytes, uint64_t groups, uint64_t torn)
{
	(void)object;
	printf("%s: %" PRIu64 " bytes", name, bytes);
	if (groups > 0)
		printf(", %" PRIu64 " commits", groups);
	if (torn > 0)
		printf(", and %" PRIu64 " bytes behind the last one, which do not count", torn);
	putchar('\n');
}

static void
print_sum(const struct index_files *files, const struct run_table *runs, const struct found *f)
{
	uint64_t documents = 0, entries = 0;

	for (uint64_t i = 0; i < f->n_documents; i++)
		if (!run_table_is_gone(runs, (uint32_t)i + 1)) {
			documents++;
			entries += f->entries[i];
		}
	for (size_t i = 0; i < runs->n; i++)
		if (runs->runs[i].id != 0)
			printf("run %016" PRIx64 ": %" PRIu64 " batches%s\n", runs->runs[i].id,
			    runs->runs[i].next, i == runs->run ? ", the newest" : "");
	printf("index %016" PRIx64 ": %" PRIu64 " owners, %" PRIu64 " documents, %" PRIu64
	       " runs, %" PRIu64 " batches: whole\n",
	    files->id, entries, documents, run_table_count(runs), runs->n_batches);
}

static int
verify(const char *folder)
{
	struct run_table runs = {0};
	struct found found = {0};
	const struct index_reader reader = {
	    .object = &found,
	    .expect = expect,
	    .document = count_document,
	    .entry = count_entry,
	    .take_back = pass_run,
	};
	struct index_files files;
	int r = index_files_open(&files, folder, false, WAIT_MS);

	if (r == 0)
		r = index_read(&files, &runs, &reader, print_file);
	if (r == 0 && files.last == 0)
		r = err_set(ERR_USAGE, "%s: there is no index in it", folder);
	if (r == 0)
		print_sum(&files, &runs, &found);
	free(found.entries);
	run_table_done(&runs);
	index_files_close(&files);
	return r;
}

/* take-back */

static int
take_back(const char *folder, const char *text)
{
	char *end;
	uint64_t run = strtoull(text, &end, 16);
	bool has;

	if (strlen(text) != 16 || *end != '\0')
		return err_set(ERR_USAGE, "'%s' is no run; `winnow index verify` lists them", text);
	TRY(index_has_run(&has, folder, run, WAIT_MS));
	if (!has) {
		printf("run %s has brought nothing to it\n", text);
		return 0;
	}
	TRY(index_take_back(folder, run, WAIT_MS));
	printf("run %s was taken back\n", text);
	return 0;
}

static int
do_it(const char **args, size_t n)
{
	const char *folder;

	if (n < 2)
		return err_set(ERR_USAGE, "say what to do, and to which index: verify file:DIR");
	TRY(index_folder(&folder, args[1]));
	if (strcmp(args[0], "verify") == 0 && n == 2)
		return verify(folder);
	if (strcmp(args[0], "take-back") == 0 && n == 3)
		return take_back(folder, args[2]);
	return err_set(
	    ERR_USAGE, "it is `verify file:DIR` or `take-back file:DIR RUN`, not '%s'", args[0]);
}

int
command_index(int argc, char **argv)
{
	struct settings settings;
	struct options options;
	int r;

	argv[0] = (char *)"winnow index";
	log_open(argv[0]);
	r = settings_parse(&settings, &options, TAKES_CAT,
	    "verify: read all of an index that no chain has open, and say what is there or where "
	    "it "
	    "is damaged; nothing is changed. take-back: forget what its newest run brought.",
	    "verify file:DIR | take-back file:DIR RUN", argc, argv);
	if (r == 0)
		r = do_it(settings.sources, settings.n_sources);
	if (fflush(stdout) != 0 && r == 0)
		r = err_set(ERR_SYS, "standard output cannot be written");
	if (r < 0 && r != ERR_STOP)
		log_line(LOG_ERROR, "%s", err_text());
	settings_done(&options);
	return err_exit(r);
}
