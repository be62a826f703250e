#include "stages/write/members.h"

int
members_end(struct members *m, struct sink *output, struct sink *dead)
{
	TRY(sink_end_member(output));
	TRY(sink_end_member(dead));
	*m = (struct members){0};
	return 0;
}

int
members_batch(struct members *m, struct sink *output, struct sink *dead, uint64_t input_bytes,
    bool *ret_boundary)
{
	uint64_t a = sink_member_bytes(output), b = sink_member_bytes(dead);

	m->batches++;
	m->input_bytes += input_bytes;
	*ret_boundary = (a == 0 && b == 0) || a >= MEMBER_BYTES || b >= MEMBER_BYTES ||
			m->batches >= MEMBER_BATCHES || m->input_bytes >= MEMBER_INPUT_BYTES;
	return *ret_boundary ? members_end(m, output, dead) : 0;
}
