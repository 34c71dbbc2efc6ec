/* app: what a protocol decoder is, what a transaction is, and how the worker drives them.
 *
 * A protocol is one folder and one row in registry.c: `const struct hg_decoder hg_http`. The decoder consumes spans in
 * order, keeps its own state over any split, and makes transactions: a request with its response, a DNS message, a TLS
 * connection. A transaction has a progress a direction, named buffers that rules look into, anomalies, files, and one
 * EVE record when it is complete in both directions. It is freed when it is complete, inspected and logged.
 *
 * All memory comes from the worker's hg_mem; a transaction's strings live in its arena. Spans given to feed are gone
 * when feed returns; hg_span_keep() is where a lifetime changes. No heap, no clock, no globals, one thread.
 */
#ifndef HG_APP_APP_H
#define HG_APP_APP_H

#include "app/audit.h"
#include "app/login.h"
#include "base/hash.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/catalog.h"
#include "base/config.h"
#include "base/difference.h"
#include "base/json.h"
#include "base/mem.h"
#include "file/body.h"
#include "file/file.h"
#include "file/store.h"
#include "flow/flow.h"
#include "stream/stream.h"

struct hg_veils;     /* what of its bytes is secret (veil.h) */
struct hg_app;       /* a flow's application state */
struct hg_apps;      /* a worker's: registry, configuration, memory, counters */
struct hg_tx_detect; /* detect/'s memory of a transaction, in its arena */

#define HG_TX_ANOMALIES 16 /* remembered a transaction; more are counted only */

struct hg_tx_anomaly {
	uint8_t id;  /* row of the decoder */
	uint8_t dir; /* in which it was seen */
};

#define HG_FRAME_OPEN UINT64_MAX

/* A piece of a protocol as it stands in the stream or datagram, for rules that look into it (HG_BUFFER_FRAME). Bytes are kept
 * from those on that detection has not seen. */
struct hg_app_frame {
	struct hg_app_frame *next; /* of the direction, in the order in which they begin */
	uint64_t id;               /* 1, 2, 3 … of the direction and the protocol */
	uint64_t offset;           /* in the direction */
	uint64_t length;           /* HG_FRAME_OPEN: it ends where hg_app_frame_end says */
	uint64_t have, seen;       /* bytes that came, and those of them that were looked at */
	uint64_t tx;               /* number of its transaction + 1; 0: none */
	uint16_t row;
	uint8_t proto; /* enum hg_proto whose row it is */
	uint8_t dir;
	bool looked_at; /* in the packet at hand: detection is done with it as far as it goes */
	bool logged;    /* it has had its record */
	bool cut;       /* bytes are missing behind those that came; the next one is the rest of it */
	struct hg_buf bytes;
};

