/*
 * raw_document - a piece of an input as the document that goes on: named by its place and its
 * bytes.
 */
#ifndef WINNOW_RAW_DOCUMENT_H
#define WINNOW_RAW_DOCUMENT_H

#include "common/arena.h"
#include "proto/document.h"
#include "proto/framing.h"
#include "stages/read/hand.h"

/*
 * The document of a piece of the input of this name; refused if the piece is, and the document that
 * it stands for if it is a dead letter. Its strings lie in a, its bytes where the piece has them.
 */
void raw_document(struct document *ret_d, struct arena *a, struct span name, const struct piece *p);

/* The same of an entry of the queue of this name, which is told apart by the id of the entry. */
void
raw_entry(struct document *ret_d, struct arena *a, struct span stream, const struct queue_entry *e);

/* An input that cannot be read, by its errno: a refused document in its place of the sequence. */
void raw_unreadable(struct document *ret_d, struct arena *a, struct span name, int error);

#endif
