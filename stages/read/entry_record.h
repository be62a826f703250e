/*
 * entry_record - what an entry of a queue holds, as one record: JSON or MessagePack, unparsed.
 *
 * An entry of one field whose value is a whole JSON object or MessagePack map is that record. Of
 * more fields one called `record` or `json` that holds such an object is the record, with the other
 * fields put before its own (before: of two with one name the first counts, the second is meta).
 * Else the fields are the record, as strings.
 */
#ifndef WINNOW_ENTRY_RECORD_H
#define WINNOW_ENTRY_RECORD_H

#include "stages/read/hand.h"

struct entry_field {
	struct span name, value;
};

/* How a value begins: FORM_JSON (an object), FORM_MSGPACK (a map), else FORM_NONE. */
enum form entry_form(struct span value);

/* Set form and raw of an entry from its fields. Memory: fields' own, or a. */
void entry_from_fields(
    struct queue_entry *e, struct arena *a, const struct entry_field *fields, size_t n);

/* Set them from one value: what is neither object nor map is bad JSON, as extract will say. */
void entry_from_value(struct queue_entry *e, struct span value);

/* Put fields before those of a record of this form; raw stays if it is none. */
struct span entry_splice(
    struct arena *a, enum form form, struct span raw, const struct entry_field *fields, size_t n);

/* An entry whose bytes are over a limit: refused, and its bytes left out. */
void entry_too_large(struct queue_entry *e, struct arena *a, uint64_t bytes, uint64_t limit);

#endif