/* Every decoder's transaction begins with this. */
struct hg_tx {
	struct hg_tx *next, *prev; /* list of the flow, oldest first */
	struct hg_tx *next_work;   /* list of those with something to do, oldest first */
	struct hg_tx *next_alike;  /* chain of the index by id */
	bool working;              /* on the list of those with something to do */
	struct hg_app *app;
	const struct hg_decoder *decoder; /* that made it: after a protocol change not the flow's */
	const struct hg_decoder_ctx *ctx; /* that decoder's configuration */
	uint64_t id;                      /* 0, 1, 2 … in the flow */
	uint64_t number;                  /* 0, 1, 2 … of those of its decoder: EVE's tx_id */
	uint8_t progress[HG_DIRS]; /* decoder's own numbers, only growing; complete: decoder->complete[dir] */
	uint8_t inspected;         /* HG_SIDE_*: detection is done in that direction */
	bool logged;
	bool unlogged; /* no record of it is written: a rule wants none, or it says nothing */
	bool bare;     /* it bears an anomaly and says nothing (hg_tx_refuse) */
	bool session; /* stands for the connection as a whole: bytes of a packet belong to another one, if to any */
	bool updated[HG_DIRS]; /* changed since detection last ran in that direction */
	uint8_t sides;         /* HG_SIDE_* that exist: a DNS query has one side only */
	uint8_t asks;          /* enum hg_dir of what began it: whose sender its record names first */
	uint8_t n_anomalies;
	uint64_t anomaly_bits[HG_DIRS][2];               /* by row id (at most 128): rules test these */
	struct hg_tx_anomaly anomalies[HG_TX_ANOMALIES]; /* in order, for EVE */
	uint8_t anomalies_logged;
	uint32_t files_logged; /* how many of its files have had their fileinfo record */
	struct hg_file *files; /* list, in order of appearance (file/file.h) */
	const struct hg_file
		*only;  /* while detection asks about one of them: buffers of files are this one's */
	uint8_t stored; /* HG_SIDE_*: a rule wants all its files stored (filestore with a scope) */
	uint8_t deep; /* HG_SIDE_*: … some: bodies are files up to the store's depth, whatever their limit */
	bool user_known;                /* complete in both directions: `user` is settled */
	const struct hg_app_user *user; /* the flow's at that moment; NULL: nobody */
	hg_time began, changed;         /* packets that it began with and changed with last; 0: of none */
	struct hg_tx_detect *detect[HG_DIRS];
	struct hg_arena arena;
};

enum hg_feed {
	HG_FEED_OK, /* everything was taken (feed returns bytes taken through *taken) */
	HG_FEED_ERROR, /* cannot go on in this direction: parsing of the flow ends, records of what is there stay */
	HG_FEED_REFUSED, /* a datagram is malformed: it counts as an error, and what comes behind it is read */
	HG_FEED_CHANGE,  /* another protocol begins behind what was taken (STARTTLS, CONNECT, Upgrade) */
};

struct hg_decoder_ctx; /* a decoder's configuration, made by its configure() */

/* Bytes that identify a protocol at a fixed place in one direction, whatever the port. */
struct hg_magic {
	struct hg_span bytes;
	uint8_t offset;
	uint8_t dir; /* enum hg_dir */
	bool nocase;
	bool blank_after; /* a blank or tab must follow */
	bool probed;      /* the decoder's probe must agree */
	bool native;      /* the peer does not know it; the decoder's confirm must agree */
};

/* Malformations of identification, once a flow: app-layer-event:applayer_<name>. */
enum hg_applayer_event {
	HG_APPLAYER_MISMATCH,      /* the directions speak different protocols */
	HG_APPLAYER_WRONG_FIRST,   /* the server spoke first in a protocol where the client does */
	HG_APPLAYER_ONE_DIRECTION, /* one direction only was identified */
	HG_APPLAYER_SKIPPED,       /* too much data without a protocol */
	HG_APPLAYER_NO_TLS,        /* STARTTLS was agreed, something else came */
	HG_APPLAYER_UNEXPECTED,    /* another protocol than the one that was announced */
	HG_APPLAYER_EVENTS
};
extern const struct hg_anomaly_row hg_applayer_events[HG_APPLAYER_EVENTS];

enum hg_probe {
	HG_PROBE_NO,
	HG_PROBE_YES,
	HG_PROBE_MORE,
	HG_PROBE_REVERSE /* yes, and the sides are exchanged */
};

enum { HG_OVER_TCP = 1, HG_OVER_UDP = 2 };

struct hg_decoder {
	const char *name; /* "http": rules, EVE app_proto, app-layer.protocols.<name> */
	enum hg_proto proto;
	bool tcp, udp;
	bool gap_ok;          /* may go on behind missing bytes */
	bool first_to_server; /* the client speaks first */
	bool one_tx;          /* a flow is one transaction */
	bool takes_over; /* where it was announced it is spoken, whatever the bytes; nothing else leads to it */
	bool endless;    /* compat suricata7: neither the end nor a malformation completes its transactions */
	bool closes;     /* compat suricata7: … that is over when the session is closed */
	bool greets; /* the server speaks first, and its first words say more than magics; compat suricata7: only magics, nothing is read */
	uint8_t complete[HG_DIRS]; /* progress at which a transaction is done in that direction */

