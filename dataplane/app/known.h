/* known: protocols that are recognised and not decoded (yet): `alert smtp`, EVE app_proto. */
#ifndef HG_APP_KNOWN_H
#define HG_APP_KNOWN_H

#include "app/app.h"

extern const struct hg_decoder hg_known_smtp, hg_known_ftp, hg_known_ftp_data, hg_known_smb, hg_known_ssh,
	hg_known_imap, hg_known_pop3, hg_known_dcerpc;

#endif
