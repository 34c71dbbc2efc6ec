/* packet: bytes into layers.
 *
 * hg_decode_frame() takes one received frame and gives one or more packets: the frame itself (a carrier when it holds a
 * fragment or a tunnel) and, right behind it, the rebuilt datagram or the inner packet, each to be run through the whole
 * pipeline by itself (peer-semantics 1.1, 5.3, 5.5). Iterative and bounded: HG_PACKET_LAYERS layers a packet,
 * HG_FRAME_PACKETS packets a frame; every malformation is a named event (events.h) and counted.
 *
 * A packet does not own its bytes: they are the frame's (valid as long as the burst), or the defragmenter's (valid until
 * hg_decode_recycle). Offsets are relative to data. One decoder a worker; no heap, no clock.
 */
#ifndef HG_PACKET_PACKET_H
#define HG_PACKET_PACKET_H

#include "base/addr.h"
#include "base/config.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/span.h"
#include "base/time.h"
#include "packet/events.h"

#define HG_FRAME_PACKETS 6
#define HG_PACKET_LAYERS 16
#define HG_VLANS 3
#define HG_DECODE_DEVICES 16 /* that figures are kept apart for */

/* Link types of captures (pcap-linktype) that are decoded; 12 and 14 are raw IP as well. */
enum hg_link {
	HG_LINK_NULL = 0,
	HG_LINK_ETHERNET = 1,
	HG_LINK_PPP = 9,
	HG_LINK_RAW = 101,
	HG_LINK_CHDLC = 104,
	HG_LINK_LOOP = 108,
	HG_LINK_SLL = 113,
	HG_LINK_IPV4 = 228,
	HG_LINK_IPV6 = 229,
	HG_LINK_SLL2 = 276,
};

/* False: frames of this link type become packets without layers. */
bool hg_decode_link_known(uint16_t link);

enum hg_ip_proto {
	HG_IP_ICMP = 1,
	HG_IP_IPIP = 4,
	HG_IP_TCP = 6,
	HG_IP_UDP = 17,
	HG_IP_IPV6 = 41,
	HG_IP_GRE = 47,
	HG_IP_ESP = 50,
	HG_IP_AH = 51,
	HG_IP_ICMPV6 = 58,
	HG_IP_NONE = 59,
	HG_IP_SCTP = 132,
};

/* EVE pkt_src; names in hg_packet_origin_name(). */
enum hg_packet_origin {
	HG_ORIGIN_WIRE,
	HG_ORIGIN_GRE,
	HG_ORIGIN_IPV4_TUNNEL,
	HG_ORIGIN_IPV6_TUNNEL,
	HG_ORIGIN_TEREDO,
	HG_ORIGIN_VXLAN,
	HG_ORIGIN_GENEVE,
	HG_ORIGIN_DEFRAG,
	HG_ORIGIN_STREAM_DETECT,
	HG_ORIGIN_FLOW_TIMEOUT,
	HG_ORIGIN_SHUTDOWN,
};

enum hg_packet_flags {
	HG_PKT_FRAGMENT = 1 << 0,     /* a fragment: IP-level rules only, no flow */
	HG_PKT_REBUILT = 1 << 1,      /* datagram put together from fragments */
	HG_PKT_BAD_CHECKSUM = 1 << 2, /* L3 or L4 checksum is wrong (only when checking is on) */
	HG_PKT_INVALID = 1 << 3,      /* no usable IP header (family 0): no flow, only decode-event rules */
	HG_PKT_PSEUDO = 1 << 4,       /* made by us: no bytes, no header */
	HG_PKT_CARRIER = 1 << 5,      /* an inner packet follows */
	HG_PKT_ICMP_ERROR = 1 << 6,   /* inner_* name the packet it complains about */
	/* set by flow and stream */
	HG_PKT_ESTABLISHED = 1 << 8, /* the flow is established for this packet (keyword flow:established) */
	HG_PKT_IN_STREAM = 1 << 9,   /* its payload was added to the stream: raw rules look there */
	HG_PKT_STREAM_EOF = 1 << 10, /* last of its direction: take all that is left */
	HG_PKT_NO_PAYLOAD = 1 << 11, /* payload inspection is off for the flow (encrypted) */
	HG_PKT_DROPPED = 1 << 12,
	HG_PKT_FLOW_NEW = 1 << 13,       /* first packet of the flow */
	HG_PKT_DIR_FIRST = 1 << 14,      /* first packet of its direction */
	HG_PKT_PROTO_CHANGED = 1 << 15,  /* this packet made the flow's protocol known, or changed it */
	HG_PKT_STREAM_INVALID = 1 << 16, /* failed the TCP state checks: not part of the session */
	HG_PKT_NO_DETECT = 1 << 17,      /* an exception policy takes it out of detection */
	HG_PKT_PASSED = 1 << 18,         /* a pass rule has acted */
	HG_PKT_BLOCKED = 1 << 19,        /* the block table shuts it out */
	HG_PKT_BLOCK_FIRST = 1 << 20,    /* … and it is the first that this entry does */
	HG_PKT_APPENDED = 1 << 7,        /* … as it is, behind all that the stream had */
	HG_PKT_REJECTED = 1 << 21,       /* an exception policy drops it and wants its sender told */
	HG_PKT_TAGGED = 1 << 22,         /* a tag wants it written */
	HG_PKT_REPLACED = 1 << 23,       /* its bytes were changed */
};