	/* identification: a row of magics, or a probe on the hinted server ports (0 ends) */
	const struct hg_magic *magics;
	uint8_t n_magics;
	uint16_t ports[8];
	bool probe_any;    /* native: the probe is sure enough to be asked on every port */
	bool probe_native; /* the peer asks none of the protocol */
	uint8_t unknown_over; /* HG_OVER_*: what the peer does not know it over; compat suricata7: off, unless it is switched on */
	uint8_t probe_sides; /* HG_SIDE_* that the probe can judge; 0: both */
	uint8_t port_tells;  /* so many bytes on a hinted port, whatever they are, are this protocol; 0: no */
	uint16_t probe_least; /* bytes below which nothing is asked */
	uint16_t probe_most;  /* bytes past which a probe that still wants more has failed; 0: no such mark */
	enum hg_probe (*probe)(enum hg_dir dir, struct hg_span in, bool udp);
	/* compat suricata7: asked in place of probe; NULL: that one */
	enum hg_probe (*peer_probe)(enum hg_dir dir, struct hg_span in, bool udp);
	/* native: asked of what probe or port_tells would take, which with the peer is enough; NULL: nothing more is asked */
	enum hg_probe (*confirm)(enum hg_dir dir, struct hg_span in, bool udp);

	/* life; state_size bytes zeroed at app->state before open */
	size_t state_size;
	size_t tx_size; /* of the decoder's own transaction, which begins with struct hg_tx */
	void (*open)(struct hg_app *app);
	void (*close)(struct hg_app *app);
	enum hg_feed (*feed)(struct hg_app *app, enum hg_dir dir, struct hg_span in, size_t *taken);
	bool (*gap)(struct hg_app *app, enum hg_dir dir, uint64_t bytes); /* false: cannot go on */
	void (*finish)(
		struct hg_app *app, enum hg_dir dir); /* the direction ends (FIN, RST, time-out, depth) */
	void (*tx_close)(struct hg_app *app,
		struct hg_tx *tx); /* what lies outside the arena; app->state may be gone */

	/* rows */
	const struct hg_buffer_row *buffers;
	uint16_t n_buffers;
	const struct hg_anomaly_row *anomalies;
	uint16_t n_anomalies;
	bool loud_anomalies; /* EVE writes their names in capitals */
	bool alert_bare;     /* the peer's alerts have no object of the protocol */
	bool file_is_flow; /* a connection is one file: the peer writes its record at once, with nothing of the protocol */

	/* Buffer `row` of a transaction; index counts the values of a HG_BUFFER_MULTI one. false: it does not exist (yet):
	 * nothing matches, not even a negated content. An empty buffer exists. The span lives until the next feed. */
	bool (*get)(struct hg_tx *tx, enum hg_dir dir, uint16_t row, uint32_t index, bool eof,
		struct hg_view *out);
	/* The byte order of what the transaction carries, for numbers with `dce`; NULL: network order. */
	bool (*little_endian)(const struct hg_tx *tx);
	/* What the client says next, up to the end of its line, is a secret, by what the server said last (veil.h). */
	bool (*awaits_secret)(struct hg_app *app);
	/* Detection has looked at a growing buffer. */
	void (*inspected)(struct hg_tx *tx, enum hg_dir dir, uint16_t row);

	/* A rule wants no record of it: neither of what belongs to it and comes later. */
	void (*unlogged)(struct hg_tx *tx);

