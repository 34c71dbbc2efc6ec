#include "event/counters.h"

#include <stddef.h>
#include <stdio.h>

#include "event/output.h"

enum source {
	OF_DECODE,
	OF_STREAM,
	OF_FLOW,
	OF_DETECT,
	OF_APPS,
	OF_EVENT,
	OF_OUTPUT,
	OF_REJECT,
	OF_METER,
	OF_JUDGE,
	OF_ENGINE,
	OF_OVERLOAD,
	OF_CAPTURE,
	OF_FILES,
	OF_STORE,
	SOURCES
};

enum kind { SUM, LEVEL /* a sum that may fall */, HIGHEST, MEAN_SIZE };

struct row {
	const char *name, *unit;
	enum source source;
	enum kind kind;
	size_t at;
	const char *doc;
};

/* clang-format off */
#define DECODE(name, field, doc) { name, "packets", OF_DECODE, SUM, offsetof(struct hg_decode_stats, field), doc }
#define LAYER(name, field, doc) { "decoder." name, "headers", OF_DECODE, SUM, offsetof(struct hg_decode_stats, field), doc }
#define STREAM(name, unit, field, doc) { "tcp." name, unit, OF_STREAM, SUM, offsetof(struct hg_stream_stats, field), doc }
#define FLOW(name, field, doc) { "flow." name, "flows", OF_FLOW, SUM, offsetof(struct hg_flow_stats, field), doc }
#define DETECT(name, unit, field, doc) { "detect." name, unit, OF_DETECT, SUM, offsetof(struct hg_detect_stats, field), doc }
#define EVENT(name, unit, field, doc) { name, unit, OF_EVENT, SUM, offsetof(struct hg_event_stats, field), doc }
#define METER(name, unit, field, doc) { "anomaly." name, unit, OF_METER, SUM, offsetof(struct hg_meter_stats, field), doc }
#define JUDGE(name, field, doc) { "anomaly." name, "detections", OF_JUDGE, SUM, offsetof(struct hg_judge_stats, field), doc }
#define REJECT(name, field, doc) { name, "packets", OF_REJECT, SUM, offsetof(struct hg_reject_stats, field), doc }
#define ENGINE(name, unit, field, doc) { "engine." name, unit, OF_ENGINE, SUM, offsetof(struct hg_engine_stats, field), doc }
#define OVERLOAD(name, unit, field, doc) { "engine.overload." name, unit, OF_OVERLOAD, SUM, offsetof(struct hg_overload_stats, field), doc }
#define CAPTURE(name, field, doc) { "capture." name, "frames", OF_CAPTURE, SUM, offsetof(struct hg_capture_stats, field), doc }
#define FILES(name, unit, kind, field, doc) { "file_store." name, unit, OF_FILES, kind, offsetof(struct hg_files_stats, field), doc }
#define STORE(name, unit, kind, field, doc) { "file_store." name, unit, OF_STORE, kind, offsetof(struct hg_filestore_stats, field), doc }
#define REASON(name, reason, doc) { "ips.drop_reason." name, "packets", OF_EVENT, SUM, offsetof(struct hg_event_stats, reasons) + (reason) * sizeof(uint64_t), doc }
/* clang-format on */

