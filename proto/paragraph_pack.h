/*
 * paragraph_pack - paragraphs, kept and dropped, and the keys of documents as MessagePack.
 */
#ifndef WINNOW_PARAGRAPH_PACK_H
#define WINNOW_PARAGRAPH_PACK_H

#include "common/arena.h"
#include "common/buf.h"
#include "proto/document.h"
#include "proto/document_pack.h"
#include "proto/scan.h"

/* Append an array of n maps. */
void paragraphs_pack(struct buf *b, const struct paragraph *paragraphs, size_t n, enum scope scope);
void dropped_pack(struct buf *b, const struct dropped *dropped, size_t n);

/* Read such an array into a; texts point into the bytes under s. Returns 0 or ERR_RECORD. */
int paragraphs_unpack(
    struct paragraph **ret_paragraphs, size_t *ret_n, struct scan *s, struct arena *a) WARN_UNUSED;
int dropped_unpack(
    struct dropped **ret_dropped, size_t *ret_n, struct scan *s, struct arena *a) WARN_UNUSED;

/* A document's key, as the string of its digits. */
void key_pack(struct buf *b, uint64_t key);
int key_unpack(struct scan *s, uint64_t *ret_key) WARN_UNUSED;

#endif
