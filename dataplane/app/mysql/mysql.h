/* mysql: the decoder of MySQL's and MariaDB's client/server protocol, version 10. Everything else is private. */
#ifndef HG_APP_MYSQL_MYSQL_H
#define HG_APP_MYSQL_MYSQL_H

#include "app/app.h"

extern const struct hg_decoder hg_mysql;

#endif