/* In front of the malformations. */
static const struct row first[] = {
	EVENT("ips.accepted", "packets", accepted, "inline: let through"),
	EVENT("ips.replaced", "packets", replaced,
		"inline: let through with other bytes (keyword replace, overlaps)"),
	EVENT("ips.blocked", "packets", blocked, "inline: dropped"),
	REJECT("ips.rejected", sent, "answers sent for rejected packets"),
	REJECT("ips.reject_held_back", held_back, "answers not sent for want of reject.rate"),
	REASON("decode_error", HG_DROP_DECODE, "malformed"),
	REASON("defrag_memcap", HG_DROP_DEFRAG_MEMCAP, "no room for a fragment"),
	REASON("flow_memcap", HG_DROP_FLOW_MEMCAP, "no room for a flow"),
	REASON("flow_drop", HG_DROP_FLOW, "of a flow that is dropped"),
	REASON("applayer_error", HG_DROP_APP_ERROR, "a decoder gave up"),
	REASON("rules", HG_DROP_RULES, "a rule dropped it"),
	REASON("threshold_detection_filter", HG_DROP_THRESHOLD, "a rate filter dropped it"),
	REASON("stream_error", HG_DROP_STREAM_ERROR, "it fits no state of its session"),
	REASON("stream_memcap", HG_DROP_STREAM_MEMCAP, "no room for a session"),
	REASON("stream_midstream", HG_DROP_MIDSTREAM, "the begin of its session was not seen"),
	REASON("stream_reassembly", HG_DROP_STREAM_REASSEMBLY, "no room for its bytes"),
	REASON("stream_urgent", HG_DROP_STREAM_URGENT, "urgent data"),
	REASON("blocked", HG_DROP_BLOCKED, "the block table shuts out one of its ends"),
	REASON("overload", HG_DROP_OVERLOAD, "it would begin a flow while its worker is overloaded"),
	DECODE("decoder.pkts", frames, "frames received"),
	{ "decoder.bytes", "bytes", OF_DECODE, SUM, offsetof(struct hg_decode_stats, bytes),
		"bytes of them" },
	DECODE("decoder.invalid", invalid, "packets with a header that cannot be used"),
	LAYER("ipv4", ipv4, "IPv4, tunnels and rebuilt datagrams included"),
	LAYER("ipv6", ipv6, "IPv6, tunnels and rebuilt datagrams included"),
	LAYER("ethernet", ethernet, "Ethernet"),
	LAYER("arp", arp, "ARP"),
	LAYER("unknown_ethertype", unknown_ethertype, "Ethernet types that are not decoded"),
	LAYER("chdlc", chdlc, "Cisco HDLC"),
	LAYER("raw", raw, "frames that begin with IP"),
	LAYER("null", null, "BSD loopback"),
	LAYER("sll", sll, "Linux cooked frames, both versions"),
	LAYER("tcp", tcp, "TCP"),
	LAYER("udp", udp, "UDP"),
	LAYER("sctp", sctp, "SCTP"),
	LAYER("esp", esp, "IPsec ESP"),
	LAYER("icmpv4", icmp, "ICMP"),
	LAYER("icmpv6", icmpv6, "ICMPv6"),
	LAYER("ppp", ppp, "PPP"),
	LAYER("pppoe", pppoe, "PPPoE, discovery and session"),
	LAYER("geneve", geneve, "GENEVE"),
	LAYER("gre", gre, "GRE"),
	LAYER("vlan", vlans[0], "outermost VLAN tags"),
	LAYER("vlan_qinq", vlans[1], "second VLAN tags"),
	LAYER("vlan_qinqinq", vlans[2], "third VLAN tags"),
	LAYER("vxlan", vxlan, "VXLAN"),
	LAYER("vntag", vntag, "VN-tags"),
	LAYER("ieee8021ah", pbb, "802.1ah tags"),
	LAYER("teredo", teredo, "Teredo"),
	LAYER("ipv4_in_ipv6", ipv4_in_ipv6, "IPv4 in IPv6"),
	LAYER("ipv6_in_ipv6", ipv6_in_ipv6, "IPv6 in IPv6"),
	LAYER("mpls", mpls, "MPLS label stacks"),
	{ "decoder.avg_pkt_size", "bytes", OF_DECODE, MEAN_SIZE, offsetof(struct hg_decode_stats, bytes),
		"mean size of a frame" },
	{ "decoder.max_pkt_size", "bytes", OF_DECODE, HIGHEST, offsetof(struct hg_decode_stats, largest),
		"largest frame" },
	{ "decoder.max_mac_addrs_src", "addresses", OF_FLOW, HIGHEST,
		offsetof(struct hg_flow_stats, macs_client), "most Ethernet addresses of a flow's client" },
	{ "decoder.max_mac_addrs_dst", "addresses", OF_FLOW, HIGHEST,
		offsetof(struct hg_flow_stats, macs_server), "… and of its server" },
	LAYER("erspan", erspan, "ERSPAN"),
	LAYER("nsh", nsh, "NSH"),
	DECODE("decoder.bad_checksum", bad_checksum, "packets with a wrong checksum, when checked"),
	DECODE("decoder.checksum_unfinished", unfinished,
		"… that their sender has left to its network card (TCP, UDP)"),
};

