import CMalloc
import Platform

/// How the heap gives memory back to the system, for servers and for scans.
///
/// By default glibc moves its thresholds up to the largest block that was ever freed. After one large body all later ones are then carved
/// out of one heap per thread, and the memory of 200 clients that post 1 MiB each stays at its peak between requests. Nor do its first
/// thresholds suit: the heap of a scan's second thread was given back and taken again for every few documents, a third of all page faults.
/// Source: <https://man7.org/linux/man-pages/man3/mallopt.3.html>, `M_MMAP_THRESHOLD`.
enum HeapSettings {
    /// Blocks of this size, in bytes, and larger ones are mapped by themselves, and gone when they are freed.
    ///
    /// A smaller threshold costs ordinary large Pods a mapping each.
    static let ownMappingByteCount: Int32 = 768 << 10
    /// What may stay free at the end of a heap, in bytes, so that requests do not shrink and grow it in turn.
    static let keptByteCount: Int32 = 4 << 20

    /// Fixes both thresholds for the whole process.
    static func apply() {
        // Either fails for no value that stands here.
        _ = mallopt(M_MMAP_THRESHOLD, ownMappingByteCount)
        _ = mallopt(M_TRIM_THRESHOLD, keptByteCount)
    }
}

/// Gives free memory back to the system when there is much of it.
///
/// What a flood of connections held lies between blocks that stay, and glibc by itself gives back only the end of a heap: a server that
/// had 63 MiB in a flood of handshakes would keep them, 41 of which are free. `malloc_trim` gives back the pages in between, too; it took
/// 5 ms for those 41 MiB, in which whoever allocates waits.
/// Source: <https://man7.org/linux/man-pages/man3/malloc_trim.3.html>.
enum HeapTrimming {
    /// Looks every now and then, for as long as the process runs.
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

    /// The bytes in allocated blocks.
    private static var usedByteCount: Int64 {
        let facts = mallinfo2()
        return Int64(facts.uordblks) + Int64(facts.hblkhd)
    }
}

/// How far what is resident exceeds what is allocated, and whether trimming is worth its time.
struct MemoryExcess {
    /// By how many bytes the excess may grow; less is not worth a trim.
    static let tolerance: Int64 = 8 << 20

    /// The least excess: code, stacks, and what the last trim could not give back.
    private var least: Int64

    /// Takes what there is for ordinary.
    init(resident: Int64, used: Int64) {
        least = resident - used
    }

    /// Whether the excess has grown by more than is tolerated.
    mutating func isLarge(resident: Int64, used: Int64) -> Bool {
        least = min(least, resident - used)
        return resident - used > least + Self.tolerance
    }

    /// Takes what a trim left for ordinary, so that the next look does not try in vain again.
    mutating func trimmed(resident: Int64, used: Int64) {
        self = Self(resident: resident, used: used)
    }
}