	/* EVE: writes the members of the protocol's object(s) of a record ("http":{…}); in_alert: the shorter form. Also
	 * used for files' records. Does not write common keys. */
	void (*log)(const struct hg_tx *tx, bool in_alert, enum hg_dir dir, struct hg_json *j);
	const char *event_type; /* of the record; NULL: the decoder's log_all does it */
	const char *listed_as;  /* in outputs' list of types; NULL: as event_type */
	bool log_tx_id;         /* the record shows tx_id */
	bool log_sender; /* records of messages by one side begin with who sent it; with the peer all begin with the packet's sender */
	bool files_last; /* records of files wait for the transaction's end, as they show what stands behind the file, too */
	bool (*log_due)(const struct hg_tx *tx); /* NULL: when both directions are complete */
	/* More than one record a transaction (DNS): record i into j; false: there is none. */
	bool (*log_record)(const struct hg_tx *tx, unsigned i, struct hg_json *j);
	/* A field of the request by its name in any case, as HTTP has them; returns its length, SIZE_MAX: not there, or longer than
	 * size. NULL: the protocol has none. */
	size_t (*request_field)(const struct hg_tx *tx, struct hg_span name, uint8_t *out, size_t size);
	/* The envelope of record i (audit.h); i is 0 for files. false: it has none. NULL: of class and object nothing is said. */
	bool (*audit)(const struct hg_tx *tx, unsigned i, struct hg_audit *a);

	/* Configuration, at start: reads its keys into ctx (start-up memory). config NULL: defaults. */
	const struct hg_config_key *config_keys;
	size_t n_config_keys;
	size_t ctx_size;
	void (*configure)(struct hg_decoder_ctx *ctx, const struct hg_config *config);
	void (*release)(
		struct hg_decoder_ctx *ctx); /* what configure took besides ctx; also after no configure */
	/* At start: a rule looks into this buffer. What is made for rules only is made from now on, and so stands in records
	 * whether or not the rule came to look. */
	void (*asked)(struct hg_decoder_ctx *ctx, uint16_t row);
};

/* A flow's application state; decoders use what stands above the line. */
struct hg_app {
	const struct hg_decoder *decoder; /* NULL: not identified */
	void *state;
	const struct hg_decoder_ctx *ctx;
	struct hg_mem *mem;
	struct hg_flow *flow;
	const struct hg_packet
		*packet;        /* during feed, gap, finish: the packet that brought this on (time, number) */
	struct hg_flows *flows; /* for expectations */
	struct hg_files *files; /* for files */
	bool ips;               /* which clock */
	bool suricata7;         /* answer as the peer does where it errs (compat: suricata7) */
	bool bare_end;          /* during finish: the end came without further bytes */
	bool depth_reached;     /* during finish: what ends is only what is looked at */
	/* the worker's part */
	struct hg_apps *apps;
	struct hg_tx *txs, *txs_last;
	struct hg_tx *work,
		*work_last;   /* changed since they were inspected, written and weighed for freeing */
	struct hg_tx **index; /* by id modulo index_size, once there are many */
	uint32_t index_size;
	uint64_t tx_next, tx_first; /* ids: the next one's, and of the decoder's first */
	uint32_t n_txs;
	uint8_t updated;              /* HG_SIDE_*: parsed bytes since detection last ran there */
	uint8_t ended;                /* HG_SIDE_*: eof was handed on */
	uint8_t beyond;               /* HG_SIDE_*: … because the depth was reached */
	bool failed;                  /* parsing has ended */
	bool broken_off;              /* … within a transaction */
	uint8_t id_state[HG_DIRS];    /* identification, a direction (identify.h) */
	uint32_t id_refused[HG_DIRS]; /* rows whose probe has said no, by their place in the registry */
	uint8_t id_first;             /* direction + 1 in which the first bytes came; 0: none yet */
	bool id_turned;               /* the direction that spoke first has had its turn */
	bool answered;                /* what is shown now was waiting when the other direction went on */
	uint8_t stored;               /* HG_SIDE_*: files of the transactions to come are stored */
	bool fed;                     /* bytes have gone past identification */
	bool closed;                  /* the session was seen closed */
	bool over;                    /* hg_app_over was said, and its last look is due */
	bool changing; /* another protocol is looked for; the flow still carries the name of the old one */
	uint64_t gap[HG_DIRS];   /* missing before anybody knew the protocol, to be told to its decoder */
	uint8_t expect;          /* enum hg_proto promised by hg_app_expect */
	uint64_t seen[HG_DIRS];  /* bytes shown to identification */
	uint16_t flow_anomalies; /* bits: applayer_* events, once each */
	uint16_t flow_anomalies_packet; /* those raised while this packet was worked on */
	struct hg_app_user *users;      /* that logins have taught, the last one first */
	uint8_t n_users;
	struct hg_veils *veils;              /* NULL: nothing is known to be secret */
	uint64_t login_packets, login_bytes; /* the flow's at its last login */
	uint32_t login_attempts;
	/* frames, a direction: those that rules look into and are not over; how many of all there were */
	struct hg_app_frame *frames[HG_DIRS], *frames_last[HG_DIRS];
	uint64_t frame_ids[HG_DIRS];
	uint8_t streamed; /* HG_SIDE_*: the frame of all bytes has begun */
	uint16_t n_frames[HG_DIRS];
	struct hg_app *next_listener; /* of its chain (hg_app_listen) */
	bool listens;
	struct hg_buf handed;   /* by the decoder before to the one behind it */
	struct hg_span fed_now; /* what feed is given, and where that stands in the direction */
	uint64_t fed_at;
};

