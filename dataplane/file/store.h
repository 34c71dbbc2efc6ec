/* store: files on their way to the disk.
 *
 * Every worker has a desk: a ring to the one thread that writes, and a slot for each file that it is having written. Nothing
 * here waits for the disk, unless `waits` says that nothing may be lost (replay). What finds no room ends its file: it is
 * counted, the writer throws away what it has. A file gets its name (DIR/ab/<sha256>) when all of it is there; until then it
 * stands in DIR/tmp. Functions of a desk are its worker's, the rest the main thread's.
 */
#ifndef HG_FILE_STORE_H
#define HG_FILE_STORE_H

#include "base/error.h"
#include "base/span.h"

#define HG_STORE_FILES 1024 /* that one worker has written at a time */
#define HG_STORE_DESKS 64
#define HG_STORE_SHA256 32

/* `outputs.file-store` */
struct hg_filestore_config {
	bool enabled;
	bool force;        /* every file, whatever rules say */
	bool fileinfo;     /* its record beside each */
	uint64_t depth;    /* bytes of a stream in which a rule stores: 0: no limit */
	uint32_t max_open; /* descriptors kept open; 0: none, files are opened for each piece */
	size_t queue;      /* bytes on their way, each worker */
	size_t hold;       /* bytes of files that rules may still have stored, each worker */
	char dir[512];     /* below the folder of records unless it is absolute */
};

struct hg_filestore;
struct hg_desk;

/* Makes the folders. */
int hg_filestore_open(struct hg_filestore **ret, const struct hg_filestore_config *c, const char *folder,
	unsigned desks, bool waits, struct hg_error *err);
int hg_filestore_start(struct hg_filestore *s, struct hg_error *err);
/* Workers have stopped: what is on its way is written within so many milliseconds; < 0: however long it takes. */
void hg_filestore_stop(struct hg_filestore *s, int ms);
void hg_filestore_close(struct hg_filestore *s); /* stopped, or never started; may be NULL */
struct hg_desk *hg_filestore_desk(struct hg_filestore *s, unsigned worker);
/* DIR of a configuration below the folder of records. */
void hg_filestore_path(const struct hg_filestore_config *c, const char *folder, char *path, size_t size);

struct hg_filestore_stats {
	uint64_t open;   /* files being written at the moment */
	uint64_t stored; /* that have their name */
	uint64_t known;  /* … and were there before */
	uint64_t bytes;  /* written */
	uint64_t errors; /* of the file system: their files are not there */
	uint64_t late;   /* orders that the end has cut off */
};
struct hg_filestore_stats hg_filestore_stats(const struct hg_filestore *s);

const struct hg_filestore_config *hg_desk_config(const struct hg_desk *d);
/* A file begins; its slot, and its number among all of the run; < 0: too many at a time, or no room. */
int hg_desk_begin(struct hg_desk *d, uint32_t *id);
/* More of it; false: no room, the file is over. */
bool hg_desk_put(struct hg_desk *d, int slot, struct hg_span bytes);
/* All of it is there; false: no room, it is over. The slot is free again in any case. */
bool hg_desk_end(struct hg_desk *d, int slot, const uint8_t sha256[HG_STORE_SHA256]);
/* Its record, right behind its end; seconds: when. */
bool hg_desk_tell(struct hg_desk *d, int slot, uint64_t seconds, struct hg_span record);
void hg_desk_drop(struct hg_desk *d, int slot);
/* Another capture begins: what was begun is dropped. */
void hg_desk_reset(struct hg_desk *d);

#endif
