/* smb: SMB1 and SMB2/3 over NetBIOS sessions and TCP, with files and DCERPC in named pipes. */
#ifndef HG_APP_SMB_SMB_H
#define HG_APP_SMB_SMB_H

#include "app/app.h"

extern const struct hg_decoder hg_smb;

#endif
