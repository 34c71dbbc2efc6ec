/* stream_drive: a TCP conversation from one line a packet, through flow/ and stream/.
 *
 * "c SA 0 1 data w=100" is a packet of the client with the flags SYN and ACK, sequence number 0 and acknowledgement 1, both
 * relative to the initial ones; a word without '=' behind them is payload, n*x is x n times. Further words: w=WINDOW,
 * ws=SCALE, ts=STAMP/ECHO, sack=FROM/TO, urg=POINTER, t=SECONDS (later than the packet before), and the options tfo, sackok,
 * md5. Flags are letters of SAFRPU, '-' for none.
 */
#ifndef HG_TESTS_STREAM_DRIVE_H
#define HG_TESTS_STREAM_DRIVE_H

#include "flow/flow.h"
#include "stream/stream.h"

#define DRIVE_CLIENT_ISN 0xfffffff0u /* so that sequence numbers wrap */
#define DRIVE_SERVER_ISN 5000u

struct drive {
	struct hg_mem *mem;
	struct hg_flows *flows;
	struct hg_streams *streams;
	struct hg_flow *flow; /* of the last packet */
	struct hg_packet p;   /* the last packet */
	hg_time now;
	unsigned sides;
	uint8_t payload[65536];
};

void drive_config(struct hg_stream_config *c); /* defaults of the peer's shipped file */
void drive_open(struct drive *d, const struct hg_stream_config *c);
void drive_close(struct drive *d);
void drive_packet(struct drive *d, const char *line);
/* A packet with payload at an offset of the stream, for tests that make their own. */
void drive_bytes(struct drive *d, char who, uint32_t seq, uint32_t ack, struct hg_span payload);
/* SYN, SYN/ACK, ACK */
void drive_handshake(struct drive *d);
/* For hg_stream_config.os_policy: every host has the policy that arg, a uint8_t, says. */
uint8_t drive_policy_of(const void *arg, const struct hg_addr *host, uint8_t family);
/* Names of the events of the last packet, in order of their ids, comma separated. */
const char *drive_events(const struct drive *d, char *out, size_t size);
const char *drive_state(enum hg_tcp_state state);

#endif
