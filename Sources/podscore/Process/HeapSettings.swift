import CMalloc

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
