/*
 * sentence_pack - sentences of the summary, claims and facts as MessagePack.
 */
#ifndef WINNOW_SENTENCE_PACK_H
#define WINNOW_SENTENCE_PACK_H

#include "common/arena.h"
#include "common/buf.h"
#include "proto/scan.h"
#include "proto/sentence.h"

/* Append an array of n maps. */
void sentences_pack(struct buf *b, const struct sentence *sentences, size_t n);
void claims_pack(struct buf *b, const struct claim *claims, size_t n);

/* Read such an array into a; texts point into the bytes under s. Returns 0 or ERR_RECORD. */
int sentences_unpack(
    struct sentence **ret_sentences, size_t *ret_n, struct scan *s, struct arena *a) WARN_UNUSED;
int claims_unpack(
    struct claim **ret_claims, size_t *ret_n, struct scan *s, struct arena *a) WARN_UNUSED;

#endif
