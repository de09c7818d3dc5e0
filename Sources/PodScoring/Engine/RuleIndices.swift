/// A set of rules by their indices in a ruleset: one bit for each, so that sets are combined in a few instructions.
struct RuleIndices: Sequence, Equatable, Sendable {
    /// The most rules of a ruleset; indices are below it.
    static let limit = UInt128.bitWidth

    private var bits: UInt128 = 0

    /// No rule.
    init() {}

    /// Collects indices, each below ``limit``.
    init(_ indices: [Int]) {
        for index in indices { insert(index) }
    }

    /// Whether no rule is in the set.
    var isEmpty: Bool { bits == 0 }

    /// Tells whether a rule is in the set.
    func contains(_ index: Int) -> Bool { bits & (1 << UInt128(index)) != 0 }

    /// Adds the rule at an index below ``limit``.
    mutating func insert(_ index: Int) {
        bits |= 1 << UInt128(index)
    }

    /// Adds the rules of another set.
    mutating func formUnion(_ other: Self) { bits |= other.bits }

    /// The rules that the other set has, too.
    func intersection(_ other: Self) -> Self { Self(bits: bits & other.bits) }

    /// The rules that the other set does not have.
    func subtracting(_ other: Self) -> Self { Self(bits: bits & ~other.bits) }

    /// Tells whether no rule is in both sets.
    func isDisjoint(with other: Self) -> Bool { bits & other.bits == 0 }

    /// Goes through the rules, the smallest index first.
    func makeIterator() -> Iterator { Iterator(bits: bits) }

    private init(bits: UInt128) { self.bits = bits }

    /// Goes through the rules of a set.
    struct Iterator: IteratorProtocol {
        fileprivate var bits: UInt128

        /// The next rule's index.
        mutating func next() -> Int? {
            guard bits != 0 else { return nil }
            defer { bits &= bits - 1 }
            return bits.trailingZeroBitCount
        }
    }
}