/* --- for decoders --- */

/* A new transaction at the end of the list; NULL: cap reached (counted; the decoder goes on without). */
struct hg_tx *hg_tx_new(struct hg_app *app);
struct hg_tx *hg_tx_new_session(struct hg_app *app); /* … that stands for the connection as a whole */
/* A malformation that is of no transaction: one of its own bears it, so that what is told does not depend on which are still there. */
void hg_tx_refuse(struct hg_app *app, enum hg_dir dir, uint8_t anomaly);
/* By id, or the newest of the flow's present decoder; NULL: none. */
struct hg_tx *hg_tx_find(struct hg_app *app, uint64_t id);
struct hg_tx *hg_tx_last(struct hg_app *app);
/* Raises progress and marks the transaction for detection. */
void hg_tx_progress(struct hg_tx *tx, enum hg_dir dir, uint8_t progress);
void hg_tx_touch(struct hg_tx *tx, enum hg_dir dir); /* changed without progress: a body grew */
/* What rules of that direction see has changed although none of its bytes were read: they are asked with its next packet. */
void hg_tx_wake(struct hg_tx *tx, enum hg_dir dir);
/* It is complete in all its directions, and detection is asked in each, whoever sent the last byte. */
void hg_tx_end(struct hg_tx *tx);
/* All of a flow's may have something to do: a direction has ended, detection is asked whatever has changed. */
void hg_tx_work_all(struct hg_app *app);
/* Names a malformation of the protocol: remembered for rules and EVE, counted. Returns false for `return` in decoders. */
bool hg_tx_anomaly(struct hg_tx *tx, enum hg_dir dir, uint8_t row);
/* Something in this direction that rules of the other may ask for, too: natively at once, with the peer when bytes of the
 * other direction touch the transaction. */
void hg_tx_touch_other(struct hg_tx *tx, enum hg_dir dir);
/* One that rules without a direction see in both; EVE names it for each direction in which it was seen. */
void hg_tx_anomaly_both(struct hg_tx *tx, enum hg_dir dir, uint8_t row);
bool hg_tx_has_anomaly(const struct hg_tx *tx, enum hg_dir dir, uint8_t row);

/* A new file of the transaction; NULL: as hg_file_open. */
struct hg_file *hg_tx_file_open(
	struct hg_tx *tx, struct hg_span name, enum hg_dir dir, const struct hg_inspect_limits *limits);
