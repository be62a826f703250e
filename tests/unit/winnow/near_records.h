/*
 * near_records - two records, of which the second has a near drop and an exact one, in both forms.
 */
#ifndef WINNOW_NEAR_RECORDS_H
#define WINNOW_NEAR_RECORDS_H

#include "proto/document_pack.h"
#include "proto/record_json.h"
#include "tests/unit/scratch.h"

#define OWNED "the owned text"
#define NEAR_IT "the owned\ntext, edited"

static inline void
near_records_make(struct buf *packed, struct buf *lines)
{
	struct paragraph first = {.text = SPAN(OWNED), .n = 3};
	struct paragraph second = {.text = SPAN("other"), .n = 0};
	struct dropped dropped[] = {
	    {.n = 1,
		.why = WHY_NEAR,
		.similarity = 6117,
		.text = SPAN(NEAR_IT),
		.owner = {.key = 0xA1, .id = SPAN("first"), .n = 3}},
	    {.n = 2, .owner = {.key = 0xA1, .id = SPAN("first"), .n = 3}},
	};
	struct document a = {
	    .id = SPAN("first"), .key = 0xA1, .paragraphs = &first, .n_paragraphs = 1};
	struct document b = {.id = SPAN("second"),
	    .key = 0xB2,
	    .paragraphs = &second,
	    .n_paragraphs = 1,
	    .dropped = dropped,
	    .n_dropped = 2};

	document_pack(packed, &a, SCOPE_RECORD);
	document_pack(packed, &b, SCOPE_RECORD);
	record_json(lines, &a);
	buf_byte(lines, '\n');
	record_json(lines, &b);
	buf_byte(lines, '\n');
}

/* Run a command: its exit status; what it printed and said, NUL-terminated. */
static inline int
command_run_caught(
    int (*command)(int, char **), const char *const *words, struct buf *out, struct buf *said)
{
	struct caught stdout_, stderr_;
	char *argv[8];
	int argc = 0, status;

	for (; words[argc] != NULL; argc++)
		argv[argc] = (char *)words[argc];
	argv[argc] = NULL;
	catch_begin(&stdout_, STDOUT_FILENO);
	catch_begin(&stderr_, STDERR_FILENO);
	status = command(argc, argv);
	catch_end(&stderr_, said);
	catch_end(&stdout_, out);
	return status;
}

#endif
