import CMalloc
import Platform

/// Sets when the heap returns memory to the system, for servers and scans.
///
/// By default, glibc raises its thresholds to the size of the largest block that was ever freed. After one large body, all later bodies come
/// from one heap per thread, and the memory of 200 clients that post 1 MiB each stays at its peak between requests. The initial thresholds
/// do not fit either: the heap of a scan's second thread was released and requested again every few documents, a third of all page faults.
/// Source: <https://man7.org/linux/man-pages/man3/mallopt.3.html>, `M_MMAP_THRESHOLD`.
enum HeapSettings {
    /// The bytes that may stay free at the end of a heap, so that requests do not shrink and grow it in turn.
    static let keptByteCount: Int32 = 4 << 20

    /// Sets both thresholds for the whole process.
    static func apply() {
        // Neither call fails with these values.
        _ = mallopt(M_MMAP_THRESHOLD, Int32(HeapThreshold.mappingByteCount))
        _ = mallopt(M_TRIM_THRESHOLD, keptByteCount)
    }
}

/// Returns free memory to the system when there is a lot of it.
///
/// The memory of a flood of connections lies between blocks that stay in use, and glibc returns only the end of a heap. A server that had
/// 63 MiB in a flood of handshakes would keep them, though 41 MiB are free. `malloc_trim` also returns the pages in between. It took 5 ms
/// for those 41 MiB, during which allocations wait.
/// Source: <https://man7.org/linux/man-pages/man3/malloc_trim.3.html>.
enum HeapTrimming {
    /// Checks the memory at an interval, for as long as the process runs.
    static func start(every interval: Duration = .seconds(5)) {
        let excess = MemoryExcess(resident: ProcessFacts.residentBytes ?? 0, used: usedByteCount)
        Task.detached(priority: .utility) {
            var excess = excess
            while (try? await Task.sleep(for: interval)) != nil {
                guard let resident = ProcessFacts.residentBytes, excess.isLarge(resident: resident, used: usedByteCount) else { continue }
                malloc_trim(0)
                excess.trimmed(resident: ProcessFacts.residentBytes ?? resident, used: usedByteCount)
            }
        }
    }

    /// The number of bytes in allocated blocks.
    private static var usedByteCount: Int64 {
        let facts = mallinfo2()
        return Int64(facts.uordblks) + Int64(facts.hblkhd)
    }
}

/// Decides by the difference between resident and allocated memory whether to trim the heap.
struct MemoryExcess {
    /// The growth of the excess, in bytes, below which a trim is not worth its time.
    static let tolerance: Int64 = 8 << 20

    /// The smallest excess: code, stacks, and what the last trim could not return.
    private var least: Int64

    /// Starts with the present excess as normal.
    init(resident: Int64, used: Int64) {
        least = resident - used
    }

    /// Whether the excess has grown beyond the tolerance.
    mutating func isLarge(resident: Int64, used: Int64) -> Bool {
        least = min(least, resident - used)
        return resident - used > least + Self.tolerance
    }

    /// Counts what a trim left as normal, so that the next check does not try in vain again.
    mutating func trimmed(resident: Int64, used: Int64) {
        self = Self(resident: resident, used: used)
    }
}
