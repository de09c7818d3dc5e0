import CProcess
import Glibc

/// The system's figures about this process, as Prometheus' client libraries report them.
package struct ProcessFacts: Sendable, Equatable {
    /// The start, in seconds since 1970-01-01 UTC.
    package let startSeconds: Double
    /// The processor time in the process and in the system, in seconds.
    package let cpuSeconds: Double
    /// The resident memory, in bytes.
    package let residentBytes: Int64
    /// The number of open file descriptors.
    package let openDescriptors: Int
    /// The maximum number of open file descriptors; `nil` without a limit.
    package let descriptorLimit: Int64?

    /// Reads the figures from `/proc`; `nil` if it is not mounted or has another format.
    ///
    /// Source: <https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html>
    package static var current: Self? {
        guard let stat = words(of: "/proc/self/stat"), let name = stat.lastIndex(where: { $0.hasSuffix(")") }),
            let boot = words(of: "/proc/stat"), let bootTime = boot.firstIndex(of: "btime"), bootTime + 1 < boot.count,
            let bootSeconds = Double(boot[bootTime + 1]), let descriptors = try? Directory.names(in: "/proc/self/fd")
        else { return nil }
        // The third field follows the name, which is the second and may contain spaces.
        let fields = stat[(name + 1)...]
        func field(_ number: Int) -> Int64? {
            let index = fields.startIndex + number - 3
            return index < fields.endIndex ? Int64(fields[index]) : nil
        }
        guard let user = field(14), let system = field(15), let start = field(22), let pages = field(24) else { return nil }
        let ticks = Double(max(1, sysconf(Int32(_SC_CLK_TCK))))
        return Self(
            startSeconds: bootSeconds + Double(start) / ticks,
            cpuSeconds: Double(user + system) / ticks,
            residentBytes: pages * Int64(sysconf(Int32(_SC_PAGESIZE))),
            // The directory was open while it was read.
            openDescriptors: descriptors.count - 1,
            descriptorLimit: openFileLimit
        )
    }

    /// The resident memory of this process, in bytes; `nil` if `/proc` is not mounted.
    ///
    /// Much cheaper than ``current``.
    package static var residentBytes: Int64? {
        guard let sizes = words(of: "/proc/self/statm"), sizes.count > 1, let pages = Int64(sizes[1]) else { return nil }
        return pages * Int64(sysconf(Int32(_SC_PAGESIZE)))
    }

    private static func words(of path: String) -> [Substring]? {
        guard let bytes = try? FileContents.read(path, byteLimit: 1 << 20) else { return nil }
        return String(decoding: bytes, as: UTF8.self).split { $0 == " " || $0 == "\n" }
    }

    private static var openFileLimit: Int64? {
        var limit = rlimit()
        // Safety: the call writes one `rlimit`, which lives until it returns.
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return nil }
        return Int64(exactly: limit.rlim_cur)
    }
}

/// The arguments of the program.
package enum ProgramArguments {
    /// The arguments after the program's name, unchanged; see ``SystemPath`` for bytes that are not UTF-8.
    ///
    /// Swift's `CommandLine.arguments` is empty if `/proc` is not mounted, and the program would show its help instead of serving.
    package static let all: [String] = arguments(from: 1)

    /// The last part of the name under which the program was started, such as `kubectl-podscore`; empty if it is unknown.
    package static let programName: String = {
        let name = arguments(from: 0).first ?? ""
        return name.utf8.split(separator: UInt8(ascii: "/")).last.map { String(decoding: $0, as: UTF8.self) } ?? ""
    }()

    private static func arguments(from first: Int) -> [String] {
        (first..<max(first, Int(cproc_argument_count()))).compactMap { index in
            // Safety: the kernel's words live as long as the process, end with a zero, and are copied at once.
            unsafe cproc_argument(Int32(index)).map { unsafe SystemPath.text($0) }
        }
    }
}

/// The environment variables of the process.
package enum EnvironmentVariable {
    /// The value of a variable, unchanged; `nil` if it is not set; see ``SystemPath`` for bytes that are not UTF-8.
    package static func named(_ name: String) -> String? {
        // Safety: nothing changes the environment while the program runs, so the text stays valid while it is copied.
        unsafe getenv(name).map { unsafe SystemPath.text($0) }
    }

    /// All variables of a list that ends with a null pointer, unchanged, as `NAME=VALUE`.
    ///
    /// Safety: nothing changes the list during the call.
    @unsafe
    static func lines(in list: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> [String] {
        var lines: [String] = []
        while let line = unsafe list[lines.count] { unsafe lines.append(SystemPath.text(line)) }
        return lines
    }
}

/// How servers and scans set their heap.
package enum HeapThreshold {
    /// The size, in bytes, from which a block has its own mapping, which ends when the block is freed; smaller blocks stay in the heap.
    ///
    /// With a smaller threshold, each ordinary large Pod would need a mapping.
    package static let mappingByteCount = 768 << 10
}

/// The maximum number of open files and sockets of this process.
package enum DescriptorLimit {
    /// Raises the limit as far as the system allows; returns the new limit, `nil` if there is none or it is unknown.
    ///
    /// The initial limit, often 1024, exists for programs that use `select`.
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
