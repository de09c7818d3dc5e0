import Glibc

/// The number of the thread that this runs on.
func currentThread() -> UInt {
    UInt(pthread_self())
}
