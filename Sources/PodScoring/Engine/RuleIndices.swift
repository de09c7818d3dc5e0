/// A set of indices of rules in a ruleset, stored as bits so that sets combine in a few instructions.
struct RuleIndices: Sequence, Equatable, Sendable {
    /// The maximum number of rules in a ruleset.
    static let limit = UInt128.bitWidth

    private var bits: UInt128 = 0

    /// Creates an empty set.
    init() {}

    /// Creates a set of indices, each below ``limit``.
    init(_ indices: [Int]) {
        for index in indices { insert(index) }
    }

    /// Whether the set is empty.
    var isEmpty: Bool { bits == 0 }

    /// Returns whether the set contains an index.
    func contains(_ index: Int) -> Bool { bits & (1 << UInt128(index)) != 0 }

    /// Adds an index, which must be below ``limit``.
    mutating func insert(_ index: Int) {
        bits |= 1 << UInt128(index)
    }

    /// Adds the indices of another set.
    mutating func formUnion(_ other: Self) { bits |= other.bits }

    /// Returns the indices that are in both sets.
    func intersection(_ other: Self) -> Self { Self(bits: bits & other.bits) }

    /// Returns the indices that are not in the other set.
    func subtracting(_ other: Self) -> Self { Self(bits: bits & ~other.bits) }

    /// Returns whether the sets have no index in common.
    func isDisjoint(with other: Self) -> Bool { bits & other.bits == 0 }

    /// Returns an iterator over the indices in ascending order.
    func makeIterator() -> Iterator { Iterator(bits: bits) }

    private init(bits: UInt128) { self.bits = bits }

    /// An iterator over the indices of a set in ascending order.
    struct Iterator: IteratorProtocol {
        fileprivate var bits: UInt128

        /// Returns the next index.
        mutating func next() -> Int? {
            guard bits != 0 else { return nil }
            defer { bits &= bits - 1 }
            return bits.trailingZeroBitCount
        }
    }
}
