#ifndef CPROCESS_H
#define CPROCESS_H

/// How many words the program was started with, its name included.
int cproc_argument_count(void);

/// One of those words, or NULL beyond the last; it lives as long as the process.
const char *cproc_argument(int index);

#endif
