/* snmp: SNMP version 1, 2c and 3 over UDP. */
#ifndef HG_APP_SNMP_SNMP_H
#define HG_APP_SNMP_SNMP_H

#include "app/app.h"

extern const struct hg_decoder hg_snmp;

#endif
