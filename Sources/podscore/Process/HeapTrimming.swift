import CMalloc
import Platform

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
