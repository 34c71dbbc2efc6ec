/* pgsql: the decoder of PostgreSQL's frontend/backend protocol, version 3. Everything else is private. */
#ifndef HG_APP_PGSQL_PGSQL_H
#define HG_APP_PGSQL_PGSQL_H

#include "app/app.h"

extern const struct hg_decoder hg_pgsql;

#endif
