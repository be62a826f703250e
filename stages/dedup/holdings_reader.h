/*
 * holdings_reader - what the files of an index tell, put into the holdings.
 */
#ifndef WINNOW_HOLDINGS_READER_H
#define WINNOW_HOLDINGS_READER_H

#include "proto/index_read.h"
#include "stages/dedup/holdings.h"

/* For index_read and index_read_group; its calls fail with ERR_RECORD as those of holdings do. */
struct index_reader holdings_reader(struct holdings *h);

#endif
