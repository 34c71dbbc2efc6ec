/* app_int: what app.c, tx.c, identify.c, registry.c and feed.c share. Decoders never include it. */
#ifndef HG_APP_APP_INT_H
#define HG_APP_APP_INT_H

#include "app/app.h"
#include "app/digest.h"
#include "app/join.h"

enum hg_enabled { HG_DECODE_YES, HG_DECODE_ONLY_IDENTIFY, HG_DECODE_NO };

/* A row with what configuration says about it. */
struct hg_protocol {
	const struct hg_decoder *decoder;
	struct hg_decoder_ctx *ctx;
	uint8_t enabled[2]; /* enum hg_enabled; [0] TCP, [1] UDP */
	uint16_t ports[8];
};

/* Files in parts (join.c). */
struct hg_joins {
	struct hg_hash_key hash;
	struct hg_join *chains[HG_JOINS];
	struct hg_join *oldest, *newest; /* of those that no part is open of */
	uint32_t n;
	uint64_t memory, waiting; /* bytes that may wait, and do */
};

struct hg_apps {
	struct hg_apps_config config;
	struct hg_mem *mem;
	struct hg_files *files;
	struct hg_protocol protocols[HG_APP_DECODERS];
	unsigned n;
	uint16_t magic_end[2][HG_DIRS];  /* bytes after which no magic can appear any more; [udp][dir] */
	uint64_t frames[HG_PROTO_COUNT]; /* rows that rules look into */
	uint64_t stores[HG_DIRS];        /* HG_PROTO_BITs whose files some rule may want stored */
	struct hg_apps_stats stats;
	struct hg_secrets secrets;
	struct hg_digests digests;
	struct hg_joins joins;
	struct hg_desk *transcripts; /* NULL: none are wanted */
	unsigned n_logins;           /* told and not fetched */
	struct hg_login logins[HG_LOGINS];
	uint32_t login_text_len;
	uint8_t login_text[HG_LOGIN_TEXT];
};

/* Of a direction: which means of identification have said no, that it began with missing bytes, that it was not announced. */
enum { HG_ID_MAGICS_DONE = 1, HG_ID_PROBES_DONE = 2, HG_ID_DONE = 3, HG_ID_GAP = 4, HG_ID_UNANNOUNCED = 8 };

/* Is the row the frame of all bytes? */
static inline bool
hg_frame_is_stream(const struct hg_buffer_row *row)
{
	const size_t n = strlen(row->name);

	return row->flags & HG_BUFFER_FRAME && n > 7 && strcmp(row->name + n - 7, ".stream") == 0;
}

const struct hg_protocol *hg_app_protocol(const struct hg_apps *a, enum hg_proto proto); /* NULL: no row */
void hg_registry_configure(struct hg_apps *a, const struct hg_config *config);

/* Which protocol the bytes of a direction begin with; HG_PROTO_UNKNOWN: none (yet: see app->id_state). last: more are not
 * waited for. */
enum hg_proto
hg_identify(struct hg_app *app, enum hg_dir dir, struct hg_span in, bool udp, bool last, bool *reverse);
/* A direction that begins with these bytes does not speak it, whatever follows. */
bool hg_identify_excludes(const struct hg_apps *a, enum hg_proto proto, enum hg_dir dir, struct hg_span in);

/* Bytes, gap or end of a direction; returns how many of the bytes are done with. */
size_t hg_app_input(
	struct hg_apps *a, struct hg_packet *p, enum hg_dir dir, const struct hg_stream_bytes *in, bool udp);
/* What is to be done with a direction's bytes: look again when there are more, decode, pass over. */
enum hg_step { HG_STEP_WAIT, HG_STEP_FEED, HG_STEP_PASS };
enum hg_step hg_settle(struct hg_app *app, struct hg_packet *p, enum hg_dir *dir,
	const struct hg_stream_bytes *in, bool udp);
/* Missing bytes in a direction whose protocol nobody knows. */
void hg_settle_gap(struct hg_app *app, enum hg_dir dir, uint64_t bytes);
/* The other direction spoke first and nothing is decoded: its bytes go first, these wait. */
bool hg_settle_turns(const struct hg_app *app, enum hg_dir dir);
/* It has had its turn. A protocol whose client speaks first is not believed behind a server that did. */
void hg_settle_turned(struct hg_app *app);
bool hg_app_defers(const struct hg_app *app, enum hg_dir dir);
/* Its bytes wait to be understood; when the other direction goes on, they are taken as what can be said about them then. */
bool hg_settle_waits(const struct hg_app *app, enum hg_dir dir);
struct hg_app_counts *hg_app_counts(const struct hg_app *app, uint8_t proto);
/* Parsing ends; what was seen so far keeps its records. */
void hg_app_give_up(struct hg_app *app);
void hg_app_close_decoder(struct hg_app *app);
struct hg_app *hg_app_make(struct hg_apps *a, struct hg_flow *f);
void hg_app_event(struct hg_app *app, enum hg_applayer_event e);
/* Bytes that feed has taken, and missing ones, go into the frames of the direction; those that are over go. */
void hg_frames_grow(struct hg_app *app, enum hg_dir dir, size_t taken);
bool hg_frames_wait(const struct hg_app *app); /* some have bytes that detection has not seen */
void hg_frames_leave(struct hg_app *app);
void hg_frames_stream(struct hg_app *app, enum hg_dir dir); /* the first bytes of the direction are fed */
void hg_frames_end(struct hg_app *app, enum hg_dir dir);
void hg_frames_prune(struct hg_app *app);
void hg_frames_free(struct hg_app *app);
void hg_tx_free_all(struct hg_app *app);
/* A file that a transaction may get later: kept if it or a rule may want it stored. Before its first byte. */
void hg_tx_file_keep(const struct hg_tx *tx, struct hg_file *file);
void hg_tx_abandon(struct hg_app *app); /* nothing more comes for any: complete in both directions */

#endif