/* IPv4 options, for the keyword ipopts (RFC 791 3.1, RFC 1108, RFC 2113). */
enum hg_ipopt {
	HG_IPOPT_EOL = 1 << 0,
	HG_IPOPT_NOP = 1 << 1,
	HG_IPOPT_RR = 1 << 2,
	HG_IPOPT_TS = 1 << 3,
	HG_IPOPT_SEC = 1 << 4,
	HG_IPOPT_LSRR = 1 << 5,
	HG_IPOPT_ESEC = 1 << 6,
	HG_IPOPT_CIPSO = 1 << 7,
	HG_IPOPT_SATID = 1 << 8,
	HG_IPOPT_SSRR = 1 << 9,
	HG_IPOPT_RTRALT = 1 << 10,
	HG_IPOPT_QS = 1 << 11,
};

/* TCP options that later stages read. */
enum {
	HG_TCPOPT_TS = 1,
	HG_TCPOPT_WSCALE = 2,
	HG_TCPOPT_MSS = 4,
	HG_TCPOPT_SACK_OK = 8,
	HG_TCPOPT_TFO = 16,
	HG_TCPOPT_SIGNED = 32, /* MD5 or AO (RFC 2385, 5925) */
};

enum {
	HG_TCP_FIN = 1,
	HG_TCP_SYN = 2,
	HG_TCP_RST = 4,
	HG_TCP_PSH = 8,
	HG_TCP_ACK = 16,
	HG_TCP_URG = 32,
	HG_TCP_ECE = 64,
	HG_TCP_CWR = 128
};

struct hg_tcp_fields {
	uint32_t seq, ack;
	uint16_t window, urgent, mss;
	uint8_t flags, hlen;     /* hlen in bytes */
	uint8_t options, wscale; /* HG_TCPOPT_* that are present and valid */
	uint32_t ts_val, ts_ecr;
	uint8_t sacks; /* ranges in the SACK option */
	uint32_t sack[4][2];
};

struct hg_icmp_fields {
	uint8_t type, code;
	bool has_id;
	uint16_t id, seq;
	/* of the packet an error complains about; inner_proto 0: not usable */
	uint8_t inner_proto;
	struct hg_addr inner_src, inner_dst;
	uint16_t inner_sport, inner_dport;
};

struct hg_flow;
struct hg_packet_vars; /* detect/vars.c */

struct hg_packet {
	const uint8_t *data;
	uint32_t len;      /* bytes captured */
	uint32_t wire_len; /* bytes on the wire (counters) */
	hg_time time;
	uint64_t number;     /* 1-based in the capture; 0: rebuilt, inner or pseudo */
	uint32_t flags;      /* HG_PKT_* */
	uint16_t link;       /* LINKTYPE_* of data, for packet output */
	uint8_t origin;      /* enum hg_packet_origin */
	uint8_t drop_reason; /* enum hg_drop_reason (verdict.h) */
	uint8_t family;      /* 4, 6 or 0: not IP */
	uint8_t proto;       /* upper protocol behind extension headers */
	uint8_t depth;       /* 0: outermost */
	uint8_t vlans;
	uint8_t dir;             /* enum hg_dir within the flow; set by flow/ */
	uint16_t vlan[HG_VLANS]; /* ids, outer first */
	uint16_t sport, dport;   /* TCP, UDP, SCTP; 0 else */
	struct hg_addr src, dst;
	uint32_t tunnel_id; /* VNI or GRE key of the tunnel this packet came out of; 0: none */

	uint32_t l3, l4;               /* offsets; l4 == 0: no complete upper header */
	uint16_t l3_len, l4_len;       /* header bytes with options (IPv6: with extension headers) */
	uint32_t payload, payload_len; /* behind the upper header */

	uint8_t ttl, tos;     /* IPv6: hop limit, traffic class */
	uint16_t ip_id;       /* IPv4 only: see has_ip_id */
	uint16_t frag_offset; /* in units of 8 bytes */
	uint8_t frag_bits;    /* IPv4: 1 reserved, 2 DF, 4 MF; IPv6: 4 MF */
	bool has_ip_id;
	bool has_frag_header; /* IPv6 fragment header present */
	uint16_t ipopts;      /* IPv4 options seen: HG_IPOPT_* */

	struct hg_event_set events;        /* decode and stream events of this packet */
	const struct hg_packet *outer;     /* the carrier; lives in the same array */
	struct hg_flow *flow;              /* set by flow/; NULL: none */
	const struct hg_packet_vars *vars; /* set by detect/, until its next packet; NULL: none */
	uint64_t key_hash;                 /* set by flow/ */
	uint8_t part;                      /* set by flow/: which table */
	uint8_t device;                    /* the frame came in by */

