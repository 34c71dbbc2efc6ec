/* nfs: the decoder of NFS 2 to 4 over ONC RPC (RFC 1094, 1813, 7530, 5531). Everything else is private. */
#ifndef HG_APP_NFS_NFS_H
#define HG_APP_NFS_NFS_H

#include "app/app.h"

extern const struct hg_decoder hg_nfs;

#endif
