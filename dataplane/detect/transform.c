#include "detect/detect_int.h"

#include <openssl/evp.h>
