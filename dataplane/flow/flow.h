/* flow: packets into conversations.
 *
 * A flow is the inner 5-tuple with its VLANs and tunnel: both directions meet in one entry, whose side `client` is
 * the initiator. One table a worker, preallocated, keyed hash; time-outs in packet time by a wheel; when the table
 * runs short (emergency) shorter time-outs apply and unanswered flows go first, so that established flows survive
 * a flood. Who made a flow never moves it. No heap, no clock, one owner thread.
 *
 * Later stages hang their state on the flow (stream, app, detect); flow/ knows these as incomplete types only and
 * tells the worker when a flow ends (hg_flow_next_end), who lets every stage finish before hg_flow_free.
 */
#ifndef HG_FLOW_FLOW_H
#define HG_FLOW_FLOW_H

#include "base/addr.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/pool.h"
#include "base/time.h"
#include "base/wheel.h"
#include "packet/packet.h"
#include "packet/verdict.h"

enum hg_flow_state { HG_FLOW_NEW, HG_FLOW_ESTABLISHED, HG_FLOW_CLOSED, HG_FLOW_BYPASSED };

/* EVE flow.reason */
enum hg_flow_end { HG_FLOW_END_TIMEOUT, HG_FLOW_END_FORCED, HG_FLOW_END_SHUTDOWN };

enum hg_flow_flags {
	HG_FLOW_SEEN_SERVER = 1 << 0, /* a packet to the server was seen */
	HG_FLOW_SEEN_CLIENT = 1 << 1, /* … to the client */
	HG_FLOW_NO_DETECT = 1 << 2,   /* a pass rule (or a drop rule in ids): parsing and records go on */
	HG_FLOW_NO_PAYLOAD = 1 << 3,  /* payload and raw stream are not inspected any more (encrypted) */
	HG_FLOW_DROP = 1 << 4,        /* inline: everything of it is dropped */
	HG_FLOW_ALERTED = 1 << 5,
	HG_FLOW_ACTION_PASS = 1 << 6, /* EVE flow.action */
	HG_FLOW_ACTION_DROP = 1 << 7,
	HG_FLOW_EMERGENCY = 1 << 8,      /* ended by emergency time-outs */
	HG_FLOW_IP_ONLY_SERVER = 1 << 9, /* IP-only rules have run for this direction */
	HG_FLOW_IP_ONLY_CLIENT = 1 << 10,
	HG_FLOW_PD_SERVER = 1 << 11, /* rules on protocol identification have run for this direction */
	HG_FLOW_PD_CLIENT = 1 << 12,
	HG_FLOW_TWO_WAY = 1 << 13,  /* both sides proved themselves: handshake done, or UDP answered */
	HG_FLOW_REVERSED = 1 << 14, /* sides were exchanged after the first packet */
	HG_FLOW_DROP_SHOWN_SERVER = 1 << 15, /* a record of a dropped packet was written */
	HG_FLOW_DROP_SHOWN_CLIENT = 1 << 16,
	HG_FLOW_KNOWN_SERVER = 1 << 17, /* the direction's protocol was known behind its last packet */
	HG_FLOW_KNOWN_CLIENT = 1 << 18,
	HG_FLOW_SETTLED = 1 << 19,        /* its application has nothing to do before the session closes */
	HG_FLOW_NO_BARE_SERVER = 1 << 20, /* no rule without bytes concerns its plain packets to the server */
	HG_FLOW_NO_BARE_CLIENT = 1 << 21,
	HG_FLOW_SPARED = 1 << 22, /* it began under overload and passes uninspected */
};

struct hg_flow_key {
	struct hg_addr addr[2]; /* canonical order, not client and server */
	uint16_t port[2];
	uint16_t vlan[HG_VLANS];
	uint8_t proto, depth;
	uint8_t family, pad;
	uint32_t tunnel_id;
};

struct hg_stream;      /* stream/ */
struct hg_app;         /* app/ */
struct hg_flow_detect; /* detect/ */

struct hg_flow {
	/* look-up */
	struct hg_flow_key key;
	uint32_t next; /* in its bucket: pool index + 1 */
	uint32_t
		cleared; /* block/: no entry shut its ends out when the table was of this generation; 0: not known */

