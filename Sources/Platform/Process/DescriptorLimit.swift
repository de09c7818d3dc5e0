import Glibc

/// How many files and sockets this process may have open.
package enum DescriptorLimit {
    /// Raises the limit to the most that this process may give itself; returns the limit then in force, `nil` when there is none or the
    /// system does not say.
    ///
    /// The limit that processes begin with, often 1024, is for programs that use `select`.
    /// Source: <https://man7.org/linux/man-pages/man2/getrlimit.2.html>
    package static func raise() -> Int? {
        var limit = rlimit()
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        // Safety: both calls use one `rlimit`, which lives until they return.
        guard unsafe getrlimit(resource, &limit) == 0 else { return nil }
        if limit.rlim_cur < limit.rlim_max {
            let before = limit.rlim_cur
            limit.rlim_cur = limit.rlim_max
            if unsafe setrlimit(resource, &limit) != 0 { limit.rlim_cur = before }
        }
        return Int(exactly: limit.rlim_cur)
    }
}
