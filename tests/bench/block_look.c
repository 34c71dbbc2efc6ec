/* What asking the block table costs a packet, by how many entries it has and how many forms they are of: the first packet of a
 * flow, which asks, and the others, which need not.
 *
 * usage: block_look [BURSTS]        bursts of 32 packets between random addresses, of which none is blocked; default 200,000
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"

#include "block/block.h"
#include "flow/flow.h"

#define BURST 32
#define CAPACITY 1048576u
#define ROUNDS 5

static uint64_t state = 0x9e3779b97f4a7c15u;

static uint32_t
next(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)(state >> 16);
}

/* Packets come from 0.0.0.0/1, entries are of 128.0.0.0/1: no packet is blocked. */
static void
set_addr(struct hg_addr *a, bool blocked)
{
	memset(a, 0, sizeof(*a));
	a->w[0] = next();
	a->b[0] = (uint8_t)((a->b[0] & 0x7f) | (blocked ? 0x80 : 0));
}

static void
fill(struct hg_block *b, uint32_t *n, uint32_t upto, uint8_t bits)
{
	for (; *n < upto; (*n)++) {
		struct hg_block_match m = { .family = 4, .bits = bits };

		set_addr(&m.a, true);
		hg_block_canonical(&m);
		hg_block_put(b, *n, &m, 0);
	}
}

/* ns a packet of flows that have asked. */
static double
pass(struct hg_block *b, unsigned bursts)
{
	static struct hg_packet packets[BURST];
	static struct hg_flow flows[BURST];
	double best = 1e18;

	for (unsigned k = 0; k < BURST; k++) {
		struct hg_packet *p = &packets[k];

		*p = (struct hg_packet){ .family = 4, .proto = 6, .flow = &flows[k] };
		set_addr(&p->src, false);
		set_addr(&p->dst, false);
		flows[k] = (struct hg_flow){ .key = { .family = 4, .proto = 6, .addr = { p->src, p->dst } } };
	}
	hg_block_look(b, packets, BURST);
	for (unsigned r = 0; r < ROUNDS; r++) {
		const double begin = now();

		for (unsigned i = 0; i < bursts; i++)
			hg_block_look(b, packets, BURST);
		best = HG_MIN(best, (now() - begin) / bursts / BURST);
	}
	return best;
}

/* ns a first packet, the making of its addresses included: that of the empty table is to be taken off. */
static double
ask(struct hg_block *b, unsigned bursts)
{
	static struct hg_packet packets[BURST];
	double best = 1e18;

	for (unsigned r = 0; r < ROUNDS; r++) {
		const double begin = now();

		for (unsigned i = 0; i < bursts; i++) {
			for (unsigned k = 0; k < BURST; k++) {
				packets[k].family = 4;
				packets[k].flags = 0;
				set_addr(&packets[k].src, false);
				set_addr(&packets[k].dst, false);
			}
			hg_block_look(b, packets, BURST);
		}
		best = HG_MIN(best, (now() - begin) / bursts / BURST);
	}
	return best;
}

static void
show(struct hg_block *b, unsigned bursts, double empty, uint32_t n, unsigned forms)
{
	printf("%9u  %5u  %10.1f  %10.1f\n", n, forms, ask(b, bursts) - empty, pass(b, bursts));
}

int
main(int argc, char **argv)
{
	const unsigned bursts = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 200000;
	const struct hg_hash_key key = HG_HASH_KEY_REPLAY;
	static const uint32_t sizes[] = { 1, 1000, 100000, 1000000 };
	struct hg_block *b;
	uint32_t n = 0;
	double empty;

	if (bursts == 0 || hg_block_open(&b, CAPACITY, &key, NULL) < 0)
		return 1;
	empty = ask(b, bursts);
	printf("ns a packet; making addresses, %.1f ns, is taken off\n\n", empty);
	printf("%9s  %5s  %10s  %10s\n", "entries", "forms", "first", "others");
	for (unsigned i = 0; i < HG_COUNT(sizes); i++) {
		fill(b, &n, sizes[i], 32);
		show(b, bursts, empty, n, 1);
	}
	for (uint8_t bits = 31; bits > 24; bits--)
		fill(b, &n, n + 1000, bits);
	show(b, bursts, empty, n, 8);
	hg_block_close(b);
	return 0;
}