	/* touched by every packet: with the key two cache lines */
	uint32_t flags;                 /* HG_FLOW_* */
	uint8_t state;                  /* enum hg_flow_state */
	uint8_t app_proto;              /* enum hg_proto, once known: the flow's */
	uint8_t app_proto_dir[HG_DIRS]; /* as identified in each direction; HG_PROTO_FAILED: gave up */
	uint8_t client : 1;             /* which of key.addr is the client */
	uint8_t end : 2;                /* enum hg_flow_end */
	bool dying : 1;                 /* out of the table, waiting for its last run */
	uint16_t no_bare; /* detect/: the snapshot that HG_FLOW_NO_BARE_* are about, by its number */
	uint8_t ttl_min[HG_DIRS], ttl_max[HG_DIRS];
	hg_time last;
	uint64_t packets[HG_DIRS], bytes[HG_DIRS]; /* wire bytes */
	struct hg_stream *stream;                  /* TCP only */

	struct hg_app *app;
	struct hg_flow_detect *detect;

	/* cold */
	hg_time first;
	uint64_t id;             /* EVE flow_id, < 2^51: same for every run of the same capture */
	uint16_t vlan[HG_VLANS]; /* of its first packet, also when they do not belong to the key */
	uint8_t device;          /* that packet came in by */
	uint64_t parent_id;      /* of the flow that expected this one; 0: none */
	struct hg_flows *table;
	struct hg_wheel_entry timer;
	uint32_t turn; /* its place among the flows nobody has answered yet (table) */
	uint32_t hash;
	/* told by stream/: which SYN begins another session */
	uint32_t tcp_isn[HG_DIRS]; /* one with the number of its direction repeats this session's */
	bool tcp_over;             /* any other one begins a session */
	bool tcp_any_syn;          /* … and so does the client's with the same number */
	uint8_t icmp_type[HG_DIRS], icmp_code[HG_DIRS];
	uint8_t expected_proto; /* enum hg_proto that an expectation promised; HG_PROTO_UNKNOWN: none */
	uint8_t app_proto_orig; /* before a protocol change */
	uint8_t app_proto_expected;
	uint32_t expected_arg;  /* what the expecting side wants to tell (FTP: command and direction) */
	uint8_t *expected_note; /* … in words (FTP: the file's name); the table's memory */
	uint32_t expected_note_len;
};

/* The application state that its packets concern; NULL: none. */
static inline struct hg_app *
hg_flow_live_app(const struct hg_flow *f)
{
	return f == NULL || f->flags & HG_FLOW_SETTLED ? NULL : f->app;
}

static inline const struct hg_addr *
hg_flow_client_addr(const struct hg_flow *f)
{
	return &f->key.addr[f->client];
}

static inline const struct hg_addr *
hg_flow_server_addr(const struct hg_flow *f)
{
	return &f->key.addr[!f->client];
}

static inline uint16_t
hg_flow_client_port(const struct hg_flow *f)
{
	return f->key.port[f->client];
}

static inline uint16_t
hg_flow_server_port(const struct hg_flow *f)
{
	return f->key.port[!f->client];
}

/* Seconds by protocol class and state. */
enum hg_flow_class { HG_FLOW_DEFAULT, HG_FLOW_TCP, HG_FLOW_UDP, HG_FLOW_ICMP, HG_FLOW_CLASSES };
struct hg_flow_timeouts {
	uint32_t new_, established, closed, bypassed;
	uint32_t emergency_new, emergency_established, emergency_closed, emergency_bypassed;
};

struct hg_flow_config {
	uint32_t max_flows;          /* cap of the table; from flow.memcap when flow.max is not set */
	unsigned parts;              /* tables that packets are dealt out to, hg_flow_part() */
	uint32_t emergency_recovery; /* per cent of the table free again */
	bool vlan_tracking;
	bool synack_begins;   /* a SYN/ACK may begin a session (stream.midstream, stream.async-oneside) */
	bool tunnel_tracking; /* recursion level and tunnel id belong to the key */
	struct hg_flow_timeouts timeouts[HG_FLOW_CLASSES];
	struct hg_hash_key hash_key;
	enum hg_exception memcap_policy;   /* for a packet whose flow cannot be made */
	enum hg_exception overload_policy; /* for flows that begin while hg_flows_overloaded() says so */
	bool ips;
	bool macs; /* note Ethernet addresses */
	bool prefault;
};

void hg_flow_config_init(struct hg_flow_config *c); /* the peer's shipped defaults (5.4) */

