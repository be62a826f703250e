/*
 * index_sum - what an index holds, counted from its files while others may use it.
 */
#ifndef WINNOW_INDEX_SUM_H
#define WINNOW_INDEX_SUM_H

#include "proto/index_read.h"

struct index_sum {
	struct index_files files;
	struct index_view view;
	struct run_table runs;
	uint64_t documents, gone;    /* that count; that were forgotten or taken back */
	uint64_t paragraphs, wholes; /* owned; and documents as a whole */
	uint64_t id_bytes;
	uint32_t oldest, newest; /* minutes since 1970; 0: not known */
};

/*
 * Read all of a folder's index. `told` gets each file, with a NULL object. index_sum_close is right
 * also after a failure, which is that of index_view_open or index_view_read.
 */
int index_sum_open(struct index_sum *ret_s, const char *folder, index_file_told *told) WARN_UNUSED;

void index_sum_close(struct index_sum *s);

#endif