/* Behind them. */
static const struct row second[] = {
	DECODE("tcp.syn", tcp_syn, "SYNs"),
	DECODE("tcp.synack", tcp_synack, "SYN/ACKs"),
	DECODE("tcp.rst", tcp_rst, "resets"),
	DECODE("tcp.urg", tcp_urg, "packets with an urgent pointer"),
	STREAM("active_sessions", "sessions", active, "sessions at the moment"),
	STREAM("sessions", "sessions", sessions, "sessions followed"),
	STREAM("ssn_memcap_drop", "sessions", session_cap, "sessions refused: the cap was reached"),
	STREAM("pseudo", "packets", pseudo, "packets made at the end of sessions"),
	STREAM("invalid_checksum", "packets", invalid_checksum, "segments with a wrong checksum"),
	STREAM("midstream_pickups", "sessions", midstream, "sessions taken up in the middle"),
	STREAM("segment_memcap_drop", "segments", insert_fail_memcap, "segments not kept: no memory"),
	STREAM("insert_data_normal_fail", "segments", insert_fail_limit,
		"segments not kept: too many pieces"),
	STREAM("urgent_oob_data", "bytes", urgent, "urgent bytes taken out of the sequence"),
	STREAM("stream_depth_reached", "directions", depth, "stream.reassembly.depth was reached"),
	STREAM("reassembly_gap", "gaps", reassembly_gap, "bytes that never came"),
	STREAM("overlap", "segments", overlap, "segments that bring bytes again"),
	STREAM("overlap_diff_data", "segments", overlap_diff_data, "… and other ones"),
	STREAM("reassembly_memuse", "bytes", held, "payload held at the moment"),
	FLOW("total", total, "flows made"),
	FLOW("active", active, "flows at the moment"),
	FLOW("tcp", tcp, "TCP flows made"),
	FLOW("udp", udp, "UDP flows made"),
	FLOW("icmpv4", icmpv4, "ICMP flows made"),
	FLOW("icmpv6", icmpv6, "ICMPv6 flows made"),
	FLOW("tcp_reuse", tcp_reuse, "ended because a new session took their ports"),
	FLOW("memcap", refused, "flows refused: the table was full"),
	FLOW("get_used", evicted_new, "unanswered flows that made room"),
	EVENT("flow.end.state.new", "flows", ended[HG_FLOW_NEW], "ended, one side only was seen"),
	EVENT("flow.end.state.established", "flows", ended[HG_FLOW_ESTABLISHED],
		"ended, both sides were seen"),
	EVENT("flow.end.state.closed", "flows", ended[HG_FLOW_CLOSED], "ended after their close"),
	EVENT("flow.end.state.local_bypassed", "flows", ended[HG_FLOW_BYPASSED], "ended, not looked into"),
	EVENT("flow.end.tcp_state.none", "flows", ended_tcp[HG_TCP_NONE], "TCP without a session"),
	EVENT("flow.end.tcp_state.syn_sent", "flows", ended_tcp[HG_TCP_SYN_SENT], "ended behind a SYN"),
	EVENT("flow.end.tcp_state.syn_recv", "flows", ended_tcp[HG_TCP_SYN_RECV], "ended behind a SYN/ACK"),
	EVENT("flow.end.tcp_state.established", "flows", ended_tcp[HG_TCP_ESTABLISHED], "ended while open"),
	EVENT("flow.end.tcp_state.fin_wait1", "flows", ended_tcp[HG_TCP_FIN_WAIT1], "ended in this state"),
	EVENT("flow.end.tcp_state.fin_wait2", "flows", ended_tcp[HG_TCP_FIN_WAIT2], "ended in this state"),
	EVENT("flow.end.tcp_state.time_wait", "flows", ended_tcp[HG_TCP_TIME_WAIT], "ended in this state"),
	EVENT("flow.end.tcp_state.last_ack", "flows", ended_tcp[HG_TCP_LAST_ACK], "ended in this state"),
	EVENT("flow.end.tcp_state.close_wait", "flows", ended_tcp[HG_TCP_CLOSE_WAIT], "ended in this state"),
	EVENT("flow.end.tcp_state.closing", "flows", ended_tcp[HG_TCP_CLOSING], "ended in this state"),
	EVENT("flow.end.tcp_state.closed", "flows", ended_tcp[HG_TCP_CLOSED], "ended in this state"),
	FLOW("spare", spare, "flows that still have room"),
	FLOW("emerg_mode_entered", emergency_entered, "times the table was full"),
	DECODE("defrag.ipv4.fragments", fragments[0], "IPv4 fragments"),
	DECODE("defrag.ipv4.reassembled", rebuilt[0], "IPv4 datagrams rebuilt"),
	DECODE("defrag.ipv6.fragments", fragments[1], "IPv6 fragments"),
	DECODE("defrag.ipv6.reassembled", rebuilt[1], "IPv6 datagrams rebuilt"),
	DECODE("defrag.max_frag_hits", defrag_cap, "fragments not kept: a cap was reached"),
	DETECT("alert", "alerts", alerts, "alerts"),
	DETECT("alert_queue_overflow", "alerts", alert_queue_overflow, "alerts over packet-alert-max"),
	DETECT("alerts_suppressed", "alerts", alerts_suppressed, "alerts that acted without a record"),
	DETECT("scanned_bytes", "bytes", scanned_bytes, "bytes that prefilters looked at"),
	DETECT("scans_failed", "scans", scans_failed,
		"prefilters that gave up: every rule behind them was looked at"),
	DETECT("candidates", "rules", candidates, "rules that a prefilter or an index named"),
	DETECT("evaluations", "rules", evaluations, "rules whose program ran"),
	DETECT("over_budget", "rules", over_budget, "rules that cost more steps than allowed: no match"),
	DETECT("work", "units", work, "work of rules' programs (docs/limits.md)"),
	DETECT("over_work", "packets", over_work,
		"packets whose rules cost more than detect.packet-work-limit: the rest did not match"),
	DETECT("pcre_over_limit", "expressions", pcre_over,
		"regular expressions that hit pcre.match-limit or its like: no match"),
	DETECT("state_refused", "rules", state_refused,
		"rules that were not remembered half way, or not tried: no room in their transaction"),
	DETECT("vars_refused", "values", vars_refused,
		"captured values that were cut, or not kept: no room on their flow or packet"),
	DETECT("replace_refused", "rules", replace_refused,
		"that wanted to change a packet which came in a tunnel or in fragments: it goes on as it is"),
	DETECT("sets_full", "values", sets_full, "values that rules put into a set without room"),
	DETECT("tagged_packets", "packets", tagged, "that tags want written"),
	DETECT("tags_refused", "tags", tags_refused,
		"not kept: fifty of the flow or host, or no room for one more"),
	{ "detect.frames_unkept", "pieces", OF_APPS, SUM, offsetof(struct hg_apps_stats, frame_cap),
		"frames that rules look into, or bytes of them, over a cap" },
	DETECT("threshold_full", "addresses", threshold_full, "threshold entries that made room"),
	{ "ftp.memuse", "bytes", OF_APPS, LEVEL, offsetof(struct hg_apps_stats, held[HG_PROTO_FTP]),
		"state of FTP's control connections at the moment" },
	{ "http.ranges.joined", "files", OF_APPS, SUM, offsetof(struct hg_apps_stats, joins),
		"put together of their ranges" },
	{ "http.ranges.forgotten", "files", OF_APPS, SUM, offsetof(struct hg_apps_stats, joins_forgotten),
		"ranges were missing when app-layer.protocols.http.byterange.timeout was over, or too many "
		"files were in work" },
	{ "http.ranges.refused", "ranges", OF_APPS, SUM, offsetof(struct hg_apps_stats, joins_refused),
		"no room for what waits (byterange.memcap), or more than 64 stretches of a file" },
	{ "telnet.transcripts", "sessions", OF_APPS, SUM, offsetof(struct hg_apps_stats, transcripts),
		"of which a transcript was begun" },
	{ "telnet.transcripts_cut", "sessions", OF_APPS, SUM, offsetof(struct hg_apps_stats, transcripts_cut),
		"whose transcript has reached outputs.telnet-transcript.max-size" },
	{ "telnet.transcripts_lost", "sessions", OF_APPS, SUM,
		offsetof(struct hg_apps_stats, transcripts_lost),
		"whose transcript found no room on its way to the disk" },
	EVENT("identity.learnt", "users", users_learnt, "of hosts, by logins that succeeded"),
	EVENT("identity.replaced", "users", users_replaced, "… for whom another host has made room"),
	EVENT("identity.refused", "users", users_refused,
		"not learnt: too many in a second, or two workers wrote at once"),
	{ "identity.secrets_joined", "places", OF_APPS, SUM, offsetof(struct hg_apps_stats, veils_joined),
		"of passwords that a connection had no room for: what lies between two is hidden with them" },
	{ "identity.users_unlearnt", "users", OF_APPS, SUM, offsetof(struct hg_apps_stats, user_cap),
		"of logins that a connection had no room for: its records go on with the one before" },
	JUDGE("detections", started, "attacks that meters have shown"),
	{ "anomaly.active", "detections", OF_JUDGE, LEVEL, offsetof(struct hg_judge_stats, active),
		"… that go on" },
	JUDGE("detections_refused", refused, "… not told: too many went on"),
	{ "anomaly.unanswered", "seconds", OF_JUDGE, SUM, offsetof(struct hg_judge_stats, unanswered),
		"times a worker did not tell what its meters know" },
	METER("notes", "notes", notes, "attempts, answers and logins noted"),
	METER("logins", "logins", logins, "logins whose result was seen"),
	METER("logins_failed", "logins", logins_failed, "… and that failed"),
	{ "anomaly.logins_unnoted", "logins", OF_APPS, SUM, offsetof(struct hg_apps_stats, login_cap),
		"logins over the cap of a packet" },
	METER("evicted", "keys", evicted, "keys with open attempts that made room"),
	METER("unlisted", "notes", unlisted, "notes of keys not judged: too many were suspicious"),
	ENGINE("stalls", "times", stalls, "a worker has stood still as long as engine.watchdog says"),
	ENGINE("uninspected", "frames", uninspected,
		"passed on uninspected meanwhile (engine.watchdog-action: forward)"),
	ENGINE("restarts", "threads", restarts, "that have taken over from others (worker-restart)"),
	ENGINE("blocks_delayed", "changes", blocks_delayed,
		"of the block table that were sent to a worker later: it did not read its mail"),
	{ "engine.blocks_owed", "changes", OF_ENGINE, LEVEL, offsetof(struct hg_engine_stats, blocks_owed),
		"… that are still to be sent" },
	OVERLOAD("begun", "times", begun,
		"frames came faster than a worker took them, for engine.overload-after"),
	OVERLOAD("time", "milliseconds", milliseconds, "how long workers were overloaded, added up"),
	OVERLOAD("frames", "frames", frames, "received meanwhile"),
	{ "engine.overload.flows", "flows", OF_FLOW, SUM, offsetof(struct hg_flow_stats, spared_flows),
		"begun meanwhile that pass uninspected (engine.overload-policy)" },
	{ "engine.overload.packets", "packets", OF_FLOW, SUM, offsetof(struct hg_flow_stats, spared_packets),
		"of these flows" },
	CAPTURE("packets", received, "received from all devices of a run"),
	CAPTURE("dpdk.imissed", missed, "lost by devices: no room in the ring, or no memory for one more"),
	CAPTURE("dpdk.ierrors", errors, "that devices call broken"),
	CAPTURE("tx_errors", unsent, "not sent on: the other device had no room"),
	CAPTURE("unsteered", unsteered, "lost on the way to the worker whose they are: it had no room"),
	CAPTURE("unusable", unusable, "lost: in more pieces than could be joined"),
	CAPTURE("oversized", oversized,
		"cut by the ring of a device, or longer than the other side sends: dropped, when listening "
		"inspected in part"),
	EVENT("file_lists.bad", "files", files_bad, "that lists of bad ones name (file-lists)"),
	EVENT("file_lists.good", "files", files_good, "that only lists of good ones name"),
	STORE("open_files", "files", LEVEL, open, "being written at the moment"),
	STORE("fs_errors", "files", SUM, errors, "not stored: the file system refused"),
	STORE("stored", "files", SUM, stored, "stored under their names"),
	STORE("known", "files", SUM, known, "… that were there before"),
	STORE("bytes", "bytes", SUM, bytes, "written"),
	FILES("lost", "files", SUM, store_lost, "not stored: no room on the way to the disk, or no digest"),
	FILES("forgotten", "files", SUM, store_forgotten,
		"not stored: their bytes were gone when a rule matched (file-store.hold)"),
	FILES("untold", "records", SUM, store_untold, "of stored files, lost on the way to the disk"),
	STORE("late", "orders", SUM, late, "that the end of the run has cut off"),
	FILES("held", "bytes", LEVEL, kept, "of files that rules may still have stored"),
};