struct hg_flow_stats {
	uint64_t total, tcp, udp, icmpv4, icmpv6, active, spare;
	uint64_t tcp_reuse;
	uint64_t end_timeout, end_forced, end_shutdown;
	uint64_t evicted_new, emergency_entered, refused;
	uint64_t expected, expectation_full;
	uint64_t macs_client, macs_server;     /* the most of a flow's side */
	uint64_t spared_flows, spared_packets; /* passed uninspected by overload_policy */
};

struct hg_flows;

int hg_flows_open(
	struct hg_flows **ret, const struct hg_flow_config *c, struct hg_mem *mem, struct hg_error *err);
void hg_flows_close(struct hg_flows *t);
void hg_flows_reset(struct hg_flows *t); /* fresh state; all flows were freed before */

/* Whoever gives it packets has more than it can inspect: until this is taken back, flows that begin get overload_policy, each whole
 * and for its life. Those that are there go on as they are. */
void hg_flows_overloaded(struct hg_flows *t, bool overloaded);

/* Which table a packet belongs to: by the pair of addresses in its flow's key, so that all flows of a pair are in one table.
 * Below c->parts, HG_FLOW_PARTS at most. What a table does depends on its packets and on whole seconds only, never on who
 * owns the other tables (ADR 0004). */
#define HG_FLOW_PARTS 16
unsigned hg_flow_part(const struct hg_flow_config *c, const struct hg_packet *p);

/* Tables, keys and hashes of n packets; buckets, flows, their sessions and applications prefetched: the burst's front half. Sets p->part and
 * p->key_hash, and p->flow to what is probably the flow: hg_flow_settle() decides. */
void hg_flow_look(struct hg_flows *const *parts, struct hg_packet *packets, unsigned n);

/* Finds or makes the packet's flow and counts it: sets p->flow, p->dir, HG_PKT_ESTABLISHED (UDP, ICMP; TCP is the
 * stream's), HG_PKT_FLOW_NEW, HG_PKT_DIR_FIRST. NULL flow: no flow for such packets (fragments, ICMP errors without a flow,
 * invalid packets, refused by the cap). A TCP flow that is over and gets a SYN ends first (tcp_reuse): it then comes
 * out of hg_flow_next_end before the packet's own work, so ask there first. */
void hg_flow_settle(struct hg_flows *t, struct hg_packet *p);

/* A flow whose time is up at `now` (or, with all set, any flow), taken out of the table; NULL: none. The worker runs its
 * last packets and gives it back. Time-outs are in whole seconds: asking once a second is enough; now 0: only those that
 * are dying already. */
struct hg_flow *hg_flow_next_end(struct hg_flows *t, hg_time now, bool all);
void hg_flow_free(struct hg_flows *t, struct hg_flow *f);

/* Ethernet addresses that a flow's packets came from and went to, as seen from the client, in the order of their coming. */
#define HG_MAC 6
#define HG_FLOW_MACS 10
struct hg_flow_mac_list {
	uint8_t n, mac[HG_FLOW_MACS][HG_MAC];
};
struct hg_flow_macs {
	struct hg_flow_mac_list client, server;
};
const struct hg_flow_macs *hg_flow_macs(const struct hg_flow *f); /* NULL: none */

/* TCP tells the state (stream/); the time-out follows it. */
void hg_flow_set_state(struct hg_flow *f, enum hg_flow_state state);
/* The packet at hand turned out to come from the server: exchange the sides, counters included. */
void hg_flow_reverse(struct hg_flow *f, struct hg_packet *p);

/* Who expects a connection (FTP data), by its ends and the direction in which its bytes go. Several between the same two
 * addresses: the newest that fits is met, and those with the same port are over with it. */
struct hg_expectation {
	struct hg_addr server, client; /* of the connection to come */
	uint16_t port;                 /* of its server */
	uint8_t family, ip_proto, app_proto;
	uint8_t dir; /* enum hg_dir of its first bytes */
	uint32_t arg;
	struct hg_span note; /* copied */
	uint64_t parent_id;
	uint16_t vlan[HG_VLANS];
	hg_time until;
};
bool hg_flow_expect(struct hg_flows *t, const struct hg_expectation *e); /* false: cap reached, counted */
/* Was the flow, whose first bytes go in that direction, announced? Then it is told by whom and what for. */
bool hg_flow_meet(struct hg_flow *f, enum hg_dir dir, hg_time now);

const struct hg_flow_stats *hg_flow_stats(const struct hg_flows *t);

#endif
