import Glibc

/// A moment in civil time.
package struct UnixTime: Sendable, Equatable {
    /// Whole seconds since 1970-01-01 UTC, leap seconds not counted.
    package let seconds: Int64
    /// 0 to 999.
    package let milliseconds: Int

    /// A moment with these parts.
    package init(seconds: Int64, milliseconds: Int = 0) {
        self.seconds = seconds
        self.milliseconds = milliseconds
    }

    /// The present time of the system's clock.
    package static var now: Self {
        var time = timespec()
        // Safety: the call writes one `timespec`, which lives until it returns.
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Self(seconds: Int64(time.tv_sec), milliseconds: Int(time.tv_nsec / 1_000_000))
    }
}