/* Of one that was made elsewhere: whether it is kept; it is the transaction's from now on. */
void hg_tx_file_settle(const struct hg_tx *tx, struct hg_file *file);
bool hg_tx_file_adopt(struct hg_tx *tx, struct hg_file *file);
/* Bytes of a message that may be its file: `limit`, unless a rule stores it; 0: no limit. */
uint64_t hg_tx_file_limit(const struct hg_tx *tx, enum hg_dir dir, uint64_t limit);

/* Value `index` of the files of the direction that have something to show (hg_body_view), and of their names. */
bool hg_tx_file_view(
	const struct hg_tx *tx, enum hg_dir dir, uint32_t index, bool eof, bool at_once, struct hg_view *out);
bool hg_tx_file_name(const struct hg_tx *tx, enum hg_dir dir, uint32_t index, struct hg_view *out);
void hg_tx_files_inspected(struct hg_tx *tx, enum hg_dir dir);
/* Value `index` of the files of the direction that are over: their sizes, or digests (one of HG_HASH_*) of whole ones that have it. */
bool hg_tx_file_size(const struct hg_tx *tx, enum hg_dir dir, uint32_t index, struct hg_view *out);
bool hg_tx_file_digest(
	const struct hg_tx *tx, enum hg_dir dir, unsigned hash, uint32_t index, struct hg_view *out);
bool hg_tx_file_type(const struct hg_tx *tx, enum hg_dir dir, uint32_t index, struct hg_view *out);
/* The row of what its files are. */
#define HG_FILE_TYPE_ROW(at_server, at_client, more)                                              \
	{                                                                                         \
		"file.magic", HG_SIDE_BOTH, { at_server, at_client }, HG_BUFFER_FILE | (more), 2, \
			"what a file is by its first bytes, in libmagic's words"                  \
	}
/* Rows of a decoder's files, from FIRST on, and which digest the row is. */
#define HG_FILE_DIGEST_ROWS(FIRST, AT)                                                          \
	[FIRST] = { "file.md5", HG_SIDE_BOTH, AT, HG_BUFFER_FILE | HG_BUFFER_MULTI, 4,          \
		"MD5 of a whole file, 16 bytes" },                                              \
	[(FIRST) + 1] = { "file.sha1", HG_SIDE_BOTH, AT, HG_BUFFER_FILE | HG_BUFFER_MULTI, 4,   \
		"SHA-1 of a whole file, 20 bytes" },                                            \
	[(FIRST) + 2] = { "file.sha256", HG_SIDE_BOTH, AT, HG_BUFFER_FILE | HG_BUFFER_MULTI, 4, \
		"SHA-256 of a whole file, 32 bytes" },                                          \
	[(FIRST) + 3] = { "file.sm3", HG_SIDE_BOTH, AT, HG_BUFFER_FILE | HG_BUFFER_MULTI, 4,    \
		"SM3 of a whole file, 32 bytes" }
#define HG_FILE_DIGESTS 4
#define HG_FILE_DIGEST(row, FIRST) (1u << ((row) - (FIRST)))

/* A frame begins at `at`, which lies in what feed was given, and has so many bytes, also of what comes later. */
void hg_app_frame(struct hg_app *app, enum hg_dir dir, uint16_t row, const uint8_t *at, uint64_t length);
/* The same of one whose first bytes feed was given before, which are `lead`: it goes on with what feed is given now. */
void
hg_app_frame_led(struct hg_app *app, enum hg_dir dir, uint16_t row, struct hg_span lead, uint64_t length);
/* The newest of the row that is open ends `back` bytes in front of `at`, or belongs to the transaction. */
void hg_app_frame_end(struct hg_app *app, enum hg_dir dir, uint16_t row, const uint8_t *at, size_t back);
void hg_app_frame_belongs(struct hg_app *app, enum hg_dir dir, uint16_t row, const struct hg_tx *tx);

