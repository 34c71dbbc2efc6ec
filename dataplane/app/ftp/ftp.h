/* ftp: RFC 959 with 1123, 2228 (AUTH), 2428 (EPSV, EPRT), 2640 and 3659: the control connection and those that carry files. */
#ifndef HG_APP_FTP_FTP_H
#define HG_APP_FTP_FTP_H

#include "app/app.h"

extern const struct hg_decoder hg_ftp, hg_ftp_data;

#endif
