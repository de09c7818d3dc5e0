#include "CTLSShims.h"
