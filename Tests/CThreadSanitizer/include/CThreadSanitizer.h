// Nothing to call: what stands in mutex.c takes the place of two functions of Swift's runtime while the thread sanitizer runs.
