/* smb2: commands and readers that the messages of SMB2 and 3 share. Private to smb/. */
#ifndef HG_APP_SMB_SMB2_H
#define HG_APP_SMB_SMB2_H

#include "app/smb/smb_int.h"

#define HG_SMB2_HEAD 64

enum hg_smb2_command {
	HG_SMB2_NEGOTIATE = 0,
	HG_SMB2_SESSION = 1,
	HG_SMB2_LOGOFF = 2,
	HG_SMB2_TREE = 3,
	HG_SMB2_TREE_END = 4,
	HG_SMB2_CREATE = 5,
	HG_SMB2_CLOSE = 6,
	HG_SMB2_FLUSH = 7,
	HG_SMB2_READ = 8,
	HG_SMB2_WRITE = 9,
	HG_SMB2_LOCK = 10,
	HG_SMB2_IOCTL = 11,
	HG_SMB2_CANCEL = 12,
	HG_SMB2_ECHO = 13,
	HG_SMB2_LIST = 14,
	HG_SMB2_NOTIFY = 15,
	HG_SMB2_QUERY_INFO = 16,
	HG_SMB2_SET_INFO = 17,
	HG_SMB2_BREAK = 18,
};

#define HG_SMB2_TRANSCEIVE 0x0011c017 /* FSCTL_PIPE_TRANSCEIVE */

/* What a WRITE sends and a READ's answer brings; false: malformed, or an answer to no READ that was seen. */
bool hg_smb2_write_data(struct hg_span in, struct hg_smb_data *d);
bool
hg_smb2_read_data(struct hg_app *app, const struct hg_smb_head *h, struct hg_span in, struct hg_smb_data *d);

#endif
