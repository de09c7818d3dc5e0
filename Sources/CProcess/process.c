#include "CProcess.h"

#include <stddef.h>

static int count;
static char **arguments;

// glibc hands every constructor what the kernel hands `main`. Swift reads /proc/self/cmdline instead, which is not there in a bare chroot.
__attribute__((constructor)) static void remember(int argc, char **argv) {
    count = argc;
    arguments = argv;
}

int cproc_argument_count(void) {
    return count;
}

const char *cproc_argument(int index) {
    return index >= 0 && index < count ? arguments[index] : NULL;
}
