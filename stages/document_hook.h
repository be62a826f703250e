/*
 * document_hook - documents that misbehave on demand, in test builds only (WINNOW_TEST_HOOKS).
 *
 * A document with the words winnow-hook:STAGE:WHAT in its raw bytes or in a paragraph does that in
 * that stage, each time it is worked on: crash, abort, hang, sleep, memory, stack, open, socket,
 * fork, exec, kill, forge (it passes for another document), crash-once (in the first
 * child of a worker only), spoil (the next document in the same child crashes).
 */
#ifndef WINNOW_DOCUMENT_HOOK_H
#define WINNOW_DOCUMENT_HOOK_H

#include "proto/document.h"

#ifdef WINNOW_TEST_HOOKS
void document_hook(const char *name, struct document *d);
#else
static inline void
document_hook(const char *name, struct document *d)
{
	(void)name;
	(void)d;
}
#endif

#endif