/* clang-format off */
#define REFUSED(name, type) { "output.refused." name, "records", OF_EVENT, SUM, offsetof(struct hg_event_stats, refused) + (type) * sizeof(uint64_t), \
	"lost: there was no room in the ring to the output thread" }
#define TOO_LONG(name, type) { "output.too_long." name, "records", OF_EVENT, SUM, offsetof(struct hg_event_stats, too_long) + (type) * sizeof(uint64_t), \
	"lost: longer than a record may be" }
#define OUTPUT(name, unit, kind, field, doc) { "output." name, unit, OF_OUTPUT, kind, offsetof(struct hg_output_stats, field), doc }
/* clang-format on */

/* A run's way out. */
static const struct row way_out[] = {
	OUTPUT("written", "records", SUM, written, "handed to the output thread"),
	OUTPUT("lost", "records", SUM, lost, "no room in the ring to the output thread"),
	REFUSED("alert", HG_EVE_ALERT),
	REFUSED("anomaly", HG_EVE_ANOMALY),
	REFUSED("flow", HG_EVE_FLOW),
	REFUSED("fileinfo", HG_EVE_FILEINFO),
	REFUSED("stats", HG_EVE_STATS),
	REFUSED("drop", HG_EVE_DROP),
	REFUSED("detection", HG_EVE_DETECTION),
	REFUSED("login", HG_EVE_LOGIN),
	REFUSED("packet", HG_EVE_PACKET),
	REFUSED("netflow", HG_EVE_NETFLOW),
	REFUSED("metadata", HG_EVE_METADATA),
	REFUSED("frame", HG_EVE_FRAME),
	REFUSED("protocols", HG_EVE_TX),
	TOO_LONG("alert", HG_EVE_ALERT),
	TOO_LONG("anomaly", HG_EVE_ANOMALY),
	TOO_LONG("flow", HG_EVE_FLOW),
	TOO_LONG("fileinfo", HG_EVE_FILEINFO),
	TOO_LONG("stats", HG_EVE_STATS),
	TOO_LONG("drop", HG_EVE_DROP),
	TOO_LONG("detection", HG_EVE_DETECTION),
	TOO_LONG("login", HG_EVE_LOGIN),
	TOO_LONG("packet", HG_EVE_PACKET),
	TOO_LONG("netflow", HG_EVE_NETFLOW),
	TOO_LONG("metadata", HG_EVE_METADATA),
	TOO_LONG("frame", HG_EVE_FRAME),
	TOO_LONG("protocols", HG_EVE_TX),
	OUTPUT("sinks.written", "records", SUM, all_sinks.written, "that sinks have passed on, all together"),
	OUTPUT("sinks.queued", "records", LEVEL, all_sinks.queued, "that wait for sinks now"),
	OUTPUT("sinks.lost", "records", SUM, all_sinks.lost, "no room in a sink's queue, or given up"),
	OUTPUT("sinks.reconnects", "times", SUM, all_sinks.reconnects, "a sink went away or was not reached"),
	OUTPUT("subscribers.connected", "subscribers", LEVEL, subscribers.connected,
		"of the event socket now"),
	OUTPUT("subscribers.refused", "subscribers", SUM, subscribers.refused, "that were too many"),
	OUTPUT("subscribers.sent", "records", SUM, subscribers.sent, "queued for subscribers"),
	OUTPUT("subscribers.lost", "records", SUM, subscribers.lost, "no room in a subscriber's queue"),
};