	/* Not zeroed for packets of other protocols: read them only when the condition holds. */
	struct hg_tcp_fields tcp;   /* proto TCP and l4 != 0 */
	struct hg_icmp_fields icmp; /* proto ICMP or ICMPV6 and l4 != 0 */
};

static inline struct hg_span
hg_packet_payload(const struct hg_packet *p)
{
	return hg_span(p->data == NULL ? NULL : p->data + p->payload, p->payload_len);
}

/* Its Ethernet header: destination, source, type. NULL: it did not come as a frame of Ethernet. */
static inline const uint8_t *
hg_packet_ether(const struct hg_packet *p)
{
	return p->link == HG_LINK_ETHERNET && p->origin == HG_ORIGIN_WIRE && p->data != NULL && p->len >= 14
		? p->data
		: NULL;
}

const char *hg_packet_origin_name(enum hg_packet_origin origin);

struct hg_decode;

struct hg_decode_stats {
	uint64_t frames, packets, bytes, invalid;
	uint64_t largest; /* frame, in bytes */
	/* headers met, also those that turned out cut short or malformed */
	uint64_t ethernet, vlans[HG_VLANS], pbb, vntag, dce, arp, mpls, pppoe, ppp, nsh, raw, null, sll,
		chdlc;
	uint64_t ipv4, ipv6, tcp, udp, sctp, icmp, icmpv6, esp, gre, erspan;
	uint64_t tcp_syn, tcp_synack, tcp_rst, tcp_urg; /* by flags, whatever becomes of them */
	uint64_t vxlan, geneve, teredo, ipv4_in_ipv6, ipv6_in_ipv6;
	uint64_t unknown_ethertype;
	uint64_t fragments[2], rebuilt[2]; /* IPv4, IPv6 */
	uint64_t defrag_timeouts, defrag_cap;
	uint64_t bad_checksum, unfinished;         /* unfinished: of them */
	uint64_t unfinished_of[HG_DECODE_DEVICES]; /* … by device, those that are more counted as the last */
	uint64_t event[HG_EVENTS];
};

/* Targets of host-os-policy, for overlapping fragments (defrag_policy.c) and TCP segments (stream/). */
enum hg_os_policy {
	HG_OS_BSD,
	HG_OS_BSD_RIGHT,
	HG_OS_OLD_LINUX,
	HG_OS_LINUX,
	HG_OS_OLD_SOLARIS,
	HG_OS_SOLARIS,
	HG_OS_HPUX10,
	HG_OS_HPUX11,
	HG_OS_IRIX,
	HG_OS_MACOS,
	HG_OS_WINDOWS,
	HG_OS_VISTA,
	HG_OS_WINDOWS2K3,
	HG_OS_FIRST,
	HG_OS_LAST,
};

/* What configuration says about decoding and defragmentation; defaults by hg_decode_config_init. */
struct hg_decode_config {
	bool check_checksums; /* -k all */
	bool teredo, vxlan, geneve;
	uint16_t teredo_ports[4], vxlan_ports[4], geneve_ports[4]; /* 0 ends */
	bool ipip; /* decapsulate IPv4 in IPv4 (the peer does not) */
	uint8_t max_layers;
	size_t defrag_memcap;
	uint8_t defrag_memcap_policy; /* enum hg_exception (verdict.h) */
	bool ips;
	uint32_t defrag_trackers, defrag_frags;
	hg_time defrag_timeout;
	struct hg_hash_key hash_key; /* of the table of datagrams; fixed in replay, random live */
	/* host-os-policy: returns the overlap policy of a destination host (enum hg_os_policy); NULL: bsd for all */
	uint8_t (*os_policy)(const void *arg, const struct hg_addr *host, uint8_t family);
	const void *os_policy_arg;
};

void hg_decode_config_init(struct hg_decode_config *c);

int hg_decode_open(struct hg_decode **ret, const struct hg_decode_config *config, struct hg_mem *mem,
	struct hg_error *err);
void hg_decode_close(struct hg_decode *d);
void hg_decode_reset(struct hg_decode *d); /* fresh state: the next capture; call it before hg_mem_reset */

struct hg_frame_in {
	const uint8_t *data;
	uint32_t len, wire_len;
	hg_time time;
	uint64_t number;
	uint16_t link;  /* LINKTYPE_* (pcap-linktype) */
	uint8_t device; /* it came in by; 0 for a capture */
};

/* Writes 1 to HG_FRAME_PACKETS packets; returns how many. */
unsigned
hg_decode_frame(struct hg_decode *d, const struct hg_frame_in *frame, struct hg_packet out[HG_FRAME_PACKETS]);

/* End of the burst: buffers of rebuilt datagrams may be used again. */
void hg_decode_recycle(struct hg_decode *d);

const struct hg_decode_stats *hg_decode_stats(const struct hg_decode *d);

#endif
