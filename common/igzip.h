/*
 * igzip - the beginning of a stream for ISA-L's decoder.
 */
#ifndef WINNOW_IGZIP_H
#define WINNOW_IGZIP_H

#include <isa-l/igzip_lib.h>
#include <string.h>

/*
 * All of the state is cleared, which isal_inflate_init does not do: of damaged data a distance that
 * leads in front of the output, or a code that no table has, would be read from what memory held
 * before, and the same bytes would not always give the same. wrapper: ISAL_GZIP and the like.
 */
static inline void
igzip_begin(struct inflate_state *s, uint32_t wrapper)
{
	memset(s, 0, sizeof(*s));
	isal_inflate_init(s);
	s->crc_flag = wrapper;
}

#endif