/* Per protocol, an object each. */
static const struct part {
	const char *object, *member, *unit, *doc;
	size_t at;
} parts[] = {
	{ "flow", NULL, "flows", "flows of the protocol", offsetof(struct hg_app_counts, flows) },
	{ "tx", NULL, "transactions", "its transactions", offsetof(struct hg_app_counts, txs) },
	{ "error", "gap", "gaps", "missing bytes met", offsetof(struct hg_app_counts, gaps) },
	{ "error", "alloc", "flows", "given up: no memory", offsetof(struct hg_app_counts, refused) },
	{ "error", "parser", "flows", "given up: malformed", offsetof(struct hg_app_counts, errors) },
};

/* A protocol over one transport. */
struct speaker {
	char name[32];
	uint8_t udp, proto;
	bool decoded;
};

#define SPEAKERS_MAX (2 * HG_APP_DECODERS + 2)

/* Those with two transports are told apart by the name's end; what the peer knows over one alone has its name there. */
static const char *
transport_of(const struct hg_decoder *d, uint8_t udp)
{
	const bool unknown_over_other = (d->unknown_over & 1u << !udp) != 0;

	if (!d->tcp || !d->udp || unknown_over_other)
		return "";
	return udp ? "_udp" : "_tcp";
}

static unsigned
list_speakers(struct speaker out[SPEAKERS_MAX])
{
	const struct hg_decoder *d;
	unsigned n = 0;

	for (uint8_t udp = 0; udp < 2; udp++) {
		for (unsigned i = 0; i < HG_APP_DECODERS && (d = hg_app_decoder(i)) != NULL; i++) {
			if (!(udp ? d->udp : d->tcp))
				continue;
			snprintf(out[n].name, sizeof(out[n].name), "%s%s", d->name, transport_of(d, udp));
			out[n].udp = udp;
			out[n].proto = (uint8_t)d->proto;
			out[n++].decoded = d->feed != NULL;
		}
		out[n] = (struct speaker){ .udp = udp, .proto = HG_PROTO_FAILED };
		snprintf(out[n].name, sizeof(out[n].name), udp ? "failed_udp" : "failed_tcp");
		n++;
	}
	return n;
}