/* The row of the frame of all that a direction says over TCP, which every decoder has. */
#define HG_FRAME_STREAM(name)                                                        \
	{                                                                            \
		"frame:" name ".stream", HG_SIDE_BOTH, { 0, 0 }, HG_BUFFER_FRAME, 2, \
			"all bytes of a direction over TCP"                          \
	}

/* Asks for inspection of raw stream data at the next run in this direction (peer-semantics 1.4). */
void hg_app_trigger_raw(struct hg_app *app, enum hg_dir dir);
/* Payload and raw stream are opaque from now on (TLS application data). */
void hg_app_encrypted(struct hg_app *app);
/* Encrypted in both directions, and nothing more is read: what was said before is looked at in front of this packet. */
void hg_app_over(struct hg_app *app);
/* With HG_FEED_CHANGE: what must come next (HG_PROTO_UNKNOWN: identify anew). */
void hg_app_expect(struct hg_app *app, enum hg_proto next);
/* With it: what the decoder behind must know of what was said before, in words of its own. All of it, and at most HG_APP_HANDED
 * bytes, else nothing. */
#define HG_APP_HANDED 65536
bool hg_app_hand(struct hg_app *app, struct hg_span bytes);
struct hg_span hg_app_handed(const struct hg_app *app); /* during open */
/* Connections that this one announces (hg_flow_expect) will have something to tell it; until its decoder is closed. */
void hg_app_listen(struct hg_app *app);
/* Who announced the flow and listens; NULL: nobody any more. Both ends of an announcement are with one worker. */
struct hg_app *hg_app_announcer(struct hg_app *app);

/* --- for the worker and detect/ --- */

/* All rows, those that only identify (feed == NULL) included; walks i = 0 … until NULL. Their config_keys are part of the
 * engine's schema, and so are the keys that all share. */
const struct hg_decoder *hg_app_decoder(unsigned i);
const struct hg_config_key *hg_app_config_keys(size_t *n);
const struct hg_decoder *hg_app_decoder_of(enum hg_proto proto); /* NULL: no decoder */

#define HG_APP_DECODERS 32 /* places fit a word: id_refused */

/* The rows of all decoders and events, numbered; the caller keeps it as long as rules are compiled. */
struct hg_app_catalog {
	struct hg_catalog catalog;
	struct hg_catalog_proto protos[HG_APP_DECODERS];
	const char *decode_events[HG_DECODE_EVENTS_END];
	const char *stream_events[HG_EVENTS - HG_DECODE_EVENTS_END];
};
void hg_app_catalog(struct hg_app_catalog *c);

struct hg_apps_config {
	bool ips;
	bool suricata7;
	bool midstream;                 /* sessions are taken up in the middle */
	uint32_t max_tx;                /* live transactions a flow */
	size_t tx_memory;               /* bytes an arena may hold */
	uint32_t identify_max;          /* bytes looked at before giving up */
	enum hg_exception error_policy; /* after a malformation that ends parsing */
	bool all_frames;                /* kept whether or not rules look into them: they have records */
	struct hg_secrets_config secrets;
	bool veil;                /* raw bytes stand in records, without secrets */
	uint64_t transcript_most; /* bytes of a session's transcript */
	struct hg_hash_key hash_key;
};

struct hg_app_counts {
	uint64_t flows, txs, errors, gaps, refused; /* refused: no memory */
};

struct hg_apps_stats {
	struct hg_app_counts proto[2]
				  [HG_PROTO_COUNT]; /* over TCP, over UDP; the row of HG_PROTO_FAILED too */
	uint64_t anomalies[HG_PROTO_COUNT][128];    /* by row */
	uint64_t applayer[HG_APPLAYER_EVENTS];
	uint64_t failed, tx_cap, memory_refused;
	uint64_t held[HG_PROTO_COUNT]; /* bytes of decoders' states at the moment */
	uint64_t tx_steps;             /* transactions looked at to find, sort or free one */
	uint64_t login_cap;
	uint64_t user_cap;     /* users that a flow had no room for */
	uint64_t veils_joined; /* secrets of a flow, with what lies between them */
	uint64_t transcripts, transcripts_cut, transcripts_lost;
	uint64_t joins;           /* files put together of parts */
	uint64_t joins_forgotten; /* … that were not whole when they were let go of */
	uint64_t joins_refused;   /* parts: no room for them, or for what waits */
	uint64_t frame_cap;       /* frames, or bytes of them, that were not kept */
};

