/* offload: what the kernel of an interface does with frames that hangu must see, or send, as they are on the wire.
 *
 * Put together on their way in (GRO, LRO), what is received is no frame that there was, and does not fit. What is sent by this
 * machine itself is seen before it is split (TSO, GSO) and has its checksums. The features of ethtool(8); its words name them. Main
 * thread.
 */
#ifndef HG_PORT_DPDK_OFFLOAD_H
#define HG_PORT_DPDK_OFFLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HG_OFFLOAD_WORDS 4 /* of 32 of the kernel's features */
#define HG_OFFLOADS_TEXT 256

/* Features of one interface. */
struct hg_offloads {
	uint32_t feature[HG_OFFLOAD_WORDS];
	uint8_t size;   /* words that the kernel has */
	uint16_t named; /* their words of ethtool, a bit each */
};

/* Which of those that matter are on: those that can be switched off, and those that cannot. 0 or -errno. */
int hg_offloads_look(const char *interface, struct hg_offloads *on, struct hg_offloads *fixed);
int hg_offloads_switch(const char *interface, const struct hg_offloads *which, bool on);

bool hg_offloads_any(const struct hg_offloads *o);
bool
hg_offloads_receiving(const struct hg_offloads *o); /* are there some that put together what is received? */
bool hg_offloads_checksums(const struct hg_offloads *o); /* are checksums of what is sent left to the card? */

/* "gro, tso" when `behind` is NULL, else each with it, to be typed: "gro off tso off". Returns text. */
const char *hg_offloads_print(const struct hg_offloads *o, const char *behind, char text[HG_OFFLOADS_TEXT]);

#endif