/* Walks all rows in the record's order; `row.name` lives as long as the call. */
struct visit {
	void (*row)(struct visit *v, const struct row *row);
	unsigned i; /* of the row */
};

static void
visit_row(struct visit *v, const struct row *row)
{
	if (v->i < HG_COUNTERS_MAX)
		v->row(v, row);
	v->i++;
}

static void
visit_events(struct visit *v)
{
	char name[80];

	for (unsigned e = 0; e < HG_DECODE_EVENTS_END; e++) {
		const char *event = hg_event_name((enum hg_event)e);

		/* The one without a layer stands beside the object of the others, as with the peer. */
		snprintf(name, sizeof(name), strchr(event, '.') == NULL ? "decoder.%s" : "decoder.event.%s",
			event);
		visit_row(v,
			&(struct row){ name, "packets", OF_DECODE, SUM,
				offsetof(struct hg_decode_stats, event) + e * sizeof(uint64_t),
				hg_event_doc((enum hg_event)e) });
	}
}

static void
visit_part(struct visit *v, const struct part *part, const struct speaker *s)
{
	char name[80];

	snprintf(name, sizeof(name), "app_layer.%s.%s%s%s", part->object, s->name,
		part->member == NULL ? "" : ".", part->member == NULL ? "" : part->member);
	visit_row(v,
		&(struct row){ name, part->unit, OF_APPS, SUM,
			offsetof(struct hg_apps_stats, proto) +
				(s->udp * (size_t)HG_PROTO_COUNT + s->proto) * sizeof(struct hg_app_counts) +
				part->at,
			part->doc });
}

