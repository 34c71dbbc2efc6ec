/* smb1: commands and readers that the messages of SMB1 share. Private to smb/. */
#ifndef HG_APP_SMB_SMB1_H
#define HG_APP_SMB_SMB1_H

#include "app/smb/smb_int.h"

#define HG_SMB1_HEAD 32

enum hg_smb1_command {
	HG_SMB1_CLOSE = 0x04,
	HG_SMB1_RENAME = 0x07,
	HG_SMB1_WRITE = 0x0b,
	HG_SMB1_LOCKING = 0x24,
	HG_SMB1_TRANS = 0x25,
	HG_SMB1_TRANS_SECOND = 0x26,
	HG_SMB1_ECHO = 0x2b,
	HG_SMB1_WRITE_CLOSE = 0x2c,
	HG_SMB1_OPEN = 0x2d,
	HG_SMB1_READ = 0x2e,
	HG_SMB1_WRITE_ANDX = 0x2f,
	HG_SMB1_TRANS2 = 0x32,
	HG_SMB1_TRANS2_SECOND = 0x33,
	HG_SMB1_TREE_END = 0x71,
	HG_SMB1_NEGOTIATE = 0x72,
	HG_SMB1_SESSION = 0x73,
	HG_SMB1_LOGOFF = 0x74,
	HG_SMB1_TREE = 0x75,
	HG_SMB1_NT_TRANS = 0xa0,
	HG_SMB1_NT_TRANS_SECOND = 0xa1,
	HG_SMB1_CREATE = 0xa2,
	HG_SMB1_CANCEL = 0xa4,
};

/* One command of a message: its words and its bytes, which offsets count from the message's head. */
struct hg_smb1_block {
	struct hg_span message, words, bytes;
	size_t bytes_at;
	uint64_t more; /* of the message, still to come */
};

bool hg_smb1_head(struct hg_span in, struct hg_smb_head *h);
/* false: words or bytes reach over the end (the bytes may, when more is to come). */
bool hg_smb1_block(struct hg_span in, size_t at, uint64_t more, struct hg_smb1_block *b);
/* A string of the message's kind at `at`, and where the next one begins. */
struct hg_span hg_smb1_string(const struct hg_smb_head *h, const struct hg_smb1_block *b, size_t *at);
struct hg_span
hg_smb1_plain(const struct hg_smb1_block *b, size_t *at); /* one byte a character, whatever the message */

bool hg_smb1_request(struct hg_app *app, const struct hg_smb_head *h, const struct hg_smb1_block *b);
bool hg_smb1_response(struct hg_app *app, const struct hg_smb_head *h, const struct hg_smb1_block *b);
bool hg_smb1_write_data(const struct hg_smb1_block *b, struct hg_smb_data *d);
bool hg_smb1_read_data(struct hg_app *app, const struct hg_smb_head *h, const struct hg_smb1_block *b,
	struct hg_smb_data *d);
/* The transaction that waits for this answer has it. */
struct hg_smb_tx *hg_smb1_other(struct hg_app *app, const struct hg_smb_head *h);

#endif
