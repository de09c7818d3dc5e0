import KubernetesAPI

/// Elements of a list that a check found, by their indexes, at most 64 of them side by side.
///
/// A check can find thousands, so their findings are made many at a time, in one block of the right size. Bits need no memory of their own,
/// and nearly all objects have nothing to find.
struct FoundElements {
    private var bits: UInt64 = 0
    /// The index of the lowest bit.
    private var first = 0

    /// Whether none was found, or all were moved out.
    @inline(__always)
    var isEmpty: Bool { bits == 0 }

    /// Whether an index is too far behind those that were inserted; then their findings must be moved out first.
    @inline(__always)
    func isFull(before index: Int) -> Bool { bits != 0 && index - first >= 64 }

    /// Adds an element behind those that were found before, for which there must be room.
    @inline(__always)
    mutating func insert(_ index: Int) {
        if bits == 0 { first = index }
        bits |= 1 << UInt64(truncatingIfNeeded: index - first)
    }

    /// Makes a finding of each element, appends them to a list that can get so many, and forgets the elements.
    @inline(__always)
    mutating func move(to findings: inout [Finding], ofAtMost limit: Int, making finding: (Int) -> Finding) {
        if bits == 0 { return }
        // A list that grows by doubling copies all that it holds again and again.
        if !findings.isEmpty { findings.reserveCapacity(limit) }
        findings.append(addingCapacity: bits.nonzeroBitCount) { output in
            while bits != 0 {
                output.append(finding(first + bits.trailingZeroBitCount))
                bits &= bits - 1
            }
        }
    }
}

/// Containers that a check found, of one list at a time.
struct FoundContainers {
    private var part = Finding.Part.initContainer
    private var elements = FoundElements()

    /// Whether none was found, or all were moved out.
    @inline(__always)
    var isEmpty: Bool { elements.isEmpty }

    /// Adds a container behind those that were found before; their findings are made first if there is no room.
    @inline(__always)
    mutating func insert(
        _ index: Int,
        in list: ContainerList,
        makingRoomIn findings: inout [Finding],
        ofAtMost limit: Int,
        at field: Finding.Field,
        own texts: Finding.Texts? = nil
    ) {
        let part = Finding.Part(list)
        if elements.isFull(before: index) || (!isEmpty && part.rawValue != self.part.rawValue) {
            move(to: &findings, ofAtMost: limit, at: field, own: texts)
        }
        self.part = part
        elements.insert(index)
    }

    /// Makes a finding of each container, appends them to a list that can get so many, and forgets the containers.
    ///
    /// Not inlined: the loops over containers stay small, so that they copy no container.
    @inline(never)
    mutating func move(to findings: inout [Finding], ofAtMost limit: Int, at field: Finding.Field, own texts: Finding.Texts? = nil) {
        let part = part
        if let texts {
            elements.move(to: &findings, ofAtMost: limit) { Finding(part, $0, field, own: texts) }
        } else {
            // Without texts there is nothing to retain.
            elements.move(to: &findings, ofAtMost: limit) { Finding(part, $0, field, own: nil) }
        }
    }
}