static void
visit_parts(struct visit *v)
{
	struct speaker speakers[SPEAKERS_MAX];
	const unsigned n = list_speakers(speakers);

	for (size_t p = 0; p < HG_COUNT(parts); p++) {
		/* What stands in one object comes together. */
		if (parts[p].member != NULL)
			continue;
		for (unsigned i = 0; i < n; i++)
			if (p == 0 || speakers[i].decoded)
				visit_part(v, &parts[p], &speakers[i]);
	}
	for (unsigned i = 0; i < n; i++)
		for (size_t p = 0; p < HG_COUNT(parts); p++)
			if (parts[p].member != NULL && speakers[i].decoded)
				visit_part(v, &parts[p], &speakers[i]);
}

static void
visit_all(struct visit *v)
{
	v->i = 0;
	for (size_t i = 0; i < HG_COUNT(first); i++)
		visit_row(v, &first[i]);
	visit_events(v);
	for (size_t i = 0; i < HG_COUNT(second); i++)
		visit_row(v, &second[i]);
	visit_parts(v);
	for (size_t i = 0; i < HG_COUNT(way_out); i++)
		visit_row(v, &way_out[i]);
}

struct print {
	struct visit visit;
	void (*print)(void *arg, const struct hg_counter *counter);
	void *arg;
};

static void
print_row(struct visit *v, const struct row *row)
{
	struct print *p = (struct print *)v;

	p->print(p->arg, &(struct hg_counter){ row->name, row->unit, row->doc, row->kind != SUM });
}

void
hg_counters_each(void (*print)(void *arg, const struct hg_counter *counter), void *arg)
{
	struct print p = { { print_row, 0 }, print, arg };

	visit_all(&p.visit);
}

struct add {
	struct visit visit;
	const uint8_t *from[SOURCES];
	uint64_t *values;
};

static void
add_row(struct visit *v, const struct row *row)
{
	struct add *a = (struct add *)v;
	uint64_t value, *to = &a->values[v->i];

	if (a->from[row->source] == NULL)
		return;
	memcpy(&value, a->from[row->source] + row->at, sizeof(value));
	if (row->kind == HIGHEST)
		*to = HG_MAX(*to, value);
	else
		*to += value;
}

void
hg_counters_add(uint64_t values[HG_COUNTERS_MAX], const struct hg_counter_sources *from)
{
	struct add a = { .visit = { add_row, 0 },
		.values = values,
		.from = { [OF_DECODE] = (const uint8_t *)from->decode,
			[OF_STREAM] = (const uint8_t *)from->stream,
			[OF_FLOW] = (const uint8_t *)from->flow,
			[OF_DETECT] = (const uint8_t *)from->detect,
			[OF_APPS] = (const uint8_t *)from->apps,
			[OF_EVENT] = (const uint8_t *)from->event,
			[OF_METER] = (const uint8_t *)from->meter,
			[OF_JUDGE] = (const uint8_t *)from->judge,
			[OF_REJECT] = (const uint8_t *)from->reject,
			[OF_ENGINE] = (const uint8_t *)from->engine,
			[OF_OVERLOAD] = (const uint8_t *)from->overload,
			[OF_CAPTURE] = (const uint8_t *)from->capture,
			[OF_FILES] = (const uint8_t *)from->files,
			[OF_STORE] = (const uint8_t *)from->store,
			[OF_OUTPUT] = (const uint8_t *)from->output } };

	visit_all(&a.visit);
}

