/* transcript: what a session shows, with times, as a file that plays back (asciicast v2: a line of JSON, then a line an event).
 *
 * Goes by a desk (file/store.h) to the thread that writes; nothing here waits for the disk. What a user types is not in it but by
 * the server's echo, so that no password is. A file is named by what identifies the session, not by its bytes. One owner thread.
 */
#ifndef HG_APP_TRANSCRIPT_H
#define HG_APP_TRANSCRIPT_H

#include "app/app.h"

#define HG_TRANSCRIPT_ID 32

struct hg_transcript {
	bool open, over; /* over: nothing more is taken */
	int slot;
	hg_time begin;
	uint64_t bytes;
	uint8_t part[4], part_len; /* the beginning of a character */
	uint8_t id[HG_TRANSCRIPT_ID];
};

/* Does somebody want them? */
bool hg_transcript_wanted(const struct hg_app *app);
/* 0 by 0: not known. False: it could not be begun (counted). */
bool hg_transcript_begin(struct hg_app *app, struct hg_transcript *t, uint16_t columns, uint16_t rows,
	struct hg_span terminal);
void hg_transcript_output(struct hg_app *app, struct hg_transcript *t, struct hg_span bytes);
void hg_transcript_resize(struct hg_app *app, struct hg_transcript *t, uint16_t columns, uint16_t rows);
/* True: it is whole up to its cap, and on its way. */
bool hg_transcript_end(struct hg_app *app, struct hg_transcript *t);

#endif
