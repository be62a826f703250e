#include "stages/outbox.h"

#include "rig.h"

static struct outbox box;

static void
put(uint64_t seq)
{
	struct header h = {.kind = FRAME_BATCH, .run = 1, .seq = seq};
	struct buf packed = {0};

	batch_pack(&packed, &(struct batch){0});
	outbox_put(&box, &h, &packed);
	cr_assert_eq(packed.n, 0);
}

Test(outbox, has_room_for_so_many)
{
	for (uint64_t seq = 0; seq < OUTBOX_BATCHES; seq++) {
		cr_assert(outbox_has_room(&box));
		cr_assert(!outbox_has(&box, seq));
		put(seq);
		cr_assert(outbox_has(&box, seq));
	}
	cr_assert(!outbox_has_room(&box));
	outbox_clear(&box);
	cr_assert(outbox_has_room(&box));
	cr_assert(!outbox_has(&box, 0));
	outbox_clear(&box);
}

/* One that comes again, an older one, may stand behind one that is not durable yet. */
Test(outbox, what_is_durable_goes_from_the_front)
{
	put(7);
	put(8);
	put(3);
	outbox_release(&box, 7);
	cr_assert(!outbox_is_ready(&box));
	outbox_release(&box, 8);
	cr_assert(outbox_is_ready(&box));
	cr_assert_eq(box.n_durable, 1);
	outbox_release(&box, 9);
	cr_assert_eq(box.n_durable, 3);
	outbox_clear(&box);
	cr_assert(!outbox_is_ready(&box));
}

Test(outbox, sends_what_is_durable_in_its_order_and_goes_round)
{
	struct port in, out;
	struct rig rig;

	rig_open(&rig);
	rig_port(&rig, &out, PORT_PUSH, "a", true);
	rig_port(&rig, &in, PORT_PULL, "a", false);
	rig_await(&out, ZMQ_POLLOUT);
	for (uint64_t seq = 0; seq < 2 * OUTBOX_BATCHES; seq++) {
		put(seq);
		if (seq > 0) {
			struct frame f;

			outbox_release(&box, seq);
			cr_assert_eq(outbox_send(&box, &out), 0);
			f = rig_take(&in);
			cr_assert_eq(f.header.seq, seq - 1);
			frame_done(&f);
			cr_assert(outbox_has(&box, seq), "it is not durable");
			cr_assert(!outbox_has(&box, seq - 1));
		}
	}
	outbox_clear(&box);
	port_close(&in);
	port_close(&out);
	rig_done(&rig);
}