struct merge {
	struct visit visit;
	uint64_t *values;
	const uint64_t *more;
};

static void
merge_row(struct visit *v, const struct row *row)
{
	struct merge *m = (struct merge *)v;
	uint64_t *to = &m->values[v->i];

	*to = row->kind == HIGHEST ? HG_MAX(*to, m->more[v->i]) : *to + m->more[v->i];
}

void
hg_counters_merge(uint64_t values[HG_COUNTERS_MAX], const uint64_t more[HG_COUNTERS_MAX])
{
	struct merge m = { { merge_row, 0 }, values, more };

	visit_all(&m.visit);
}

struct find {
	struct visit visit;
	const char *name;
	const uint64_t *values;
	uint64_t found;
};

static void
find_row(struct visit *v, const struct row *row)
{
	struct find *f = (struct find *)v;

	if (strcmp(row->name, f->name) == 0)
		f->found = f->values[v->i];
}

uint64_t
hg_counters_value(const uint64_t values[HG_COUNTERS_MAX], const char *name)
{
	struct find f = { { find_row, 0 }, name, values, 0 };

	visit_all(&f.visit);
	return f.found;
}

static uint64_t
as_shown(const struct row *row, uint64_t value, uint64_t frames)
{
	if (row->kind != MEAN_SIZE)
		return value;
	return frames == 0 ? 0 : value / frames;
}

struct print_values {
	struct visit visit;
	void (*print)(void *arg, const struct hg_counter *counter, uint64_t value);
	void *arg;
	const uint64_t *values;
	uint64_t frames;
};

static void
print_value(struct visit *v, const struct row *row)
{
	struct print_values *p = (struct print_values *)v;

	p->print(p->arg, &(struct hg_counter){ row->name, row->unit, row->doc, row->kind != SUM },
		as_shown(row, p->values[v->i], p->frames));
}

void
hg_counters_values(const uint64_t values[HG_COUNTERS_MAX],
	void (*print)(void *arg, const struct hg_counter *counter, uint64_t value), void *arg)
{
	struct print_values p = { { print_value, 0 }, print, arg, values,
		hg_counters_value(values, "decoder.pkts") };

	visit_all(&p.visit);
}

struct write {
	struct visit visit;
	struct hg_json *json;
	const uint64_t *values;
	uint64_t frames;
	bool ips;
	struct hg_counters_more more;
	char open[80]; /* the objects that are open, "decoder.event." */
};

/* Closes the objects that the name does not stand in and opens those that it does; returns its last part. */
static const char *
descend(struct write *w, const char *name)
{
	size_t same = 0, last = (size_t)(strrchr(name, '.') - name) + 1;

	for (size_t i = 0; w->open[i] != '\0' && w->open[i] == name[i]; i++)
		if (name[i] == '.')
			same = i + 1;
	for (const char *dot = strchr(w->open + same, '.'); dot != NULL; dot = strchr(dot + 1, '.'))
		hg_json_close(w->json);
	snprintf(w->open, sizeof(w->open), "%.*s", (int)last, name);
	for (size_t i = same; i < last;) {
		size_t n = strcspn(name + i, ".");
		char object[80];

		snprintf(object, sizeof(object), "%.*s", (int)n, name + i);
		hg_json_open_at(w->json, object);
		if (w->more.write != NULL && strcmp(object, w->more.object) == 0)
			w->more.write(w->more.arg, w->json);
		i += n + 1;
	}
	return name + last;
}

static void
write_row(struct visit *v, const struct row *row)
{
	struct write *w = (struct write *)v;
	uint64_t value = w->values[v->i];

	if (!w->ips && strncmp(row->name, "ips.", 4) == 0)
		return;
	value = as_shown(row, value, w->frames);
	hg_json_u64(w->json, descend(w, row->name), value);
}

void
hg_counters_write(struct hg_json *j, const uint64_t values[HG_COUNTERS_MAX], bool ips,
	const struct hg_counters_more *more)
{
	struct write w = { .visit = { write_row, 0 },
		.json = j,
		.values = values,
		.frames = hg_counters_value(values, "decoder.pkts"),
		.ips = ips,
		.more = more == NULL ? (struct hg_counters_more){ .object = "" } : *more };

	visit_all(&w.visit);
	for (const char *dot = strchr(w.open, '.'); dot != NULL; dot = strchr(dot + 1, '.'))
		hg_json_close(j);
}