int hg_apps_open(struct hg_apps **ret, const struct hg_apps_config *c, const struct hg_config *config,
	struct hg_mem *mem, struct hg_files *files, struct hg_error *err);
void hg_apps_close(struct hg_apps *a);
/* At start: a rule looks into a buffer of that protocol. */
void hg_apps_asked(struct hg_apps *a, enum hg_proto proto, uint16_t row);
/* Rules at work may want files stored, of these protocols and directions (HG_PROTO_BITs): such files are kept until then. */
void hg_apps_stores(struct hg_apps *a, const uint64_t protos[HG_DIRS]);
void hg_apps_reset(struct hg_apps *a);
/* Where transcripts of sessions go; NULL: nowhere. */
void hg_apps_transcripts(struct hg_apps *a, struct hg_desk *desk);

/* Has come to its end. */
bool hg_app_frame_complete(const struct hg_app_frame *f);
/* Is there enough of it to look at? Not byte by byte, unless it ends. */
bool hg_app_frame_due(const struct hg_app *app, const struct hg_app_frame *f);
/* A rule that has looked in direction `looks` wants files stored: of these `sides` all of the transaction, or all that are
 * still open and those that the flow is still to carry. With the scope of a file the files are named one by one. */
void hg_tx_store(struct hg_tx *tx, enum hg_store_scope scope, uint8_t sides, enum hg_dir looks);
void hg_tx_store_file(struct hg_tx *tx, struct hg_file *file);
/* It has a file of that direction; how many. */
uint32_t hg_tx_files(const struct hg_tx *tx, enum hg_dir dir);

/* TCP: pulls what hg_stream_packet said is there for the directions in `sides` (opposite of p->dir first), identifies, feeds.
 * UDP: the payload of p. Sets HG_PKT_PROTO_CHANGED and the flow's app_proto. */
void hg_app_feed(struct hg_apps *a, struct hg_packet *p, unsigned sides);
/* A packet of a dropped flow: nothing is fed, and what the packet before it told is over. */
void hg_app_pass(struct hg_flow *f);
/* The direction has ended (flow end): finish() with everything left. p is a pseudo packet. */
void hg_app_finish(struct hg_apps *a, struct hg_packet *p);

/* hg_app_over was said since this was asked last. */
bool hg_app_is_over(struct hg_flow *f);

/* Is any transaction of the flow not done in this direction? (owes a pseudo packet) */
bool hg_app_pending(const struct hg_flow *f, enum hg_dir dir);

/* A transaction is complete in this direction: it has no such side, got there, or nothing more comes. */
bool hg_tx_complete(const struct hg_tx *tx, enum hg_dir dir);

/* The flow's next packet comes soon: what its application points to is prefetched. */
void hg_app_approach(const struct hg_flow *f);

/* Frees transactions that are done: complete, inspected (or without detection) and logged. Logging is the caller's: it
 * walks app->work, writes what is due and sets logged. Only what has changed is looked at, so that the cost of a packet
 * does not grow with the number of open transactions. */
void hg_app_prune(struct hg_app *app, bool detection);
/* Nothing waits for detection or its record, and no event was raised with this packet. */
bool hg_app_is_idle(const struct hg_app *app, bool detection);
void hg_app_free(struct hg_apps *a, struct hg_flow *f);

const struct hg_apps_stats *hg_apps_stats(const struct hg_apps *a);

#endif
