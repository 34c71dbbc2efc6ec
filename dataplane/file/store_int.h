/* store_int: the orders from desks to the writer; shared by desk.c and store.c only. */
#ifndef HG_FILE_STORE_INT_H
#define HG_FILE_STORE_INT_H

#include "base/lane.h"
#include "base/thread.h"
#include "file/store.h"

enum hg_order_kind { HG_ORDER_BEGIN, HG_ORDER_BYTES, HG_ORDER_END, HG_ORDER_TELL, HG_ORDER_DROP };

/* A record of a desk's ring; bytes stand behind it. */
struct hg_order {
	uint8_t kind; /* enum hg_order_kind */
	uint16_t slot;
	uint32_t id;      /* BEGIN */
	uint32_t len;     /* of what stands behind */
	uint64_t seconds; /* TELL */
	uint8_t sha256[HG_STORE_SHA256];
};

/* Bytes of one order at most: a ring takes records up to half its size. */
#define HG_ORDER_BYTES_MAX ((size_t)32 << 10)

enum { HG_SLOT_FREE, HG_SLOT_TAKEN, HG_SLOT_OWED };

/* A worker's side. A slot whose end could not be ordered is owed: it stays taken until there is room to say so. */
struct hg_desk {
	struct hg_filestore *store;
	struct hg_lane lane;
	uint8_t slots[HG_STORE_FILES];
	uint16_t free[HG_STORE_FILES], owed[HG_STORE_FILES];
	unsigned n_free, n_owed;
};

/* The writer's side of a slot. */
enum { HG_WRITE_NONE, HG_WRITE_OPEN, HG_WRITE_BROKEN, HG_WRITE_NAMED };
struct hg_writing {
	int fd; /* < 0: closed meanwhile */
	uint8_t state;
	uint32_t id;
	char name[2 * HG_STORE_SHA256 + 4]; /* ab/<sha256>, once it has it */
};

struct hg_filestore {
	struct hg_filestore_config config;
	bool waits;
	unsigned n_desks;
	struct hg_desk *desks;
	struct hg_writing *writing; /* HG_STORE_FILES a desk */
	struct hg_bell bell;
	struct hg_thread thread;
	int dir;
	bool stuck;
	_Atomic uint32_t next_id;
	_Atomic bool stopping;
	_Atomic uint64_t deadline;
	/* the writer's */
	uint32_t descriptors;
	bool complained;
	_Atomic uint64_t open, stored, known, bytes, errors, late;
};

#endif
